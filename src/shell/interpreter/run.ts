import type { AndOr, CommandNode, CompoundList, Coproc, Function as FunctionNode, ParsedScript, Pipeline, Redirection, Statement } from "unbash";
import { joined, textOf } from "#base/streams.ts";
import { nullDevice, type OpenFile, pipe } from "../open-file.ts";
import { ExecError, signals } from "../process.ts";
import type { RunningProcess } from "../running-process.ts";
import { assign } from "./assign.ts";
import { Interrupted, inForeground, runSimple, runWords, traceText } from "./command.ts";
import { arithmeticCommand, asking, runArithmeticFor, runCase, runFor, runIf, runRedirected, runSelect, runTest, runWhile } from "./compound.ts";
import { BadArithmetic, Discard, Leave, LoopJump, Return, ShellError } from "./control.ts";
import { limited } from "./expansion/parameters.ts";
import { tellStarted } from "./jobs.ts";
import { redirect } from "./redirect.ts";
import type { Runner, Shell } from "./shell.ts";
import { firstLinesOf, type Parsed, parseSource } from "./source.ts";
import { timeReport } from "./time-report.ts";
import { ReadOnly } from "./variables.ts";

/** What one command costs, in microseconds of simulated time. */
const stepMicroseconds = 15;

async function runStatements(shell: Shell, statements: readonly Statement[]): Promise<number> {
  let status = 0;
  for (const statement of statements) status = await runStatement(shell, statement);
  return status;
}

async function runStatement(shell: Shell, statement: Statement): Promise<number> {
  shell.signal.throwIfAborted();
  const rest = shell.process.spend(stepMicroseconds);
  if (rest) await rest;
  shell.position = statement.pos;
  if (shell.pendingTraps.length > 0) await runTraps(shell);
  if (shell.has("noexec") && !shell.interactive) return 0;
  const { command } = statement;
  const status = statement.background
    ? await inBackground(shell, statement)
    : command.type === "AndOr"
      ? await runAndOr(shell, command)
      : await runNode(shell, command);
  shell.status = status;
  if (shell.pendingTraps.length > 0) await runTraps(shell);
  return status;
}

async function runAndOr(shell: Shell, node: AndOr): Promise<number> {
  let status = 0;
  for (const [i, command] of node.commands.entries()) {
    const operator = node.operators[i - 1];
    if ((operator === "&&" && status !== 0) || (operator === "||" && status === 0)) continue;
    const last = i === node.commands.length - 1;
    status = last ? await runNode(shell, command) : await asking(shell, () => runNode(shell, command));
    shell.status = status;
  }
  return status;
}

/** Runs a command of any kind; a failure ends a shell with `set -e`, unless it was only asked for. */
async function runNode(shell: Shell, node: CommandNode | Pipeline | CompoundList, replace = false): Promise<number> {
  const status = await dispatched(shell, node, replace);
  shell.status = status;
  if (status !== 0 && ends.has(node.type) && shell.checked === 0 && !(node.type === "Pipeline" && isNegated(node))) await failed(shell, status);
  return status;
}

/** Kinds whose failure counts by itself; in the others, what stands inside has counted already. */
const ends: ReadonlySet<string> = new Set(["Command", "Pipeline", "Subshell", "ArithmeticCommand", "TestCommand", "Redirected"]);

async function failed(shell: Shell, status: number): Promise<void> {
  const action = shell.traps.get("ERR");
  if (action && !shell.inTrap && (shell.calls.length === 0 || shell.has("errtrace"))) await runTrap(shell, action);
  if (shell.has("errexit")) throw new Leave(status);
}

async function dispatched(shell: Shell, node: CommandNode | Pipeline | CompoundList, replace: boolean): Promise<number> {
  switch (node.type) {
    case "Command":
      return simple(shell, () => runSimple(shell, node, replace));
    case "Pipeline":
      return runPipeline(shell, node);
    case "CompoundList":
      return runStatements(shell, node.commands);
    case "BraceGroup":
      return runStatements(shell, node.body.commands);
    case "Subshell":
      return runSubshell(shell, node.body.commands, shell.source.text.slice(node.pos, node.end));
    case "Redirected":
      return simple(shell, () => runRedirected(shell, node));
    case "If":
      return runIf(shell, node);
    case "While":
      return runWhile(shell, node);
    case "For":
      return runFor(shell, node);
    case "ArithmeticFor":
      return simple(shell, () => runArithmeticFor(shell, node));
    case "Select":
      return runSelect(shell, node);
    case "Case":
      return runCase(shell, node);
    case "Function":
      return define(shell, node);
    case "TestCommand": {
      if (shell.dialect === "dash") {
        await shell.complain("[[: not found");
        return 127;
      }
      return simple(shell, async () => ((await runTest(shell, node.expression)) ? 0 : 1));
    }
    case "ArithmeticCommand":
      if (shell.has("xtrace")) await traceText(shell, `(( ${node.body.trim()} ))`);
      return simple(shell, async () => ((await arithmeticCommand(shell, node.expression, node.body, node.pos + 2)) !== 0n ? 0 : 1));
    case "Coproc":
      return runCoproc(shell, node);
  }
}

/** Runs what may fail by an error of its own words; such an error prints, and ends what it must. */
async function simple(shell: Shell, work: () => Promise<number>): Promise<number> {
  const opened = shell.opened.length;
  try {
    return await work();
  } catch (error) {
    const problem = error instanceof ReadOnly ? new ShellError(error.message, 1) : error;
    if (!(problem instanceof ShellError)) throw error;
    await shell.complain(problem.message);
    if (!problem.fatal) return problem.status;
    shell.status = problem.status;
    // At a prompt the line is given up; elsewhere the shell is, unless it was arithmetic.
    if (problem instanceof BadArithmetic && !shell.interactive && !shell.has("errexit")) throw new Discard();
    throw shell.interactive ? new Interrupted() : new Leave(problem.status === 2 ? 1 : problem.status);
  } finally {
    for (const descriptor of shell.opened.splice(opened)) shell.process.closeFile(descriptor);
  }
}

function define(shell: Shell, node: FunctionNode): number {
  shell.functions.set(node.name.value, {
    name: node.name.value,
    body: node.body,
    source: shell.source,
    text: shell.source.text.slice(node.pos, node.end),
  });
  return 0;
}

// --- pipelines

const isNegated = (node: Pipeline): boolean => node.prefixes.filter((prefix) => prefix.type === "Negation").length % 2 === 1;

async function runPipeline(shell: Shell, node: Pipeline): Promise<number> {
  const timed = node.prefixes.find((prefix) => prefix.type === "Time");
  const startedAt = shell.process.machine.clock.now();
  const usedBefore = shell.process.cpu.used;
  const work = () => pipeline(shell, node);
  const status = isNegated(node) ? await asking(shell, work) : await work();
  if (timed?.type === "Time") await reportTime(shell, startedAt, usedBefore, timed.posix !== undefined);
  return isNegated(node) ? (status === 0 ? 1 : 0) : status;
}

async function pipeline(shell: Shell, node: Pipeline): Promise<number> {
  const [only] = node.commands;
  if (node.commands.length === 1 && only) {
    const status = await dispatched(shell, only, false);
    shell.vars.setList("PIPESTATUS", [String(status)]);
    return status;
  }
  const processes = startPipeline(shell, node, { group: shell.has("monitor") ? 0 : undefined });
  const status = await inForeground(shell, processes, shell.source.text.slice(node.pos, node.end));
  const codes = processes.map((process) => process.exited?.code ?? status);
  shell.vars.setList("PIPESTATUS", codes.map(String));
  return shell.has("pipefail") ? (codes.findLast((code) => code !== 0) ?? 0) : status;
}

/** Starts all stages of a pipeline; what one writes the next reads, while both run. */
function startPipeline(shell: Shell, node: Pipeline, options: { group: number | undefined; stdin?: OpenFile }): RunningProcess[] {
  const { tasks } = shell.process.machine;
  const processes: RunningProcess[] = [];
  let input: OpenFile | undefined = options.stdin;
  for (const [i, command] of node.commands.entries()) {
    const between = i < node.commands.length - 1 ? pipe(tasks) : undefined;
    const files = inherited(shell);
    if (input) replace(files, 0, input);
    if (between) {
      replace(files, 1, between.writer);
      if (node.operators[i] === "|&") replace(files, 2, between.writer.retain());
    }
    input = between?.reader;
    const group = options.group === undefined ? undefined : (processes[0]?.group ?? 0);
    processes.push(inChild(shell, files, group, (child) => runNode(child, command, true)));
  }
  return processes;
}

const inherited = (shell: Shell): Map<number, OpenFile> => new Map([...shell.files].map(([descriptor, file]) => [descriptor, file.retain()]));

function replace(files: Map<number, OpenFile>, descriptor: number, file: OpenFile): void {
  files.get(descriptor)?.release();
  files.set(descriptor, file);
}

/** Forks: a copy of the shell runs `work` in a process of its own. */
function inChild(
  shell: Shell,
  files: Map<number, OpenFile>,
  group: number | undefined,
  work: (child: Shell) => Promise<number>,
  background = false,
): RunningProcess {
  try {
    return shell.process.fork({ files, group, env: shell.process.env }, async (process) => {
      const running = process as RunningProcess;
      if (background && !shell.has("monitor")) {
        running.ignored.add("INT");
        running.ignored.add("QUIT");
      }
      return toItsEnd(shell.fork(running), work);
    });
  } catch (error) {
    if (error instanceof ExecError) throw new ShellError("fork: retry: Resource temporarily unavailable", 254);
    throw error;
  }
}

/** Runs a shell until it ends: `exit`, an error, or nothing more to do; then its EXIT trap. */
export async function toItsEnd(shell: Shell, work: (shell: Shell) => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = await work(shell);
  } catch (error) {
    status = await statusOfEnd(shell, error);
  }
  const action = shell.traps.get("EXIT");
  if (!action || shell.process.signal.aborted) return status;
  shell.traps.delete("EXIT");
  Object.assign(shell, { status, position: 0 });
  try {
    await runTrap(shell, action);
    return status;
  } catch (error) {
    return statusOfEnd(shell, error);
  }
}

async function statusOfEnd(shell: Shell, error: unknown): Promise<number> {
  if (error instanceof Leave || error instanceof Return || error instanceof Discard) return error.status & 255;
  if (error instanceof LoopJump) return 0;
  if (error instanceof Interrupted) return 128 + signals.INT;
  const problem = error instanceof ReadOnly ? new ShellError(error.message, 1) : error;
  if (!(problem instanceof ShellError)) throw error;
  await shell.complain(problem.message);
  return problem.status;
}

async function runSubshell(shell: Shell, statements: readonly Statement[], text: string): Promise<number> {
  const process = inChild(shell, inherited(shell), shell.has("monitor") ? 0 : undefined, (child) => runStatements(child, statements));
  return inForeground(shell, [process], text);
}

async function reportTime(shell: Shell, startedAt: number, usedBefore: number, posix: boolean): Promise<void> {
  const real = (shell.process.machine.clock.now() - startedAt) / 1000;
  const user = (shell.process.cpu.used - usedBefore) / 1000;
  await shell.write(2, timeReport(Math.max(real, user), user, shell.vars.get("TIMEFORMAT"), posix));
}

// --- in the background

async function inBackground(shell: Shell, statement: Statement): Promise<number> {
  const text = shell.source.text.slice(statement.pos, statement.end).replace(/\s*&$/, "");
  const { command } = statement;
  const monitor = shell.has("monitor");
  const group = monitor ? 0 : undefined;
  const processes =
    command.type === "Pipeline" && command.commands.length > 1 && command.prefixes.length === 0
      ? startPipeline(shell, command, { group, ...(!monitor && { stdin: nullDevice() }) })
      : [alone(shell, command, group)];
  const job = shell.jobs.add(processes, text, true);
  shell.lastBackground = processes.at(-1)?.pid;
  await tellStarted(shell, job, shell.lastBackground);
  return 0;
}

function alone(shell: Shell, command: Statement["command"], group: number | undefined): RunningProcess {
  const files = inherited(shell);
  if (!shell.has("monitor")) replace(files, 0, nullDevice());
  return inChild(shell, files, group, (child) => (command.type === "AndOr" ? runAndOr(child, command) : runNode(child, command, true)), true);
}

async function runCoproc(shell: Shell, node: Coproc): Promise<number> {
  const [to, from] = [pipe(shell.process.machine.tasks), pipe(shell.process.machine.tasks)];
  const files = inherited(shell);
  replace(files, 0, to.reader);
  replace(files, 1, from.writer);
  const process = inChild(shell, files, shell.has("monitor") ? 0 : undefined, (child) => runNode(child, node.body, true), true);
  const name = node.name?.value ?? "COPROC";
  const [reader, writer] = [freeDescriptor(shell), freeDescriptor(shell) - 3];
  shell.files.set(reader, from.reader);
  shell.files.set(writer, to.writer);
  shell.vars.setList(name, [String(reader), String(writer)]);
  shell.vars.set(`${name}_PID`, String(process.pid));
  const job = shell.jobs.add([process], shell.source.text.slice(node.pos, node.end), true);
  shell.lastBackground = process.pid;
  await tellStarted(shell, job, process.pid);
  return 0;
}

// --- substitution

function freeDescriptor(shell: Shell): number {
  for (let descriptor = 63; ; descriptor--) if (!shell.files.has(descriptor)) return descriptor;
}

/** The source that positions in a script's tree mean. */
const within = (shell: Shell, script: ParsedScript) => (script.source === undefined ? shell.source : { ...shell.source, text: script.source });

async function output(shell: Shell, script: ParsedScript): Promise<string> {
  const file = fileOf(script);
  const { reader, writer } = pipe(shell.process.machine.tasks);
  const files = inherited(shell);
  replace(files, 1, writer);
  const process = inChild(shell, files, undefined, (child) => {
    child.source = within(shell, script);
    // A substitution goes on after failures, unless it is asked to end by them too.
    if (shell.dialect === "bash" && !shell.shopt.has("inherit_errexit")) child.options.delete("errexit");
    if (script.errors?.length) return runText(child, child.source.text.slice(script.pos, script.end), "command substitution");
    if (file) return simple(child, () => copied(child, file));
    const only = onlyCommand(script);
    return only ? runNode(child, only, true) : runStatements(child, script.commands);
  });
  const chunks: Uint8Array[] = [];
  try {
    for (let bytes = await shell.process.readFrom(reader, shell.signal); bytes; bytes = await shell.process.readFrom(reader, shell.signal))
      chunks.push(bytes.slice());
  } finally {
    reader.release();
  }
  const exit = await process.wait(shell.process.signal);
  shell.substituted = exit.code;
  shell.status = exit.code;
  if (exit.signal === "INT" && shell.interactive) throw new Interrupted();
  return trimmed(joined(chunks));
}

/** The command of a script that is nothing more: a program there needs no shell beside it. */
function onlyCommand(script: ParsedScript): CommandNode | undefined {
  const [statement] = script.commands;
  return script.commands.length === 1 && statement && !statement.background && statement.command.type === "Command" ? statement.command : undefined;
}

/** The redirection of `$(<file)`. */
function fileOf(script: ParsedScript): Redirection | undefined {
  const command = onlyCommand(script);
  if (command?.type !== "Command" || command.name || command.prefix.length !== 1) return undefined;
  const [only] = command.prefix;
  return only?.type === "Redirect" && only.operator === "<" && !only.descriptor ? only : undefined;
}

async function copied(shell: Shell, file: Redirection): Promise<number> {
  const { process } = shell;
  await redirect(shell, [file]);
  for (let bytes = await process.stdin.read(); bytes; bytes = await process.stdin.read()) await process.stdout.write(bytes);
  return 0;
}

const trimmed = (bytes: Uint8Array): string => limited(textOf(bytes).replaceAll("\0", "").replace(/\n+$/, ""));

/** `<(…)` and `>(…)`: a pipe to a command beside, reached by a path. */
function besides(shell: Shell, script: ParsedScript, operator: "<" | ">"): string {
  const { reader, writer } = pipe(shell.process.machine.tasks);
  const files = inherited(shell);
  replace(files, operator === "<" ? 1 : 0, operator === "<" ? writer : reader);
  inChild(shell, files, undefined, (child) => {
    child.source = within(shell, script);
    return runStatements(child, script.commands);
  });
  const descriptor = freeDescriptor(shell);
  shell.files.set(descriptor, operator === "<" ? reader : writer);
  shell.opened.push(descriptor);
  return `/dev/fd/${descriptor}`;
}

// --- texts

/** Runs a text as part of what runs: `eval`, a trap. */
async function runText(shell: Shell, text: string, name?: string): Promise<number> {
  const { source, position } = shell;
  const line = name === undefined ? shell.line : 1;
  try {
    return await runSource(shell, text, source.name, line, name);
  } finally {
    shell.source = source;
    shell.position = position;
  }
}

/** The aliases that count now. */
export const aliasesOf = (shell: Shell): ReadonlyMap<string, string> | undefined =>
  shell.interactive || shell.shopt.has("expand_aliases") ? shell.aliases : undefined;

/** Parses and runs a text. Where aliases count, it is read line by line, since each line may change what the next one means. */
export async function runSource(shell: Shell, text: string, name: string, firstLine: number, kind?: string): Promise<number> {
  if (!aliasesOf(shell) && !text.includes("expand_aliases")) return runParsed(shell, parseSource(text, name, firstLine), kind);
  let status = 0;
  let rest = text;
  let line = firstLine;
  while (rest !== "") {
    const plain = parseSource(rest, name, line);
    const end = firstLinesOf(plain, rest);
    status = await runParsed(shell, parseSource(rest.slice(0, end), name, line, aliasesOf(shell)), kind);
    if (shell.status === 2 && plain.problem && end === rest.length) return status;
    line += rest.slice(0, end).split("\n").length - 1;
    rest = rest.slice(end);
  }
  return status;
}

/** Runs what `-c` said. A single program takes the shell's place, as with the real ones: it is then what `ps` shows and what signals reach. */
export async function runCommandText(shell: Shell, text: string): Promise<number> {
  const parsed = parseSource(text, shell.name, 1);
  const [only] = parsed.statements;
  if (parsed.problem || parsed.statements.length !== 1 || only?.background || only?.command.type !== "Command" || aliasesOf(shell))
    return runSource(shell, text, shell.name, 1, "-c");
  shell.source = parsed.source;
  shell.position = only.pos;
  return runNode(shell, only.command, true);
}

/** Runs what was parsed, and says what was wrong with the rest. `name` stands in messages about syntax: `eval`, `-c`. */
export async function runParsed(shell: Shell, parsed: Parsed, name?: string): Promise<number> {
  shell.source = parsed.source;
  let status = 0;
  // Texts within what runs are given up with it.
  const isTop = name === undefined && shell.sourceDepth === 0 && shell.calls.length === 0;
  let discarded: Statement | undefined;
  for (const statement of parsed.statements) {
    if (discarded && !parsed.source.text.slice(discarded.end, statement.pos).includes("\n")) continue;
    discarded = undefined;
    try {
      status = await runStatement(shell, statement);
    } catch (error) {
      if (!(error instanceof Discard) || !isTop) throw error;
      discarded = statement;
      status = 1;
    }
  }
  if (!parsed.problem) return status;
  const { message, line, quote } = parsed.problem;
  const where = `${parsed.source.name || shell.name}: ${name ? `${name}: ` : ""}`;
  const place = shell.interactive && name === undefined ? "" : `line ${line}: `;
  await shell.write(2, `${where}${place}${message}\n`);
  if (quote && place) await shell.write(2, `${where}${place}\`${quote}'\n`);
  shell.status = 2;
  return 2;
}

/** Runs a file in this shell; `return` ends it. */
async function runFile(shell: Shell, text: string, name: string): Promise<number> {
  const { source, position } = shell;
  shell.sourceDepth++;
  try {
    return await runSource(shell, text, name, 1);
  } catch (error) {
    if (error instanceof Return) return error.status;
    throw error;
  } finally {
    shell.sourceDepth--;
    Object.assign(shell, { source, position });
  }
}

// --- traps

async function runTraps(shell: Shell): Promise<void> {
  if (shell.inTrap) return;
  for (let name = shell.pendingTraps.shift(); name !== undefined; name = shell.pendingTraps.shift()) {
    const action = shell.traps.get(name);
    if (action) await runTrap(shell, action);
  }
}

async function runTrap(shell: Shell, action: string): Promise<void> {
  const { status, inTrap: outer } = shell;
  shell.inTrap = true;
  try {
    await runText(shell, action);
  } finally {
    shell.inTrap = outer;
    shell.status = status;
  }
}

export const runner: Runner = {
  statements: runStatements,
  node: (shell, node) => runNode(shell, node),
  assign,
  text: runText,
  output,
  process: besides,
  command: runWords,
  file: runFile,
};
