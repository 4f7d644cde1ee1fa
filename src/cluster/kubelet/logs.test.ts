import { expect, test } from "vitest";
import { readAll, textOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import type { LogOptions } from "#machinery/kubelet.ts";
import { ContainerLog, logTail, printedIn, readLog, type Texts } from "./logs.ts";

class MemoryTexts implements Texts {
  readonly #texts = new Map<string, string>();
  append(key: string, text: string): void {
    this.#texts.set(key, this.text(key) + text);
  }
  text(key: string): string {
    return this.#texts.get(key) ?? "";
  }
  delete(key: string): void {
    this.#texts.delete(key);
  }
}

const at = Date.UTC(2026, 10, 23, 13);
const plain: LogOptions = { follow: false, previous: false, timestamps: false };

function written(): ContainerLog {
  const log = new ContainerLog(new MemoryTexts(), "log");
  log.write("stdout", "one\ntw", at);
  log.write("stderr", "bad\n", at + 1);
  log.write("stdout", "o\n", at + 2);
  log.write("stdout", "end", at + 3);
  log.end(at + 4);
  return log;
}

test.for([
  [{}, "one\nbad\ntwo\nend"],
  [{ tailLines: 2 }, "two\nend"],
  [{ tailLines: 0 }, ""],
  [{ limitBytes: 5 }, "one\nb"],
  [{ since: at + 2 }, "two\nend"],
  [{ timestamps: true, tailLines: 1 }, "2026-11-23T13:00:00.004000000Z end"],
] as const)("%o", async ([options, text]) => {
  expect(textOf(await readAll(readLog(written(), { ...plain, ...options }, true, new Tasks())))).toBe(text);
});

test("followers get what is printed until the container ends", async () => {
  const tasks = new Tasks();
  const log = new ContainerLog(new MemoryTexts(), "log");
  log.write("stdout", "before\n", at);
  const source = readLog(log, { ...plain, follow: true }, false, tasks);
  const read = tasks.run(() => readAll(source));
  log.write("stdout", "after\n", at);
  log.end(at);
  expect(textOf(await read)).toBe("before\nafter\n");
});

test("what was printed is counted by stream, also what rotation dropped", () => {
  const log = new ContainerLog(new MemoryTexts(), "log");
  for (let i = 0; i < 40_000; i++) log.write("stdout", "0123456789\n", at);
  log.write("stderr", "error\n", at);
  expect(log.text.length).toBeLessThan(300_000);
  expect(printedIn(log.text)).toEqual({ stdout: 440_000, stderr: 6 });
});

test("the tail of a log is whole lines, then bytes", () => {
  const { text } = written();
  expect(logTail(text, 2, 100)).toBe("two\nend");
  expect(logTail(text, 2, 4)).toBe("\nend");
});
