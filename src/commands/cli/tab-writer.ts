/** How cells become columns: each as wide as its longest cell and `padding`, at least `least`. */
export interface TabOptions {
  least: number;
  padding: number;
  /** Keeps the widths of earlier blocks, so that rows that come later line up. */
  remember?: boolean;
}

/**
 * Lays out text whose cells end with tabs: a column is a run of lines that have a cell there, and each such run has a width of its own
 * (elastic tab stops). What follows the last tab of a line is no cell and is not padded.
 */
export class TabWriter {
  readonly #options: TabOptions;
  #text = "";
  #widths: number[] = [];

  constructor(options: TabOptions) {
    this.#options = options;
  }

  write(text: string): void {
    this.#text += text;
  }

  /** What was written since the last time, laid out. */
  take(): string {
    const lines = this.#text.split("\n").map((line) => line.split("\t"));
    this.#text = "";
    const widths = lines.map(() => [] as number[]);
    this.#measure(lines, widths, 0, lines.length, 0);
    return lines.map((cells, i) => cells.map((cell, c) => (c === cells.length - 1 ? cell : pad(cell, widths[i]?.[c] ?? 0))).join("")).join("\n");
  }

  forget(): void {
    this.#widths = [];
  }

  #measure(lines: readonly (readonly string[])[], widths: number[][], from: number, to: number, column: number): void {
    for (let start = from; start < to; start++) {
      if ((lines[start]?.length ?? 0) - 1 <= column) continue;
      let end = start;
      let width = this.#options.remember ? Math.max(this.#options.least, this.#widths[column] ?? 0) : this.#options.least;
      while (end < to && (lines[end]?.length ?? 0) - 1 > column) {
        width = Math.max(width, widthOf(lines[end]?.[column] ?? "") + this.#options.padding);
        end++;
      }
      if (this.#options.remember) this.#widths[column] = width;
      for (let i = start; i < end; i++) {
        const row = widths[i];
        if (row) row[column] = width;
      }
      this.#measure(lines, widths, start, end, column + 1);
      start = end;
    }
  }
}

const widthOf = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** One piece of text, laid out. */
export function tabbed(text: string, options: TabOptions): string {
  const writer = new TabWriter(options);
  writer.write(text);
  return writer.take();
}
