import { expect, test } from "vitest";
import { bytesOf, textOf } from "#base/streams.ts";
import { testMachine } from "../../../test/kit/shell.ts";
import { type SavedTerminal, Terminal } from "./terminal.ts";

/** A terminal and what it showed; `type` gives what was shown since, when all rests. */
async function opened(saved?: SavedTerminal, kit = testMachine({ files: { "/root/.bashrc": "PS1='$ '\n" } })) {
  const terminal = new Terminal({ machine: kit.machine, columns: 80, rows: 24, ...(saved && { saved }) });
  let shown = textOf(terminal.replay());
  terminal.output((bytes) => {
    shown += textOf(bytes);
  });
  const take = async () => {
    await kit.tasks.idle();
    const now = shown;
    shown = "";
    return now.replaceAll("\x1b[?2004h", "").replaceAll("\x1b[?2004l\r", "").replaceAll("\x1b[J", "").replaceAll("\r\n", "\n");
  };
  const type = (text: string) => {
    terminal.input(bytesOf(text));
    return take();
  };
  await kit.tasks.idle();
  const pass = async (seconds: number) => {
    await kit.clock.advance(kit.clock.now() + seconds * 1000);
    return take();
  };
  if (!saved) await take();
  return { ...kit, terminal, type, take, pass };
}

/** The last thing shown, without the moves of the cursor. */
const plain = (text: string) => text.replace(/\r(\x1b\[\d+C)?/g, "");

test("a prompt comes, a line runs, its output is shown", async () => {
  const { terminal, type } = await opened();
  expect(textOf(terminal.replay())).toContain("$ ");
  expect(plain(await type("echo hello\r"))).toBe("echo hello\nhello\n$ ");
});

test("a prompt stands behind output that lacks the end of its line", async () => {
  const { type, terminal } = await opened();
  const there = (column: number) => `\r\x1b[${column}C`;
  expect(await type("printf abc\r")).toContain(`\nabc${there(3)}$ ${there(5)}`);
  expect(await type("x\x7f")).toContain(`${there(3)}$ ${there(5)}`);
  // Colours take no cells, wide characters two, a tab goes on to its stop, and what does not fit goes to the next row.
  expect(await type("printf '\\033[31mred\\033[0m'\r")).toContain(`red\x1b[0m${there(3)}$ `);
  expect(await type("printf '日本\\t'\r")).toContain(`${there(8)}$ `);
  expect(await type("printf '%083d'\r")).toContain(`${there(3)}$ `);
  expect(await type("printf 'gone\\n'\r")).toContain("gone\n\r$ ");
  expect(await type("printf 'percent 10%%\\rshort'\r")).toContain(`${there(5)}$ `);
  await type("printf abc\r");
  expect(await type("\x0c")).toContain("\r$ ");
  // A change of size draws it where it stands.
  await type("printf abc\r");
  terminal.resize(60, 20);
  expect(await type("")).toContain(`${there(3)}$ `);
});

test("an endless loop prints as time passes, and Ctrl-C stops it", async () => {
  const { type, pass, terminal } = await opened();
  expect(plain(await type("while true; do echo a; sleep 1; done\r"))).toMatch(/done\na\n$/);
  expect(terminal.busy).toBe(true);
  expect(await pass(3)).toBe("a\na\na\n");
  expect(plain(await type("\x03"))).toBe("^C\n$ ");
  expect(terminal.busy).toBe(false);
  expect(await pass(5)).toBe("");
  expect(plain(await type("echo $?\r"))).toBe("echo $?\n130\n$ ");
});

test("a loop that never waits lets others run, and Ctrl-C stops it", async () => {
  const { type, pass } = await opened();
  await type("while :; do :; done\r");
  await pass(1);
  expect(plain(await type("\x03"))).toBe("^C");
  expect(plain(await pass(1))).toBe("\n$ ");
});

test("Ctrl-Z stops a job, bg and fg go on with it", async () => {
  const { type, pass } = await opened();
  await type("sleep 5; echo done\r");
  expect(plain(await type("\x1a"))).toContain("[1]+  Stopped                 sleep 5\n");
  expect(plain(await type("jobs\r"))).toContain("[1]+  Stopped                 sleep 5\n$ ");
  expect(plain(await type("bg\r"))).toContain("[1]+ sleep 5 &\n$ ");
  await pass(6);
  expect(plain(await type("\r"))).toContain("[1]+  Done                    sleep 5\n$ ");
  await type("cat\r");
  expect(plain(await type("line\r"))).toBe("line\nline\n");
  expect(plain(await type("\x1a"))).toContain("Stopped                 cat");
  expect(plain(await type("fg\r"))).toContain("cat\n");
  expect(plain(await type("again\r\x04"))).toBe("again\nagain\n$ ");
});

test("a command may take several lines", async () => {
  const { type } = await opened();
  expect(plain(await type("for i in 1 2\r"))).toBe("for i in 1 2\n> ");
  expect(plain(await type("do echo $i\rdone\r"))).toBe("do echo $i\n> done\n1\n2\n$ ");
  expect(plain(await type("cat <<X\rabc\rX\r"))).toBe("cat <<X\n> abc\n> X\nabc\n$ ");
});

test.for([
  ["history", "echo one\recho two\r\x1b[A\x1b[A\r", "one"],
  ["Ctrl-A and Ctrl-E", "cho x\x01e\x05y\r", "xy"],
  ["Ctrl-U and Ctrl-Y", "abc\x15echo \x19\r", "abc"],
  ["Ctrl-W", "echo a bc\x17d\r", "a d"],
  ["Ctrl-K", "echo abcd\x1b[D\x1b[D\x0b\r", "ab"],
  ["Ctrl-R", "echo first\recho other\r\x12fir\r", "first"],
  ["Alt-.", "echo first\recho x \x1b.\r", "x first"],
  ["!!", "echo again\r!!\r", "again"],
  ["!$", "echo a bc\recho !$ !$\r", "bc bc"],
  ["Tab completes a file", "echo /etc/hostn\t\r", "/etc/hostname"],
  ["Tab completes a variable", "LONGNAME=7\recho $LONGN\t\r", "7"],
  ["a wide character is erased as one", "echo 日本\x7f語\r", "日語"],
] as const)("%s", async ([, keys, expected]) => {
  const { type } = await opened();
  const lines = plain(await type(keys)).split("\n");
  expect(lines.at(-2)).toBe(expected);
});

test("a background job is told of", async () => {
  const { type, pass } = await opened();
  expect(plain(await type("sleep 2 &\r"))).toMatch(/^sleep 2 &\n\[1\] \d+\n\$ $/);
  await pass(3);
  expect(plain(await type("\r"))).toBe("\n[1]+  Done                    sleep 2\n$ ");
});

test("commands of the HTTP API run in the terminal's shell", async () => {
  const { terminal, tasks, clock, type } = await opened();
  expect(await terminal.run("cd /tmp; X=5; echo $X; echo oops >&2; false")).toEqual({
    stdout: "5\n",
    stderr: "oops\n",
    exitCode: 1,
    timedOut: false,
    truncated: false,
  });
  expect(await terminal.run("pwd; echo $X; cat", { stdin: "in" })).toMatchObject({ stdout: "/tmp\n5\nin" });
  expect(plain(await type("pwd\r"))).toContain("/tmp\n");
  const late = terminal.run("echo start; sleep 100; echo end", { timeoutMilliseconds: 1000 });
  expect(terminal.busy).toBe(true);
  await expect(terminal.run("echo")).rejects.toThrow("busy");
  await tasks.idle();
  await clock.advance(clock.now() + 5000);
  expect(await late).toMatchObject({ stdout: "start\n", timedOut: true, exitCode: 130 });
});

test("a shell that is left is followed by another", async () => {
  const { type } = await opened();
  expect(plain(await type("exit\r"))).toBe("exit\nlogout\n$ ");
});

test("what was saved comes back", async () => {
  const one = await opened();
  await one.type("cd /tmp; X=5; export Y=6; arr=(1 2); f() { echo f $1; }; alias hi='echo hi'\r");
  await one.type("sleep 100 &\r");
  const saved = JSON.parse(JSON.stringify(one.terminal.saved()));
  const two = await opened(saved);
  const start = await two.take();
  expect(start).toContain("This terminal was asleep; what ran in it has ended: sleep 100\n");
  expect(plain(await two.type("pwd; echo $X ${arr[1]}; f 1; hi; cat /proc/none; echo $Y\r"))).toContain("/tmp\n5 2\nf 1\nhi\n");
  expect(plain(await two.type("\x1b[A\x1b[A\x1b[A\r"))).toContain("cd /tmp; X=5");
});

test("hanging up ends what runs in it", async () => {
  const { type, terminal, tasks, machine } = await opened();
  await type("sleep 1000 &\rsleep 2000\r");
  expect(machine.processes.list()).toHaveLength(3);
  terminal.hangup();
  await tasks.idle();
  expect(machine.processes.list()).toHaveLength(0);
});
