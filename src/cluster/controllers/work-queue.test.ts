import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Tasks } from "#base/tasks.ts";
import { WorkQueue } from "./work-queue.ts";

function queue(work: (key: string, at: number) => { again?: number; reads?: number } | Error) {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, 0);
  const looks: string[] = [];
  const made = new WorkQueue({
    tasks,
    clock,
    async work(key) {
      looks.push(`${key}@${clock.now()}`);
      const result = work(key, clock.now());
      if (result instanceof Error) throw result;
      return { again: result.again, reads: result.reads ?? 0 };
    },
  });
  return { queue: made, tasks, clock, looks };
}

test("a key that is added often in one turn is looked at once", async () => {
  const { queue: keys, tasks, looks } = queue(() => ({}));
  for (const key of ["a", "b", "a", "a"]) keys.add(key);
  await tasks.idle();
  expect(looks).toEqual(["a@0", "b@0"]);
});

test("what changes during a look leads to another one, not to two at a time", async () => {
  const {
    queue: keys,
    tasks,
    looks,
  } = queue(() => {
    if (looks.length === 1) keys.add("a");
    return {};
  });
  keys.add("a");
  await tasks.idle();
  expect(looks).toEqual(["a@0", "a@0"]);
});

test("a look that fails is repeated after ever longer waits, which a success ends", async () => {
  const { queue: keys, tasks, clock, looks } = queue(() => (looks.length < 5 ? new Error("no") : {}));
  keys.add("a");
  await tasks.idle();
  keys.add("a");
  await clock.advance(1000);
  expect(looks).toEqual(["a@0", "a@0", "a@10", "a@30", "a@70"]);
});

test("a look may ask for another at a time, and the last word counts", async () => {
  const { queue: keys, clock, looks } = queue((_, at) => (at < 100 ? { again: at + 50 } : {}));
  keys.addAt("a", 20);
  keys.addAt("a", 10);
  await clock.advance(1000);
  expect(looks).toEqual(["a@10", "a@60", "a@110"]);
});

test("a look that read much keeps the next one off for a while, unless that is urgent", async () => {
  const { queue: keys, tasks, clock, looks } = queue(() => ({ reads: 50 }));
  keys.add("a");
  await tasks.idle();
  for (const at of [1, 20, 60]) {
    await clock.advance(at);
    keys.add("a");
  }
  await clock.advance(150);
  keys.add("a", true);
  await clock.advance(1000);
  expect(looks).toEqual(["a@0", "a@100", "a@150"]);
});

test("after its end nothing begins", async () => {
  const { queue: keys, tasks, clock, looks } = queue(() => ({}));
  keys.addAt("a", 10);
  keys.stop();
  keys.add("b");
  await tasks.idle();
  await clock.advance(100);
  expect(looks).toEqual([]);
});
