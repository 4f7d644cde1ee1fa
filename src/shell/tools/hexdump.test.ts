// As util-linux's hexdump shows the same bytes.
import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { machine } from "../machine.ts";
import type { Net } from "../process.ts";
import { runCommand } from "../run-command.ts";

const tasks = new Tasks((error) => {
  throw error;
});
const here = machine({ hostname: "here", tasks, clock: new TimerQueue(tasks, 0), random: new Random(1), net: {} as Net });

test.for([
  [
    "printf 'abc\\0\\x01hello world, this is it\\n' | hexdump -C",
    "00000000  61 62 63 00 01 68 65 6c  6c 6f 20 77 6f 72 6c 64  |abc..hello world|\n00000010  2c 20 74 68 69 73 20 69  73 20 69 74 0a           |, this is it.|\n0000001d\n",
  ],
  ["printf abc | hexdump", `0000000 6261 0063${" ".repeat(30)}\n0000003\n`],
  ["head -c 64 /dev/zero | hexdump -C", `00000000  ${"00 ".repeat(8)} ${"00 ".repeat(8)} |${".".repeat(16)}|\n*\n00000040\n`],
  ["head -c 70 /dev/zero | hexdump", `0000000${" 0000".repeat(8)}\n*\n0000040${" 0000".repeat(3)}${" ".repeat(25)}\n0000046\n`],
])("%s", async ([command = "", expected]) => {
  expect((await runCommand({ machine: here, command })).stdout).toBe(expected);
});
