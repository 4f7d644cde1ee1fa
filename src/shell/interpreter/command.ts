import type { Assignment, Command, Redirection } from "unbash";
import { executable, isScript, programPath, usualPath } from "../executable.ts";
import { FileError } from "../file-system.ts";
import { ExecError, type Exit, type Program, signals } from "../process.ts";
import type { RunningProcess } from "../running-process.ts";
import { UsageError } from "../tools/options.ts";
import { Printer } from "../tools/tool.ts";
import { assign } from "./assign.ts";
import { LoopJump, Return, ShellError } from "./control.ts";
import { traced } from "./expansion/quote.ts";
import { expandText, expandWords, parseWord } from "./expansion/words.ts";
import { withFunctions } from "./exported-functions.ts";
import { signalTexts } from "./jobs.ts";
import { hintFor } from "./not-simulated.ts";
import { type Redirections, redirect } from "./redirect.ts";
import type { Shell, ShellFunction } from "./shell.ts";
import type { Variable } from "./variables.ts";

const mostCalls = 1000;

/** Runs a simple command. `replace`: this process is for it alone, a program takes its place. */
export async function runSimple(shell: Shell, node: Command, replace: boolean): Promise<number> {
  shell.position = node.pos;
  if (!shell.inTrap) shell.running = shell.source.text.slice(node.pos, node.end);
  if (shell.traps.has("DEBUG")) await beforeCommand(shell);
  shell.substituted = undefined;
  const assignments: Assignment[] = [];
  for (const one of node.prefix) if (one.type === "Assignment") assignments.push(one);
  const declared = new Map<string, Assignment>();
  const words = await wordsOf(shell, node, declared);
  if (words.length === 0) return withoutCommand(shell, assignments, node.redirects);

  if (shell.has("xtrace")) await trace(shell, assignments, words);
  shell.lastArgument = words.at(-1) ?? "";
  const [name = ""] = words;
  const callee = shell.functions.get(name);
  const builtin = callee ? undefined : shell.builtins.get(name);
  if (!callee && !builtin)
    return external(shell, words, { assignments, redirects: node.redirects, replace, text: shell.source.text.slice(node.pos, node.end) });

  const redirections = await redirect(shell, node.redirects);
  const restore = await temporarily(shell, assignments);
  let keep = false;
  try {
    if (callee) return await call(shell, callee, words);
    keep = name === "exec" && words.length === 1;
    return await runBuiltin(shell, words, declared);
  } finally {
    restore();
    if (keep) redirections.keep();
    else redirections.undo();
  }
}

/** A trap on DEBUG runs before each command, in functions where they inherit it. */
async function beforeCommand(shell: Shell): Promise<void> {
  const action = shell.traps.get("DEBUG");
  if (!action || shell.inTrap || (shell.calls.length > 0 && !shell.has("functrace"))) return;
  const { status } = shell;
  shell.inTrap = true;
  try {
    await shell.runner.text(shell, action);
  } finally {
    shell.inTrap = false;
    shell.status = status;
  }
}

async function wordsOf(shell: Shell, node: Command, declared: Map<string, Assignment>): Promise<string[]> {
  if (!node.name) return [];
  const words = await expandWords(shell, [node.name]);
  const declares = shell.builtins.get(words[0] ?? "")?.declares && !shell.functions.has(words[0] ?? "");
  for (const arg of node.args) {
    if (arg.type === "Word") words.push(...(await expandWords(shell, [arg])));
    else if (!declares) words.push(...(await expandWords(shell, [parseWord(arg.text)])));
    else if (arg.value.type === "ArrayValue" || arg.index) {
      declared.set(arg.name, arg);
      words.push(arg.name);
    } else words.push(`${arg.name}${arg.append ? "+" : ""}=${await expandText(shell, arg.value, { assignment: true })}`);
  }
  return words;
}

async function withoutCommand(shell: Shell, assignments: readonly Assignment[], redirects: readonly Redirection[]): Promise<number> {
  if (shell.has("xtrace")) for (const one of assignments) await trace(shell, [one], []);
  else for (const one of assignments) await assign(shell, one);
  if (redirects.length > 0) (await redirect(shell, redirects)).undo();
  return shell.substituted ?? 0;
}

/** Shows a command as `set -x` does. An assignment without a command is made on the way, since what it shows is what it assigned. */
async function trace(shell: Shell, assignments: readonly Assignment[], words: readonly string[]): Promise<void> {
  const shown = words.map(traced).join(" ");
  for (const one of words.length === 0 ? assignments : []) {
    const before = one.append && !one.index ? (shell.vars.get(one.name) ?? "") : "";
    await assign(shell, one);
    const value =
      one.value.type === "ArrayValue" || one.index
        ? one.text.slice(one.text.indexOf("=") + 1)
        : (shell.vars.get(one.name) ?? "").slice(before.length);
    const target = one.index ? `${one.name}[${one.index.text}]` : one.name;
    await shell.write(
      2,
      `${await prompt4(shell)}${target}${one.append ? "+" : ""}=${one.value.type === "ArrayValue" || value === "" ? value : traced(value)}\n`,
    );
  }
  const prefix: string[] = [];
  for (const one of words.length > 0 ? assignments : [])
    prefix.push(`${one.name}=${one.value.type === "Word" ? traced(await expandText(shell, one.value, { assignment: true })) : ""}`);
  if (words.length > 0) await shell.write(2, `${await prompt4(shell)}${[...prefix, shown].join(" ")}\n`);
}

/** Shows what begins a compound command: `+ for i in 1 2`. */
export async function traceText(shell: Shell, text: string): Promise<void> {
  if (shell.has("xtrace")) await shell.write(2, `${await prompt4(shell)}${text}\n`);
}

/** PS4, its first character once for each level of `$(…)` and the like. */
export async function prompt4(shell: Shell): Promise<string> {
  const text = shell.vars.get("PS4") ?? "+ ";
  const expanded = text.includes("$") || text.includes("`") ? await expandText(shell, parseWord(`"${text.replaceAll('"', '\\"')}"`)) : text;
  return expanded.slice(0, 1).repeat(shell.depth) + expanded;
}

/** Sets variables for the time of one command; gives what takes them back. */
async function temporarily(shell: Shell, assignments: readonly Assignment[]): Promise<() => void> {
  if (assignments.length === 0) return () => {};
  const before: [string, Variable | undefined][] = [];
  for (const one of assignments) {
    const variable = shell.vars.own(one.name);
    before.push([one.name, variable && { ...variable }]);
    await assign(shell, one);
    shell.vars.export(one.name);
  }
  return () => {
    for (const [name, variable] of before.reverse()) {
      if (!variable) shell.vars.unset(name);
      else Object.assign(shell.vars.declare(name, "found"), { exported: false, ...variable });
      shell.vars.onSet?.(name);
    }
  };
}

/** Runs words as a command: function, builtin or program. */
export async function runWords(
  shell: Shell,
  words: readonly string[],
  options: { functions?: boolean; builtins?: boolean; replace?: boolean } = {},
): Promise<number> {
  const [name = ""] = words;
  const callee = options.functions === false ? undefined : shell.functions.get(name);
  if (callee) return call(shell, callee, words);
  if (options.builtins !== false && shell.builtins.has(name)) return runBuiltin(shell, words, new Map());
  return external(shell, words, { assignments: [], redirects: [], replace: options.replace ?? false });
}

async function runBuiltin(shell: Shell, words: readonly string[], declared: ReadonlyMap<string, Assignment>): Promise<number> {
  const [name = "", ...args] = words;
  const builtin = shell.builtins.get(name);
  if (!builtin) return 127;
  const out = new Printer({ write: (bytes) => shell.process.writeTo(shell.files.get(1), bytes, shell.signal), close() {} });
  const err = new Printer({ write: (bytes) => shell.process.writeTo(shell.files.get(2), bytes, shell.signal), close() {} });
  const fail = async (text: string, code = 1) => {
    await out.flush();
    await err.line(`${shell.prefix}${name}: ${text}`);
    return code;
  };
  try {
    return await builtin.run({ name, args, shell, out, err, declared, fail });
  } catch (error) {
    if (error instanceof UsageError) {
      await fail(
        error.message
          .replace(/^invalid option -- '(.)'$/, "-$1: invalid option")
          .replace(/^option requires an argument -- '(.)'$/, "-$1: option requires an argument"),
      );
      await err.line(`${name}: usage: ${builtin.usage}`);
      return 2;
    }
    if (error instanceof FileError) return await fail(error.message.replace(/^write error: /, "write error: "));
    throw error;
  } finally {
    if (!shell.signal.aborted) {
      await flushed(shell, name, out, err);
    }
  }
}

async function flushed(shell: Shell, name: string, out: Printer, err: Printer): Promise<void> {
  try {
    await out.flush();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await err.line(`${shell.prefix}${name}: write error: ${error.reason}`);
  }
  await err.flush();
}

/** Calls a function: its own arguments and local variables; `return` ends it. */
async function call(shell: Shell, callee: ShellFunction, words: readonly string[]): Promise<number> {
  if (shell.calls.length >= mostCalls) throw new ShellError(`${callee.name}: maximum function nesting level exceeded (${mostCalls})`, 1);
  const { params, source, position, loopDepth } = shell;
  shell.calls.push({ name: callee.name, line: shell.line, source: source.name });
  shell.vars.pushScope();
  shell.params = words.slice(1);
  shell.source = callee.source;
  shell.loopDepth = 0;
  const rest = shell.process.spend(5);
  try {
    // Deep recursion leaves the stack here.
    await rest;
    return await shell.runner.node(shell, callee.body);
  } catch (error) {
    if (error instanceof Return) return error.status;
    if (error instanceof LoopJump) return 0;
    throw error;
  } finally {
    const onReturn = shell.traps.get("RETURN");
    if (onReturn && (shell.has("functrace") || shell.returnTrapDepth === shell.calls.length) && !shell.process.signal.aborted)
      await shell.runner.text(shell, onReturn);
    shell.vars.popScope();
    shell.calls.pop();
    shell.params = params;
    shell.source = source;
    shell.position = position;
    shell.loopDepth = loopDepth;
  }
}

interface External {
  assignments: readonly Assignment[];
  redirects: readonly Redirection[];
  replace: boolean;
  /** The command as it is written. */
  text?: string;
}

/** Runs a program as a child, or in place of this process. */
async function external(shell: Shell, words: readonly string[], { assignments, redirects, replace, text }: External): Promise<number> {
  let redirections: Redirections | undefined;
  try {
    redirections = await redirect(shell, redirects);
    const env = withFunctions(shell, shell.vars.exported());
    for (const one of assignments)
      if (one.value.type === "Word")
        env.set(one.name, (one.append ? (shell.vars.get(one.name) ?? "") : "") + (await expandText(shell, one.value, { assignment: true })));
    const found = await programOf(shell, words, env);
    if (typeof found === "number") return found;
    env.set("_", found.path);
    if (replace) return await shell.process.become(found.args, env, found.program);
    const files = new Map([...shell.files].map(([descriptor, file]) => [descriptor, file.retain()]));
    const child = shell.process.fork({ args: found.args, env, files, group: shell.has("monitor") ? 0 : undefined }, found.program);
    return await inForeground(shell, [child], text ?? words.join(" "));
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    await shell.complain(error.code === "EAGAIN" ? "fork: retry: Resource temporarily unavailable" : error.message);
    return error.code === "EAGAIN" ? 254 : error.exitCode;
  } finally {
    redirections?.undo();
  }
}

/** The program that words start; a message and its status where there is none. */
async function programOf(
  shell: Shell,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
): Promise<{ path: string; args: readonly string[]; program: Program } | number> {
  const { machine } = shell.process;
  const [name = ""] = words;
  const searchPath = env.get("PATH") ?? shell.vars.get("PATH") ?? usualPath;
  try {
    const found = executable(machine, shell.cwd, searchPath, words);
    if (!name.includes("/")) {
      const known = shell.hashed.get(name);
      shell.hashed.set(name, { path: found.path, hits: (known?.hits ?? 0) + 1 });
    }
    return found;
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    const path = programPath(machine, shell.cwd, searchPath, name);
    if (error.code === "ENOEXEC" && path !== undefined && isScript(machine, path)) {
      const program = machine.programs.get("bash") ?? machine.programs.get("sh");
      if (program) return { path, args: [shell.dialect === "bash" ? "bash" : "sh", name.includes("/") ? name : path, ...words.slice(1)], program };
    }
    if (error.code === "ENOENT" && !name.includes("/")) {
      const handler = shell.functions.get("command_not_found_handle");
      if (handler) return call(shell, handler, ["command_not_found_handle", ...words]);
    }
    await shell.complain(notStarted(shell, name, error));
    const hint = error.code === "ENOENT" && !shell.process.contained ? hintFor(name) : undefined;
    if (hint) await shell.write(2, `${hint}\n`);
    return error.exitCode;
  }
}

function notStarted(shell: Shell, name: string, error: ExecError): string {
  if (error.code !== "ENOENT") return error.message;
  if (name.includes("/")) return shell.dialect === "bash" ? error.message : `${name}: not found`;
  return shell.dialect === "bash" ? `${name}: command not found` : `${name}: not found`;
}

/** Waits for what was started in the foreground, as a job where the shell controls jobs; gives the status of the last. */
export async function inForeground(shell: Shell, processes: readonly RunningProcess[], text: string): Promise<number> {
  const last = processes.at(-1);
  if (!last) return 0;
  let status: number;
  if (shell.has("monitor")) status = await shell.jobs.foreground(shell.jobs.add(processes, text, false));
  else {
    for (const process of processes) await process.wait(shell.process.signal);
    status = last.exited?.code ?? 0;
  }
  if (last.exited?.signal) await reportSignal(shell, last, text);
  return status;
}

/** What a shell says of a child that a signal ended, and what it does where that was Ctrl-C. */
async function reportSignal(shell: Shell, process: RunningProcess, text: string): Promise<void> {
  const exit: Exit | undefined = process.exited;
  if (!exit?.signal || exit.signal === "PIPE") return;
  if (exit.signal === "INT") {
    if (!shell.interactive) return;
    await shell.write(2, "\n");
    shell.status = 128 + signals.INT;
    throw new Interrupted();
  }
  const words = signalTexts[exit.signal] ?? `Signal ${signals[exit.signal]}`;
  if (shell.interactive) await shell.write(2, `${words}\n`);
  else if (shell.dialect === "bash") await shell.write(2, `${shell.prefix}${String(process.pid).padStart(5)} ${words.padEnd(24)}${text}\n`);
  else await shell.write(2, `${words}\n`);
}

/** Ctrl-C ended what ran in the foreground: the rest of the line is not run. */
export class Interrupted extends Error {}
