import { expect, test } from "vitest";
import { difference, type FieldSet, fieldSet, leaf, union } from "./field-set.ts";

const tree = (...fields: string[]): FieldSet =>
  fieldSet(
    false,
    fields.map((field) => [`f:${field}`, leaf]),
  ) ?? leaf;

test("trees that own the same are one tree, whichever way they came about", () => {
  // What is met for the first time may never come again, and is not kept.
  for (const field of ["b", "a"]) tree(field);
  const both = tree("b", "a");
  expect(tree("a", "b")).toBe(both);
  expect(Object.keys(both)).toEqual(["f:a", "f:b"]);
  expect(Object.isFrozen(both)).toBe(true);

  const [a, b] = [tree("a"), tree("b")];
  expect(union(a, b)).toBe(both);
  expect(union(a, b)).toBe(both);
  expect(difference(both, a)).toBe(b);
  expect(difference(both, a)).toBe(b);
  expect(difference(a, both)).toBeUndefined();
  expect(difference(a, both)).toBeUndefined();
});

test("trees with and without themselves differ", () => {
  for (let i = 0; i < 3; i++) {
    const member = fieldSet(true, [["f:x", leaf]]);
    const other = fieldSet(false, [["f:x", leaf]]);
    expect([member, other]).toEqual([{ ".": {}, "f:x": {} }, { "f:x": {} }]);
    expect(union(other, leaf)).toEqual(member);
    expect(difference(member, leaf)).toEqual(other);
  }
});

test("more kinds of trees than are remembered are all right", () => {
  for (let round = 0; round < 3; round++)
    for (let i = 0; i < 3000; i++) {
      const set = union(tree("a", `n${i}`), tree("b"));
      if (i % 500 === 0) expect(set).toEqual({ "f:a": {}, "f:b": {}, [`f:n${i}`]: {} });
    }
});
