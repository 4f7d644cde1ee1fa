import { expect, test } from "vitest";
import { TimerQueue } from "./clock.ts";
import { Random } from "./random.ts";
import { BrokenPipe, bytesOf, lines, Pipe, readAll, textOf } from "./streams.ts";
import { Tasks } from "./tasks.ts";

function world(now = 0) {
  const tasks = new Tasks();
  return { tasks, clock: new TimerQueue(tasks, now) };
}

test("each entry sees its own due time as now, in order of time and then of making", async () => {
  const { clock } = world();
  const seen: [string, number][] = [];
  const note = (name: string) => () => void seen.push([name, clock.now()]);
  clock.at(30, note("c"));
  clock.at(10, note("a"));
  clock.at(30, note("d"));
  clock.at(20, note("b"));
  await clock.advance(25);
  expect([seen, clock.now(), clock.next()]).toEqual([
    [
      ["a", 10],
      ["b", 20],
    ],
    25,
    30,
  ]);
  await clock.advance(100);
  expect([seen.slice(2), clock.now()]).toEqual([
    [
      ["c", 30],
      ["d", 30],
    ],
    100,
  ]);
});

test("time waits for a task that sleeps again and again", async () => {
  const { tasks, clock } = world();
  const seen: number[] = [];
  tasks.detach(async () => {
    for (let i = 0; i < 5; i++) {
      await clock.sleep(1000);
      await Promise.resolve().then(() => Promise.resolve());
      seen.push(clock.now());
    }
  });
  await clock.advance(3_600_000);
  expect(seen).toEqual([1000, 2000, 3000, 4000, 5000]);
});

test("a cancelled timer does not run, and a heap of many keeps its order", async () => {
  const { clock } = world();
  const random = new Random(7);
  const seen: number[] = [];
  const timers = Array.from({ length: 500 }, () => {
    const when = random.between(1, 1000);
    return clock.at(when, () => void seen.push(when));
  });
  for (const timer of timers.slice(0, 100)) timer.cancel();
  await clock.advance(1000);
  expect(seen).toEqual(
    timers
      .slice(100)
      .map((timer) => timer.when)
      .sort((a, b) => a - b),
  );
});

test("a sleep gives way to its signal", async () => {
  const { tasks, clock } = world();
  const stop = new AbortController();
  let error: unknown;
  tasks.detach(async () => {
    await clock.sleep(1000, stop.signal).catch((e) => {
      error = e;
    });
  });
  await tasks.idle();
  stop.abort("enough");
  await tasks.idle();
  expect([error, clock.next()]).toEqual(["enough", undefined]);
});

test("advance can be stopped between two entries", async () => {
  const { clock } = world();
  let count = 0;
  for (let i = 1; i <= 10; i++) clock.at(i, () => void count++);
  await clock.advance(10, () => count === 4);
  expect([count, clock.now()]).toEqual([4, 4]);
});

test("a pipe holds its writer back and ends its reader", async () => {
  const { tasks } = world();
  const pipe = new Pipe(tasks, 10);
  let written = 0;
  tasks.detach(async () => {
    for (; written < 10; written++) await pipe.write(bytesOf("hello\n"));
    pipe.close();
  });
  await tasks.idle();
  expect(written).toBe(1);
  const all = await tasks.run(() => readAll(pipe));
  expect([written, textOf(all)]).toEqual([10, "hello\n".repeat(10)]);
});

test("who writes to a pipe that nobody reads breaks", async () => {
  const { tasks } = world();
  const pipe = new Pipe(tasks, 4);
  let error: unknown;
  tasks.detach(async () => {
    try {
      for (;;) await pipe.write(bytesOf("yes\n"));
    } catch (e) {
      error = e;
    }
  });
  await tasks.idle();
  pipe.cancel();
  await tasks.idle();
  expect(error).toBeInstanceOf(BrokenPipe);
});

test("lines come as they happen, over the borders of chunks and characters", async () => {
  const { tasks } = world();
  const pipe = new Pipe(tasks);
  const bytes = bytesOf("ポッド\nyard\nrest");
  const seen: string[] = [];
  tasks.detach(async () => {
    for await (const line of lines(pipe)) seen.push(line);
  });
  for (const byte of bytes) pipe.push(Uint8Array.of(byte));
  await tasks.idle();
  expect(seen).toEqual(["ポッド", "yard"]);
  pipe.close();
  await tasks.idle();
  expect(seen).toEqual(["ポッド", "yard", "rest"]);
});

test("random numbers are the seed's, and can be taken up again", () => {
  const a = new Random(42);
  const b = new Random(42);
  expect(Array.from({ length: 20 }, () => a.bits())).toEqual(Array.from({ length: 20 }, () => b.bits()));
  const c = new Random(a.state);
  expect(c.uuid()).toBe(a.uuid());
  expect(a.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(a.suffix()).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});
