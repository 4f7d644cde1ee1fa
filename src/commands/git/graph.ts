import type { Commit } from "./objects.ts";

/** Draws lines of history in front of commits that come one by one, children first. */
export class Graph {
  /** What each column waits for. */
  #columns: string[] = [];
  readonly #shown: ReadonlySet<string>;

  constructor(shown: ReadonlySet<string>) {
    this.#shown = shown;
  }

  /** A commit's text with the graph beside it. `spaced` leaves a line free before it. */
  text(commit: Commit, text: string, spaced: boolean): string {
    let drawn = spaced ? `${this.#bars()} \n` : "";
    let at = this.#columns.indexOf(commit.id);
    if (at < 0) {
      at = this.#columns.length;
      this.#columns.push(commit.id);
    }
    const parents = commit.parents.filter((id) => this.#shown.has(id));
    const width = 2 * Math.max(this.#columns.length, this.#columns.length - 1 + parents.length);
    const star = this.#columns.map((_, i) => (i === at ? "*" : "|")).join(" ");
    const rows = this.#move(at, parents);
    const lines = text.replace(/\n$/, "").split("\n");
    drawn += `${star.padEnd(width)}${lines[0] ?? ""}\n`;
    for (const line of lines.slice(1)) drawn += `${(rows.shift() ?? this.#bars()).padEnd(width)}${line}\n`;
    return drawn + rows.map((row) => `${row.padEnd(width)}\n`).join("");
  }

  /** Goes on from a commit to its parents; gives the rows that show how the columns move. */
  #move(at: number, parents: readonly string[]): string[] {
    const rows: string[] = [];
    const [first, ...others] = parents;
    const bars = (from: number, to: number) => this.#columns.slice(from, to).map(() => "|");
    if (others.length > 0) {
      const right = this.#columns.slice(at + 1).map(() => "\\");
      rows.push([...bars(0, at), "|\\", ...right].join(" "));
    } else if (first === undefined && at < this.#columns.length - 1)
      rows.push(
        `${bars(0, at).join(" ")}${at > 0 ? " " : ""} ${this.#columns
          .slice(at + 1)
          .map(() => "/")
          .join(" ")}`,
      );
    this.#columns.splice(at, 1, ...(first === undefined ? [] : [first]), ...others);
    for (;;) {
      const twin = this.#columns.findIndex((id, i) => this.#columns.indexOf(id) < i);
      if (twin < 0) return rows;
      const target = this.#columns.indexOf(this.#columns[twin] ?? "");
      // One column to the left a row, until both are one.
      for (let place = twin; place > target; place--) {
        const left = bars(0, place).join(" ");
        const right = this.#columns.slice(twin + 1).map(() => (place === twin ? "/" : "|"));
        rows.push(`${left}/${right.length > 0 ? ` ${right.join(" ")}` : ""}`);
      }
      this.#columns.splice(twin, 1);
    }
  }

  #bars(): string {
    return this.#columns.map(() => "|").join(" ");
  }
}
