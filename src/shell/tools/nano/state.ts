import { Buffer, type Place } from "../vi/buffer.ts";

export interface NanoSettings {
  tabSize: number;
  tabsToSpaces: boolean;
  autoIndent: boolean;
  lineNumbers: boolean;
  view: boolean;
  noHelp: boolean;
}

/** What nano is asked at the bottom of its screen. */
export interface Question {
  text: string;
  reply: string;
  /** Yes or no, and no text. */
  answers: boolean;
}

/** All that nano knows. A file's last line, behind its last newline, is one of the lines. */
export class NanoState {
  readonly buffer = new Buffer();
  settings: NanoSettings = { tabSize: 8, tabsToSpaces: false, autoIndent: false, lineNumbers: false, view: false, noHelp: false };
  name = "";
  cursor: Place = { line: 0, column: 0 };
  wanted = 0;
  mark: Place | undefined;
  top = 0;
  height = 20;
  message = "";
  question: Question | undefined;
  page: readonly string[] | undefined;
  pageTop = 0;
  cutText: readonly string[] = [];
  lastSearch = "";

  get line(): string {
    return this.buffer.line(this.cursor.line);
  }

  /** What the mark and the cursor hold between them. */
  get selection(): { from: Place; end: Place } | undefined {
    const { mark, cursor } = this;
    if (!mark) return undefined;
    const isBack = cursor.line < mark.line || (cursor.line === mark.line && cursor.column < mark.column);
    return isBack ? { from: cursor, end: mark } : { from: mark, end: cursor };
  }

  go(line: number, column: number, keepsWanted = false): void {
    const at = Math.max(0, Math.min(this.buffer.last, line));
    const text = this.buffer.line(at);
    let to = Math.max(0, Math.min(text.length, column));
    const code = text.charCodeAt(to);
    if (code >= 0xdc00 && code <= 0xdfff) to--;
    this.cursor = { line: at, column: to };
    if (!keepsWanted) this.wanted = to;
  }

  /** Puts text in at the cursor. */
  insert(text: string): void {
    const { line, column } = this.cursor;
    const there = this.line;
    const lines = text.split("\n");
    const last = lines.length - 1;
    const end = last === 0 ? column + text.length : (lines[last] ?? "").length;
    lines[0] = there.slice(0, column) + lines[0];
    lines[last] += there.slice(column);
    this.buffer.splice(line, 1, lines);
    // Behind the last line there is always an empty one.
    if (this.buffer.line(this.buffer.last) !== "") this.buffer.splice(this.buffer.last + 1, 0, [""]);
    this.go(line + last, end);
  }

  /** Takes the text between two places out; gives it. */
  remove(from: Place, end: Place): string {
    const { buffer } = this;
    const lines = buffer.lines.slice(from.line, end.line + 1);
    const taken = lines.map((line, i) => line.slice(i === 0 ? from.column : 0, i === lines.length - 1 ? end.column : undefined)).join("\n");
    buffer.splice(from.line, lines.length, [buffer.line(from.line).slice(0, from.column) + buffer.line(end.line).slice(end.column)]);
    if (buffer.line(buffer.last) !== "") buffer.splice(buffer.last + 1, 0, [""]);
    this.go(from.line, from.column);
    return taken;
  }

  /** The text as the file holds it. */
  get text(): string {
    return this.buffer.lines.join("\n");
  }

  /** Goes to the next place of a text, whatever its case. */
  find(wanted: string, forward: boolean): boolean {
    const { lines } = this.buffer;
    const needle = wanted.toLowerCase();
    const { line: row, column } = this.cursor;
    for (let i = 0; i <= lines.length; i++) {
      const at = forward ? (row + i) % lines.length : (row - i + 2 * lines.length) % lines.length;
      const text = (lines[at] ?? "").toLowerCase();
      const found = forward
        ? text.indexOf(needle, i === 0 ? column + 1 : 0)
        : i === 0
          ? column === 0
            ? -1
            : text.lastIndexOf(needle, column - 1)
          : text.lastIndexOf(needle);
      if (found < 0) continue;
      if (i > 0 && (forward ? at <= row : at >= row))
        this.message = at === row && found === column ? "This is the only occurrence" : "Search Wrapped";
      this.go(at, found);
      return true;
    }
    this.message = `"${wanted}" not found`;
    return false;
  }

  /** Tells where the cursor is. */
  tellPlace(): void {
    const { lines } = this.buffer;
    const { line, column } = this.cursor;
    const before_ = lines.slice(0, line).reduce((sum, one) => sum + [...one].length + 1, 0) + [...this.line.slice(0, column)].length;
    const all = [...this.text].length;
    const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.floor((100 * part) / whole));
    const [width, columns] = [[...this.line.slice(0, column)].length + 1, [...this.line].length + 1];
    this.message = `line ${line + 1}/${lines.length} (${share(line + 1, lines.length)}%), col ${width}/${columns} (${share(width, columns)}%), char ${before_}/${all} (${share(before_, all)}%)`;
  }
}
