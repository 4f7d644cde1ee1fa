import { expect, test } from "vitest";
import { adopt, sameAs } from "./adopt.ts";

const old = Object.freeze({ a: Object.freeze({ x: 1 }), list: Object.freeze([Object.freeze({ n: 1 }), Object.freeze({ n: 2 })]), text: "t" });

test.each([
  ["the same content is the old value itself", { a: { x: 1 }, list: [{ n: 1 }, { n: 2 }], text: "t" }, true],
  ["so it is when something is undefined, as JSON would leave it out", { ...old, more: undefined }, true],
  ["a changed scalar makes it another", { ...old, text: "u" }, false],
  ["so does a field that is gone", { a: old.a, list: old.list }, false],
  ["so does a longer list", { ...old, list: [...old.list, { n: 3 }] }, false],
  ["so does a list that became a map", { ...old, list: { 0: { n: 1 }, 1: { n: 2 } } }, false],
])("%s", (_, value, isOld) => {
  expect(adopt(value, old) === old).toBe(isOld);
  expect(adopt(value, old)).toEqual(JSON.parse(JSON.stringify(value)));
});

test("what is the same is shared, what differs may be mutated", () => {
  const next = adopt({ ...old, list: [{ n: 1 }, { n: 5 }] }, old);
  expect(next.a).toBe(old.a);
  expect(next.list[0]).toBe(old.list[0]);
  expect(Object.isFrozen(next.list[1])).toBe(false);
});

test("a key that means something to JavaScript is a key like others", () => {
  const value = JSON.parse('{"__proto__": {"x": 1}}');
  expect(JSON.stringify(adopt(value, undefined))).toBe('{"__proto__":{"x":1}}');
});

test("sameAs looks at an object and its metadata alone", () => {
  const object = { metadata: { name: "a" }, spec: {} };
  expect(sameAs({ ...object, metadata: { name: "a" } }, object)).toBe(object);
  expect(sameAs({ ...object, spec: {} }, object)).not.toBe(object);
  expect(sameAs({ metadata: { name: "a" }, spec: { x: 1 } }, object).metadata).toBe(object.metadata);
});
