import { textWidth, widthOf } from "../../terminal/width.ts";
import type { Frame } from "../full-screen.ts";
import type { NanoState } from "./state.ts";

const [reverse, plain] = ["\x1b[7m", "\x1b[27m"];

type Help = readonly (readonly [key: string, what: string])[];

const mainHelp: Help = [
  ["^G", "Help"],
  ["^X", "Exit"],
  ["^O", "Write Out"],
  ["^R", "Read File"],
  ["^W", "Where Is"],
  ["^\\", "Replace"],
  ["^K", "Cut"],
  ["^U", "Paste"],
  ["^T", "Execute"],
  ["^J", "Justify"],
  ["^C", "Location"],
  ["^/", "Go To Line"],
  ["M-U", "Undo"],
  ["M-E", "Redo"],
  ["M-A", "Set Mark"],
  ["M-6", "Copy"],
  ["M-]", "To Bracket"],
  ["^Q", "Where Was"],
  ["M-Q", "Previous"],
  ["M-W", "Next"],
  ["^B", "Back"],
  ["^F", "Forward"],
];
const promptHelp: Help = [
  ["^G", "Help"],
  ["^C", "Cancel"],
];
const answerHelp: Help = [
  [" Y", "Yes"],
  [" N", "No"],
  ["^C", "Cancel"],
];

/** The two lines of keys at the bottom. */
function helpRows(help: Help, columns: number): [string, string] {
  const across = Math.max(1, help === mainHelp ? Math.max(2, Math.min(Math.ceil(help.length / 2), Math.floor(columns / 13))) : 2);
  const width = Math.floor(columns / across);
  const rows: [string, string] = ["", ""];
  for (let i = 0; i < Math.min(help.length, across * 2); i++) {
    const [key, what] = help[i] ?? ["", ""];
    const text = `${key} ${what}`.slice(0, width).padEnd(width);
    rows[(i % 2) as 0 | 1] += reverse + text.slice(0, key.length) + plain + text.slice(key.length);
  }
  return rows;
}

/** A character as it is shown behind so many cells. */
export function shownAs(character: string, cell: number, tabSize: number): string {
  if (character === "\t") return " ".repeat(tabSize - (cell % tabSize));
  const code = character.codePointAt(0) ?? 0;
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  return code === 127 ? "^?" : character;
}

export function cellOf(line: string, column: number, tabSize: number): number {
  let cell = 0;
  for (const character of line.slice(0, column)) cell += textWidth(shownAs(character, cell, tabSize));
  return cell;
}

/** From which cell on a line is shown when the cursor is at one: a long line is leafed through sideways. */
function pageStart(cell: number, columns: number): number {
  if (cell === 0 || cell + 2 < columns) return 0;
  return columns > 8 ? cell - 6 - ((cell - 6) % (columns - 8)) : cell - (columns - 2);
}

function lineRow(state: NanoState, at: number, columns: number): string {
  const line = state.buffer.line(at);
  const { tabSize } = state.settings;
  const start = at === state.cursor.line ? pageStart(cellOf(line, state.cursor.column, tabSize), columns) : 0;
  const { from, end } = state.selection ?? { from: state.cursor, end: state.cursor };
  const isMarked = (column: number) =>
    (at > from.line || (at === from.line && column >= from.column)) && (at < end.line || (at === end.line && column < end.column));
  let [text, cell, column, isReverse] = ["", 0, 0, false];
  const mark = (on: boolean) => {
    if (on !== isReverse) text += on ? reverse : plain;
    isReverse = on;
  };
  for (const character of line) {
    const shown = shownAs(character, cell, tabSize);
    for (const one of shown) {
      const width = widthOf(one);
      const place = cell - start;
      cell += width;
      if (place < 0) continue;
      if (place === 0 && start > 0) {
        mark(true);
        text += "<";
        mark(false);
        continue;
      }
      if (place + width > columns || (place + width === columns && column + character.length < line.length)) {
        mark(true);
        text += ">";
        mark(false);
        return text;
      }
      mark(isMarked(column));
      text += one;
    }
    column += character.length;
  }
  mark(false);
  return text;
}

/** The screen as it should be. */
export function frameOf(state: NanoState, columns: number, rows: number): Frame {
  const { buffer, cursor, settings } = state;
  const helpHeight = settings.noHelp || rows < 6 ? 0 : 2;
  const height = Math.max(1, rows - 2 - helpHeight);
  state.height = height;
  const margin = settings.lineNumbers ? Math.max(3, String(buffer.last + 1).length) + 1 : 0;
  if (cursor.line < state.top || cursor.line >= state.top + height) state.top = Math.max(0, cursor.line - Math.floor(height / 2));
  const made: string[] = [titleOf(state, columns)];
  if (state.page) made.push(...state.page.slice(state.pageTop, state.pageTop + height).map((row) => row.slice(0, columns)));
  else
    for (let at = state.top; at < Math.min(buffer.last + 1, state.top + height); at++) {
      const number = margin > 0 ? `${String(at + 1).padStart(margin - 1)} ` : "";
      made.push(number + lineRow(state, at, columns - margin));
    }
  while (made.length < height + 1) made.push("");
  made.push(statusOf(state, columns));
  if (helpHeight > 0) made.push(...helpRows(state.question ? (state.question.answers ? answerHelp : promptHelp) : mainHelp, columns));
  if (state.question) {
    const { text, reply } = state.question;
    return { rows: made, cursor: { row: height + 1, column: Math.min(columns - 1, textWidth(text) + textWidth(reply)) } };
  }
  const cell = cellOf(buffer.line(cursor.line), cursor.column, settings.tabSize);
  return {
    rows: made,
    cursor: { row: 1 + cursor.line - state.top, column: Math.min(columns - 1, margin + cell - pageStart(cell, columns - margin)) },
  };
}

function titleOf(state: NanoState, columns: number): string {
  const left = "  GNU nano 7.2";
  const name = state.page ? "Main nano help text" : state.name || "New Buffer";
  const right = state.settings.view ? "View  " : state.buffer.modified ? "Modified  " : "          ";
  const start = Math.max(left.length + 2, Math.floor((columns - textWidth(name)) / 2));
  const text = `${left.padEnd(start)}${name}`;
  const gap = Math.max(1, columns - textWidth(text) - right.length);
  return `${reverse}${`${text}${" ".repeat(gap)}${right}`.slice(0, columns)}${plain}`;
}

function statusOf(state: NanoState, columns: number): string {
  if (state.question) {
    const text = `${state.question.text}${state.question.reply}`;
    return reverse + text + " ".repeat(Math.max(0, columns - textWidth(text))) + plain;
  }
  if (!state.message) return "";
  const text = `[ ${state.message} ]`;
  return `${" ".repeat(Math.max(0, Math.floor((columns - textWidth(text)) / 2)))}${reverse}${text}${plain}`;
}
