import { expect, test } from "vitest";
import { JsonError, NumberText, parseJson, plainNumbers } from "./json.ts";

test.for([
  ["", "unexpected end of JSON input"],
  ['{"a":', "unexpected end of JSON input"],
  ['{"apiVersion": nope', "invalid character 'o' in literal null (expecting 'u')"],
  ["{bad", "invalid character 'b' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
  ["[1 2]", "invalid character '2' after array element"],
  ["{} x", "invalid character 'x' after top-level value"],
  ["x=1", "invalid character 'x' looking for beginning of value"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
  ["1.", "unexpected end of JSON input"],
  ["1.x", "invalid character 'x' after decimal point in numeric literal"],
  ["1e+}", "invalid character '}' in exponent of numeric literal"],
  ["-x", "invalid character 'x' in numeric literal"],
  ["01", "invalid character '1' after top-level value"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
] as const)("%s: %s", ([text, problem]) => {
  expect(() => parseJson(text)).toThrow(new JsonError(problem));
});

test("what comes twice is known, and the last counts", () => {
  const { value, duplicates } = parseJson('{"kind":"a","x":{"y":1,"y":2},"kind":"b"}');
  expect(value).toEqual({ kind: "b", x: { y: 2 } });
  expect([...duplicates].map(([, keys]) => keys)).toEqual([["y"], ["kind"]]);
});

test("numbers keep their text where JavaScript would write another", () => {
  const { value } = parseJson("[1, -2.5, 1.0, 1e3, 9007199254740993]");
  expect(value).toEqual([1, -2.5, new NumberText("1.0"), new NumberText("1e3"), new NumberText("9007199254740993")]);
  expect(plainNumbers(value)).toEqual([1, -2.5, 1, 1000, 9007199254740992]);
});

test("any key is a key", () => {
  const { value } = parseJson('{"__proto__": {"a": "\\u0041\\n\\/"}}');
  expect(Object.keys(value as object)).toEqual(["__proto__"]);
  expect(JSON.stringify(plainNumbers(value))).toBe('{"__proto__":{"a":"A\\n/"}}');
});

test("what nests too deeply is refused", () => {
  expect(() => parseJson("[".repeat(20_000))).toThrow(new JsonError("exceeded max depth"));
});
