import { expect, test } from "vitest";
import { SharedRows } from "./shared-rows.ts";

/** Rows whose writing is only counted; `sync` lasts until it is let go. */
function kit() {
  let dirty = false;
  let syncs: (() => void)[] = [];
  const kit = {
    written: 0,
    happen: () => {
      dirty = true;
    },
    settle: () => {
      for (const done of syncs) done();
      syncs = [];
    },
    write: () => {
      dirty = false;
      kit.written++;
      kit.rows.wrote();
    },
    get syncs() {
      return syncs.length;
    },
    rows: new SharedRows({
      isDirty: () => dirty,
      write: () => kit.write(),
      sync: () => new Promise((resolve) => syncs.push(resolve)),
    }),
  };
  return kit;
}

test("where nothing happened, nobody waits", () => {
  const { rows } = kit();
  rows.enter();
  rows.enter();
  expect([rows.written(), rows.lasts(), rows.allLasts]).toEqual([undefined, undefined, true]);
});

test("who is alone writes at once", () => {
  const it = kit();
  const leave = it.rows.enter();
  it.happen();
  expect(it.rows.written()).toBeUndefined();
  leave();
  expect(it.written).toBe(1);
});

test("those that are answered at the same time share a row", async () => {
  const it = kit();
  const leave = [it.rows.enter(), it.rows.enter(), it.rows.enter()];
  it.happen();
  const first = it.rows.written();
  it.happen();
  const second = it.rows.written();
  expect(it.written).toBe(0);
  await Promise.all([first, second]);
  expect(it.written).toBe(1);
  for (const each of leave) each();
  it.happen();
  expect(it.rows.written()).toBeUndefined();
  expect(it.written).toBe(2);
});

test("who reads what others wrote waits for their row", async () => {
  const it = kit();
  it.rows.enter();
  it.rows.enter();
  it.happen();
  void it.rows.written();
  await it.rows.written();
  expect(it.written).toBe(1);
});

test("a row that was written in between is not written twice", async () => {
  const it = kit();
  it.rows.enter();
  it.rows.enter();
  it.happen();
  const waiting = it.rows.written();
  it.write();
  await waiting;
  expect(it.written).toBe(1);
});

test("streams wait until what they tell lasts, all for the same", async () => {
  const it = kit();
  it.rows.enter();
  it.happen();
  const [one, other] = [it.rows.lasts(), it.rows.lasts()];
  expect(one).toBe(other);
  expect([it.written, it.syncs, it.rows.allLasts]).toEqual([1, 1, false]);
  it.settle();
  await one;
  expect([it.rows.allLasts, it.rows.lasts()]).toEqual([true, undefined]);
});

test("a row that follows is waited for anew", async () => {
  const it = kit();
  it.happen();
  const first = it.rows.lasts();
  it.happen();
  const second = it.rows.lasts();
  expect([it.written, it.syncs]).toEqual([2, 2]);
  it.settle();
  await Promise.all([first, second]);
  expect(it.rows.allLasts).toBe(true);
});
