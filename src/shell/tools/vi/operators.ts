import type { Place } from "./buffer.ts";
import { firstNonBlank, indentOf, lastColumn } from "./motions.ts";
import { keep, textBetween } from "./registers.ts";
import type { Vi } from "./state.ts";

/** A part of the text to work on: `end` is not in it, but for lines, where its line is. */
export interface Region {
  from: Place;
  end: Place;
  linewise: boolean;
}

export type Operator = "d" | "c" | "y" | ">" | "<" | "=" | "gu" | "gU" | "g~" | "g?" | "J";

/** Does what an operator does to a region. `c` leaves the cursor where text is to be typed. */
export function operate(vi: Vi, operator: Operator, region: Region, register: string, count = 1): void {
  switch (operator) {
    case "y":
      yank(vi, region, register, false);
      vi.go(
        region.linewise
          ? { line: region.from.line, column: vi.cursor.line === region.from.line ? vi.cursor.column : region.from.column }
          : region.from,
      );
      break;
    case "d":
      remove(vi, region, register);
      break;
    case "c":
      changeAway(vi, region, register);
      break;
    case ">":
    case "<":
      shift(vi, region.from.line, region.end.line, operator === ">" ? count : -count);
      break;
    case "=":
      align(vi, region.from.line, region.end.line);
      break;
    case "J":
      join(vi, region.from.line, region.end.line, true);
      break;
    default:
      recase(vi, region, operator);
  }
}

function yank(vi: Vi, { from, end, linewise }: Region, register: string, deleted: boolean): void {
  const lines = linewise ? vi.lines.slice(from.line, end.line + 1) : textBetween(vi.lines, from, end);
  keep(vi, register, { lines, linewise }, deleted);
  if (!deleted && lines.length > 2) vi.tell(`${lines.length} lines yanked`);
}

export function remove(vi: Vi, region: Region, register: string): void {
  const { from, end, linewise } = region;
  const { buffer } = vi;
  yank(vi, region, register, true);
  if (linewise) {
    const count = end.line - from.line + 1;
    const isAll = count > buffer.last;
    buffer.splice(from.line, count, []);
    vi.goLine(from.line);
    if (isAll) vi.tell("--No lines in buffer--");
    else if (count > 2) vi.tell(`${count} fewer lines`);
    return;
  }
  cut(vi, from, end);
  vi.go(from);
  if (end.line - from.line > 2) vi.tell(`${end.line - from.line} fewer lines`);
}

export function cut(vi: Vi, from: Place, end: Place): void {
  const [head, tail] = [vi.buffer.line(from.line).slice(0, from.column), vi.buffer.line(end.line).slice(end.column)];
  vi.buffer.splice(from.line, end.line - from.line + 1, [head + tail]);
}

function changeAway(vi: Vi, region: Region, register: string): void {
  const { from, end, linewise } = region;
  yank(vi, region, register, true);
  if (linewise) {
    const indent = vi.settings.autoindent ? indentOf(vi.buffer.line(from.line)) : "";
    vi.buffer.splice(from.line, end.line - from.line + 1, [indent]);
    vi.cursor = { line: from.line, column: indent.length };
  } else {
    cut(vi, from, end);
    vi.cursor = from;
  }
}

/** Indents lines by so many steps, or back. */
export function shift(vi: Vi, first: number, last: number, steps: number): void {
  const { shiftwidth, tabstop } = vi.settings;
  const step = shiftwidth || tabstop;
  const lines = vi.lines.slice(first, last + 1).map((line) => {
    if (line === "") return line;
    const indent = indentOf(line);
    return indentText(vi, Math.max(0, widthOfIndent(indent, tabstop) + steps * step)) + line.slice(indent.length);
  });
  vi.buffer.splice(first, last - first + 1, lines);
  vi.go({ line: first, column: firstNonBlank(vi.buffer.line(first)) });
  if (lines.length > 2) vi.tell(`${lines.length} lines ${steps > 0 ? ">" : "<"}ed ${Math.abs(steps)} time${Math.abs(steps) === 1 ? "" : "s"}`);
}

export function widthOfIndent(indent: string, tabstop: number): number {
  let width = 0;
  for (const character of indent) width = character === "\t" ? width + tabstop - (width % tabstop) : width + 1;
  return width;
}

export function indentText(vi: Vi, width: number): string {
  const { expandtab, tabstop } = vi.settings;
  return expandtab ? " ".repeat(width) : "\t".repeat(Math.floor(width / tabstop)) + " ".repeat(width % tabstop);
}

/** `=` without a formatter: as far in as the line before. */
function align(vi: Vi, first: number, last: number): void {
  let indent = first > 0 ? indentOf(vi.lines.slice(0, first).findLast((line) => line.trim() !== "") ?? "") : "";
  const lines = vi.lines.slice(first, last + 1).map((line, i) => {
    const text = line.trimStart();
    if (i === 0 && first === 0) indent = "";
    return text === "" ? "" : indent + text;
  });
  vi.buffer.splice(first, lines.length, lines);
  vi.go({ line: first, column: firstNonBlank(vi.buffer.line(first)) });
  if (lines.length > 2) vi.tell(`${lines.length} lines indented `);
}

/** `J`: with a space between, but none before `)` or after one that is there. */
export function join(vi: Vi, first: number, last: number, spaced: boolean): void {
  const [head = "", ...rest] = vi.lines.slice(first, last + 1);
  let text = head;
  let column = head.length;
  for (const line of rest) {
    const tail = spaced ? line.trimStart() : line;
    const gap = !spaced || tail === "" || tail.startsWith(")") || /[ \t]$/.test(text) || text === "" ? "" : " ";
    column = text.length + (gap === "" && spaced && text !== "" ? -1 : 0);
    text += gap + tail;
  }
  vi.buffer.splice(first, last - first + 1, [text]);
  vi.go({ line: first, column: Math.max(0, column) });
}

const rotated = (text: string): string => text.replace(/[A-Za-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + (c.toLowerCase() < "n" ? 13 : -13)));

/** A text in the case that an operator gives it. */
export function recased(text: string, operator: Operator): string {
  if (operator === "gu") return text.toLowerCase();
  if (operator === "gU") return text.toUpperCase();
  if (operator === "g?") return rotated(text);
  return [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("");
}

function recase(vi: Vi, { from, end, linewise }: Region, operator: Operator): void {
  const lines = vi.lines.slice(from.line, end.line + 1).map((line, i, all) => {
    const start = linewise || i > 0 ? 0 : from.column;
    const stop = linewise || i < all.length - 1 ? line.length : end.column;
    return line.slice(0, start) + recased(line.slice(start, stop), operator) + line.slice(stop);
  });
  vi.buffer.splice(from.line, lines.length, lines);
  vi.go(linewise ? { line: from.line, column: vi.cursor.line === from.line ? vi.cursor.column : 0 } : from);
}

/** Deletes what a selection of columns holds of each line. */
export function cutColumns(vi: Vi, first: number, last: number, from: number, end: number): void {
  for (let line = first; line <= last; line++) {
    const text = vi.buffer.line(line);
    if (text.length > from) cut(vi, { line, column: from }, { line, column: Math.min(text.length, end) });
  }
  vi.go({ line: first, column: Math.min(from, lastColumn(vi.buffer.line(first))) });
}
