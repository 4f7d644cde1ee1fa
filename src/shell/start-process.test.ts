import { expect, test } from "vitest";
import { bytesOf, Pipe } from "#base/streams.ts";
import { Gathered, played, testMachine } from "../../test/kit/shell.ts";
import { ExecError } from "./process.ts";
import { startProcess } from "./start-process.ts";

test("a program runs with its streams and its time", async () => {
  const kit = testMachine();
  expect(await played(kit, { args: ["cat", "/etc/hostname", "-"], stdin: "typed\n" })).toMatchObject({ out: "podyard\ntyped\n", code: 0 });
  const before = kit.clock.now();
  expect(await played(kit, { args: ["sleep", "5"] })).toMatchObject({ code: 0 });
  expect(kit.clock.now() - before).toBe(5000);
});

test("a signal ends what waits for the clock or for a stream", async () => {
  const kit = testMachine();
  const sleeping = startProcess(kit.machine, { args: ["sleep", "infinity"] });
  const reading = startProcess(kit.machine, { args: ["cat"], stdin: new Pipe(kit.tasks) });
  await kit.tasks.idle();
  sleeping.signal("TERM");
  reading.signal("INT");
  expect(await sleeping.exit).toEqual({ code: 143, signal: "TERM" });
  expect(await reading.exit).toEqual({ code: 130, signal: "INT" });
});

test("the first process of a container is spared signals that it does not handle, and takes all others with it", async () => {
  const kit = testMachine({ contained: true });
  const main = startProcess(kit.machine, { args: ["sleep", "infinity"] });
  const other = startProcess(kit.machine, { args: ["sleep", "infinity"] });
  expect([main.pid, other.pid]).toEqual([1, 2]);
  await kit.tasks.idle();
  main.signal("TERM");
  await kit.tasks.idle();
  expect(kit.machine.processes.list().map((one) => one.pid)).toEqual([1, 2]);
  main.signal("KILL");
  expect(await main.exit).toEqual({ code: 137, signal: "KILL" });
  expect(await other.exit).toEqual({ code: 137, signal: "KILL" });
});

test("a terminal between keys and a program echoes, gathers lines and ends with Ctrl-D", async () => {
  const kit = testMachine();
  const keys = new Pipe(kit.tasks);
  const screen = new Gathered();
  const process = startProcess(kit.machine, { args: ["cat"], stdin: keys, stdout: screen, tty: { columns: 80, rows: 24 } });
  keys.push(bytesOf("hallo\x7f\x7f\x7fo\r\x04"));
  expect(await process.exit).toEqual({ code: 0 });
  expect(screen.text).toBe("hallo\b \b\b \b\b \bo\r\nhao\r\n");
});

test("what cannot be started says why", () => {
  const kit = testMachine();
  expect(() => startProcess(kit.machine, { args: ["nonsense"] })).toThrow(ExecError);
  expect(() => startProcess(kit.machine, { args: ["/etc/hostname"] })).toThrow("/etc/hostname: Permission denied");
  expect(() => startProcess(kit.machine, { args: ["cat"], user: "somebody" })).toThrow(
    "unable to find user somebody: no matching entries in passwd file",
  );
});
