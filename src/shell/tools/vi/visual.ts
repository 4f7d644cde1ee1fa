import { exLine } from "./ex.ts";
import { insert } from "./insert.ts";
import { after, textObject } from "./motions.ts";
import { follow, gMove, moveOf } from "./moves.ts";
import { cutColumns, join, type Operator, operate, type Region, recased, shift } from "./operators.ts";
import { keep, put, registerOf } from "./registers.ts";
import { scroll, scrolled } from "./scroll.ts";
import { type Input, key, type Mode, Refused, type Vi } from "./state.ts";

/** Selects until a command works on it, or it is given up. */
export function* visual(vi: Vi, mode: Mode): Input {
  vi.mode = mode;
  for (;;) {
    try {
      if (yield* selected(vi)) break;
    } catch (error) {
      if (!(error instanceof Refused) || vi.mode === "normal") throw error;
      vi.complain(error.message);
    }
  }
  if (vi.mode === "visual" || vi.mode === "lines" || vi.mode === "block") leave(vi);
}

function leave(vi: Vi): void {
  vi.lastVisual = { anchor: vi.anchor, cursor: vi.cursor, mode: vi.mode };
  const { from, end } = ordered(vi);
  vi.marks.set("<", from).set(">", end);
  vi.mode = "normal";
  vi.go(vi.cursor);
}

function ordered({ anchor, cursor }: Vi): { from: Vi["cursor"]; end: Vi["cursor"] } {
  const isBack = cursor.line < anchor.line || (cursor.line === anchor.line && cursor.column < anchor.column);
  return isBack ? { from: cursor, end: anchor } : { from: anchor, end: cursor };
}

/** What is selected. */
function regionOf(vi: Vi): Region {
  const { from, end } = ordered(vi);
  if (vi.mode === "lines") return { from, end, linewise: true };
  const text = vi.buffer.line(end.line);
  // The end of a line, selected, is the newline.
  if ((end.column >= text.length || (end === vi.cursor && vi.wanted === Number.POSITIVE_INFINITY)) && end.line < vi.buffer.last)
    return { from, end: { line: end.line + 1, column: 0 }, linewise: false };
  return { from, end: { line: end.line, column: Math.min(text.length, after(text, end.column)) }, linewise: false };
}

interface Columns {
  first: number;
  last: number;
  from: number;
  /** Not in it; infinite where `$` was typed. */
  end: number;
}

export function columnsOf(vi: Vi): Columns {
  const { anchor, cursor } = vi;
  return {
    first: Math.min(anchor.line, cursor.line),
    last: Math.max(anchor.line, cursor.line),
    from: Math.min(anchor.column, cursor.column),
    end: vi.wanted === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(anchor.column, cursor.column) + 1,
  };
}

/** One key of Visual mode; whether the selection is over. */
function* selected(vi: Vi): Input<boolean> {
  let typed = yield* key(vi);
  let digits = "";
  let register = '"';
  while (/^[1-9]$/.test(typed) || (typed === "0" && digits) || typed === '"') {
    if (typed === '"') register = yield* key(vi);
    else digits += typed;
    typed = yield* key(vi);
  }
  const count = digits ? Number(digits) : undefined;
  switch (typed) {
    case "<esc>":
    case "<c-c>":
      return true;
    case "v":
    case "V":
    case "<c-v>": {
      const mode: Mode = typed === "v" ? "visual" : typed === "V" ? "lines" : "block";
      if (vi.mode === mode) return true;
      vi.mode = mode;
      return false;
    }
    case "o":
    case "O":
      [vi.anchor, vi.cursor] = [vi.cursor, vi.anchor];
      vi.wanted = vi.cursor.column;
      return false;
    case ":": {
      leave(vi);
      yield* exLine(vi, "'<,'>");
      return true;
    }
    case "!":
      leave(vi);
      yield* exLine(vi, "'<,'>!");
      return true;
    case "i":
    case "a": {
      const letter = yield* key(vi);
      const part = textObject(vi.lines, vi.cursor, letter, typed === "a", count ?? 1);
      if (!part) throw new Refused("");
      if (part.linewise) vi.mode = "lines";
      vi.anchor = part.from;
      vi.go(part.end);
      return false;
    }
    case "z":
      scrolled(vi, yield* key(vi), count);
      return false;
    case "<c-d>":
    case "<c-u>":
    case "<c-f>":
    case "<c-b>":
    case "<page-down>":
    case "<page-up>":
    case "<c-e>":
    case "<c-y>":
      scroll(vi, typed, count);
      return false;
    case "g": {
      const second = yield* key(vi);
      const move = gMove(vi, second, count);
      if (move) {
        follow(vi, move);
        return false;
      }
      if (second === "v") {
        if (vi.lastVisual) [vi.anchor, vi.cursor, vi.mode] = [vi.lastVisual.anchor, vi.lastVisual.cursor, vi.lastVisual.mode];
        return false;
      }
      yield* work(vi, `g${second}`, count, register);
      return true;
    }
  }
  const isWork = /^(?:[dcyxXsSrJpPuU~<>=DYCRIA]|<delete>|<bs>)$/.test(typed) && typed !== "<bs>";
  if (isWork) {
    yield* work(vi, typed, count, register);
    return true;
  }
  const move = yield* moveOf(vi, typed, count, "");
  if (!move) throw new Refused("");
  follow(vi, move);
  return false;
}

const operators: Readonly<Record<string, Operator>> = {
  d: "d",
  x: "d",
  "<delete>": "d",
  c: "c",
  s: "c",
  y: "y",
  u: "gu",
  U: "gU",
  "~": "g~",
  gu: "gu",
  gU: "gU",
  "g~": "g~",
  "g?": "g?",
  "=": "=",
};

function* work(vi: Vi, name: string, count: number | undefined, register: string): Input {
  const { mode } = vi;
  const wholeLines = /^[XDYSCR]$/.test(name);
  const columns = columnsOf(vi);
  let region = regionOf(vi);
  const typedKeys = [...vi.current];
  leave(vi);
  if (mode === "block" && !wholeLines && (yield* workOnColumns(vi, name, columns, register, count))) {
    vi.changes = name !== "y";
    return;
  }
  if (wholeLines)
    region = {
      from: region.from,
      end: { line: region.linewise || region.end.column > 0 ? region.end.line : region.end.line, column: 0 },
      linewise: true,
    };
  const operator = operators[name] ?? operators[name.toLowerCase()];
  const again = againKeys(vi, mode, region, typedKeys);
  vi.changes = name !== "y" && name !== "Y";
  switch (name) {
    case "r": {
      const typed = yield* key(vi);
      again.push(typed);
      if (typed.length <= 2) replaceAll(vi, region, typed);
      break;
    }
    case "J":
    case "gJ":
      join(vi, region.from.line, Math.max(region.end.line, Math.min(vi.buffer.last, region.from.line + 1)), name === "J");
      break;
    case ">":
    case "<":
      shift(vi, region.from.line, region.end.line, name === ">" ? (count ?? 1) : -(count ?? 1));
      break;
    case "p":
    case "P": {
      const new_ = registerOf(vi, register);
      const atEnd = !region.linewise && region.end.column >= vi.buffer.line(region.end.line).length;
      const wasLast = region.linewise && region.end.line >= vi.buffer.last;
      operate(vi, "d", region, name === "P" ? "_" : '"');
      if (new_.linewise && !region.linewise) {
        const { line, column } = region.from;
        const text = vi.buffer.line(line);
        vi.buffer.splice(line, 1, [text.slice(0, column), text.slice(column)]);
        vi.cursor = { line, column: 0 };
        put(vi, new_, true, count ?? 1);
      } else put(vi, new_.linewise || !region.linewise ? new_ : { ...new_, linewise: true }, atEnd || wasLast, count ?? 1);
      break;
    }
    case "I":
    case "A":
      vi.cursor =
        name === "I" ? region.from : { line: region.end.line, column: region.linewise ? vi.buffer.line(region.end.line).length : region.end.column };
      if (name === "I" && region.linewise) vi.cursor = { line: region.from.line, column: 0 };
      yield* insert(vi, count);
      return;
    default: {
      if (!operator) throw new Refused("");
      operate(vi, operator, region, register);
      if (operator === "c") {
        const start = vi.current.length;
        yield* insert(vi);
        again.push(...vi.current.slice(start));
      }
    }
  }
  vi.current = again;
}

/** The keys that do the same to as much text elsewhere. */
function againKeys(vi: Vi, mode: Mode, { from, end }: Region, typed: readonly string[]): string[] {
  const lines = end.line - from.line;
  const down = lines > 0 ? [...String(lines), "j"] : [];
  const operatorKeys = operatorOf(typed);
  if (mode === "lines") return ["V", ...down, ...operatorKeys];
  const across = lines === 0 ? end.column - from.column - 1 : end.column - 1;
  const right = across > 0 ? [...String(across), "l"] : [];
  return ["v", ...down, ...(lines > 0 ? ["0"] : []), ...right, ...operatorKeys].filter((one) => vi && one !== "");
}

/** The keys of a command over a selection that are the operator: the last one, with its register, count and `g`. */
function operatorOf(typed: readonly string[]): string[] {
  let at = typed.length - 1;
  if (typed[at - 1] === "g") at--;
  while (/^\d$/.test(typed[at - 1] ?? "")) at--;
  if (typed[at - 2] === '"') at -= 2;
  return typed.slice(at);
}

function replaceAll(vi: Vi, { from, end, linewise }: Region, character: string): void {
  const lines = vi.lines.slice(from.line, end.line + 1).map((line, i, all) => {
    const start = linewise || i > 0 ? 0 : from.column;
    const stop = linewise || i < all.length - 1 ? line.length : end.column;
    return line.slice(0, start) + character.repeat([...line.slice(start, stop)].length) + line.slice(stop);
  });
  vi.buffer.splice(from.line, lines.length, lines);
  vi.go(from);
}

/** Works on a block of columns; whether the command is one for those. */
function* workOnColumns(vi: Vi, name: string, { first, last, from, end }: Columns, register: string, count: number | undefined): Input<boolean> {
  const rows = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const operator = operators[name];
  const each = (change: (text: string) => string) => {
    for (const row of rows) {
      const text = vi.buffer.line(row);
      if (text.length > from)
        vi.buffer.splice(row, 1, [text.slice(0, from) + change(text.slice(from, end)) + text.slice(Math.min(end, text.length))]);
    }
    vi.go({ line: first, column: from });
  };
  if (operator === "d" || operator === "c" || operator === "y") {
    keep(vi, register, { lines: rows.map((row) => vi.buffer.line(row).slice(from, end)), linewise: false, block: true }, operator !== "y");
    if (operator === "y") vi.go({ line: first, column: from });
    else cutColumns(vi, first, last, from, end);
    if (operator === "c") yield* typeInto(vi, rows, from, false);
    return true;
  }
  if (name === "I") {
    yield* typeInto(vi, rows, from, false);
    return true;
  }
  if (name === "A") {
    yield* typeInto(vi, rows, end, true);
    vi.go({ line: first, column: from });
    return true;
  }
  if (name === "r") {
    const typed = yield* key(vi);
    if (typed.length <= 2) each((text) => typed.repeat([...text].length));
    return true;
  }
  if (name === ">" || name === "<") {
    const step = (vi.settings.shiftwidth || vi.settings.tabstop) * (count ?? 1);
    for (const row of rows) {
      const text = vi.buffer.line(row);
      if (text.length <= from) continue;
      const tail = text.slice(from);
      vi.buffer.splice(row, 1, [text.slice(0, from) + (name === ">" ? " ".repeat(step) + tail : tail.replace(new RegExp(`^[ \\t]{0,${step}}`), ""))]);
    }
    return true;
  }
  if (operator && operator !== "=") {
    each((text) => recased(text, operator));
    return true;
  }
  return false;
}

/** Types in the first line of a block; when that is done, the same text comes into the others. */
function* typeInto(vi: Vi, rows: readonly number[], column: number, pads: boolean): Input {
  const [top = 0] = rows;
  const at = (text: string) => (column === Number.POSITIVE_INFINITY ? text.length : column);
  const before = vi.buffer.line(top);
  const start = pads && column !== Number.POSITIVE_INFINITY ? before.padEnd(column) : before;
  vi.buffer.splice(top, 1, [start]);
  vi.cursor = { line: top, column: Math.min(start.length, at(start)) };
  const place = vi.cursor.column;
  const count = vi.lines.length;
  yield* insert(vi);
  const grown = vi.buffer.line(top).length - start.length;
  if (vi.lines.length === count && grown > 0) {
    const typed = vi.buffer.line(top).slice(place, place + grown);
    for (const row of rows.slice(1)) {
      const text = vi.buffer.line(row);
      if (text.length < column && !pads) continue;
      const padded = column === Number.POSITIVE_INFINITY ? text : text.padEnd(column);
      vi.buffer.splice(row, 1, [padded.slice(0, at(padded)) + typed + padded.slice(at(padded))]);
    }
  }
  vi.go({ line: top, column: place });
}
