import { expect, test } from "vitest";
import { bytesOf, Pipe } from "#base/streams.ts";
import { Gathered, played, testMachine } from "../../../test/kit/shell.ts";
import { startProcess } from "../start-process.ts";

test.for([
  ["busybox", "nosuch", "", "sh: nosuch: not found\n", 127],
  ["busybox", "echo -e 'a\\tb'; [[ a == a ]] && echo yes", "a\tb\nyes\n", "", 0],
  ["debian", "nosuch", "", "sh: 1: nosuch: not found\n", 127],
  ["debian", "echo -e 'a\\tb'", "-e a\tb\n", "", 0],
  ["debian", "[[ a == a ]]", "", "sh: 1: [[: not found\n", 127],
  ["debian", "source x", "", "sh: 1: source: not found\n", 127],
  ["alpine", "printf 'nosuch\\n' > /tmp/s; sh /tmp/s", "", "/tmp/s: line 1: nosuch: not found\n", 127],
  [
    "alpine",
    "cat /nope; head /nope; wc /nope",
    "",
    "cat: can't open '/nope': No such file or directory\nhead: can't open '/nope': No such file or directory\nwc: can't open '/nope': No such file or directory\n",
    1,
  ],
] as const)("sh of %s: %s", async ([base, command, out, err, code]) => {
  expect(await played(testMachine({ base }), { args: ["sh", "-c", command] })).toMatchObject({ out, err, code });
});

test("a shell in a container at somebody's terminal", async () => {
  const kit = testMachine({ base: "busybox", contained: true });
  startProcess(kit.machine, { args: ["sleep", "infinity"] });
  const keys = new Pipe(kit.tasks);
  const screen = new Gathered();
  const shell = startProcess(kit.machine, { args: ["sh"], stdin: keys, stdout: screen, tty: { columns: 80, rows: 24 } });
  await kit.tasks.idle();
  keys.push(bytesOf("echo $0 $((1+1)); ps | grep -c slee[p]\r"));
  await kit.tasks.idle();
  keys.push(bytesOf("sleep 100\r"));
  await kit.tasks.idle();
  keys.push(bytesOf("\x03"));
  await kit.tasks.idle();
  keys.push(bytesOf("exit 3\r"));
  expect(await shell.exit).toEqual({ code: 3 });
  const shown = screen.text.replace(/\x1b\[[?\d]*[a-zA-Z]|\r/g, "");
  expect(shown).toBe("/ # echo $0 $((1+1)); ps | grep -c slee[p]\nsh 2\n1\n/ # sleep 100\n^C\n/ # exit 3\nexit\n");
});

test("a container's shell hears TERM only where it asked to", async () => {
  const deaf = testMachine({ base: "busybox", contained: true });
  const one = startProcess(deaf.machine, { args: ["sh", "-c", "while true; do sleep 1; done"] });
  await deaf.clock.advance(deaf.clock.now() + 2500);
  one.signal("TERM");
  await deaf.clock.advance(deaf.clock.now() + 5000);
  expect(deaf.machine.processes.list()).toHaveLength(2);
  one.signal("KILL");
  expect(await one.exit).toEqual({ code: 137, signal: "KILL" });

  const hearing = testMachine({ base: "busybox", contained: true });
  const out = new Gathered();
  const two = startProcess(hearing.machine, { args: ["sh", "-c", "trap 'echo bye; exit 5' TERM; while true; do sleep 1; done"], stdout: out });
  await hearing.clock.advance(hearing.clock.now() + 2500);
  two.signal("TERM");
  await hearing.clock.advance(hearing.clock.now() + 1000);
  expect(await two.exit).toEqual({ code: 5 });
  expect(out.text).toBe("bye\n");
});

test("a single program takes the shell's place", async () => {
  const kit = testMachine({ contained: true });
  startProcess(kit.machine, { args: ["sh", "-c", "sleep 3600"] });
  await kit.tasks.idle();
  expect(kit.machine.processes.list().map((one) => one.args.join(" "))).toEqual(["sleep 3600"]);
});
