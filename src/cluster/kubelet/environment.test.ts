import { expect, test } from "vitest";
import { expand } from "./environment.ts";

const values = new Map([
  ["A", "1"],
  ["B", "two"],
]);

test.for([
  ["plain", "plain"],
  ["$(A)-$(B)", "1-two"],
  ["$(MISSING)", "$(MISSING)"],
  ["$$(A)", "$(A)"],
  ["$A", "$A"],
  ["$(A", "$(A"],
  ["cost: $$5", "cost: $5"],
] as const)("%s becomes %s", ([text, expanded]) => {
  expect(expand(text, (name) => values.get(name))).toBe(expanded);
});
