import { expect, test } from "vitest";
import { yamlText } from "./go-yaml.ts";

// What the real kubectl prints for a ConfigMap of these values.
test.for([
  ["x\ty", '"x\\ty"'],
  ["yes", '"yes"'],
  ["0644", '"0644"'],
  ["l1\nl2\n", "|\n  l1\n  l2"],
  ["l1 \nl2", '"l1 \\nl2"'],
  [" lead", "' lead'"],
  ["it's", "it's"],
  ["'it'", "'''it'''"],
  ["a: b", "'a: b'"],
  ["#x", "'#x'"],
  ["2001-01-01", '"2001-01-01"'],
  ["1:30", '"1:30"'],
  ["1e3", '"1e3"'],
  ["-", "'-'"],
  ["- a", "'- a'"],
  ["日本語", "日本語"],
  ["", '""'],
  ["\n", "|2+\n"],
  ["a\n\n", "|+\n  a\n"],
  ["  a\nb", "|2-\n    a\n  b"],
  ["*x", "'*x'"],
  ["{a}", "'{a}'"],
  ["a #b", "'a #b'"],
  ["~", '"~"'],
  ["tab\tand\nnl", '"tab\\tand\\nnl"'],
  ['"q"', "'\"q\"'"],
  ["😀", '"\\U0001F600"'],
  ["...", "'...'"],
  ["---x", "'---x'"],
  ["a:b", "a:b"],
  ["a:", "'a:'"],
  ["?x", "?x"],
  ["? x", "'? x'"],
  ["!x", "'!x'"],
  ["x ", "'x '"],
  ["a\rb", '"a\\rb"'],
  ["a\r\nb", '"a\\r\\nb"'],
  ["a\u00a0b", "a\u00a0b"],
  ["\x1b[1m", '"\\e[1m"'],
  ["+1", '"+1"'],
  [".5", '".5"'],
  ["=", "="],
  [".inf", '".inf"'],
  ["0b11", '"0b11"'],
  ["0o7", '"0o7"'],
  ["1_000", '"1_000"'],
  ["5e", "5e"],
  ["1.36.3", "1.36.3"],
  ["-x", "-x"],
  [">x", "'>x'"],
  ["<<", "<<"],
  [",x", "',x'"],
  ["2026-11-23T13:32:53Z", '"2026-11-23T13:32:53Z"'],
  ["12:34:56", '"12:34:56"'],
  ["0x1F", '"0x1F"'],
  ["nginx:1.25", "nginx:1.25"],
  ["/docker-entrypoint.sh", "/docker-entrypoint.sh"],
])("%j", ([text, written]) => expect(yamlText({ a: text })).toBe(`a: ${written}\n`));

test("keys are sorted by their words and numbers", () => {
  const keys = ["Y", "a10", "a9", "a-b", "a", "A", "N", "1.5", "0x", "y1", "y", "z"];
  expect(yamlText(Object.fromEntries(keys.map((key) => [key, 1])))).toBe(
    '0x: 1\n"1.5": 1\nA: 1\n"N": 1\n"Y": 1\na: 1\na-b: 1\na9: 1\na10: 1\n"y": 1\ny1: 1\nz: 1\n',
  );
});

test("lists stand under their key, maps below it", () => {
  expect(yamlText({ b: [{ y: 1, x: [] }, [1, [2]], "s\nt"], a: { c: {}, d: null, e: { f: true } } })).toBe(
    'a:\n  c: {}\n  d: null\n  e:\n    f: true\nb:\n- x: []\n  "y": 1\n- - 1\n  - - 2\n- |-\n  s\n  t\n',
  );
});

test.for([
  [1, "1"],
  [1.5, "1.5"],
  [1e21, "1e+21"],
  [123456789012, "123456789012"],
  [1e-7, "1e-07"],
] as const)("number %s", ([value, text]) => {
  expect(yamlText(value)).toBe(`${text}\n`);
});

const long =
  "a long annotation that explains at length what this pod is for and goes on past the usual width of a terminal line, so that wrapping must be right and so  on  double   spaces";

// What the real kubectl prints for annotations of a ConfigMap.
test.for([
  [
    long,
    "a long annotation that explains at length what this pod is for and goes\n      on past the usual width of a terminal line, so that wrapping must be right and\n      so  on  double   spaces",
  ],
  [
    `'${long}': #x`,
    "'''a long annotation that explains at length what this pod is for and\n      goes on past the usual width of a terminal line, so that wrapping must be right\n      and so  on  double   spaces'': #x'",
  ],
  [
    `\t${long} \u2028 and some more words that go on and on   and  on until the end of line`,
    '"\\ta long annotation that explains at length what this pod is for and\n      goes on past the usual width of a terminal line, so that wrapping must be right\n      and so  on  double   spaces \\L and some more words that go on and on   and  on\n      until the end of line"',
  ],
] as const)("long lines are folded: %#", ([value, written]) => {
  const name = value === long ? "plain" : value.startsWith("'") ? "single" : "double";
  expect(yamlText({ metadata: { annotations: { [name]: value } } })).toBe(`metadata:\n  annotations:\n    ${name}: ${written}\n`);
});
