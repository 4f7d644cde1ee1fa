import { expect, test } from "vitest";
import { Indexes } from "./indexes.ts";

test.for<[why: string, indexes: number[], text: string]>([
  ["none", [], ""],
  ["one", [3], "3"],
  ["two neighbours stand one by one", [0, 1], "0,1"],
  ["more of them are a range", [0, 1, 2, 4, 7, 8], "0-2,4,7,8"],
  ["whatever their order", [5, 3, 4, 3], "3-5"],
])("written: %s", ([, indexes, text]) => {
  expect(String(Indexes.of(indexes))).toBe(text);
  expect(String(Indexes.parse(text, 100))).toBe(text);
});

test.for<[text: string, end: number, read: string]>([
  ["0-9", 5, "0-4"],
  ["1,7", 5, "1"],
  ["1,x,3", 5, "1,3"],
  ["", 5, ""],
])("%s of %i", ([text, end, read]) => {
  expect(String(Indexes.parse(text, end))).toBe(read);
});

test("what is missing, what both have, and what one of them has", () => {
  const some = Indexes.parse("1,3-5", 10);
  expect(some.missing(3, 10)).toEqual([0, 2, 6]);
  expect(some.missing(10, 5)).toEqual([0, 2]);
  expect(some.common(Indexes.parse("0-3", 10))).toBe(2);
  expect(String(some.union(Indexes.parse("0,2", 10)))).toBe("0-5");
  expect([0, 1, 4].map((index) => some.has(index))).toEqual([false, true, true]);
  expect(some.size).toBe(4);
});
