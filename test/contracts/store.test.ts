import { describe, expect, test } from "vitest";
import { Random } from "#base/random.ts";
import { MemoryStore, type Saved } from "#cluster/store/memory-store.ts";
import type { Change, Store } from "#cluster/store/store.ts";

// What any store must do: a new one is in it by being named here.
const stores: Record<string, (saved?: Saved) => Store> = { memory: (saved) => new MemoryStore(saved) };

const named = (name: string, data: unknown = {}) => ({ kind: "ConfigMap", metadata: { name }, data });
const key = (name: string, namespace = "default") => `/registry/configmaps/${namespace}/${name}`;
const all = "/registry/configmaps/";

describe.each(Object.entries(stores))("a store: %s", (_, open) => {
  test("numbers its writes and stamps objects with their number", () => {
    const store = open();
    expect(store.put(key("a"), named("a"))).toMatchObject({ revision: 1, createRevision: 1, value: { metadata: { resourceVersion: "1" } } });
    expect(store.put(key("a"), named("a", { x: 1 }))).toMatchObject({ revision: 2, createRevision: 1 });
    expect(store.delete(key("a"))).toMatchObject({ revision: 3, value: { metadata: { resourceVersion: "3" } } });
    expect(store.delete(key("a"))).toBeUndefined();
    expect(store.revision).toBe(3);
  });

  test("freezes what it is given, through and through", () => {
    const value = open().put(key("a"), named("a", { deep: [{ er: 1 }] })).value as { data: { deep: object[] } };
    expect(Object.isFrozen(value.data.deep[0])).toBe(true);
  });

  test("lists a prefix in the order of whole keys", () => {
    const store = open();
    for (const [name, namespace] of [
      ["b", "x"],
      ["a", "x-y"],
      ["a", "x"],
      ["c", "w"],
    ] as const)
      store.put(key(name, namespace), named(name));
    expect(store.list(all).map((entry) => entry.key.slice(all.length))).toEqual(["w/c", "x-y/a", "x/a", "x/b"]);
    expect(store.list(`${all}x/`).map((entry) => entry.key)).toEqual([key("a", "x"), key("b", "x")]);
    expect([store.count(all), store.count(`${all}x/`), store.count(`${all}none/`)]).toEqual([4, 2, 0]);
  });

  test("tells those who watch a prefix of each change, in order, until they end it", () => {
    const store = open();
    const heard: string[] = [];
    const note = (who: string) => (change: Change) => heard.push(`${who} ${change.type} ${change.revision} ${change.old?.revision ?? "-"}`);
    store.watch(all, note("all"));
    const end = store.watch(`${all}default/`, note("default"));
    store.put(key("a"), named("a"));
    store.put(key("a", "other"), named("a"));
    store.delete(key("a"));
    end();
    store.put(key("a"), named("a"));
    // In which order two listeners hear of one change is nobody's business.
    const of = (who: string) => heard.filter((line) => line.startsWith(who));
    expect([of("all"), of("default")]).toEqual([
      ["all put 1 -", "all put 2 -", "all delete 3 1", "all put 4 -"],
      ["default put 1 -", "default delete 3 1"],
    ]);
  });

  test("knows how things were, until that is compacted", () => {
    const store = open();
    store.put(key("a"), named("a", 1));
    store.put(key("b"), named("b", 1));
    store.put(key("a"), named("a", 2));
    store.delete(key("b"));
    const data = (revision: number) => store.at(all, revision)?.map((entry) => (entry.value as { data: unknown }).data);
    expect([0, 1, 2, 3, 4, 5].map(data)).toEqual([[], [1], [1, 1], [2, 1], [2], undefined]);
    expect(store.since(all, 2)?.map((change) => change.revision)).toEqual([3, 4]);

    store.journal.take();
    store.compact(3);
    expect([store.at(all, 2), store.since(all, 2), data(3)]).toEqual([undefined, undefined, [2, 1]]);
  });

  test("says once that there is something to write, and gives all of it as one piece", () => {
    const store = open();
    let dirty = 0;
    store.journal.onDirty = () => dirty++;
    expect(store.journal.take()).toBeUndefined();
    store.put(key("a"), named("a"));
    store.records.put("/node/n1", { containers: 1 });
    expect(dirty).toBe(1);
    expect(store.journal.take()?.split("\n")).toHaveLength(2);
    store.records.append("/log/1", "line\n");
    expect(dirty).toBe(2);
  });

  test("writes of a growing text only what was added", () => {
    const store = open();
    store.records.append("/log/1", "x".repeat(10_000));
    const pieces = [store.journal.take() ?? ""];
    store.records.append("/log/1", "more\n");
    const checkpoint = store.journal.checkpoint();
    pieces.push(store.journal.take() ?? "");
    expect(pieces[1]?.length).toBeLessThan(50);
    const text = store.records.text("/log/1");
    expect(open({ pieces }).records.text("/log/1")).toBe(text);
    expect(open({ checkpoint, pieces: pieces.slice(1) }).records.text("/log/1")).toBe(text);
  });

  test("keeps its history within bounds", () => {
    const store = open();
    for (let i = 0; i < 300; i++) {
      for (let j = 0; j < 10; j++) store.put(key(`a${j}`), named(`a${j}`, "x".repeat(1000)));
      store.journal.take();
    }
    expect(store.compacted).toBeGreaterThan(2000);
    expect(store.since(all, store.revision - 100)).toHaveLength(100);
    expect(store.since(all, 1)).toBeUndefined();
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("restored from a checkpoint and the pieces after it, it is what it was (seed %i)", (seed) => {
    const random = new Random(seed);
    const store = open();
    let checkpoint: string | undefined;
    let pieces: string[] = [];
    for (let turn = 0; turn < 60; turn++) {
      for (let i = random.between(0, seed % 2 ? 8 : 200); i > 0; i--) change(store, random);
      if (random.fraction() < 0.1) {
        checkpoint = store.journal.checkpoint();
        pieces = [];
      }
      const piece = store.journal.take();
      if (piece !== undefined) pieces.push(piece);
      const restored = open({ checkpoint, pieces });
      expect(stateOf(restored), `seed ${seed}, turn ${turn}`).toEqual(stateOf(store));
      expectSameHistory(restored, store);
    }
  });
});

function change(store: Store, random: Random): void {
  const name = `o${random.between(1, 9)}`;
  const where = key(name, random.pick(["a", "b"]));
  const roll = random.fraction();
  if (roll < 0.6) store.put(where, named(name, { text: "é\n".repeat(random.between(0, 300)) }));
  else if (roll < 0.75) store.delete(where);
  else if (roll < 0.85) store.records.put(`/record/${name}`, { n: random.bits() });
  else if (roll < 0.9) store.records.delete(random.pick([`/record/${name}`, `/text/${name}`]));
  else store.records.append(random.pick([`/record/${name}`, `/text/${name}`]), `line ${random.bits()}\n`);
}

const stateOf = (store: Store) => ({
  revision: store.revision,
  entries: store.list("/").map(({ key, value, revision, createRevision }) => ({ key, value, revision, createRevision })),
  records: store.records.keys("/").map((key) => [key, store.records.get(key), store.records.text(key)]),
});

/** What the restored one says it knows must be true; it may know less. */
function expectSameHistory(restored: Store, original: Store): void {
  const from = Math.max(restored.compacted, original.compacted);
  const brief = (store: Store) => store.since("/", from)?.map(({ type, revision, entry, old }) => [type, revision, entry.json, old?.json]);
  expect(brief(restored)).toEqual(brief(original));
  expect(restored.at("/", from)?.map((entry) => entry.json)).toEqual(original.at("/", from)?.map((entry) => entry.json));
}
