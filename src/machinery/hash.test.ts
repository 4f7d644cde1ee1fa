import { expect, test } from "vitest";
import { fnv32a, podTemplateHash, safeEncode } from "./hash.ts";

test("FNV-1a is FNV-1a", () => {
  expect(fnv32a("")).toBe(0x811c9dc5);
  expect(fnv32a("foobar")).toBe(0xbf9cf968);
});

test("hashes are safe names", () => {
  expect(safeEncode("0123456789")).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  expect(podTemplateHash({ spec: {} })).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
});

test("a template's hash follows what it says, not how", () => {
  expect(podTemplateHash({ a: 1, b: [{ c: 2, d: undefined }] })).toBe(podTemplateHash({ b: [{ c: 2 }], a: 1 }));
  expect(podTemplateHash({ a: 1 })).not.toBe(podTemplateHash({ a: 2 }));
  expect(podTemplateHash({ a: 1 }, 1)).not.toBe(podTemplateHash({ a: 1 }));
});
