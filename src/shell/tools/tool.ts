import { bytesOf, joined, type Sink, type Source } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import type { Process, Program } from "../process.ts";
import { type OptionSpec, Options, parseOptions, UsageError } from "./options.ts";

/** A program of the usual kind: options, operands, streams. */
export interface Tool {
  name: string;
  /** After `Usage: name `. */
  usage: string;
  summary: string;
  options?: OptionSpec;
  /** Options end at the first operand: what runs another command. */
  inOrder?: boolean;
  /** Takes its arguments as they are, `--help` too. */
  plain?: boolean;
  /** The exit code of a wrong call, 1 unless said. */
  misused?: number;
  /** How it says that a file cannot be read: `cannot open 'x' for reading: …`. */
  unreadable?(name: string, reason: string): string;
  /** Its first argument may be letters of options without a dash. */
  bundled?: boolean;
  /** Whether it knows `-NUMBER`; the name that it stands for. */
  numeric?: string;
  run(call: ToolCall): Promise<number> | number;
}

export interface ToolCall {
  name: string;
  args: readonly string[];
  options: Options;
  process: Process;
  in: Source;
  out: Printer;
  err: Printer;
  /** Prints `name: text` to the standard error and gives the exit code. */
  fail(text: string, code?: number): Promise<number>;
  unreadable(name: string, reason: string): string;
}

const blockCharacters = 16 * 1024;

/** Writes text in blocks. Whoever is about to wait for something else flushes first. */
export class Printer {
  readonly #sink: Sink;
  #text = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Adds text; gives a promise, to be awaited, when a block is full. */
  add(text: string): Promise<void> | undefined {
    this.#text += text;
    return this.#text.length >= blockCharacters ? this.flush() : undefined;
  }

  async text(text: string): Promise<void> {
    await this.add(text);
  }

  async line(text: string): Promise<void> {
    await this.add(`${text}\n`);
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    await this.flush();
    await this.#sink.write(bytes);
  }

  async flush(): Promise<void> {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    await this.#sink.write(bytesOf(text));
  }
}

/** Makes a program of a tool. */
export function program(tool: Tool): Program {
  return async (process) => {
    const out = new Printer(process.stdout);
    const err = new Printer(process.stderr);
    const fail = async (text: string, code = 1) => {
      await out.flush();
      await err.line(`${tool.name}: ${text}`);
      await err.flush();
      return code;
    };
    const args = process.args.slice(1);
    try {
      if (!tool.plain && args.includes("--help") && !args.slice(0, args.indexOf("--help")).includes("--")) {
        await out.text(`Usage: ${tool.name} ${tool.usage}\n${tool.summary}\n`);
        return 0;
      }
      const options = optionsOf(tool, args);
      const unreadable = tool.unreadable ?? ((name: string, reason: string) => `${name}: ${reason}`);
      return await tool.run({ name: tool.name, args, options, process, in: process.stdin, out, err, fail, unreadable });
    } catch (error) {
      if (error instanceof UsageError) {
        await fail(error.message);
        await err.line(`Try '${tool.name} --help' for more information.`);
        return tool.misused ?? 1;
      }
      if (error instanceof FileError) return await fail(error.message, tool.misused ?? 1);
      throw error;
    } finally {
      if (!process.signal.aborted) {
        await err.flush();
        await out.flush();
      }
    }
  };
}

function optionsOf(tool: Tool, args: readonly string[]): Options {
  if (tool.plain || !tool.options) {
    const options = tool.plain ? new Options() : parseOptions(args, []);
    if (tool.plain) options.operands.push(...args);
    return options;
  }
  const spelled = tool.bundled && /^[A-Za-z]+$/.test(args[0] ?? "") ? unbundled(args) : args;
  return parseOptions(spelled, tool.options, tool.inOrder, tool.numeric);
}

/** `xzf file` as `-x -z -f file`: letters that take a word take the next ones in turn. */
function unbundled(args: readonly string[]): string[] {
  const [letters = "", ...rest] = args;
  return [...letters].flatMap((letter) => (/[fCTN]/.test(letter) ? [`-${letter}`, rest.shift() ?? ""] : [`-${letter}`])).concat(rest);
}

export const defineTool = (tool: Tool): Tool => tool;

/** A file to read: its name as it was given, and its bytes as they come. */
export interface Input {
  name: string;
  source: Source;
}

/**
 * The files that were named, one after the other, or the standard input. One that cannot be read is reported as the usual tools do, and `failed` is called.
 */
export async function* inputs(call: ToolCall, names: readonly string[], failed: (error: FileError) => void): AsyncGenerator<Input> {
  if (names.length === 0) {
    yield { name: "-", source: call.in };
    return;
  }
  for (const name of names) {
    if (name === "-") {
      yield { name, source: call.in };
      continue;
    }
    let close: (() => void) | undefined;
    try {
      const source = sourceOfFile(call.process, name);
      close = () => source.cancel();
      yield { name, source };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      failed(error);
      await call.fail(cannotOpen(call, name, error.reason));
    } finally {
      close?.();
    }
  }
}

/** Busybox words it in a way of its own, but for grep. */
function cannotOpen({ name: tool, process, unreadable }: ToolCall, name: string, reason: string): string {
  return process.machine.system === "debian" || tool === "grep" ? unreadable(name, reason) : `can't open '${name}': ${reason}`;
}

/** A file's bytes, as the process reads them. Throws a `FileError`. */
export function sourceOfFile(process: Process, name: string): Source {
  const file = process.open(name, "read");
  return { read: () => process.readFrom(file), cancel: () => file.release() };
}

/** Lines with what ends them kept apart: whether the last one lacks its newline is told by `ended`. */
export interface Line {
  text: string;
  ended: boolean;
}

/** The lines of a source as they come, in blocks: all that arrived together comes together, so that one may flush in between. */
export async function* lineBlocks(source: Source, separator = "\n"): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = "";
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(separator);
    rest = parts.pop() ?? "";
    if (parts.length > 0) yield parts.map((text) => ({ text, ended: true }));
  }
  rest += decoder.decode();
  if (rest) yield [{ text: rest, ended: false }];
}

/** All of a source, as one. */
export async function allOf(source: Source): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.read(); chunk; chunk = await source.read()) chunks.push(chunk);
  return joined(chunks);
}
