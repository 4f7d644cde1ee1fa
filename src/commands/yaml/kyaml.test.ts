import { expect, test } from "vitest";
import { kyamlText } from "./kyaml.ts";

// What the real kubectl prints.
test.for([
  ["a\n", '"\\\n     a\\n\\\n    "'],
  ["a\nb", '"\\\n     a\\n\\\n     b\\\n    "'],
  ["\na", '"\\\n     \\n\\\n     a\\\n    "'],
  ["a \n b\n", '"\\\n     a \\n\\\n    \\ b\\n\\\n    "'],
  ["a\tb\n\tc", '"\\\n     a\tb\\n\\\n    \\\tc\\\n    "'],
  ["a\rb", '"a\\rb"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["é😀\u00a0\u200b\u2028\u001b", '"é😀\\_\\u200b\\L\\e"'],
  [[], "[]"],
  [{}, "{}"],
  [[{ a: 1 }, {}], "[{\n    a: 1,\n  }, {}]"],
  [["x", 1e30], '[\n    "x",\n    1e+30,\n  ]'],
  [[[1, 2], [{ a: 1 }]], "[[\n    1,\n    2,\n  ], [{\n    a: 1,\n  }]]"],
] as const)("%j", ([value, text]) => {
  expect(kyamlText({ k: value })).toBe(`---\n{\n  k: ${text},\n}\n`);
});

test.for(["3a", "A/B.c-d_e", "_x", "a.b", "x-y", "zzz", "é"])("%s is a key as it is", (key) => {
  expect(kyamlText({ [key]: 1 })).toBe(`---\n{\n  ${key}: 1,\n}\n`);
});

test.for(["", "-x", ".x", "0x1f", "1.5", "12:30", "1e3", "2020-01-01", "<<", "@a", "N", "Off", "a b", "a/", "a:b", "f", "null", "y", "~"])(
  "%j is quoted",
  (key) => {
    expect(kyamlText({ [key]: 1 })).toBe(`---\n{\n  ${JSON.stringify(key)}: 1,\n}\n`);
  },
);
