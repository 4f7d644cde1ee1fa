import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Tasks } from "#base/tasks.ts";
import { ContainerClock } from "./container-clock.ts";

async function replayed(from: number, now: number, program: (clock: ContainerClock, note: (text: string) => void) => Promise<void>) {
  const tasks = new Tasks();
  const real = new TimerQueue(tasks, now);
  const clock = new ContainerClock(real, tasks, { replayFrom: from });
  const notes: string[] = [];
  tasks.detach(() => program(clock, (text) => notes.push(`${clock.now()} ${text}`)));
  await clock.catchUp();
  return { notes, real };
}

test("a replay begins where the program began, and goes on in the cluster's time", async () => {
  const { notes, real } = await replayed(1000, 9500, async (clock, note) => {
    for (let i = 1; i <= 4; i++) {
      await clock.sleep(3000);
      note(`step ${i}`);
    }
  });
  expect(notes).toEqual(["4000 step 1", "7000 step 2"]);
  expect(real.now()).toBe(9500);
  await real.advance(20_000);
  expect(notes.slice(2)).toEqual(["10000 step 3", "13000 step 4"]);
});

test("what cannot be done twice ends the replay", async () => {
  const { notes } = await replayed(0, 100_000, async (clock, note) => {
    for (;;) {
      note("asks");
      clock.jump();
      await clock.sleep(5000);
    }
  });
  expect(notes).toEqual(["0 asks", "100000 asks"]);
});

test("a loop that went on for days is replayed for its last minutes", async () => {
  const day = 86_400_000;
  let steps = 0;
  const { notes } = await replayed(0, 3 * day, async (clock, note) => {
    for (;;) {
      await clock.sleep(1000);
      if (++steps > 20_000) note("late");
    }
  });
  expect(steps).toBeLessThan(21_000);
  expect(notes.length).toBeGreaterThan(100);
});
