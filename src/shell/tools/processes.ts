import { signalNamed, signalTable } from "../builtins/trap.ts";
import { ExecError, type ProcessInfo, type SignalName, signals } from "../process.ts";
import { strftime } from "../strftime.ts";
import { durationOf } from "./sleep.ts";
import { defineTool, type Printer, type ToolCall } from "./tool.ts";

const commandOf = (info: ProcessInfo): string => (info.args[0] ?? "").split("/").at(-1)?.replace(/^-/, "") ?? "";

type Column = { title: string; value(info: ProcessInfo, now: number): string; right?: boolean; least?: number };

const columns: Readonly<Record<string, Column>> = {
  pid: { title: "PID", value: (info) => String(info.pid), right: true, least: 7 },
  ppid: { title: "PPID", value: (info) => String(info.parentPid), right: true, least: 7 },
  pgid: { title: "PGID", value: (info) => String(info.group), right: true, least: 7 },
  sid: { title: "SID", value: (info) => String(info.session), right: true, least: 7 },
  user: { title: "USER", value: (info) => info.user, least: 8 },
  uid: { title: "UID", value: (info) => info.user, least: 8 },
  stat: { title: "STAT", value: (info) => info.state, least: 4 },
  s: { title: "S", value: (info) => info.state },
  tty: { title: "TTY", value: (info) => info.tty ?? "?", least: 8 },
  time: { title: "TIME", value: () => "00:00:00", right: true, least: 8 },
  bsdtime: { title: "TIME", value: () => "0:00", right: true, least: 6 },
  start: { title: "STIME", value: (info) => strftime("%H:%M", info.startedAt), least: 5 },
  etime: { title: "ELAPSED", value: (info, now) => elapsed(now - info.startedAt), right: true, least: 11 },
  cpu: { title: "%CPU", value: () => "0.0", right: true, least: 4 },
  mem: { title: "%MEM", value: () => "0.0", right: true, least: 4 },
  vsz: { title: "VSZ", value: () => "4364", right: true, least: 6 },
  rss: { title: "RSS", value: () => "3328", right: true, least: 5 },
  c: { title: "C", value: () => "0", right: true, least: 2 },
  ni: { title: "NI", value: () => "0", right: true, least: 3 },
  pri: { title: "PRI", value: () => "19", right: true, least: 3 },
  comm: { title: "COMMAND", value: commandOf },
  cmd: { title: "CMD", value: (info) => info.args.join(" ") },
  args: { title: "COMMAND", value: (info) => info.args.join(" ") },
};
const otherNames: Readonly<Record<string, string>> = {
  state: "s",
  tt: "tty",
  tname: "tty",
  pcpu: "cpu",
  "%cpu": "cpu",
  pmem: "mem",
  "%mem": "mem",
  command: "args",
  ucmd: "comm",
  stime: "start",
  lstart: "start",
  euser: "user",
  ruser: "user",
  vsize: "vsz",
};

function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return `${days > 0 ? `${days}-` : ""}${days > 0 || hours > 0 ? `${two(hours)}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
}

export const ps = defineTool({
  name: "ps",
  usage: "[options]",
  summary: "Report a snapshot of the current processes.",
  plain: true,

  async run({ args, process, out, fail }) {
    const letters = args
      .filter((arg) => !arg.startsWith("--"))
      .map((arg) => arg.replace(/^-/, ""))
      .join("");
    const formatAt = args.findIndex((arg) => /^-?o/.test(arg) || arg === "--format" || /^-[a-zA-Z]*o$/.test(arg));
    const format =
      formatAt < 0
        ? undefined
        : /^-?o./.test(args[formatAt] ?? "") && args[formatAt] !== "-o"
          ? args[formatAt]?.replace(/^-?o/, "")
          : args[formatAt + 1];
    const bsd = args.length > 0 && !args[0]?.startsWith("-");
    const small = process.machine.system !== "debian";
    const now = process.machine.clock.now();
    const all =
      small ||
      /[eA]/.test(letters.split("o")[0] ?? "") ||
      (bsd && letters.includes("x") && letters.includes("a")) ||
      (letters.includes("ax") && !bsd);
    const pidAt = args.findIndex((arg) => /^-?-?(p|pid|q)$/.test(arg));
    const pids = pidAt < 0 ? undefined : (args[pidAt + 1] ?? "").split(",").map(Number);
    const running = process.machine.processes.list().map((info) => (info.pid === process.pid ? { ...info, state: "R" as const } : info));
    const shown = running.filter((info) =>
      pids
        ? pids.includes(info.pid)
        : all || bsd
          ? all || info.user === process.user.name
          : info.tty === process.tty?.name && info.session === sessionOf(process.pid, process.machine.processes.list()),
    );
    let chosen: string[];
    if (format) chosen = format.split(/[,\s]+/);
    else if (small) chosen = ["pid", "user", "time", "args"];
    else if (bsd && letters.includes("u")) chosen = ["user", "pid", "cpu", "mem", "vsz", "rss", "tty", "stat", "start", "bsdtime", "args"];
    else if (bsd) chosen = ["pid", "tty", "stat", "bsdtime", "args"];
    else if (/f|F/.test(letters)) chosen = ["uid", "pid", "ppid", "c", "start", "tty", "time", "cmd"];
    else if (letters.includes("l")) chosen = ["s", "uid", "pid", "ppid", "c", "tty", "time", "comm"];
    else chosen = ["pid", "tty", "time", "comm"];
    const table: (Column & { shownTitle: string })[] = [];
    for (const name of chosen) {
      const [key = "", title] = name.split("=");
      const column = columns[otherNames[key] ?? key];
      if (!column) return fail(`error: unknown user-defined format specifier "${key}"`);
      table.push({ ...column, shownTitle: title ?? (bsd && key === "start" ? "START" : !bsd && !format && key === "comm" ? "CMD" : column.title) });
    }
    const cells = shown.map((info) => table.map((column) => column.value(info, now)));
    const widths = table.map((column, i) =>
      Math.max(small ? 0 : (column.least ?? 0), column.shownTitle.length, ...cells.map((row) => row[i]?.length ?? 0)),
    );
    const line = (row: readonly string[]) =>
      row.map((cell, i) => (table[i]?.right ? cell.padStart(widths[i] ?? 0) : i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(" ");
    if (small && !format) return smallTable(out, shown);
    if (table.some((column) => column.shownTitle !== "") && !args.includes("--no-headers") && !(bsd && letters.includes("h")))
      await out.line(line(table.map((column) => column.shownTitle)).trimEnd());
    for (const row of cells) await out.line(line(row));
    return shown.length > 0 ? 0 : 1;
  },
});

/** As busybox lays it out. */
async function smallTable(out: Printer, shown: readonly ProcessInfo[]): Promise<number> {
  await out.line("PID   USER     TIME  COMMAND");
  for (const info of shown) await out.line(`${String(info.pid).padStart(5)} ${info.user.padEnd(8)}  0:00 ${info.args.join(" ")}`);
  return 0;
}

const sessionOf = (pid: number, all: readonly ProcessInfo[]): number => all.find((one) => one.pid === pid)?.session ?? 0;

/** Reads `-9`, `-s TERM`, `-TERM`; gives the signal and what follows. */
async function signalOf({ args, fail }: ToolCall): Promise<{ signal: SignalName | "EXIT"; rest: readonly string[] } | number> {
  const [first = ""] = args;
  const taken = first === "-s" || first === "-n" || first === "--signal" ? args[1] : /^-(\d+|[A-Z]\w*)$/.test(first) ? first.slice(1) : undefined;
  if (taken === undefined) return { signal: "TERM", rest: args };
  const signal = taken === "0" ? "EXIT" : signalNamed(taken);
  if (!signal || signal === "ERR" || signal === "DEBUG" || signal === "RETURN") return fail(`${taken}: invalid signal specification`);
  return { signal, rest: args.slice(first.startsWith("-s") && first.length <= 2 ? 2 : first === "-n" || first === "--signal" ? 2 : 1) };
}

export const kill = defineTool({
  name: "kill",
  usage: "[-s signal|-p] [--] pid...",
  summary: "Send a signal to a process.",
  plain: true,

  async run(call) {
    const { args, process, out, fail } = call;
    if (args[0] === "-l" || args[0] === "-L") {
      await out.text(args[1] ? `${Object.entries(signals).find(([, number]) => number === Number(args[1]) % 128)?.[0] ?? args[1]}\n` : signalTable());
      return 0;
    }
    const meant = await signalOf(call);
    if (typeof meant === "number") return meant;
    let code = 0;
    const { processes } = process.machine;
    for (const text of meant.rest.filter((one) => one !== "--")) {
      const pid = Number(text);
      if (!Number.isInteger(pid)) code = await fail(`failed to parse argument: '${text}'`);
      else {
        const there =
          meant.signal === "EXIT" ? processes.list().some((one) => one.pid === pid || one.group === -pid) : processes.signal(pid, meant.signal);
        if (!there) code = await fail(`(${text}): No such process`);
      }
    }
    return code;
  },
});

async function matching(call: ToolCall): Promise<{ signal: SignalName | "EXIT"; found: ProcessInfo[]; flags: string } | number> {
  const meant = await signalOf(call);
  if (typeof meant === "number") return meant;
  const flags = meant.rest.filter((one) => /^-[a-zA-Z]+$/.test(one)).join("");
  const [pattern] = meant.rest.filter((one) => !one.startsWith("-"));
  if (pattern === undefined) return call.fail(`no matching criteria specified\nTry \`${call.name} --help' for more information.`, 2);
  let regex: RegExp;
  try {
    regex = new RegExp(flags.includes("x") ? `^(?:${pattern})$` : pattern, flags.includes("i") ? "i" : "");
  } catch {
    return call.fail(`invalid regular expression: ${pattern}`, 2);
  }
  const found = call.process.machine.processes
    .list()
    .filter((info) => info.pid !== call.process.pid && regex.test(flags.includes("f") ? info.args.join(" ") : commandOf(info)));
  return { signal: meant.signal, found, flags };
}

export const pgrep = defineTool({
  name: "pgrep",
  usage: "[options] pattern",
  summary: "Look up processes based on name.",
  plain: true,

  async run(call) {
    const result = await matching(call);
    if (typeof result === "number") return result;
    if (result.flags.includes("c")) await call.out.line(String(result.found.length));
    else
      for (const info of result.found)
        await call.out.line(
          result.flags.includes("a")
            ? `${info.pid} ${info.args.join(" ")}`
            : result.flags.includes("l")
              ? `${info.pid} ${commandOf(info)}`
              : String(info.pid),
        );
    return result.found.length > 0 ? 0 : 1;
  },
});

export const pidof = defineTool({
  name: "pidof",
  usage: "program...",
  summary: "Find the process ID of a running program.",
  options: ["s", "x", "c", "n"],

  async run({ options, process, out }) {
    const pids = process.machine.processes.list().filter((info) => options.operands.includes(commandOf(info)));
    if (pids.length > 0)
      await out.line(
        pids
          .map((info) => info.pid)
          .reverse()
          .join(" "),
      );
    return pids.length > 0 ? 0 : 1;
  },
});

export const pkill = defineTool({
  name: "pkill",
  usage: "[options] pattern",
  summary: "Signal processes based on name.",
  plain: true,

  async run(call) {
    const result = await matching(call);
    if (typeof result === "number") return result;
    if (result.signal !== "EXIT") for (const info of result.found) call.process.machine.processes.signal(info.pid, result.signal);
    return result.found.length > 0 ? 0 : 1;
  },
});

export const killall = defineTool({
  name: "killall",
  usage: "[OPTION]... [--] NAME...",
  summary: "Kill processes by name.",
  plain: true,

  async run(call) {
    const { process, fail } = call;
    const meant = await signalOf(call);
    if (typeof meant === "number") return meant;
    let code = 0;
    for (const name of meant.rest.filter((one) => !one.startsWith("-"))) {
      const found = process.machine.processes.list().filter((info) => commandOf(info) === name && info.pid !== process.pid);
      if (found.length === 0) code = await fail(`${name}: no process found`, 1);
      if (meant.signal !== "EXIT") for (const info of found) process.machine.processes.signal(info.pid, meant.signal);
    }
    return code;
  },
});

export const timeout = defineTool({
  name: "timeout",
  usage: "[OPTION] DURATION COMMAND [ARG]...",
  summary: "Start COMMAND, and kill it if still running after DURATION.",
  options: ["f,foreground", "k,kill-after=", "p,preserve-status", "s,signal=", "v,verbose"],
  inOrder: true,
  misused: 125,

  async run({ options, process, fail, err }) {
    const [limit, ...words] = options.operands;
    if (limit === undefined || words.length === 0) {
      await err.line("Try 'timeout --help' for more information.");
      return 125;
    }
    const milliseconds = durationOf(limit);
    if (milliseconds === undefined) {
      await fail(`invalid time interval ‘${limit}’`);
      await err.line("Try 'timeout --help' for more information.");
      return 125;
    }
    const named = signalNamed(options.get("signal") ?? "TERM");
    if (!named || !(named in signals)) return fail(`${options.get("signal")}: invalid signal`, 125);
    const signal = named as SignalName;
    const after = options.get("kill-after");
    const grace = after === undefined ? undefined : durationOf(after);
    const { clock } = process.machine;
    let child: ReturnType<typeof process.start>;
    try {
      child = process.start(words);
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      return fail(
        `failed to run command ‘${words[0]}’: ${error.code === "ENOENT" ? "No such file or directory" : "Permission denied"}`,
        error.exitCode,
      );
    }
    let late = false;
    let killed = false;
    // What reaches this process is passed on to the command.
    for (const name of ["TERM", "INT", "HUP"] as const) process.onSignal(name, () => child.kill(name));
    const timers =
      milliseconds > 0 && Number.isFinite(milliseconds)
        ? [
            clock.at(clock.now() + milliseconds, () => {
              late = true;
              child.kill(signal);
              if (grace !== undefined)
                timers.push(
                  clock.at(clock.now() + grace, () => {
                    killed = true;
                    child.kill("KILL");
                  }),
                );
            }),
          ]
        : [];
    const exit = await child.wait(process.signal);
    for (const timer of timers) timer.cancel();
    if (late && options.has("verbose")) await err.line(`timeout: sending signal ${signal} to command ‘${words[0]}’`);
    if (!late || options.has("preserve-status")) return exit.code;
    // Where the command was killed for good, so is this.
    if (killed || signal === "KILL") process.machine.processes.signal(process.pid, "KILL");
    return 124;
  },
});

export const time = defineTool({
  name: "time",
  usage: "[-p] COMMAND [ARG]...",
  summary: "Run COMMAND, then print how long it took.",
  options: ["p,portability", "v,verbose", "f,format=", "o,output=", "a,append"],
  inOrder: true,

  async run({ options, process, err, fail }) {
    const { clock } = process.machine;
    const startedAt = clock.now();
    let code: number;
    try {
      code = await process.run(options.operands);
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      return fail(`cannot run ${options.operands[0]}: No such file or directory`, error.exitCode);
    }
    await err.text(`real ${((clock.now() - startedAt) / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`);
    return code;
  },
});
