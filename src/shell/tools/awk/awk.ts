import { BrokenPipe, bytesOf, Pipe } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import { ansiQuoted } from "../../interpreter/expansion/quote.ts";
import { RegexError } from "../../interpreter/regex.ts";
import type { OpenFile } from "../../open-file.ts";
import type { Child } from "../../process.ts";
import { defineTool, sourceOfFile, type ToolCall } from "../tool.ts";
import { AwkError, Machine, type World } from "./machine.ts";
import { parseAwk } from "./parser.ts";
import { Records, type Waiting } from "./records.ts";
import { type AwkProgram, AwkSyntaxError } from "./syntax.ts";
import { Input } from "./values.ts";

export const awk = defineTool({
  name: "awk",
  usage: "[-F value] [-v var=value] [--] 'program text' [file ...]",
  summary: "Scan and process text by patterns.",
  options: ["F,field-separator=", "v,assign=", "f,file=", "W=", "V,version", "e,source="],
  inOrder: true,
  misused: 2,

  async run(call) {
    const { options, process, fail, err, out } = call;
    if (options.has("version")) {
      await out.line("mawk 1.3.4 20200120");
      return 0;
    }
    const operands = [...options.operands];
    const sources: string[] = [];
    for (const [name, value] of options.given) {
      if (name === "file") sources.push(new TextDecoder().decode(await process.read(value)));
      if (name === "source") sources.push(value);
    }
    if (sources.length === 0) {
      const source = operands.shift();
      if (source === undefined) {
        await err.line(`usage: awk ${awk.usage}`);
        return 2;
      }
      sources.push(source);
    }
    let program: AwkProgram;
    try {
      program = parseAwk(sources.join("\n"));
    } catch (error) {
      if (error instanceof AwkSyntaxError) return fail(error.message, 2);
      throw error;
    }
    return run(call, program, operands);
  },
});

async function run(call: ToolCall, program: AwkProgram, operands: readonly string[]): Promise<number> {
  const { options, process, fail } = call;
  const world = new Outside(call, operands);
  const machine = new Machine(program, world);
  const separator = options.get("field-separator");
  if (separator !== undefined) machine.set("FS", separator === "t" ? "\t" : ansiQuoted(separator));
  for (const text of options.all("assign")) preset(machine, text);
  const environment = machine.array("ENVIRON");
  for (const [name, value] of process.env) environment.set(name, new Input(value));
  const list = machine.array("ARGV");
  for (const [i, text] of ["awk", ...operands].entries()) list.set(String(i), new Input(text));
  machine.set("ARGC", operands.length + 1);
  try {
    return await driven(machine.run());
  } catch (error) {
    if (error instanceof AwkError || error instanceof AwkSyntaxError || error instanceof RegexError) return await fail(error.message, 2);
    if (error instanceof FileError) return await fail(error.message, 2);
    throw error;
  } finally {
    await world.closeAll();
  }
}

function preset(machine: Machine, text: string): boolean {
  const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) return false;
  machine.set(name, new Input(ansiQuoted(value)));
  return true;
}

/** Carries on an evaluation whenever what it waits for has come. */
async function driven<T>(work: Waiting<T>): Promise<T> {
  let step = work.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(value);
  }
  return step.value;
}

/** What a program reaches: its operands, files, commands. */
class Outside implements World {
  readonly #call: ToolCall;
  readonly #operands: string[];
  readonly #files = new Map<string, OpenFile>();
  readonly #commands = new Map<string, { child: Child; input: Pipe }>();
  readonly #readers = new Map<string, Records>();
  #current: Records | undefined;
  #started = false;

  constructor(call: ToolCall, operands: readonly string[]) {
    this.#call = call;
    this.#operands = [...operands];
  }

  get random() {
    return this.#call.process.machine.random;
  }

  now(): number {
    return this.#call.process.machine.clock.now();
  }

  print(text: string): Promise<void> | undefined {
    return this.#call.out.add(text);
  }

  async flush(): Promise<void> {
    await this.#call.out.flush();
    const rest = this.#call.process.spend(1000);
    if (rest) await rest;
  }

  *input(machine: Machine): Waiting<string | undefined> {
    for (;;) {
      if (machine.skipFile) {
        this.#current = undefined;
        machine.skipFile = false;
      }
      this.#current ??= this.#nextFile(machine);
      if (!this.#current) return undefined;
      const record: string | undefined = yield* this.#current.next(machine.special("RS"));
      if (record !== undefined) {
        for (const name of ["NR", "FNR"]) machine.set(name, Number(machine.special(name)) + 1);
        return record;
      }
      this.#current = undefined;
    }
  }

  #nextFile(machine: Machine): Records | undefined {
    const { process } = this.#call;
    for (;;) {
      const name = this.#operands.shift();
      if (name === undefined) {
        if (this.#started) return undefined;
        this.#started = true;
        return this.#records(process.stdin);
      }
      if (preset(machine, name)) continue;
      this.#started = true;
      machine.set("FILENAME", name);
      machine.set("FNR", 0);
      if (name === "-") return this.#records(process.stdin);
      try {
        return this.#records(sourceOfFile(process, name));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        throw new AwkError(`cannot open ${name} (${error.reason})`);
      }
    }
  }

  #records(source: ConstructorParameters<typeof Records>[0]): Records {
    return new Records(source, () => this.#call.out.flush());
  }

  *read(from: "file" | "command", source: string, separator: string): Waiting<string | undefined | "failed"> {
    const { process, out } = this.#call;
    const key = `${from} ${source}`;
    let reader = this.#readers.get(key);
    if (!reader) {
      yield out.flush();
      if (from === "command") {
        const output = new Pipe(process.machine.tasks);
        process.start(["sh", "-c", source], { stdout: output });
        reader = this.#records({ read: () => output.read(process.signal), cancel: () => output.cancel() });
      } else {
        try {
          reader = this.#records(source === "-" ? process.stdin : sourceOfFile(process, source));
        } catch (error) {
          if (error instanceof FileError) return "failed";
          throw error;
        }
      }
      this.#readers.set(key, reader);
    }
    return yield* reader.next(separator);
  }

  async write(operator: ">" | ">>" | "|", target: string, text: string): Promise<void> {
    const { process, out } = this.#call;
    if (operator === "|") {
      let command = this.#commands.get(target);
      if (!command) {
        await out.flush();
        const input = new Pipe(process.machine.tasks);
        command = { child: process.start(["sh", "-c", target], { stdin: input }), input };
        this.#commands.set(target, command);
      }
      try {
        await command.input.write(bytesOf(text), process.signal);
      } catch (error) {
        if (!(error instanceof BrokenPipe)) throw error;
      }
      return;
    }
    if (target === "/dev/stdout" || target === "-") {
      await out.text(text);
      return;
    }
    const file = this.#files.get(target) ?? process.open(target, operator === ">" ? "write" : "append");
    this.#files.set(target, file);
    await process.writeTo(file, bytesOf(text));
  }

  async close(target: string): Promise<number> {
    const file = this.#files.get(target);
    this.#files.delete(target);
    file?.release();
    for (const from of ["file", "command"]) {
      this.#readers.get(`${from} ${target}`)?.close();
      this.#readers.delete(`${from} ${target}`);
    }
    const command = this.#commands.get(target);
    this.#commands.delete(target);
    if (!command) return file ? 0 : -1;
    command.input.close();
    return (await command.child.wait(this.#call.process.signal)).code;
  }

  async system(command: string): Promise<number> {
    await this.#call.out.flush();
    return this.#call.process.run(["sh", "-c", command]);
  }

  /** The end: commands get theirs and are waited for. */
  async closeAll(): Promise<void> {
    if (this.#call.process.signal.aborted) return;
    await this.#call.out.flush();
    for (const target of [...this.#files.keys(), ...this.#commands.keys()]) await this.close(target);
    for (const reader of this.#readers.values()) reader.close();
  }
}
