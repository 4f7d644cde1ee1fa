import { expect, test } from "vitest";
import { formatRequirements, formatSelector, matcher, parseFieldSelector, parseSelector, SelectorError } from "./selector.ts";

test.for([
  ["", { a: "1" }, true],
  ["a=1", { a: "1" }, true],
  ["a==1,b!=2", { a: "1", b: "3" }, true],
  ["b!=2", {}, true],
  ["a in (1, 2)", { a: "2" }, true],
  ["a in (1,2)", {}, false],
  ["a notin (1)", {}, true],
  ["a", { a: "" }, true],
  ["!a", { a: "" }, false],
  ["a=", { a: "" }, true],
  ["n>5", { n: "6" }, true],
  ["n<5", { n: "x" }, false],
  ["in in (in)", { in: "in" }, true],
  ["a in (,x)", { a: "" }, true],
  ["toString", {}, false],
] as const)("%s matches %o: %s", ([selector, labels, expected]) => {
  expect(matcher(selector)(labels)).toBe(expected);
});

test("a LabelSelector matches and is written", () => {
  const selector = {
    matchLabels: { app: "web" },
    matchExpressions: [
      { key: "tier", operator: "NotIn", values: ["b", "a"] },
      { key: "x", operator: "Exists" },
    ],
  };
  expect(matcher(selector)({ app: "web", x: "" })).toBe(true);
  expect(matcher(selector)({ app: "web", x: "", tier: "a" })).toBe(false);
  expect(formatSelector(selector)).toBe("app=web,tier notin (a,b),x");
  expect(formatSelector({})).toBe("<none>");
  expect(matcher(undefined)({})).toBe(false);
  expect(matcher({})({})).toBe(true);
});

test.for(["a=1,b!=2,c in (x,y),!d,e", "n<6,n>5", "a in ()"])("%s is written as it was read", (text) => {
  expect(formatRequirements(parseSelector(text))).toBe(text);
});

test.for([
  ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
  ["n>a", "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer"],
  ["odd=1,", "found '', expected: identifier after ','"],
  [",odd", "found ',', expected: !, identifier, or 'end of string'"],
  ["x y", "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt"],
  ["odd===1", "unable to parse requirement: found '=', expected: identifier"],
  ["a in b", "unable to parse requirement: found 'b' expected: '('"],
  ["a=b c", "found 'c', expected: ',' or 'end of string'"],
  ["!", "unable to parse requirement: found '', expected: identifier"],
  ["!a=b", "found '=', expected: ',' or 'end of string'"],
  [
    "odd=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    'unable to parse requirement: values[0][odd]: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be no more than 63 bytes',
  ],
] as const)("%s: %s", ([text, problem]) => {
  expect(() => parseSelector(text)).toThrow(new SelectorError(problem));
});

test.for([
  [
    "metadata.name=web,status.phase!=Running",
    [
      { field: "metadata.name", operator: "=", value: "web" },
      { field: "status.phase", operator: "!=", value: "Running" },
    ],
  ],
  ["a==b\\,c\\=d", [{ field: "a", operator: "==", value: "b,c=d" }]],
  ["", []],
] as const)("fields %s", ([text, expected]) => {
  expect(parseFieldSelector(text)).toEqual(expected);
});

test.for([
  ["metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
  ["metadata.name>c", "invalid selector: 'metadata.name>c'; can't understand 'metadata.name>c'"],
] as const)("fields %s: %s", ([text, problem]) => {
  expect(() => parseFieldSelector(text)).toThrow(new SelectorError(problem));
});
