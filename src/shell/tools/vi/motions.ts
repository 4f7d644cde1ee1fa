import type { Place } from "./buffer.ts";

export type Lines = readonly string[];

/** The column of the character after the one at a column. */
export const after = (line: string, column: number): number => column + ((line.codePointAt(column) ?? 0) > 0xffff ? 2 : 1);

/** The column of the character before a column. */
export function before(line: string, column: number): number {
  const code = line.charCodeAt(column - 1);
  return column - (code >= 0xdc00 && code <= 0xdfff && column > 1 ? 2 : 1);
}

/** The column of a line's last character. */
export const lastColumn = (line: string): number => (line === "" ? 0 : before(line, line.length));

export const firstNonBlank = (line: string): number => {
  const at = line.search(/[^ \t]/);
  return at < 0 ? lastColumn(line) : at;
};

export const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

/** 0 for blanks, 1 for marks, 2 for what words are made of. */
export function classOf(character: string | undefined, big: boolean): number {
  if (character === undefined || character === " " || character === "\t") return 0;
  return big || /[0-9A-Za-z_\u00c0-\uffff]/.test(character) ? 2 : 1;
}

/** `w`: the start of the next word; past the last character where there is none. An empty line is a word. */
export function wordForward(lines: Lines, { line, column }: Place, big: boolean): Place {
  let text = lines[line] ?? "";
  let [at, row] = [column, line];
  const kind = classOf(text[at], big);
  if (kind !== 0) while (at < text.length && classOf(text[at], big) === kind) at++;
  for (;;) {
    while (at < text.length && classOf(text[at], big) === 0) at++;
    if (at < text.length) return { line: row, column: at };
    if (row + 1 >= lines.length) return { line: row, column: text.length };
    row++;
    at = 0;
    text = lines[row] ?? "";
    if (text === "") return { line: row, column: 0 };
  }
}

/** `b`: the start of the word before. */
export function wordBackward(lines: Lines, { line, column }: Place, big: boolean): Place {
  let [at, row] = [column - 1, line];
  for (;;) {
    const text = lines[row] ?? "";
    while (at >= 0 && classOf(text[at], big) === 0) at--;
    if (at >= 0) {
      const kind = classOf(text[at], big);
      while (at > 0 && classOf(text[at - 1], big) === kind) at--;
      return { line: row, column: at };
    }
    if (row === 0) return { line: 0, column: 0 };
    row--;
    if (lines[row] === "") return { line: row, column: 0 };
    at = (lines[row] ?? "").length - 1;
  }
}

/** `e`: the end of a word. `here` lets it be the one that the cursor is at the end of: what `cw` does. */
export function wordEnd(lines: Lines, { line, column }: Place, big: boolean, here = false): Place {
  let [at, row] = [here ? column : column + 1, line];
  for (;;) {
    const text = lines[row] ?? "";
    while (at < text.length && classOf(text[at], big) === 0) at++;
    if (at < text.length) {
      const kind = classOf(text[at], big);
      while (at + 1 < text.length && classOf(text[at + 1], big) === kind) at++;
      return { line: row, column: at };
    }
    if (row + 1 >= lines.length) return { line: row, column: lastColumn(text) };
    row++;
    at = 0;
  }
}

/** `ge`: the end of the word before. */
export function wordEndBackward(lines: Lines, { line, column }: Place, big: boolean): Place {
  let [at, row] = [column, line];
  const text = lines[row] ?? "";
  const kind = classOf(text[at], big);
  if (kind !== 0) while (at >= 0 && classOf(text[at], big) === kind) at--;
  else at--;
  for (;;) {
    const current = lines[row] ?? "";
    while (at >= 0 && classOf(current[at], big) === 0) at--;
    if (at >= 0) return { line: row, column: at };
    if (row === 0) return { line: 0, column: 0 };
    row--;
    if (lines[row] === "") return { line: row, column: 0 };
    at = (lines[row] ?? "").length - 1;
  }
}

/** `}` and `{`: the next empty line, or the end. */
export function paragraph(lines: Lines, line: number, step: 1 | -1): Place {
  let at = line;
  while (at >= 0 && at < lines.length && lines[at] === "") at += step;
  while (at >= 0 && at < lines.length && lines[at] !== "") at += step;
  if (at < 0) return { line: 0, column: 0 };
  if (at >= lines.length) return { line: lines.length - 1, column: (lines.at(-1) ?? "").length };
  return { line: at, column: 0 };
}

/** `)` and `(`: where a sentence begins. */
export function sentence(lines: Lines, { line, column }: Place, step: 1 | -1): Place {
  const starts: Place[] = [];
  for (const [row, text] of lines.entries()) {
    const before = row === 0 ? "" : lines[row - 1];
    if (text === "") {
      if (before !== "") starts.push({ line: row, column: 0 });
      continue;
    }
    if (row === 0 || before === "" || /[.!?][)\]"']*\s*$/.test(before ?? "")) starts.push({ line: row, column: firstNonBlank(text) });
    for (const found of text.matchAll(/[.!?][)\]"']*[ \t]+(?=\S)/g)) starts.push({ line: row, column: found.index + found[0].length });
  }
  const isAfter = (place: Place) => place.line > line || (place.line === line && place.column > column);
  const isBefore = (place: Place) => place.line < line || (place.line === line && place.column < column);
  if (step > 0) return starts.find(isAfter) ?? { line: lines.length - 1, column: lastColumn(lines.at(-1) ?? "") };
  return starts.findLast(isBefore) ?? { line: 0, column: 0 };
}

const pairs = "()[]{}";

/** `%`: the bracket that belongs to the one under the cursor, or to the next one on the line. */
export function matching(lines: Lines, { line, column }: Place): Place | undefined {
  const text = lines[line] ?? "";
  let at = column;
  while (at < text.length && !pairs.includes(text[at] ?? "")) at++;
  const mark = text[at];
  if (mark === undefined) return undefined;
  const kind = pairs.indexOf(mark);
  return kind % 2 === 0
    ? bracketForward(lines, { line, column: at + 1 }, mark, pairs[kind + 1] ?? "")
    : bracketBackward(lines, { line, column: at - 1 }, pairs[kind - 1] ?? "", mark);
}

function bracketForward(lines: Lines, from: Place, open: string, close: string): Place | undefined {
  let depth = 0;
  for (let line = from.line, column = from.column; line < lines.length; line++, column = 0) {
    const text = lines[line] ?? "";
    for (; column < text.length; column++) {
      if (text[column] === open) depth++;
      else if (text[column] === close && depth-- === 0) return { line, column };
    }
  }
  return undefined;
}

function bracketBackward(lines: Lines, from: Place, open: string, close: string): Place | undefined {
  let depth = 0;
  for (let line = from.line, column = from.column; line >= 0; line--, column = (lines[line] ?? "").length - 1) {
    const text = lines[line] ?? "";
    for (; column >= 0; column--) {
      if (text[column] === close) depth++;
      else if (text[column] === open && depth-- === 0) return { line, column };
    }
  }
  return undefined;
}

/** `f t F T`: the column of a character on the line. */
export function findOnLine(line: string, column: number, wanted: string, how: string, count: number, again: boolean): number | undefined {
  const forward = how === "f" || how === "t";
  const till = how === "t" || how === "T";
  // Till the same character again would stay where it is.
  let at = till && again && count === 1 ? column + (forward ? 1 : -1) : column;
  for (let i = 0; i < count; i++) {
    at = forward ? line.indexOf(wanted, at + 1) : at <= 0 ? -1 : line.lastIndexOf(wanted, at - 1);
    if (at < 0) return undefined;
  }
  return till ? at + (forward ? -1 : 1) : at;
}

/** A part of the text that an object such as `iw` or `a"` names; `end` is the last character, or the last line. */
export interface Part {
  from: Place;
  end: Place;
  linewise?: boolean;
  /** Nothing is between the marks: `ci"` begins there, and others do nothing. */
  empty?: boolean;
}

/** The text object of a letter at the cursor: `around` takes in the marks, or the blanks beside. */
export function textObject(lines: Lines, cursor: Place, letter: string, around: boolean, count: number): Part | undefined {
  switch (letter) {
    case "w":
    case "W":
      return wordObject(lines, cursor, letter === "W", around, count);
    case "p":
      return paragraphObject(lines, cursor.line, around, count);
    case '"':
    case "'":
    case "`":
      return quoteObject(lines[cursor.line] ?? "", cursor, letter, around);
    case "(":
    case ")":
    case "b":
      return bracketObject(lines, cursor, "(", ")", around, count);
    case "{":
    case "}":
    case "B":
      return bracketObject(lines, cursor, "{", "}", around, count);
    case "[":
    case "]":
      return bracketObject(lines, cursor, "[", "]", around, count);
    case "<":
    case ">":
      return bracketObject(lines, cursor, "<", ">", around, count);
    default:
      return undefined;
  }
}

function wordObject(lines: Lines, { line, column }: Place, big: boolean, around: boolean, count: number): Part {
  const text = lines[line] ?? "";
  const kind = (at: number) => classOf(text[at], big);
  const runEnd = (at: number) => {
    let end = at;
    while (end + 1 < text.length && kind(end + 1) === kind(at)) end++;
    return end;
  };
  let from = column;
  while (from > 0 && kind(from - 1) === kind(column)) from--;
  let end = from - 1;
  if (!around) {
    for (let i = 0; i < count && end + 1 < text.length; i++) end = runEnd(end + 1);
    return { from: { line, column: from }, end: { line, column: Math.max(end, from) } };
  }
  const startsBlank = kind(from) === 0;
  for (let i = 0; i < count && end + 1 < text.length; i++) {
    end = runEnd(end + 1);
    if (end + 1 < text.length && (startsBlank || kind(end + 1) === 0)) end = runEnd(end + 1);
  }
  // Without blanks after it, those before it belong to it.
  if (!startsBlank && kind(end) !== 0) while (from > 0 && kind(from - 1) === 0) from--;
  return { from: { line, column: from }, end: { line, column: Math.max(end, from) } };
}

function paragraphObject(lines: Lines, line: number, around: boolean, count: number): Part {
  const blank = (at: number) => /^[ \t]*$/.test(lines[at] ?? "");
  const runEnd = (at: number) => {
    let end = at;
    while (end + 1 < lines.length && blank(end + 1) === blank(at)) end++;
    return end;
  };
  let from = line;
  while (from > 0 && blank(from - 1) === blank(line)) from--;
  let end = from - 1;
  for (let i = 0; i < count && end + 1 < lines.length; i++) {
    end = runEnd(end + 1);
    if (around && end + 1 < lines.length) end = runEnd(end + 1);
    else if (around && !blank(line)) while (from > 0 && blank(from - 1)) from--;
  }
  return { from: { line: from, column: 0 }, end: { line: end, column: 0 }, linewise: true };
}

function quoteObject(text: string, { line, column }: Place, quote: string, around: boolean): Part | undefined {
  const marks: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) marks.push(at);
  }
  for (let i = 0; i + 1 < marks.length; i += 2) {
    const [open = 0, close = 0] = [marks[i], marks[i + 1]];
    if (column > close) continue;
    if (!around) return { from: { line, column: open + 1 }, end: { line, column: close - 1 }, ...(close === open + 1 && { empty: true }) };
    let [from, end] = [open, close];
    while (end + 1 < text.length && /[ \t]/.test(text[end + 1] ?? "")) end++;
    if (end === close) while (from > 0 && /[ \t]/.test(text[from - 1] ?? "")) from--;
    return { from: { line, column: from }, end: { line, column: end } };
  }
  return undefined;
}

function bracketObject(lines: Lines, cursor: Place, open: string, close: string, around: boolean, count: number): Part | undefined {
  const under = lines[cursor.line]?.[cursor.column];
  let start: Place | undefined = under === open ? cursor : undefined;
  let outside = under === close ? { line: cursor.line, column: cursor.column - 1 } : cursor;
  for (let i = start ? 1 : 0; i < count; i++) {
    start = bracketBackward(lines, start ? { line: start.line, column: start.column - 1 } : outside, open, close);
    if (!start) break;
    outside = start;
  }
  // Outside of any, it is the next one on the line.
  const next = start ? -1 : (lines[cursor.line] ?? "").indexOf(open, cursor.column);
  if (next >= 0) start = { line: cursor.line, column: next };
  if (!start) return undefined;
  const end = bracketForward(lines, { line: start.line, column: start.column + 1 }, open, close);
  if (!end) return undefined;
  if (around) return { from: start, end };
  // A block whose brackets stand alone on their lines is the lines between.
  const opens = (lines[start.line] ?? "").slice(start.column + 1) === "";
  const closes = (lines[end.line] ?? "").slice(0, end.column).trim() === "";
  if (opens && closes && end.line > start.line + 1)
    return { from: { line: start.line + 1, column: 0 }, end: { line: end.line - 1, column: 0 }, linewise: true };
  const from = { line: start.line, column: start.column + 1 };
  if (end.line === from.line && end.column === from.column) return { from, end: from, empty: true };
  return {
    from,
    end: end.column > 0 ? { line: end.line, column: end.column - 1 } : { line: end.line - 1, column: (lines[end.line - 1] ?? "").length },
  };
}
