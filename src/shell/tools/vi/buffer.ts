/** A place in a text: both count from 0, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What one command changed: from `at` on, these lines became those. */
interface Change {
  at: number;
  removed: readonly string[];
  added: readonly string[];
  cursor: Place;
  time: number;
}

const mostChanges = 1000;

/** The lines of a file, and what was done to them. Line arrays are never changed in place. */
export class Buffer {
  #lines: readonly string[] = [""];
  #done: Change[] = [];
  #undone: Change[] = [];
  #open: { lines: readonly string[]; cursor: Place } | undefined;
  #saved: readonly string[] | undefined = this.#lines;
  /** Whether there is no line at all: what looks like an empty one is none. */
  isEmpty = true;
  /** Whether the last line ends with a newline. */
  endsLine = true;

  get lines(): readonly string[] {
    return this.#lines;
  }

  get last(): number {
    return this.#lines.length - 1;
  }

  get modified(): boolean {
    return this.#lines !== this.#saved && !same(this.#lines, this.#saved);
  }

  /** Begins with another text. */
  load(text: string): void {
    this.endsLine = text === "" || text.endsWith("\n");
    this.isEmpty = text === "";
    this.#lines = text === "" ? [""] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
    this.#saved = this.#lines;
    this.#done = [];
    this.#undone = [];
    this.#open = undefined;
  }

  /** What is here is what the file holds. */
  wasSaved(): void {
    this.#saved = this.#lines;
  }

  line(at: number): string {
    return this.#lines[at] ?? "";
  }

  /** Replaces so many lines from `at` on. */
  splice(at: number, count: number, added: readonly string[]): void {
    const lines = [...this.#lines.slice(0, at), ...added, ...this.#lines.slice(at + count)];
    this.isEmpty = lines.length === 0;
    this.#lines = this.isEmpty ? [""] : lines;
  }

  /** What is done from here to `commit` is undone as one. */
  begin(cursor: Place): void {
    this.#open ??= { lines: this.#lines, cursor };
  }

  commit(time: number): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open || open.lines === this.#lines) return;
    const [before, after] = [open.lines, this.#lines];
    let at = 0;
    while (at < before.length && at < after.length && before[at] === after[at]) at++;
    let tail = 0;
    while (tail < before.length - at && tail < after.length - at && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
    const change = { at, removed: before.slice(at, before.length - tail), added: after.slice(at, after.length - tail), cursor: open.cursor, time };
    if (change.removed.length === 0 && change.added.length === 0) return;
    this.#done.push(change);
    if (this.#done.length > mostChanges) this.#done.shift();
    this.#undone = [];
  }

  /** Undoes the last change; gives where the cursor goes and what to tell. */
  undo(): Undone | undefined {
    this.#open = undefined;
    const change = this.#done.pop();
    if (!change) return undefined;
    this.splice(change.at, change.added.length, change.removed);
    this.#undone.push(change);
    return told(change, this.#done.length + 1, true);
  }

  redo(): Undone | undefined {
    this.#open = undefined;
    const change = this.#undone.pop();
    if (!change) return undefined;
    this.splice(change.at, change.removed.length, change.added);
    this.#done.push(change);
    return told(change, this.#done.length, false);
  }
}

export interface Undone {
  /** The column is that of the cursor before the change where it stood on that line, else undefined. */
  line: number;
  column: number | undefined;
  /** `1 line less`. */
  what: string;
  /** `before #3`. */
  which: string;
  time: number;
}

function told(change: Change, number: number, back: boolean): Undone {
  const [from, to] = back ? [change.added, change.removed] : [change.removed, change.added];
  const more = to.length - from.length;
  const count = Math.abs(more);
  const what =
    count === 0
      ? `${change.added.length} change${change.added.length === 1 ? "" : "s"}`
      : more > 0
        ? `${count} more line${count === 1 ? "" : "s"}`
        : count === 1
          ? "1 line less"
          : `${count} fewer lines`;
  // The cursor comes back to where it was, if that is by what changed; else it goes to the first line that did.
  const { cursor, at } = change;
  const isBeside = cursor.line >= at - 1 && cursor.line <= at + to.length;
  const line = isBeside ? cursor.line : at;
  return {
    line,
    column: cursor.line === line ? cursor.column : undefined,
    what,
    which: `${back ? "before" : "after"} #${number}`,
    time: change.time,
  };
}

function same(left: readonly string[], right: readonly string[] | undefined): boolean {
  return right !== undefined && left.length === right.length && left.every((line, i) => line === right[i]);
}
