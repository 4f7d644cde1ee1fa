import type { Place } from "./buffer.ts";
import {
  after,
  before,
  findOnLine,
  firstNonBlank,
  lastColumn,
  matching,
  type Part,
  paragraph,
  sentence,
  textObject,
  wordBackward,
  wordEnd,
  wordEndBackward,
  wordForward,
} from "./motions.ts";
import { typedLine } from "./prompt.ts";
import { patternAndOffset, search, wordUnder } from "./search.ts";
import { type Input, key, Refused, type Vi } from "./state.ts";

/** Where a motion leads, and what an operator takes of it. */
export interface Move {
  to: Place;
  kind: "exclusive" | "inclusive" | "line";
  /** A text object begins elsewhere than at the cursor. */
  from?: Place;
  /** Moves up and down come back to this column. */
  wanted?: number;
  jumps?: boolean;
  empty?: boolean;
}

const refuse = (): never => {
  throw new Refused("");
};

/** The motion that a key begins; undefined where it begins none. `operator` is the one that waits for it. */
export function* moveOf(vi: Vi, first: string, given: number | undefined, operator: string): Input<Move | undefined> {
  const count = given ?? 1;
  const { lines, line, cursor } = vi;
  const row = cursor.line;
  const isSelecting = vi.mode === "visual" || vi.mode === "lines" || vi.mode === "block";
  const lineMove = (to: number, wanted = vi.wanted): Move => ({ to: { line: to, column: wanted }, kind: "line", wanted });
  const firstOf = (to: number, jumps = false): Move => {
    const at = Math.max(0, Math.min(vi.buffer.last, to));
    return { to: { line: at, column: firstNonBlank(vi.buffer.line(at)) }, kind: "line", ...(jumps && { jumps }) };
  };
  const repeated = (step: (place: Place) => Place): Place => {
    let at = cursor;
    for (let i = 0; i < count; i++) at = step(at);
    return at;
  };
  switch (first) {
    case "h":
    case "<left>":
    case "<c-h>":
    case "<bs>": {
      let column = cursor.column;
      for (let i = 0; i < count && column > 0; i++) column = before(line, column);
      if (column === cursor.column && first === "<bs>" && row > 0)
        return { to: { line: row - 1, column: lastColumn(vi.buffer.line(row - 1)) }, kind: "exclusive" };
      if (column === cursor.column && !operator) refuse();
      return { to: { line: row, column }, kind: "exclusive" };
    }
    case "l":
    case "<right>":
    case " ": {
      const most = operator || isSelecting ? line.length : lastColumn(line);
      let column = cursor.column;
      for (let i = 0; i < count && column < most; i++) column = after(line, column);
      if (column === cursor.column && first === " " && row < vi.buffer.last) return { to: { line: row + 1, column: 0 }, kind: "exclusive" };
      if (column === cursor.column && !operator && !isSelecting) refuse();
      return { to: { line: row, column: Math.min(column, line.length) }, kind: "exclusive" };
    }
    case "j":
    case "<down>":
    case "<c-n>":
    case "<c-j>":
      return row >= vi.buffer.last ? refuse() : lineMove(Math.min(vi.buffer.last, row + count));
    case "k":
    case "<up>":
    case "<c-p>":
      return row === 0 ? refuse() : lineMove(Math.max(0, row - count));
    case "+":
    case "<cr>":
      return row >= vi.buffer.last ? refuse() : firstOf(row + count);
    case "-":
      return row === 0 ? refuse() : firstOf(row - count);
    case "_":
      return firstOf(row + count - 1);
    case "0":
    case "<home>":
      return { to: { line: row, column: 0 }, kind: "exclusive" };
    case "^":
      return { to: { line: row, column: firstNonBlank(line) }, kind: "exclusive" };
    case "|":
      return { to: { line: row, column: Math.min(count - 1, line.length) }, kind: "exclusive", wanted: count - 1 };
    case "$":
    case "<end>": {
      const to = Math.min(vi.buffer.last, row + count - 1);
      return { to: { line: to, column: lastColumn(vi.buffer.line(to)) }, kind: "inclusive", wanted: Number.POSITIVE_INFINITY };
    }
    case "w":
    case "W":
    case "<s-right>":
    case "<c-right>":
      return { to: repeated((at) => wordForward(lines, at, first === "W")), kind: "exclusive" };
    case "b":
    case "B":
    case "<s-left>":
    case "<c-left>":
      if (row === 0 && cursor.column === 0) refuse();
      return { to: repeated((at) => wordBackward(lines, at, first === "B")), kind: "exclusive" };
    case "e":
    case "E":
      return { to: repeated((at) => wordEnd(lines, at, first === "E")), kind: "inclusive" };
    case "G":
      return firstOf(given === undefined ? vi.buffer.last : count - 1, true);
    case "<c-end>":
      return { to: { line: vi.buffer.last, column: lastColumn(vi.buffer.line(vi.buffer.last)) }, kind: "inclusive", jumps: true };
    case "<c-home>":
      return firstOf(0, true);
    case "H":
      return firstOf(vi.top + count - 1, true);
    case "M":
      return firstOf(Math.floor((vi.top + Math.min(vi.buffer.last, vi.top + vi.rows - 1)) / 2), true);
    case "L":
      return firstOf(Math.min(vi.buffer.last, vi.top + vi.rows - 1) - count + 1, true);
    case "{":
    case "}": {
      let to = cursor;
      for (let i = 0; i < count; i++) to = paragraph(lines, to.line, first === "}" ? 1 : -1);
      return { to, kind: "exclusive", jumps: true };
    }
    case "(":
    case ")":
      return { to: repeated((at) => sentence(lines, at, first === ")" ? 1 : -1)), kind: "exclusive", jumps: true };
    case "%":
      if (given !== undefined) return firstOf(Math.ceil((given * lines.length) / 100) - 1, true);
      return { to: matching(lines, cursor) ?? refuse(), kind: "inclusive", jumps: true };
    case "f":
    case "F":
    case "t":
    case "T": {
      const typed = yield* key(vi);
      const character = typed === "<tab>" ? "\t" : typed;
      if (character.length > 2) refuse();
      vi.lastFind = { how: first, character };
      return onLine(vi, first, character, count, false);
    }
    case ";":
    case ",": {
      const last = vi.lastFind ?? refuse();
      const how = first === ";" ? last.how : last.how === last.how.toLowerCase() ? last.how.toUpperCase() : last.how.toLowerCase();
      return onLine(vi, how, last.character, count, true);
    }
    case "/":
    case "?": {
      const typed = yield* typedLine(vi, first);
      if (typed === undefined) throw new Refused("");
      const { source, offset } = patternAndOffset(typed, first);
      const wanted = source || vi.search?.source;
      if (!wanted) throw new Refused("E35: No previous regular expression");
      vi.search = { source: wanted, forward: first === "/", offset };
      return found(vi, first === "/", count);
    }
    case "n":
    case "N": {
      if (!vi.search) throw new Refused("E35: No previous regular expression");
      return found(vi, (first === "n") === vi.search.forward, count);
    }
    case "*":
    case "#": {
      const { word, column } = wordUnder(vi);
      vi.search = { source: `\\<${word}\\>`, forward: first === "*", offset: "" };
      vi.cursor = { line: row, column };
      return found(vi, first === "*", count);
    }
    case "'":
    case "`": {
      const name = yield* key(vi);
      const mark = vi.marks.get(name === "`" ? "'" : name);
      if (!mark) throw new Refused("E20: Mark not set");
      if (mark.line > vi.buffer.last) throw new Refused("E19: Mark has invalid line number");
      return first === "'" ? firstOf(mark.line, true) : { to: mark, kind: "exclusive", jumps: true };
    }
    case "g": {
      if (!operator && !isSelecting) return undefined;
      return gMove(vi, yield* key(vi), given);
    }
    default:
      return undefined;
  }
}

/** Motions of two keys that begin with `g`. */
export function gMove(vi: Vi, second: string, given: number | undefined): Move | undefined {
  const count = given ?? 1;
  const { lines, line, cursor } = vi;
  const firstOf = (to: number): Move => {
    const at = Math.max(0, Math.min(vi.buffer.last, to));
    return { to: { line: at, column: firstNonBlank(vi.buffer.line(at)) }, kind: "line", jumps: true };
  };
  switch (second) {
    case "g":
      return firstOf(count - 1);
    case "e":
    case "E": {
      let to = cursor;
      for (let i = 0; i < count; i++) to = wordEndBackward(lines, to, second === "E");
      return { to, kind: "inclusive" };
    }
    case "_":
      return { to: { line: cursor.line, column: Math.max(0, line.trimEnd().length - 1) }, kind: "inclusive" };
    case "0":
      return { to: { line: cursor.line, column: 0 }, kind: "exclusive" };
    case "^":
      return { to: { line: cursor.line, column: firstNonBlank(line) }, kind: "exclusive" };
    case "$":
      return { to: { line: cursor.line, column: lastColumn(line) }, kind: "inclusive", wanted: Number.POSITIVE_INFINITY };
    case "m":
      return { to: { line: cursor.line, column: Math.min(lastColumn(line), Math.floor(vi.columns / 2)) }, kind: "exclusive" };
    case "j":
    case "<down>":
      return { to: { line: Math.min(vi.buffer.last, cursor.line + count), column: vi.wanted }, kind: "exclusive", wanted: vi.wanted };
    case "k":
    case "<up>":
      return { to: { line: Math.max(0, cursor.line - count), column: vi.wanted }, kind: "exclusive", wanted: vi.wanted };
    case "*":
    case "#": {
      const { word, column } = wordUnder(vi);
      vi.search = { source: word, forward: second === "*", offset: "" };
      vi.cursor = { line: cursor.line, column };
      return found(vi, second === "*", count);
    }
    default:
      return undefined;
  }
}

function onLine(vi: Vi, how: string, character: string, count: number, again: boolean): Move {
  const column = findOnLine(vi.line, vi.cursor.column, character, how, count, again);
  if (column === undefined) throw new Refused("");
  return { to: { line: vi.cursor.line, column }, kind: how === "f" || how === "t" ? "inclusive" : "exclusive" };
}

function found(vi: Vi, forward: boolean, count: number): Move {
  const { source = "", offset = "" } = vi.search ?? {};
  vi.highlights = true;
  vi.tell(`${forward ? "/" : "?"}${source}${offset && `/${offset}`}`);
  const at = search(vi, source, vi.cursor, forward, count);
  const [, end, lines] = /^(?:([esb])([-+]?\d*)?|([-+]?\d+)|[-+])?$/.exec(offset) ?? [];
  if (end === "e") {
    const match = vi.pattern(source).exec(vi.buffer.line(at.line), at.column);
    return {
      to: { line: at.line, column: Math.max(at.column, (match?.end ?? at.column + 1) - 1 + Number(lines || 0)) },
      kind: "inclusive",
      jumps: true,
    };
  }
  if (/^[-+]?\d+$|^[-+]$/.test(offset)) {
    const by = offset === "+" ? 1 : offset === "-" ? -1 : Number(offset);
    const line = Math.max(0, Math.min(vi.buffer.last, at.line + by));
    return { to: { line, column: firstNonBlank(vi.buffer.line(line)) }, kind: "line", jumps: true };
  }
  return { to: at, kind: "exclusive", jumps: true };
}

/** The part of the text that `iw`, `a"` and the like name. */
export function* objectOf(vi: Vi, around: boolean, count: number): Input<Part> {
  const letter = yield* key(vi);
  const part = textObject(vi.lines, vi.cursor, letter, around, count);
  if (!part) throw new Refused("");
  return part;
}

/** Goes where a motion leads. */
export function follow(vi: Vi, move: Move): void {
  if (move.jumps) vi.remember();
  vi.go(move.to, move.wanted !== undefined);
  if (move.wanted !== undefined) vi.wanted = move.wanted;
}
