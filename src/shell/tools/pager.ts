import { bytesOf, textOf } from "#base/streams.ts";
import type { TtyModes } from "../pty.ts";
import { KeyReader } from "../terminal/keys.ts";
import { widthOf } from "../terminal/width.ts";
import { allOf, defineTool, inputs, type ToolCall } from "./tool.ts";

const keysOnly: TtyModes = { canonical: false, echo: false, signals: true, output: true, input: false };

/** Shows a text page by page where there is a screen; else it only copies. */
async function run(call: ToolCall): Promise<number> {
  const { options, process } = call;
  let code = 0;
  const parts: string[] = [];
  for await (const { source } of inputs(call, options.operands, () => {
    code = 1;
  })) {
    const bytes = await allOf(source);
    if (process.isTerminal(1)) parts.push(textOf(bytes));
    else await process.stdout.write(bytes);
  }
  if (!process.isTerminal(1)) return code;
  await new Pager(call, rowsOf(parts.join(""), process.tty?.columns ?? 80)).run();
  return code;
}

/** Lines cut to what a screen is wide. */
function rowsOf(text: string, columns: number): string[] {
  const rows: string[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    let row = "";
    let width = 0;
    for (const one of line.replaceAll("\t", "        ")) {
      const cells = widthOf(one);
      if (width + cells > columns) {
        rows.push(row);
        row = "";
        width = 0;
      }
      row += one;
      width += cells;
    }
    rows.push(row);
  }
  return rows;
}

class Pager {
  readonly #call: ToolCall;
  readonly #rows: readonly string[];
  #top = 0;
  #pattern = "";
  #asking: string | undefined;

  constructor(call: ToolCall, rows: readonly string[]) {
    this.#call = call;
    this.#rows = rows;
  }

  get #height(): number {
    return Math.max(1, (this.#call.process.tty?.rows ?? 24) - 1);
  }

  get #last(): number {
    return Math.max(0, this.#rows.length - this.#height);
  }

  async run(): Promise<void> {
    const { process } = this.#call;
    // Keys come from the terminal, since the standard input may be what is shown.
    const keyboard = process.open("/dev/tty", "read");
    const tty = keyboard.tty;
    const modes = tty?.modes;
    if (tty) tty.modes = keysOnly;
    const keys = new KeyReader();
    await process.stdout.write(bytesOf("\x1b[?1049h"));
    try {
      await this.#draw();
      for (let bytes = await process.readFrom(keyboard); bytes; bytes = await process.readFrom(keyboard))
        for (const key of keys.feed(bytes)) {
          const names = key.kind === "key" ? [key.name] : [...key.text];
          for (const name of names) if (this.#act(name)) return;
          await this.#draw();
        }
    } finally {
      if (tty && modes) tty.modes = modes;
      await process.files.get(1)?.write(bytesOf("\x1b[?1049l"));
      keyboard.release();
    }
  }

  /** Acts on a key; whether it leaves. */
  #act(name: string): boolean {
    if (this.#asking !== undefined) {
      if (name === "enter") {
        this.#pattern = this.#asking.slice(1) || this.#pattern;
        this.#asking = undefined;
        this.#find(this.#top + 1, 1);
      } else if (name === "backspace") this.#asking = this.#asking.length > 1 ? this.#asking.slice(0, -1) : undefined;
      else if (name.length === 1) this.#asking += name;
      return false;
    }
    const to = (row: number) => {
      this.#top = Math.max(0, Math.min(this.#last, row));
    };
    if (name === "q" || name === "Q" || name === "ctrl-c") return true;
    if (name === " " || name === "f" || name === "page-down" || name === "ctrl-f") to(this.#top + this.#height);
    else if (name === "b" || name === "page-up" || name === "ctrl-b") to(this.#top - this.#height);
    else if (name === "enter" || name === "down" || name === "j") to(this.#top + 1);
    else if (name === "up" || name === "k") to(this.#top - 1);
    else if (name === "d" || name === "ctrl-d") to(this.#top + Math.ceil(this.#height / 2));
    else if (name === "u" || name === "ctrl-u") to(this.#top - Math.ceil(this.#height / 2));
    else if (name === "g" || name === "home" || name === "<") to(0);
    else if (name === "G" || name === "end" || name === ">") to(this.#last);
    else if (name === "/") this.#asking = "/";
    else if (name === "n") this.#find(this.#top + 1, 1);
    else if (name === "N") this.#find(this.#top - 1, -1);
    return false;
  }

  #find(from: number, step: number): void {
    if (!this.#pattern) return;
    for (let row = from; row >= 0 && row < this.#rows.length; row += step)
      if (this.#rows[row]?.includes(this.#pattern)) {
        this.#top = Math.min(this.#last, row);
        return;
      }
  }

  async #draw(): Promise<void> {
    const { process, options } = this.#call;
    const shown = this.#rows
      .slice(this.#top, this.#top + this.#height)
      .map((row) => (this.#pattern ? row.replaceAll(this.#pattern, (found) => `\x1b[7m${found}\x1b[27m`) : row));
    while (shown.length < this.#height) shown.push("~");
    const atEnd = this.#top >= this.#last;
    const name = options.operands[0];
    const status = this.#asking ?? (atEnd ? "\x1b[7m(END)\x1b[27m" : this.#top === 0 && name ? `\x1b[7m${name}\x1b[27m` : ":");
    await process.stdout.write(bytesOf(`\x1b[H${shown.map((row) => `${row}\x1b[K\n`).join("")}${status}\x1b[K`));
  }
}

const options = [
  "N,LINE-NUMBERS",
  "R,RAW-CONTROL-CHARS",
  "r",
  "S,chop-long-lines",
  "F,quit-if-one-screen",
  "X,no-init",
  "i",
  "I",
  "e",
  "E",
  "m",
  "M",
  "s",
  "d",
  "f",
  "p",
  "c",
  "l",
];
export const less = defineTool({ name: "less", usage: "[options] [FILE]...", summary: "View the contents of a file page by page.", options, run });
export const more = defineTool({ name: "more", usage: "[options] [FILE]...", summary: "View the contents of a file page by page.", options, run });
