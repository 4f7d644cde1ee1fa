import { textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import { allOf, defineTool, type ToolCall } from "../tool.ts";
import { Engine, type Scope } from "./evaluate.ts";
import { builtins, Halt, rootScope } from "./functions.ts";
import { parseJq } from "./parser.ts";
import { type Filter, JqSyntaxError, type Json } from "./syntax.ts";
import { compact, isTruthy, JqError, type JsonObject, type Layout, valuesIn, written } from "./values.ts";

interface Invocation {
  program: string;
  files: string[];
  flags: Set<string>;
  indent: number | undefined;
  variables: JsonObject;
  positional: Json[];
}

const short: Readonly<Record<string, string>> = {
  s: "slurp",
  r: "raw-output",
  R: "raw-input",
  n: "null-input",
  c: "compact-output",
  C: "color-output",
  M: "monochrome-output",
  S: "sort-keys",
  a: "ascii-output",
  j: "join-output",
  e: "exit-status",
  f: "from-file",
  h: "help",
  V: "version",
  l: "library",
};
const known = new Set([
  ...Object.values(short),
  "tab",
  "indent",
  "arg",
  "argjson",
  "slurpfile",
  "rawfile",
  "args",
  "jsonargs",
  "unbuffered",
  "seq",
  "stream",
  "raw-output0",
]);

class Misused extends Error {}

async function invocationOf({ args, process }: ToolCall): Promise<Invocation> {
  const found: Invocation = { program: "", files: [], flags: new Set(), indent: undefined, variables: {}, positional: [] };
  const named: JsonObject = {};
  let program: string | undefined;
  let rest: "files" | "args" | "jsonargs" = "files";
  const json = (text: string, what: string): Json => {
    try {
      return JSON.parse(text);
    } catch {
      throw new Misused(`Invalid JSON text passed to --${what}`);
    }
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (!arg.startsWith("-") || arg === "-") {
      if (program === undefined && !found.flags.has("from-file")) program = arg;
      else if (rest === "files") found.files.push(arg);
      else found.positional.push(rest === "args" ? arg : json(arg, "jsonargs"));
      continue;
    }
    const names = arg.startsWith("--") ? [arg.slice(2)] : [...arg.slice(1)].map((letter) => short[letter] ?? letter);
    for (const name of names) {
      if (!known.has(name)) throw new Misused(`Unknown arguments`);
      found.flags.add(name);
      if (name === "indent") found.indent = Number(args[++i]);
      else if (name === "from-file") {
        program = textOf(await process.read(args[++i] ?? ""));
      } else if (name === "args" || name === "jsonargs") rest = name;
      else if (name === "arg" || name === "argjson" || name === "slurpfile" || name === "rawfile") {
        const [key, value] = [args[++i], args[++i]];
        if (key === undefined || value === undefined)
          throw new Misused(
            `--${name} takes two parameters (e.g. --${name} varname ${name === "arg" ? "value" : name === "argjson" ? "text" : "filename"})`,
          );
        named[key] =
          name === "arg"
            ? value
            : name === "argjson"
              ? json(value, "argjson")
              : name === "rawfile"
                ? textOf(await process.read(value))
                : [...valuesIn(textOf(await process.read(value)))];
      } else if (name === "library") i++;
    }
  }
  found.program = program ?? "";
  if (program === undefined && !found.flags.has("help") && !found.flags.has("version")) throw new Misused("");
  found.variables = { ...named, __named: named };
  return found;
}

export const jq = defineTool({
  name: "jq",
  usage: "[OPTIONS] FILTER [FILES...]",
  summary: "Process JSON inputs, applying the given filter.",
  plain: true,

  async run(call) {
    const { err, out, process } = call;
    let invocation: Invocation;
    try {
      invocation = await invocationOf(call);
    } catch (error) {
      if (!(error instanceof Misused)) throw error;
      await err.text(
        `${error.message ? `jq: ${error.message}\n` : ""}Usage:\tjq [OPTIONS] FILTER [FILES...]\n\tjq [OPTIONS] --args FILTER [ARGUMENTS...]\n\tjq [OPTIONS] --jsonargs FILTER [JSON_VALUES...]\n`,
      );
      return 2;
    }
    if (invocation.flags.has("version")) {
      await out.line("jq-1.6");
      return 0;
    }
    if (invocation.flags.has("help")) {
      await out.line(`Usage:\t${jq.name} ${jq.usage}`);
      return 0;
    }
    let filter: Filter;
    let scope = rootScope();
    try {
      filter = parseJq(invocation.program);
    } catch (error) {
      if (!(error instanceof JqSyntaxError)) throw error;
      await err.text(`jq: error: ${error.message}\njq: 1 compile error\n`);
      return 3;
    }
    const { __named, ...variables } = invocation.variables;
    for (const [name, value] of Object.entries(variables)) scope = scope.with(name, value);
    scope = scope.with("__prog_args", invocation.positional).with("ARGS", { positional: invocation.positional, named: __named ?? {} });
    const undefinedName = firstUndefined(filter, scope);
    if (undefinedName) {
      await err.text(`jq: error: ${undefinedName} at <top-level>, line 1:\n${invocation.program}\njq: 1 compile error\n`);
      return 3;
    }
    await err.flush();
    const source =
      invocation.flags.has("null-input") && invocation.files.length === 0 && !/\binputs?\b/.test(invocation.program)
        ? { text: "", failed: false }
        : await inputOf(call, invocation.files);
    const rest = process.spend(500 + source.text.length / 20);
    if (rest) await rest;
    const code = await filtered(call, invocation, filter, scope, source.text);
    return source.failed ? 2 : code;
  },
});

async function inputOf({ process, err, in: input }: ToolCall, files: readonly string[]): Promise<{ text: string; failed: boolean }> {
  if (files.length === 0) return { text: textOf(await allOf(input)), failed: false };
  let text = "";
  let failed = false;
  for (const file of files) {
    try {
      text += textOf(await process.read(file));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      failed = true;
      await err.line(`jq: error: Could not open file ${file}: ${error.reason}`);
    }
  }
  return { text, failed };
}

/** Runs the filter on each input and prints what it gives. */
async function filtered(call: ToolCall, { flags, indent }: Invocation, filter: Filter, scope: Scope, text: string): Promise<number> {
  const { out, err, process } = call;
  const values = flags.has("raw-input")
    ? rawInputs(text, flags.has("slurp"))
    : flags.has("slurp")
      ? [[...guardedValues(text)]][Symbol.iterator]()
      : guardedValues(text);
  const engine = new Engine(builtins, { inputs: values, environment: Object.fromEntries(process.env), now: () => process.machine.clock.now() });
  const layout: Layout = {
    indent: flags.has("compact-output") ? undefined : flags.has("tab") ? "\t" : indent === 0 ? undefined : " ".repeat(indent ?? 2),
    sorted: flags.has("sort-keys"),
    ascii: flags.has("ascii-output"),
    colours: flags.has("color-output") || (process.isTerminal(1) && !flags.has("monochrome-output")),
  };
  const raw = flags.has("raw-output") || flags.has("join-output");
  const end = flags.has("join-output") ? "" : "\n";
  let last: Json | undefined;
  let code = 0;
  const inputs = flags.has("null-input") ? [null] : { [Symbol.iterator]: () => values };
  try {
    for (const input of inputs) {
      try {
        for (const value of engine.values(filter, input, scope)) {
          for (const message of engine.messages.splice(0)) await err.text(message);
          last = value;
          await out.text((raw && typeof value === "string" ? value : written(value, layout)) + end);
        }
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        await out.flush();
        code = 5;
        await err.line(
          `jq: error (at ${flags.has("null-input") ? "<unknown>" : `<stdin>:${text.endsWith("\n") ? text.split("\n").length - 1 : 0}`})${typeof error.value === "string" ? `: ${error.value}` : ` (not a string): ${compact(error.value)}`}`,
        );
      }
    }
  } catch (error) {
    if (error instanceof Halt) {
      if (error.value !== undefined) await err.text(typeof error.value === "string" ? error.value : `${compact(error.value)}\n`);
      return error.code;
    }
    if (!(error instanceof BadInput)) throw error;
    await out.flush();
    await err.line(`parse error: ${error.message}`);
    // Nothing came before: then it is as if there had been no output at all.
    return last === undefined ? 4 : 2;
  } finally {
    for (const message of engine.messages.splice(0)) await err.text(message);
  }
  if (code !== 0 || !flags.has("exit-status")) return code;
  return last === undefined ? 4 : isTruthy(last) ? 0 : 1;
}

class BadInput extends Error {}

function* guardedValues(text: string): Generator<Json> {
  try {
    yield* valuesIn(text);
  } catch (error) {
    throw error instanceof JqError ? new BadInput(error.message) : error;
  }
}

function* rawInputs(text: string, slurped: boolean): Generator<Json> {
  if (slurped) yield text;
  else for (const line of text.replace(/\n$/, "").split("\n")) if (text !== "") yield line;
}

/** A function or variable that the program names and nobody knows: told before it runs. */
function firstUndefined(filter: Filter, scope: Scope): string | undefined {
  const defined = new Set<string>();
  let found: string | undefined;
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    const { kind } = node as { kind?: string };
    if (kind === "define") {
      const { name, params } = node as Extract<Filter, { kind: "define" }>;
      defined.add(`${name}/${params.length}`);
      for (const param of params) defined.add(`${param.replace("$", "")}/0`);
    }
    for (const value of Object.values(node)) visit(value);
    if (kind !== "call") return;
    const { name, args } = node as Extract<Filter, { kind: "call" }>;
    const key = `${name}/${args.length}`;
    if (!defined.has(key) && !builtins.has(key) && !scope.callee(name, args.length)) found ??= `${key} is not defined`;
  };
  visit(filter);
  return found;
}
