import { expect, test } from "vitest";
import { parseYaml, parseYamlDocuments, YamlError } from "./yaml.ts";

test.for([
  [
    "a: yes\nb: 0777\nc: 1_000\nd: 2020-01-01\ne: 12:30:00\nf: ~\ng: 'no'\nh: 1.5\ni: 0x1F\nl: off\n",
    { a: true, b: 511, c: 1000, d: "2020-01-01", e: "12:30:00", f: null, g: "no", h: 1.5, i: 31, l: false },
  ],
  ["a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}", { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }],
  ["1: a\ntrue: b", { "1": "a", true: "b" }],
  ["a: |\n  x\n  y\n", { a: "x\ny\n" }],
  ["a: !!binary aGk=", { a: "hi" }],
  ["", null],
] as const)("%s", ([text, value]) => {
  expect(parseYaml(text).value).toEqual(value);
});

test("documents are those that hold something", () => {
  expect(parseYamlDocuments("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n").map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
});

test("a key that comes again is known by its line", () => {
  expect(parseYaml("a: 1\nb:\n  c: 1\n  c: 2\na: 2\n")).toEqual({
    value: { a: 2, b: { c: 2 } },
    duplicates: [
      { line: 4, key: "c" },
      { line: 5, key: "a" },
    ],
  });
});

// What the library of the real server says of each.
test.for([
  ["a: [b", "line 1: did not find expected ',' or ']'"],
  ["a: [b\nc: d\n", "line 1: did not find expected ',' or ']'"],
  ["a: {b\nc: d\n", "line 1: did not find expected ',' or '}'"],
  ["a: b: c", "mapping values are not allowed in this context"],
  ["a: b\n  c: d", "line 2: mapping values are not allowed in this context"],
  ["- a\n b: c", "line 2: mapping values are not allowed in this context"],
  ["- name: x\n  image:nginx\n  ports: 3", "line 3: could not find expected ':'"],
  ["a:\n- b\nc", "line 4: could not find expected ':'"],
  ["a:\n\t- b", "line 2: found character that cannot start any token"],
  ["x: @a", "found character that cannot start any token"],
  ["a: 'x", "found unexpected end of stream"],
  ["a: 'b\nc: d\n", "line 3: found unexpected end of stream"],
  ['a: "\\q"', "found unknown escape character"],
  ["a: *nope", "unknown anchor 'nope' referenced"],
  ["spec:\n  containers:\n  - name: a\n    image: b\n   ports: 1\n", "line 4: did not find expected key"],
  ["a:\n  b: 1\n c: 2\n", "line 2: did not find expected key"],
  ["a:\n  - b\n c\n", "line 2: did not find expected key"],
] as const)("%s: %s", ([text, problem]) => {
  expect(() => parseYaml(text)).toThrow(new YamlError(`yaml: ${problem}`));
});

test("neither depth nor aliases grow without bound", () => {
  expect(() => parseYaml("[".repeat(5000) + "]".repeat(5000))).toThrow(YamlError);
  expect(() => parseYaml(`a: &a 1\nb: [${"*a,".repeat(1001)}]`)).toThrow(new YamlError("yaml: document contains excessive aliasing"));
  const bomb = Array.from(
    { length: 12 },
    (_, i) =>
      `x${i}: &x${i} [${
        i === 0
          ? "1"
          : Array(9)
              .fill(`*x${i - 1}`)
              .join(",")
      }]`,
  ).join("\n");
  expect(() => parseYaml(bomb)).toThrow(new YamlError("yaml: document contains excessive aliasing"));
});
