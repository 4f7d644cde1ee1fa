import type { Source } from "#base/streams.ts";
import type { Regex } from "../interpreter/regex.ts";
import type { Address, ReplacementPart, SedCommand, Substitution } from "./sed-script.ts";
import type { Line } from "./tool.ts";

export interface SedOptions {
  quiet: boolean;
  print(text: string): Promise<void>;
  /** Called before it waits for more. */
  flush(): Promise<void>;
  write(path: string, text: string): Promise<void>;
  readText(path: string): string | undefined;
  separator: string;
  /** `$` is the last line of each file, not of all. */
  separate: boolean;
}

const mostJumps = 1_000_000;

/** Runs a sed script over lines. */
export class SedMachine {
  readonly #script: readonly SedCommand[];
  readonly #options: SedOptions;
  readonly #labels = new Map<string, number>();
  /** Ranges that are open, by command: the line where they end, or undefined while that is not known. */
  readonly #open = new Map<SedCommand, number | undefined>();
  readonly #readLines = new Map<string, string[]>();
  #pattern = "";
  #hold = "";
  #line = 0;
  #ended = true;
  #appended: (() => Promise<void>)[] = [];
  #lastRegex: Regex | undefined;
  #next: (() => Promise<Line | undefined>) | undefined;
  #isLast: (() => Promise<boolean>) | undefined;
  #name = "-";

  constructor(script: readonly SedCommand[], options: SedOptions) {
    this.#script = script;
    this.#options = options;
    for (const [i, command] of script.entries()) if (command.name === ":") this.#labels.set(command.text, i);
  }

  /** Runs until the input ends or the script quits; gives the exit code that it quits with. */
  async run(
    sources: AsyncIterable<{ name: string; source: Source }>,
    blocksOf: (source: Source, separator: string) => AsyncIterable<Line[]>,
  ): Promise<number | undefined> {
    const { separator } = this.#options;
    const lines = async function* (this: SedMachine) {
      for await (const { name, source } of sources) {
        this.#name = name;
        for await (const block of blocksOf(source, separator)) {
          yield* block;
          await this.#options.flush();
        }
      }
    }.call(this);
    // One line is read ahead only where the script asks whether this is the last.
    let ahead: Line | undefined;
    let done = false;
    const read = async () => {
      if (ahead || done) return;
      const result = await lines.next();
      if (result.done) done = true;
      else ahead = result.value;
    };
    this.#next = async () => {
      await read();
      const line = ahead;
      ahead = undefined;
      return line;
    };
    this.#isLast = async () => {
      await read();
      return ahead === undefined;
    };
    for (let line = await this.#next(); line; line = await this.#next()) {
      this.#line++;
      this.#pattern = line.text;
      this.#ended = line.ended;
      const code = await this.#cycle();
      if (code !== undefined) return code;
    }
    return undefined;
  }

  async #cycle(): Promise<number | undefined> {
    for (;;) {
      const result = await this.#commands();
      if (result.kind === "restart") continue;
      if (result.kind !== "deleted" && result.kind !== "silent" && !this.#options.quiet) await this.#show(this.#pattern);
      for (const append of this.#appended.splice(0)) await append();
      return result.kind === "quit" || result.kind === "silent" ? result.code : undefined;
    }
  }

  async #show(text: string): Promise<void> {
    await this.#options.print(text + (this.#ended ? this.#options.separator : ""));
  }

  async #commands(): Promise<{ kind: "end" | "deleted" | "restart" } | { kind: "quit" | "silent"; code: number }> {
    let substituted = false;
    let jumps = 0;
    for (let at = 0; at < this.#script.length; at++) {
      const command = this.#script[at];
      if (!command || command.name === "}" || command.name === ":") continue;
      const selected = (await this.#selects(command)) !== command.negated;
      if (!selected) {
        if (command.name === "{") at = command.end ?? at;
        continue;
      }
      switch (command.name) {
        case "s":
          if (command.substitute && (await this.#substitute(command.substitute))) substituted = true;
          break;
        case "y":
          this.#pattern = [...this.#pattern].map((one) => command.map?.get(one) ?? one).join("");
          break;
        case "p":
          await this.#options.print(this.#pattern + this.#options.separator);
          break;
        case "P":
          await this.#options.print((this.#pattern.split("\n", 1)[0] ?? "") + this.#options.separator);
          break;
        case "d":
          return { kind: "deleted" };
        case "D": {
          const end = this.#pattern.indexOf("\n");
          if (end < 0) return { kind: "deleted" };
          this.#pattern = this.#pattern.slice(end + 1);
          for (const append of this.#appended.splice(0)) await append();
          return { kind: "restart" };
        }
        case "n": {
          if (await this.#isLast?.()) return this.#options.quiet ? { kind: "deleted" } : { kind: "end" };
          if (!this.#options.quiet) await this.#show(this.#pattern);
          for (const append of this.#appended.splice(0)) await append();
          await this.#take(false);
          break;
        }
        case "N":
          if (await this.#isLast?.()) return { kind: "end" };
          await this.#take(true);
          break;
        case "g":
          this.#pattern = this.#hold;
          break;
        case "G":
          this.#pattern += `\n${this.#hold}`;
          break;
        case "h":
          this.#hold = this.#pattern;
          break;
        case "H":
          this.#hold += `\n${this.#pattern}`;
          break;
        case "x":
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          break;
        case "z":
          this.#pattern = "";
          break;
        case "=":
          await this.#options.print(`${this.#line}\n`);
          break;
        case "F":
          await this.#options.print(`${this.#name}\n`);
          break;
        case "l":
          await this.#options.print(`${visible(this.#pattern)}$\n`);
          break;
        case "a":
          this.#appended.push(() => this.#options.print(command.text));
          break;
        case "i":
          await this.#options.print(command.text);
          break;
        case "c":
          // Of a range, once at its end.
          if (!command.to || command.negated || !this.#open.has(command)) await this.#options.print(command.text);
          return { kind: "deleted" };
        case "r":
          this.#appended.push(async () => {
            const text = this.#options.readText(command.text);
            if (text !== undefined) await this.#options.print(text);
          });
          break;
        case "R":
          this.#appended.push(async () => {
            const left = this.#readLines.get(command.text) ?? (this.#options.readText(command.text) ?? "").replace(/\n$/, "").split("\n");
            this.#readLines.set(command.text, left);
            const line = left.shift();
            if (line !== undefined) await this.#options.print(`${line}\n`);
          });
          break;
        case "w":
          await this.#options.write(command.text, `${this.#pattern}\n`);
          break;
        case "W":
          await this.#options.write(command.text, `${this.#pattern.split("\n", 1)[0]}\n`);
          break;
        case "q":
          return { kind: "quit", code: Number(command.text || 0) };
        case "Q":
          return { kind: "silent", code: Number(command.text || 0) };
        case "b":
        case "t":
        case "T": {
          const jumpsNow = command.name === "b" || substituted === (command.name === "t");
          if (command.name !== "b") substituted = false;
          if (!jumpsNow) break;
          if (command.text === "") return { kind: "end" };
          const target = this.#labels.get(command.text);
          if (target === undefined || ++jumps > mostJumps) return { kind: "quit", code: 1 };
          at = target;
          break;
        }
      }
    }
    return { kind: "end" };
  }

  async #take(append: boolean): Promise<void> {
    const line = await this.#next?.();
    if (!line) return;
    this.#line++;
    this.#ended = line.ended;
    this.#pattern = append ? `${this.#pattern}\n${line.text}` : line.text;
  }

  async #selects(command: SedCommand): Promise<boolean> {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.#matches(from);
    if (this.#open.has(command)) {
      const end = this.#open.get(command);
      if (end !== undefined ? this.#line >= end : await this.#matches(to)) this.#open.delete(command);
      return end === undefined || this.#line <= end;
    }
    if (!(from.kind === "line" && from.line === 0) && !(await this.#matches(from))) return false;
    if (to.kind === "line" && to.line <= this.#line) return true;
    const end =
      to.kind === "line"
        ? to.line
        : to.kind === "plus"
          ? this.#line + to.lines
          : to.kind === "multiple"
            ? Math.ceil(this.#line / Math.max(1, to.of)) * to.of
            : undefined;
    if (end !== undefined && end <= this.#line) return true;
    if (from.kind === "line" && from.line === 0 && (await this.#matches(to))) return true;
    this.#open.set(command, end);
    return true;
  }

  async #matches(address: Address): Promise<boolean> {
    switch (address.kind) {
      case "line":
        return this.#line === address.line;
      case "last":
        return (await this.#isLast?.()) ?? true;
      case "step":
        return address.step <= 0 ? this.#line === address.first : this.#line >= address.first && (this.#line - address.first) % address.step === 0;
      case "regex": {
        const regex = address.regex ?? this.#lastRegex;
        this.#lastRegex = regex;
        return regex?.test(this.#pattern) ?? false;
      }
      case "plus":
      case "multiple":
        return false;
    }
  }

  async #substitute({ regex: given, replacement, global, print, number, file }: Substitution): Promise<boolean> {
    const regex = given ?? this.#lastRegex;
    if (!regex) return false;
    this.#lastRegex = regex;
    const text = this.#pattern;
    let result = "";
    let at = 0;
    let count = 0;
    let changed = false;
    let afterMatch = -1;
    for (let from = 0; from <= text.length; ) {
      const match = regex.exec(text, from);
      if (!match) break;
      // An empty match right behind another does not count.
      if (match.end === match.at && match.at === afterMatch) {
        from = match.at + 1;
        continue;
      }
      count++;
      afterMatch = match.end;
      if (count >= (number || 1)) {
        result += text.slice(at, match.at) + replaced(replacement, match.groups);
        at = match.end;
        changed = true;
        if (!global) break;
      }
      from = match.end > match.at ? match.end : match.end + 1;
    }
    if (!changed) return false;
    this.#pattern = result + text.slice(at);
    if (print) await this.#options.print(this.#pattern + this.#options.separator);
    if (file !== undefined) await this.#options.write(file, `${this.#pattern}\n`);
    return true;
  }
}

function replaced(parts: readonly ReplacementPart[], groups: readonly (string | undefined)[]): string {
  let result = "";
  let mode: "U" | "L" | "E" = "E";
  let once: "u" | "l" | undefined;
  for (const part of parts) {
    if (part.kind === "case") {
      if (part.change === "u" || part.change === "l") once = part.change;
      else mode = part.change;
      continue;
    }
    let text = part.kind === "text" ? part.text : (groups[part.group] ?? "");
    text = mode === "U" ? text.toUpperCase() : mode === "L" ? text.toLowerCase() : text;
    if (once && text) {
      text = (once === "u" ? text.slice(0, 1).toUpperCase() : text.slice(0, 1).toLowerCase()) + text.slice(1);
      once = undefined;
    }
    result += text;
  }
  return result;
}

const visible = (text: string): string =>
  text.replace(
    /[\\\x00-\x1f\x7f]/g,
    (one) =>
      ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\x07": "\\a" })[one] ??
      `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
