import { bytesOf, textOf } from "#base/streams.ts";
import { ashBuiltins, builtins, posixBuiltins } from "../builtins/index.ts";
import { takeOptions } from "../builtins/set.ts";
import { usualPath } from "../executable.ts";
import { FileError } from "../file-system.ts";
import type { Machine, Process, Program } from "../process.ts";
import { RunningProcess } from "../running-process.ts";
import { evaluatedText } from "./expansion/parameters.ts";
import { takeFunctions } from "./exported-functions.ts";
import { interact } from "./interactive.ts";
import { aliasesOf, runCommandText, runner, runParsed, runSource, toItsEnd } from "./run.ts";
import { type Dialect, Shell } from "./shell.ts";
import { isIncomplete, parseSource } from "./source.ts";

const version = "5.2.37(1)-release";

interface Invocation {
  command: string | undefined;
  interactive: boolean;
  login: boolean;
  fromInput: boolean;
  rc: string | undefined;
  profile: boolean;
  operands: readonly string[];
  setOptions: readonly string[];
  shopts: readonly (readonly [name: string, on: boolean])[];
  print: "version" | "help" | undefined;
  invalid: string | undefined;
}

function invocationOf(args: readonly string[]): Invocation {
  const found: Invocation = {
    command: undefined,
    interactive: false,
    login: false,
    fromInput: false,
    rc: "~/.bashrc",
    profile: true,
    operands: [],
    setOptions: [],
    shopts: [],
    print: undefined,
    invalid: undefined,
  };
  const setOptions: string[] = [];
  const shopts: (readonly [string, boolean])[] = [];
  let wantsCommand = false;
  let i = 1;
  for (; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--" || arg === "-") {
      i++;
      break;
    }
    if (arg.startsWith("--")) {
      if (arg === "--login") found.login = true;
      else if (arg === "--norc") found.rc = undefined;
      else if (arg === "--noprofile") found.profile = false;
      else if (arg === "--rcfile" || arg === "--init-file") found.rc = args[++i];
      else if (arg === "--version") found.print = "version";
      else if (arg === "--help") found.print = "help";
      else if (arg === "--posix" || arg === "--noediting" || arg === "--verbose" || arg === "--restricted") continue;
      else found.invalid = arg;
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (letter === "c") wantsCommand = true;
      else if (letter === "i") found.interactive = true;
      else if (letter === "l") found.login = true;
      else if (letter === "s") found.fromInput = true;
      else if (letter === "O") shopts.push([args[++i] ?? "", arg.startsWith("-")]);
      else if (letter === "o") setOptions.push(`${arg[0]}o`, args[++i] ?? "");
      else setOptions.push(`${arg[0]}${letter}`);
    }
  }
  const operands = args.slice(i);
  return {
    ...found,
    setOptions,
    shopts,
    ...(wantsCommand
      ? { command: operands[0], operands: operands.slice(1), ...(operands.length === 0 && { invalid: "-c: option requires an argument" }) }
      : { operands }),
  };
}

/** A shell for a process: its variables are the environment. */
export function shellFor(process: RunningProcess, dialect: Dialect, name: string): Shell {
  const shell = new Shell(process, runner, dialect === "bash" ? builtins : dialect === "ash" ? ashBuiltins : posixBuiltins, name, dialect);
  const { vars } = shell;
  for (const [key, value] of process.env) if (/^[A-Za-z_]\w*$/.test(key)) Object.assign(vars.declare(key, "global"), { value, exported: true });
  if (dialect === "bash") takeFunctions(shell, process.env);
  const { machine, user } = process;
  const level = Number(vars.get("SHLVL") ?? 0);
  const preset = (key: string, value: string) => {
    if (!vars.isSet(key)) vars.set(key, value);
  };
  preset("PATH", usualPath);
  preset("IFS", " \t\n");
  Object.assign(vars.declare("IFS", "global"), { value: " \t\n", exported: false });
  vars.set("OPTIND", "1");
  vars.set("PPID", String(process.parentPid));
  if (
    !vars.isSet("PWD") ||
    machine.fs.stat(vars.get("PWD") ?? "")?.kind !== "directory" ||
    samePlace(machine, vars.get("PWD") ?? "", process.cwd) === false
  )
    vars.set("PWD", process.cwd);
  else process.cwd = machine.fs.resolve("/", vars.get("PWD") ?? "/");
  vars.export("PWD");
  vars.export("OLDPWD");
  if (dialect === "bash") {
    vars.set("SHLVL", String(Number.isInteger(level) ? level + 1 : 1));
    vars.export("SHLVL");
    preset("PS4", "+ ");
    vars.set("BASH", "/bin/bash");
    vars.set("BASH_VERSION", version);
    vars.setList("BASH_VERSINFO", ["5", "2", "37", "1", "release", "x86_64-pc-linux-gnu"]);
    vars.set("HOSTTYPE", "x86_64");
    vars.set("OSTYPE", "linux-gnu");
    vars.set("MACHTYPE", "x86_64-pc-linux-gnu");
    preset("HOSTNAME", machine.hostname);
    for (const [key, value] of [
      ["UID", user.uid],
      ["EUID", user.uid],
    ] as const)
      Object.assign(vars.declare(key, "global"), { value: String(value), integer: true, readonly: true });
  }
  shell.define = function (this: Shell) {
    compute(this);
  };
  compute(shell);
  return shell;
}

function samePlace(machine: Machine, one: string, other: string): boolean {
  try {
    return machine.fs.realPath(one) === machine.fs.realPath(other);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** Hooks up what is computed when asked for. */
function compute(shell: Shell): void {
  const { vars, process } = shell;
  const { clock, random } = process.machine;
  vars.evaluate = (text) => String(evaluatedText(shell, text));
  vars.onSet = (name) => {
    if (name === "PATH") shell.hashed.clear();
    if (name === "OPTIND") shell.optionOffset = 1;
  };
  if (shell.dialect !== "bash") return;
  let zero = shell.startedAt;
  const only = (get: () => string) => ({ get, set: () => {} });
  const dynamic = vars.dynamic;
  dynamic.set(
    "RANDOM",
    only(() => String(random.between(0, 32767))),
  );
  dynamic.set(
    "SRANDOM",
    only(() => String(random.bits())),
  );
  dynamic.set("SECONDS", {
    get: () => String(Math.floor((clock.now() - zero) / 1000)),
    set: (value) => {
      zero = clock.now() - (Number(value) || 0) * 1000;
    },
  });
  dynamic.set(
    "EPOCHSECONDS",
    only(() => String(Math.floor(clock.now() / 1000))),
  );
  dynamic.set(
    "EPOCHREALTIME",
    only(() => (clock.now() / 1000).toFixed(6)),
  );
  dynamic.set(
    "LINENO",
    only(() => String(shell.line)),
  );
  dynamic.set(
    "BASHPID",
    only(() => String(process.pid)),
  );
  dynamic.set(
    "BASH_SUBSHELL",
    only(() => String(shell.depth)),
  );
  dynamic.set(
    "SHELLOPTS",
    only(() => [...shell.options].sort().join(":")),
  );
  dynamic.set(
    "BASHOPTS",
    only(() => [...shell.shopt].sort().join(":")),
  );
  const functions = () => [...shell.calls.map((call) => call.name).reverse(), ...(shell.calls.length > 0 && shell.scripted ? ["main"] : [])];
  dynamic.set("FUNCNAME", { get: () => functions()[0] ?? "", list: functions, set: () => {} });
  const lines = () => [...shell.calls.map((call) => String(call.line)).reverse(), ...(shell.scripted ? ["0"] : [])];
  dynamic.set("BASH_LINENO", { get: () => lines()[0] ?? "", list: lines, set: () => {} });
  const file = () => (shell.source.name === shell.name && shell.calls.length === 0 ? (shell.scripted ? shell.name : "") : shell.source.name);
  // What was given by -c, or typed, is no file.
  const files = () => (file() === "" ? [] : [file()]);
  dynamic.set("BASH_SOURCE", { get: file, list: files, set: () => {} });
  dynamic.set(
    "BASH_COMMAND",
    only(() => shell.running),
  );
}

/** The shell as a program, speaking as the machine's shell of that name does. */
function shellProgram(dialectOf: (machine: Machine) => Dialect): Program {
  return async (process: Process) => {
    if (!(process instanceof RunningProcess)) throw new Error("a shell runs only in a machine's process");
    return runShell(process, dialectOf(process.machine));
  };
}

export const bash = shellProgram(() => "bash");
export const sh = shellProgram((machine) => (machine.system === "debian" ? "dash" : "ash"));

async function runShell(process: RunningProcess, dialect: Dialect): Promise<number> {
  const invocation = invocationOf(process.args);
  const zero = process.args[0] ?? dialect;
  const own = zero.replace(/^-/, "");
  if (invocation.print === "version") {
    await process.stdout.write(bytesOf(`GNU bash, version ${version} (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\n`));
    return 0;
  }
  if (invocation.print === "help") {
    await process.stdout.write(
      bytesOf(
        `GNU bash, version ${version}-(x86_64-pc-linux-gnu)\nUsage:\t${own} [GNU long option] [option] ...\n\t${own} [GNU long option] [option] script-file ...\n`,
      ),
    );
    return 0;
  }
  if (invocation.invalid) {
    await process.stderr.write(
      bytesOf(`${own}: ${invocation.invalid.startsWith("-c:") ? invocation.invalid : `${invocation.invalid}: invalid option`}\n`),
    );
    return 2;
  }
  const scriptName = invocation.command === undefined && !invocation.fromInput ? invocation.operands[0] : undefined;
  const name = invocation.command !== undefined ? (invocation.operands[0] ?? own) : (scriptName ?? own);
  const shell = shellFor(process, dialect, name);
  shell.params = invocation.command !== undefined || scriptName !== undefined ? invocation.operands.slice(1) : [...invocation.operands];
  shell.login = invocation.login || zero.startsWith("-");
  for (const [option, on] of invocation.shopts) on ? shell.shopt.add(option) : shell.shopt.delete(option);
  const { invalid } = takeOptions(shell, invocation.setOptions);
  if (invalid) {
    await process.stderr.write(bytesOf(`${own}: ${invalid}: invalid option\n`));
    return 2;
  }
  return toItsEnd(shell, () => start(shell, invocation, scriptName));
}

async function start(shell: Shell, invocation: Invocation, scriptName: string | undefined): Promise<number> {
  const onTerminal = shell.files.get(0)?.tty !== undefined && shell.files.get(2)?.tty !== undefined;
  const interactive = invocation.interactive || (invocation.command === undefined && scriptName === undefined && onTerminal);
  // Start files ask whether somebody types.
  if (interactive) shell.interactive = true;
  if (shell.login && invocation.profile) await sourceFirst(shell, ["/etc/profile"], ["~/.bash_profile", "~/.bash_login", "~/.profile", "~/.bashrc"]);
  if (invocation.command !== undefined) return runCommandText(shell, invocation.command);
  if (scriptName !== undefined) return runScript(shell, scriptName);
  if (!interactive) return runInput(shell);
  return interact(shell, { rc: shell.login ? undefined : invocation.rc });
}

/** Sources the first that there is of each. */
export async function sourceFirst(shell: Shell, ...choices: readonly (readonly string[])[]): Promise<void> {
  for (const paths of choices) {
    const home = shell.vars.get("HOME") ?? "/";
    const path = paths.map((one) => one.replace(/^~/, home)).find((one) => shell.fs.stat(one)?.kind === "file");
    if (path) await runner.file(shell, shell.fs.readText(path), path);
  }
}

async function runScript(shell: Shell, name: string): Promise<number> {
  const found = shell.path(name);
  const stat = shell.fs.stat(found);
  const say = async (text: string, status: number) => {
    await shell.write(
      2,
      shell.dialect === "bash"
        ? `${shell.process.args[0]}: ${name}: ${text}\n`
        : `${shell.process.args[0]}: 0: cannot open ${name}: ${text.replace("file or directory", "file")}\n`,
    );
    return status;
  };
  shell.scripted = true;
  if (stat?.kind === "directory") return say("Is a directory", 126);
  if (!stat) {
    if (!/^\/dev\/(fd\/\d+|stdin)$/.test(found)) return say("No such file or directory", 127);
    const text = textOf(await shell.process.read(name));
    return runSource(shell, text, name, 1);
  }
  const content = shell.fs.read(found);
  if (content.subarray(0, 80).includes(0)) return say("cannot execute binary file", 126);
  return runSource(shell, textOf(content), name, 1);
}

/** Runs commands out of the standard input as they come, so that they can read from it too. */
async function runInput(shell: Shell): Promise<number> {
  let text = "";
  let line = 1;
  let status = 0;
  for (;;) {
    const next = await inputLine(shell);
    text += next ?? "";
    if (next !== undefined && (text.trim() === "" || isIncomplete(text))) continue;
    if (text.trim() !== "") {
      const parsed = parseSource(text, shell.name, line, aliasesOf(shell));
      status = await runParsed(shell, parsed);
      if (parsed.problem) return status;
    }
    line += text.split("\n").length - 1;
    text = "";
    if (next === undefined) return status;
  }
}

async function inputLine(shell: Shell): Promise<string | undefined> {
  const file = shell.files.get(0);
  const chunks: Uint8Array[] = [];
  if (!file) return undefined;
  for (;;) {
    const bytes = await shell.process.readFrom(file, shell.signal);
    if (!bytes) break;
    const end = bytes.indexOf(10);
    chunks.push(bytes.slice(0, end < 0 ? undefined : end + 1));
    if (end < 0) continue;
    file.unread(bytes.subarray(end + 1));
    break;
  }
  return chunks.length === 0 ? undefined : chunks.map(textOf).join("");
}
