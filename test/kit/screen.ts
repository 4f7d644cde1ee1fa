import { bytesOf, textOf } from "#base/streams.ts";
import { type SavedTerminal, Terminal } from "#shell/terminal/terminal.ts";
import { testMachine } from "./shell.ts";

/** What a terminal's screen shows, as text: enough of one to read full-screen programs by. */
export class ShownScreen {
  readonly columns: number;
  readonly rows: number;
  #cells: string[][] = [];
  #below: string[][] | undefined;
  #place: [number, number] = [0, 0];
  #row = 0;
  #column = 0;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
    this.#clear();
  }

  write(text: string): void {
    for (const [part] of text.matchAll(/\x1b\[([0-9;?]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b.|./gsu)) {
      const sequence = /^\x1b\[([0-9;?]*)([A-Za-z])$/.exec(part);
      if (sequence) this.#control(sequence[2] ?? "", sequence[1] ?? "");
      else if (part === "\r") this.#column = 0;
      else if (part === "\n") this.#down();
      else if (part === "\b") this.#column = Math.max(0, this.#column - 1);
      else if (!part.startsWith("\x1b") && part >= " ") this.#put(part);
    }
  }

  /** The rows without the blanks at their ends. */
  get lines(): string[] {
    return this.#cells.map((row) => row.join("").trimEnd());
  }

  get text(): string {
    return this.lines.join("\n").trimEnd();
  }

  get cursor(): { row: number; column: number } {
    return { row: this.#row, column: this.#column };
  }

  #clear(): void {
    this.#cells = Array.from({ length: this.rows }, () => Array.from({ length: this.columns }, () => " "));
  }

  #put(character: string): void {
    if (this.#column >= this.columns) {
      this.#column = 0;
      this.#down();
    }
    const row = this.#cells[this.#row];
    if (row) row[this.#column] = character;
    this.#column++;
  }

  #down(): void {
    if (this.#row < this.rows - 1) this.#row++;
    else {
      this.#cells.shift();
      this.#cells.push(Array.from({ length: this.columns }, () => " "));
    }
  }

  #control(name: string, args: string): void {
    const [first = 0, second = 0] = args.split(";").map(Number);
    const row = this.#cells[this.#row] ?? [];
    if (name === "H") [this.#row, this.#column] = [Math.min(this.rows, first || 1) - 1, Math.min(this.columns, second || 1) - 1];
    else if (name === "J" && first === 2) this.#clear();
    else if (name === "J") {
      row.fill(" ", this.#column);
      for (const below of this.#cells.slice(this.#row + 1)) below.fill(" ");
    } else if (name === "K") row.fill(" ", this.#column);
    else if (name === "C") this.#column = Math.min(this.columns - 1, this.#column + (first || 1));
    else if (name === "D") this.#column = Math.max(0, this.#column - (first || 1));
    else if (name === "A") this.#row = Math.max(0, this.#row - (first || 1));
    else if (name === "B") this.#row = Math.min(this.rows - 1, this.#row + (first || 1));
    else if (args === "?1049" && name === "h") {
      this.#below = this.#cells;
      this.#place = [this.#row, this.#column];
      this.#clear();
    } else if (args === "?1049" && name === "l" && this.#below) {
      this.#cells = this.#below;
      this.#below = undefined;
      [this.#row, this.#column] = this.#place;
    }
  }
}

/** A terminal and its screen; `type` gives what it shows when all rests. */
export async function shownTerminal(options: { saved?: SavedTerminal; columns?: number; rows?: number; kit?: ReturnType<typeof testMachine> } = {}) {
  const { saved, columns = 80, rows = 24, kit = testMachine({ files: { "/root/.bashrc": "PS1='$ '\n" } }) } = options;
  const terminal = new Terminal({ machine: kit.machine, columns, rows, ...(saved && { saved }) });
  const screen = new ShownScreen(columns, rows);
  screen.write(textOf(terminal.replay()));
  terminal.output((bytes) => screen.write(textOf(bytes)));
  await kit.tasks.idle();
  const type = async (keys: string) => {
    terminal.input(bytesOf(keys));
    await kit.tasks.idle();
    return screen.text;
  };
  return { ...kit, terminal, screen, type };
}
