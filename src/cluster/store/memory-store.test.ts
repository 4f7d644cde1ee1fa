import { expect, test } from "vitest";
import { Random } from "#base/random.ts";
import { MemoryStore } from "./memory-store.ts";

const stateOf = (store: MemoryStore) => ({
  revision: store.revision,
  entries: store.list("/").map(({ key, createRevision, revision, json }) => [key, createRevision, revision, json]),
});

function change(store: MemoryStore, random: Random): void {
  const key = `/registry/things/${random.between(1, 400)}`;
  if (random.between(1, 4) === 1) store.delete(key);
  else store.put(key, { metadata: { name: key }, size: random.bits() });
}

test.each([
  { between: 40, changes: 2000 },
  { between: 5000, changes: 20_000 },
])("a store comes back as it was, with up to $between changes between two pieces of its journal", ({ between, changes }) => {
  const random = new Random(between);
  const store = new MemoryStore();
  const pieces: string[] = [];
  const take = () => {
    const piece = store.journal.take();
    if (piece !== undefined) pieces.push(piece);
  };
  for (let left = changes; left > 0; ) {
    const now = Math.min(left, random.between(1, between));
    for (let i = 0; i < now; i++) change(store, random);
    left -= now;
    take();
    expect(stateOf(new MemoryStore({ pieces }))).toEqual(stateOf(store));
  }
});

test("history is bounded, though nobody takes the journal", () => {
  const store = new MemoryStore();
  for (let i = 0; i < 10_000; i++) store.put(`/registry/things/${i % 10}`, { metadata: {}, i });
  expect(store.revision - store.compacted).toBeLessThanOrEqual(4000);
  expect(store.since("/", store.compacted)).toHaveLength(store.revision - store.compacted);
  expect(store.since("/", store.compacted - 1)).toBeUndefined();
});

test("a value that is made later is made once, when somebody asks for it", () => {
  let made = 0;
  const like = { metadata: { name: "a", uid: "1" } };
  const make = () => {
    made++;
    return { metadata: { name: "a", uid: "2" } };
  };
  const store = new MemoryStore({
    lines: [
      ["head", { format: 1, revision: 7 }],
      ["later", "/registry/things/a", 3, 5, { like, make }],
    ],
  });
  const entry = store.get("/registry/things/a");
  expect([entry?.like, entry?.createRevision, entry?.revision, made]).toEqual([like, 3, 5, 0]);
  expect(store.list("/registry/things/")).toEqual([entry]);

  expect(entry?.json).toBe('{"metadata":{"name":"a","uid":"2"}}');
  expect([entry?.value, entry?.like]).toEqual([make(), make()]);
  expect(Object.isFrozen(entry?.value)).toBe(true);
  expect(stateOf(new MemoryStore({ checkpoint: store.journal.checkpoint() }))).toEqual(stateOf(store));
  expect(made).toBe(3);
});
