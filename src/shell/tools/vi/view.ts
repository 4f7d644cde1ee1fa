import { widthOf } from "../../terminal/width.ts";
import type { Frame } from "../full-screen.ts";
import type { Vi } from "./state.ts";
import { columnsOf } from "./visual.ts";

const [reverse, plain] = ["\x1b[7m", "\x1b[27m"];

/** A character as it is shown, and how many cells it takes. */
function shownAs(vi: Vi, character: string, column: number): { text: string; cells: number } {
  if (character === "\t") {
    if (vi.settings.list) return { text: "^I", cells: 2 };
    const cells = vi.settings.tabstop - (column % vi.settings.tabstop);
    return { text: " ".repeat(cells), cells };
  }
  const code = character.codePointAt(0) ?? 0;
  if (code < 32) return { text: `^${String.fromCharCode(code + 64)}`, cells: 2 };
  if (code === 127) return { text: "^?", cells: 2 };
  return { text: character, cells: widthOf(character) };
}

/** The cell that a column of a line is shown in, without numbers; Normal mode stands at the end of a tab. */
export function cellOf(vi: Vi, line: string, column: number): number {
  let cell = 0;
  let at = 0;
  for (const character of line) {
    if (at >= column) {
      if (character === "\t" && !vi.isInserting && !vi.settings.list && vi.mode !== "prompt") return cell + shownAs(vi, character, cell).cells - 1;
      return cell;
    }
    cell += shownAs(vi, character, cell).cells;
    at += character.length;
  }
  return cell;
}

/** Columns of a line that are shown in reverse. */
function marked(vi: Vi, line: number): (column: number) => boolean {
  const text = vi.buffer.line(line);
  const selected = selection(vi, line);
  const found: (readonly [number, number])[] = [];
  if (vi.settings.hlsearch && vi.highlights && vi.search) {
    try {
      for (const { at, end } of vi.pattern(vi.search.source).all(text)) if (end > at) found.push([at, end]);
    } catch {
      // A pattern that cannot be read marks nothing.
    }
  }
  return (column) => selected(column) || found.some(([at, end]) => column >= at && column < end);
}

function selection(vi: Vi, line: number): (column: number) => boolean {
  const { mode, anchor, cursor } = vi;
  if (mode !== "visual" && mode !== "lines" && mode !== "block") return () => false;
  const [first, last] = [Math.min(anchor.line, cursor.line), Math.max(anchor.line, cursor.line)];
  if (line < first || line > last) return () => false;
  if (mode === "lines") return () => true;
  if (mode === "block") {
    const { from, end } = columnsOf(vi);
    return (column) => column >= from && column < end;
  }
  const isBack = cursor.line < anchor.line || (cursor.line === anchor.line && cursor.column < anchor.column);
  const [from, end] = isBack ? [cursor, anchor] : [anchor, cursor];
  return (column) => (line > from.line || column >= from.column) && (line < end.line || column <= end.column);
}

/** A line as rows of the screen. */
function rowsOf(vi: Vi, line: number): string[] {
  const width = vi.columns - numberWidth(vi);
  const isMarked = marked(vi, line);
  const rows: string[] = [];
  let [row, cells, cell, at] = ["", 0, 0, 0];
  let isReverse = false;
  const characters = [...vi.buffer.line(line)];
  // An empty line that is selected shows one cell of it.
  if (vi.settings.list) characters.push("$");
  else if (characters.length === 0 && isMarked(0)) characters.push(" ");
  for (const character of characters) {
    const shown = shownAs(vi, character, cell);
    if (cells + shown.cells > width) {
      rows.push(row + (isReverse ? plain : ""));
      row = isReverse ? reverse : "";
      cells = 0;
      if (!vi.settings.wrap) return rows;
    }
    if (isMarked(at) !== isReverse) {
      isReverse = !isReverse;
      row += isReverse ? reverse : plain;
    }
    row += shown.text;
    cells += shown.cells;
    cell += shown.cells;
    at += character.length;
  }
  rows.push(row + (isReverse ? plain : ""));
  return rows.map((text, i) => (i === 0 ? numberOf(vi, line) : " ".repeat(numberWidth(vi))) + text);
}

function numberWidth(vi: Vi): number {
  const { number, relativenumber } = vi.settings;
  return number || relativenumber ? Math.max(4, String(vi.lines.length).length + 1) : 0;
}

function numberOf(vi: Vi, line: number): string {
  const { number, relativenumber } = vi.settings;
  const width = numberWidth(vi);
  if (width === 0) return "";
  const shown = relativenumber && !(number && line === vi.cursor.line) ? Math.abs(line - vi.cursor.line) : line + 1;
  return `\x1b[33m${relativenumber && number && line === vi.cursor.line ? String(shown).padEnd(width - 1) : String(shown).padStart(width - 1)}\x1b[39m `;
}

/** How many rows a line takes. */
const heightOf = (vi: Vi, line: number): number => (vi.settings.wrap ? rowsOf(vi, line).length : 1);

/** Moves what is shown so that the cursor is in it. */
function settle(vi: Vi): void {
  const { last } = vi.buffer;
  const row = vi.cursor.line;
  const margin = Math.min(vi.settings.scrolloff, Math.floor((vi.rows - 1) / 2));
  vi.top = Math.max(0, Math.min(vi.top, last));
  if (row < vi.top + margin) {
    // A jump far up puts the line in the middle.
    vi.top = vi.top - row > vi.rows ? Math.max(0, row - Math.floor(vi.rows / 2)) : Math.max(0, row - margin);
    return;
  }
  const wanted = Math.min(last, row + margin);
  const height = () => {
    let sum = 0;
    for (let line = vi.top; line <= wanted && sum <= vi.rows * 2; line++) sum += heightOf(vi, line);
    return sum;
  };
  if (wanted - vi.top > vi.rows * 2) vi.top = Math.max(0, row - Math.floor(vi.rows / 2));
  while (vi.top < row && height() > vi.rows) vi.top++;
}

const modeNames: Readonly<Record<Vi["mode"], string>> = {
  normal: "",
  insert: "-- INSERT --",
  replace: "-- REPLACE --",
  visual: "-- VISUAL --",
  lines: "-- VISUAL LINE --",
  block: "-- VISUAL BLOCK --",
  prompt: "",
};

/** The screen as it should be. */
export function frameOf(vi: Vi, columns: number, rows: number): Frame {
  vi.columns = columns;
  vi.rows = rows - 1;
  if (vi.pages) {
    const shown = vi.pages.slice(-rows);
    const filled = [...Array.from({ length: Math.max(0, rows - shown.length) }, () => ""), ...shown];
    return { rows: filled.map((row) => cut(row, columns)), cursor: { row: rows - 1, column: Math.min(columns - 1, shown.at(-1)?.length ?? 0) } };
  }
  settle(vi);
  const made: string[] = [];
  let cursor = { row: 0, column: 0 };
  let line = vi.top;
  for (; line <= vi.buffer.last && made.length < vi.rows; line++) {
    const shown = rowsOf(vi, line);
    if (made.length + shown.length > vi.rows && line > vi.top) break;
    if (line === vi.cursor.line) {
      const width = columns - numberWidth(vi);
      const cell = cellOf(vi, vi.line, vi.cursor.column);
      const row = vi.settings.wrap ? Math.floor(cell / width) : 0;
      cursor = { row: made.length + row, column: Math.min(columns - 1, numberWidth(vi) + (vi.settings.wrap ? cell % width : cell)) };
      if (cursor.row >= made.length + shown.length) shown.push("");
    }
    made.push(...shown);
  }
  const end = line;
  const isCut = line <= vi.buffer.last;
  while (made.length < vi.rows) made.push(`\x1b[34m${isCut ? "@" : "~"}\x1b[39m`);
  made.length = vi.rows;
  made.push(statusOf(vi, columns, end));
  if (vi.prompt) {
    const { mark, text, at } = vi.prompt;
    cursor = {
      row: rows - 1,
      column: Math.min(
        columns - 1,
        [...(mark + text.slice(0, at))].reduce((sum, one) => sum + widthOf(one), 0),
      ),
    };
  }
  return { rows: made, cursor: { row: Math.min(rows - 1, cursor.row), column: cursor.column } };
}

const cut = (text: string, columns: number): string => {
  let cells = 0;
  let made = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const shown = code < 32 ? (character === "\t" ? "    " : `^${String.fromCharCode(code + 64)}`) : character;
    cells += [...shown].reduce((sum, one) => sum + widthOf(one), 0);
    if (cells > columns) break;
    made += shown;
  }
  return made;
};

function statusOf(vi: Vi, columns: number, end: number): string {
  if (vi.prompt) return cut(vi.prompt.mark + vi.prompt.text, columns);
  const mode = vi.settings.showmode ? modeNames[vi.mode] : "";
  const recording = vi.recording ? `recording @${vi.recording.name}` : "";
  const told = mode || recording ? `\x1b[1m${mode}${recording}\x1b[22m` : "";
  const text = told || cut(vi.message.split("\n").at(-1) ?? "", columns - 1);
  const width = told ? mode.length + recording.length : [...text].reduce((sum, one) => sum + widthOf(one), 0);
  const shown = !told && vi.isError ? `\x1b[31m${text}\x1b[39m` : text;
  if (!vi.settings.ruler || columns < 40) return shown;
  const at = columns - 18;
  if (width >= at) return shown;
  const pending = vi.settings.showcmd ? vi.pending.slice(-10) : "";
  const gap = " ".repeat(at - width);
  const left = pending && gap.length > 11 ? gap.slice(0, -11) + pending.padEnd(11) : gap;
  return shown + left + rulerOf(vi, end);
}

function rulerOf(vi: Vi, end: number): string {
  const { line, column } = vi.cursor;
  const bytes = vi.line === "" ? 0 : new TextEncoder().encode(vi.line.slice(0, column)).length + 1;
  const cell = cellOf(vi, vi.line, column) + 1;
  const place = `${vi.buffer.isEmpty ? 0 : line + 1},${bytes === cell ? bytes : `${bytes}-${cell}`}`;
  const [isTop, isEnd] = [vi.top === 0, end > vi.buffer.last];
  const share = Math.floor((vi.top * 100) / Math.max(1, vi.buffer.last + 1 - (end - vi.top)));
  return `${place.padEnd(13)} ${isTop && isEnd ? "All" : isTop ? "Top" : isEnd ? "Bot" : `${Math.min(99, share)}%`}`;
}
