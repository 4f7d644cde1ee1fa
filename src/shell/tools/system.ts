import { echoed } from "../builtins/echo.ts";
import { formatted } from "../builtins/printf.ts";
import { ExecError, type ProcessUser } from "../process.ts";
import { strftime } from "../strftime.ts";
import { dateOf } from "./date-text.ts";
import { defineTool, type ToolCall } from "./tool.ts";

export const trueTool = defineTool({ name: "true", usage: "", summary: "Do nothing, successfully.", plain: true, run: () => 0 });
export const falseTool = defineTool({ name: "false", usage: "", summary: "Do nothing, unsuccessfully.", plain: true, run: () => 1 });

/** `test` and `[` as programs of their own, for those who run them without a shell. */
const testing = (name: string) =>
  defineTool({
    name,
    usage: name === "[" ? "EXPRESSION ]" : "EXPRESSION",
    summary: "Exit with the status determined by EXPRESSION.",
    plain: true,
    run: ({ args, process }) => process.run(["sh", "-c", `${name} "$@"`, name, ...args]),
  });

export const test = testing("test");
export const bracket = testing("[");

export const echo = defineTool({
  name: "echo",
  usage: "[SHORT-OPTION]... [STRING]...",
  summary: "Echo the STRING(s) to standard output.",
  plain: true,

  async run({ args, out }) {
    await out.text(echoed(args));
    return 0;
  },
});

export const printf = defineTool({
  name: "printf",
  usage: "FORMAT [ARGUMENT]...",
  summary: "Print ARGUMENT(s) according to FORMAT.",
  plain: true,

  async run({ args, out, process, fail }) {
    const [format, ...rest] = args;
    if (format === undefined) return fail("missing operand\nTry 'printf --help' for more information.");
    const { text, problems } = formatted(format, rest, process.machine.clock.now());
    await out.text(text);
    for (const problem of problems) await fail(problem);
    return problems.length > 0 ? 1 : 0;
  },
});

export const date = defineTool({
  name: "date",
  usage: "[OPTION]... [+FORMAT]",
  summary: "Display the current time in the given FORMAT.",
  options: ["d,date=", "f,file=", "I,iso-8601?", "R,rfc-email", "rfc-3339=", "r,reference=", "s,set=", "u,utc", "universal"],

  async run({ options, process, out, fail }) {
    const { clock, fs } = process.machine;
    let at = clock.now();
    const reference = options.get("reference");
    if (reference !== undefined) {
      const stat = fs.stat(fs.resolve(process.cwd, reference));
      if (!stat) return fail(`${reference}: No such file or directory`);
      at = stat.modifiedAt;
    }
    const text = options.get("date");
    if (text !== undefined) {
      const given = dateOf(text, at);
      if (given === undefined) return fail(`invalid date ‘${text}’`);
      at = given;
    }
    if (options.has("set")) return fail("cannot set date: Operation not permitted");
    const [operand] = options.operands;
    if (operand !== undefined && !operand.startsWith("+")) return fail(`invalid date ‘${operand}’`);
    let format = operand?.slice(1) ?? (options.has("rfc-email") ? "%a, %d %b %Y %H:%M:%S %z" : "%a %b %e %H:%M:%S %Z %Y");
    for (const [option, formats] of Object.entries(precisions)) {
      const asked = options.get(option);
      if (operand !== undefined || asked === undefined) continue;
      // As everywhere in coreutils, the beginning of a word is enough.
      const precision = Object.keys(formats).find((name) => name.startsWith(asked));
      if (precision === undefined) {
        const valid = Object.keys(formats).map((name) => `  - ‘${name}’`);
        return fail(`invalid argument ‘${asked}’ for ‘--${option}’\nValid arguments are:\n${valid.join("\n")}`);
      }
      format = formats[precision] ?? format;
    }
    await out.line(strftime(format, at));
    return 0;
  },
});

/** How precisely a time is written; without a word, the first. */
const precisions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "iso-8601": { date: "%F", hours: "%FT%H%:z", minutes: "%FT%H:%M%:z", seconds: "%FT%T%:z", ns: "%FT%T,%N%:z" },
  "rfc-3339": { date: "%F", seconds: "%F %T%:z", ns: "%F %T.%N%:z" },
};

export const whoami = defineTool({
  name: "whoami",
  usage: "[OPTION]...",
  summary: "Print the user name associated with the current effective user ID.",

  async run({ process, out, fail }) {
    if (!process.machine.accounts.user(process.user.name))
      return fail(process.machine.system === "debian" ? `cannot find name for user ID ${process.user.uid}` : `unknown uid ${process.user.uid}`);
    await out.line(process.user.name);
    return 0;
  },
});

export const id = defineTool({
  name: "id",
  usage: "[OPTION]... [USER]...",
  summary: "Print user and group information for each specified USER, or for the current user.",
  options: ["a", "Z,context", "g,group", "G,groups", "n,name", "r,real", "u,user", "z,zero"],

  async run({ options, process, out, fail }) {
    const [name] = options.operands;
    const { accounts } = process.machine;
    const user = name === undefined ? process.user : (accounts.login(name) ?? accounts.login(accounts.userOf(Number(name))?.name ?? ""));
    if (!user) return fail(`‘${name}’: no such user`);
    // coreutils tell a process's own group first, busybox all as the kernel sorts them.
    const all = process.machine.system === "debian" ? [user.gid, ...user.groups] : [user.gid, ...user.groups].toSorted((a, b) => a - b);
    const userName = accounts.userOf(user.uid)?.name;
    const named = options.has("name");
    const group = (gid: number) => (named ? accounts.nameOf(gid) : String(gid));
    const shown = (number: number, text: string | undefined) =>
      text === undefined || text === String(number) ? String(number) : `${number}(${text})`;
    const groupShown = (gid: number) => shown(gid, accounts.nameOf(gid));
    if (options.has("user")) await out.line(named ? (userName ?? String(user.uid)) : String(user.uid));
    else if (options.has("group")) await out.line(group(user.gid));
    else if (options.has("groups")) await out.line(all.map(group).join(" "));
    else await out.line(`uid=${shown(user.uid, userName)} gid=${groupShown(user.gid)} groups=${all.map(groupShown).join(",")}`);
    return 0;
  },
});

export const groups = defineTool({
  name: "groups",
  usage: "[USERNAME]...",
  summary: "Print group memberships for each USERNAME or for the current process.",

  async run({ options, process, out, fail }) {
    const { accounts } = process.machine;
    const line = ({ gid, groups }: ProcessUser) => [gid, ...groups].map((each) => accounts.nameOf(each)).join(" ");
    if (options.operands.length === 0) await out.line(line(process.user));
    for (const name of options.operands) {
      const user = accounts.login(name);
      if (!user) return fail(`‘${name}’: no such user`);
      await out.line(`${name} : ${line(user)}`);
    }
    return 0;
  },
});

export const hostname = defineTool({
  name: "hostname",
  usage: "[-a|-A|-d|-f|-i|-I|-s]",
  summary: "Show the system's host name.",
  options: ["a,alias", "A,all-fqdns", "d,domain", "f,fqdn", "long", "i,ip-address", "I,all-ip-addresses", "s,short", "y,yp,nis", "F,file=", "b,boot"],

  async run({ options, process, out, fail }) {
    const { hostname: name, net } = process.machine;
    if (options.operands.length > 0) return fail("you must be root to change the host name");
    if (options.has("ip-address") || options.has("all-ip-addresses")) await out.line(`${net.address}${options.has("all-ip-addresses") ? " " : ""}`);
    else if (options.has("domain")) await out.line(name.split(".").slice(1).join("."));
    else await out.line(options.has("short") ? (name.split(".")[0] ?? name) : name);
    return 0;
  },
});

const kernel = "6.12.48";

export const uname = defineTool({
  name: "uname",
  usage: "[OPTION]...",
  summary: "Print certain system information.",
  options: [
    "a,all",
    "s,kernel-name",
    "n,nodename",
    "r,kernel-release",
    "v,kernel-version",
    "m,machine",
    "p,processor",
    "i,hardware-platform",
    "o,operating-system",
  ],

  async run({ options, process, out }) {
    const parts: (readonly [string, string])[] = [
      ["kernel-name", "Linux"],
      ["nodename", process.machine.hostname],
      ["kernel-release", kernel],
      ["kernel-version", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)"],
      ["machine", "x86_64"],
      ["operating-system", process.machine.system === "debian" ? "GNU/Linux" : "Linux"],
    ];
    const unknown = (["processor", "hardware-platform"] as const).filter((name) => options.has(name)).map(() => "unknown");
    const wanted = parts
      .filter(([name]) => options.has("all") || options.has(name) || (options.given.length === 0 && name === "kernel-name"))
      .map(([, text]) => text);
    await out.line([...wanted, ...unknown].join(" "));
    return 0;
  },
});

export const arch = defineTool({
  name: "arch",
  usage: "",
  summary: "Print machine architecture.",

  async run({ out }) {
    await out.line("x86_64");
    return 0;
  },
});

export const nproc = defineTool({
  name: "nproc",
  usage: "[OPTION]...",
  summary: "Print the number of processing units available.",
  options: ["all", "ignore="],

  async run({ out }) {
    await out.line("2");
    return 0;
  },
});

export const uptime = defineTool({
  name: "uptime",
  usage: "[options]",
  summary: "Tell how long the system has been running.",
  options: ["p,pretty", "s,since"],

  async run({ process, out }) {
    const { clock, processes } = process.machine;
    const started = Math.min(clock.now(), ...processes.list().map((one) => one.startedAt));
    const minutes = Math.floor((clock.now() - started) / 60_000);
    const up = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    await out.line(` ${strftime("%T", clock.now())} up ${up},  1 user,  load average: 0.00, 0.00, 0.00`);
    return 0;
  },
});

export const clear = defineTool({
  name: "clear",
  usage: "",
  summary: "Clear the terminal screen.",
  options: ["T=", "x", "V"],

  async run({ options, out }) {
    await out.text(`\x1b[H\x1b[2J${options.has("x") ? "" : "\x1b[3J"}`);
    return 0;
  },
});

export const reset = defineTool({
  name: "reset",
  usage: "",
  summary: "Bring the terminal back to a sane state.",

  async run({ process, out }) {
    if (process.tty) process.tty.raw = false;
    await out.text("\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>");
    return 0;
  },
});

export const printenv = defineTool({
  name: "printenv",
  usage: "[OPTION]... [VARIABLE]...",
  summary: "Print the values of the specified environment VARIABLE(s).",
  options: ["0,null"],

  async run({ options, process, out }) {
    const end = options.has("null") ? "\0" : "\n";
    if (options.operands.length === 0) for (const [name, value] of process.env) await out.text(`${name}=${value}${end}`);
    let code = 0;
    for (const name of options.operands) {
      const value = process.env.get(name);
      if (value === undefined) code = 1;
      else await out.text(value + end);
    }
    return code;
  },
});

/** Runs another command, and says why where it cannot. */
export async function runOther(
  { process, out, fail }: ToolCall,
  words: readonly string[],
  options: { env?: ReadonlyMap<string, string>; cwd?: string } = {},
): Promise<number> {
  await out.flush();
  try {
    return await process.run(words, options);
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    return fail(`‘${words[0]}’: ${error.code === "ENOENT" ? "No such file or directory" : "Permission denied"}`, error.exitCode);
  }
}

export const env = defineTool({
  name: "env",
  usage: "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
  summary: "Set each NAME to VALUE in the environment and run COMMAND.",
  options: ["i,ignore-environment", "0,null", "u,unset=", "C,chdir=", "S,split-string=", "v,debug"],
  inOrder: true,
  misused: 125,

  async run(call) {
    const { options, process, out, fail } = call;
    const given = [...options.operands];
    const empty = options.has("ignore-environment") || given[0] === "-";
    if (given[0] === "-") given.shift();
    given.unshift(...(options.get("split-string")?.trim().split(/\s+/) ?? []));
    const environment = new Map(empty ? [] : process.env);
    for (const name of options.all("unset")) environment.delete(name);
    while (given[0]?.includes("=")) {
      const [pair = ""] = given.splice(0, 1);
      const equals = pair.indexOf("=");
      environment.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    if (given.length === 0) {
      for (const [name, value] of environment) await out.text(`${name}=${value}${options.has("null") ? "\0" : "\n"}`);
      return 0;
    }
    const directory = options.get("chdir");
    const cwd = directory === undefined ? process.cwd : process.machine.fs.resolve(process.cwd, directory);
    if (process.machine.fs.stat(cwd)?.kind !== "directory") return fail(`cannot change directory to ‘${directory}’: No such file or directory`, 125);
    return runOther(call, given, { env: environment, cwd });
  },
});

export const nohup = defineTool({
  name: "nohup",
  usage: "COMMAND [ARG]...",
  summary: "Run COMMAND, ignoring hangup signals.",
  inOrder: true,
  options: [],
  misused: 125,

  async run(call) {
    const { options, process, err, fail } = call;
    if (options.operands.length === 0) return fail("missing operand\nTry 'nohup --help' for more information.", 125);
    process.ignore("HUP");
    if (!process.isTerminal(1)) return runOther(call, options.operands);
    await err.line("nohup: ignoring input and appending output to 'nohup.out'");
    await err.flush();
    const file = process.open("nohup.out", "append");
    const sink = { write: (bytes: Uint8Array) => file.write(bytes), close() {} };
    try {
      return await process.run(options.operands, { stdout: sink, ...(process.isTerminal(2) && { stderr: sink }) });
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      return fail(`failed to run command '${options.operands[0]}': No such file or directory`, error.exitCode);
    } finally {
      file.release();
    }
  },
});

export const sudo = defineTool({
  name: "sudo",
  usage: "[-u user] [VAR=value] command [arg ...]",
  summary: "Run a command as another user: root, unless said.",
  options: [
    "A",
    "b",
    "E,preserve-env?",
    "e",
    "H,set-home",
    "h=",
    "i,login",
    "K",
    "k",
    "l,list",
    "n,non-interactive",
    "P",
    "p=",
    "S,stdin",
    "s,shell",
    "u,user=",
    "g=",
    "V,version",
    "v,validate",
  ],
  inOrder: true,

  async run(call) {
    const { options, process, fail, err } = call;
    const name = options.get("user") ?? "root";
    const user = process.machine.accounts.user(name);
    if (!user) return fail(`unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit`);
    const words = [...options.operands];
    const environment = new Map(process.env);
    while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
      const [pair = ""] = words.splice(0, 1);
      environment.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    if (words.length === 0 && !options.has("login") && !options.has("shell")) {
      await err.line(`usage: sudo ${sudo.usage}`);
      return 1;
    }
    environment.set("HOME", user.home).set("USER", name).set("LOGNAME", name).set("SUDO_USER", process.user.name);
    const command =
      words.length === 0
        ? [user.shell, ...(options.has("login") ? ["-l"] : [])]
        : options.has("login") || options.has("shell")
          ? [user.shell, "-c", words.join(" ")]
          : words;
    try {
      return await process.run(command, {
        env: environment,
        user: process.machine.accounts.process(name),
        ...(options.has("login") && { cwd: user.home }),
      });
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      return fail(`${command[0]}: command not found`);
    }
  },
});

export const tty = defineTool({
  name: "tty",
  usage: "[OPTION]...",
  summary: "Print the file name of the terminal connected to standard input.",
  options: ["s,silent", "quiet"],

  async run({ process, options, out }) {
    const terminal = process.files.get(0)?.tty;
    if (!options.has("silent")) await out.line(terminal ? `/dev/${terminal.name}` : "not a tty");
    return terminal ? 0 : 1;
  },
});
