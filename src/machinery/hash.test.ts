import { expect, test } from "vitest";
import { fnv32, fnv32a, safeEncode } from "./hash.ts";

test("FNV-1a is FNV-1a", () => {
  expect(fnv32a("")).toBe(0x811c9dc5);
  expect(fnv32a("foobar")).toBe(0xbf9cf968);
});

test("FNV-1 is FNV-1", () => {
  expect(fnv32("")).toBe(0x811c9dc5);
  expect(fnv32("foobar")).toBe(0x31f0b262);
});

test("hashes are safe names", () => {
  expect(safeEncode("0123456789")).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
});
