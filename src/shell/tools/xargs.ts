import { sourceOf, textOf } from "#base/streams.ts";
import { ExecError } from "../process.ts";
import { allOf, defineTool, sourceOfFile, type ToolCall } from "./tool.ts";

const mostCharacters = 128 * 1024;

export const xargs = defineTool({
  name: "xargs",
  usage: "[OPTION]... COMMAND [INITIAL-ARGS]...",
  summary: "Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.",
  options: [
    "0,null",
    "a,arg-file=",
    "d,delimiter=",
    "E=",
    "I=",
    "i,replace?",
    "L,max-lines=",
    "l?",
    "n,max-args=",
    "o,open-tty",
    "P,max-procs=",
    "p,interactive",
    "r,no-run-if-empty",
    "s,max-chars=",
    "t,verbose",
    "x,exit",
  ],
  inOrder: true,

  async run(call) {
    const { options, process, fail } = call;
    const file = options.get("arg-file");
    const text = textOf(await allOf(file === undefined ? call.in : sourceOfFile(process, file)));
    const replaced = options.get("I") ?? (options.has("replace") ? options.get("replace") || "{}" : undefined);
    const base = options.operands.length > 0 ? options.operands : ["echo"];
    let lines: string[][];
    try {
      lines = itemsOf(call, text, replaced !== undefined);
    } catch (error) {
      if (error instanceof RangeError) return fail(error.message);
      throw error;
    }
    const commands = commandsOf(call, lines, base, replaced);
    return runAll(call, commands);
  },
});

/** The items of the input, by line. */
function itemsOf({ options }: ToolCall, text: string, whole: boolean): string[][] {
  const delimiter = options.has("null") ? "\0" : options.get("delimiter");
  if (delimiter !== undefined) {
    const mark = delimiter === "\\n" ? "\n" : delimiter === "\\0" ? "\0" : delimiter === "\\t" ? "\t" : delimiter;
    const items = text.split(mark);
    if (items.at(-1) === "") items.pop();
    return items.map((item) => [item]);
  }
  const lines: string[][] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    if (whole) {
      lines.push([unquoted(line.trimStart())]);
      continue;
    }
    const items: string[] = [];
    for (const [item] of line.matchAll(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+|["']/g)) {
      if (item === '"' || item === "'")
        throw new RangeError(
          `unmatched ${item === '"' ? "double" : "single"} quote; by default quotes are special to xargs unless you use the -0 option`,
        );
      items.push(unquoted(item));
    }
    if (items.length > 0) lines.push(items);
  }
  const end = options.get("E");
  if (end === undefined) return lines;
  const kept: string[][] = [];
  for (const line of lines) {
    const at = line.indexOf(end);
    kept.push(at < 0 ? line : line.slice(0, at));
    if (at >= 0) break;
  }
  return kept.filter((line) => line.length > 0);
}

const unquoted = (text: string): string => text.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? "");

function commandsOf({ options }: ToolCall, lines: readonly string[][], base: readonly string[], replaced: string | undefined): string[][] {
  if (replaced !== undefined) return lines.map(([item = ""]) => base.map((word) => word.replaceAll(replaced, item)));
  const perLine = options.get("max-lines") ?? (options.has("l") ? options.get("l") || "1" : undefined);
  if (perLine !== undefined) {
    const commands: string[][] = [];
    for (let i = 0; i < lines.length; i += Number(perLine)) commands.push([...base, ...lines.slice(i, i + Number(perLine)).flat()]);
    return commands;
  }
  const items = lines.flat();
  if (items.length === 0) return options.has("no-run-if-empty") ? [] : [[...base]];
  const most = Number(options.get("max-args") ?? Number.POSITIVE_INFINITY);
  const room = Number(options.get("max-chars") ?? mostCharacters);
  const commands: string[][] = [];
  let current: string[] = [];
  let size = 0;
  for (const item of items) {
    if (current.length > 0 && (current.length >= most || size + item.length + 1 > room)) {
      commands.push([...base, ...current]);
      current = [];
      size = 0;
    }
    current.push(item);
    size += item.length + 1;
  }
  commands.push([...base, ...current]);
  return commands;
}

async function runAll({ options, process, out, err, fail }: ToolCall, commands: readonly string[][]): Promise<number> {
  const atOnce = Number(options.get("max-procs") ?? 1) || commands.length;
  const running: ReturnType<typeof process.start>[] = [];
  let code = 0;
  const settle = async () => {
    const child = running.shift();
    if (!child) return;
    const exit = await child.wait(process.signal);
    if (exit.signal) code = 125;
    else if (exit.code === 255) code = 124;
    else if (exit.code >= 126 && exit.code <= 127) code = exit.code;
    else if (exit.code !== 0 && code === 0) code = 123;
  };
  for (const words of commands) {
    if (options.has("verbose")) await err.line(words.join(" "));
    await err.flush();
    await out.flush();
    try {
      running.push(process.start(words, { stdin: sourceOf() }));
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      return fail(`${words[0]}: ${error.code === "ENOENT" ? "No such file or directory" : "Permission denied"}`, error.exitCode);
    }
    if (running.length >= atOnce) await settle();
    if (code === 124) return fail(`${words[0]}: exited with status 255; aborting`, 124);
  }
  while (running.length > 0) await settle();
  return code;
}
