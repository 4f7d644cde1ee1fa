import { pasted } from "../full-screen.ts";
import { exCommand, exLine } from "./ex.ts";
import { indentBeside, insert, typeText } from "./insert.ts";
import { macroKeys, record } from "./macros.ts";
import { after, before, firstNonBlank } from "./motions.ts";
import { follow, gMove, type Move, moveOf, objectOf } from "./moves.ts";
import { addTo } from "./numbers.ts";
import { join, type Operator, operate, type Region, recased } from "./operators.ts";
import { put, registerOf } from "./registers.ts";
import { scroll, scrolled } from "./scroll.ts";
import { type Input, key, Refused, type Vi } from "./state.ts";
import { visual } from "./visual.ts";

/** Reads and does commands until the editor is left. */
export function* session(vi: Vi): Input {
  for (;;) yield* command(vi);
}

/** One command of Normal mode. What it changes is undone as one, and done again by `.`. */
export function* command(vi: Vi): Input {
  vi.current = [];
  vi.changes = false;
  vi.pending = "";
  const first = yield* key(vi);
  const isTyped = !vi.replaying;
  vi.buffer.begin(vi.cursor);
  try {
    yield* normal(vi, first);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.message) vi.complain(error.message);
    // What cannot be done ends a macro.
    vi.fed = [];
    vi.mode = "normal";
    vi.go(vi.cursor);
  } finally {
    vi.buffer.commit(vi.files.now());
    vi.pending = "";
  }
  if (vi.changes && isTyped) vi.lastChange = vi.current;
}

/** Reads the digits of a count; gives it and the key behind it. */
function* counted(vi: Vi, first: string): Input<{ count: number | undefined; first: string }> {
  let digits = "";
  let typed = first;
  while (/^[1-9]$/.test(typed) || (typed === "0" && digits !== "")) {
    digits += typed;
    vi.pending += typed;
    typed = yield* key(vi);
  }
  return { count: digits ? Math.min(Number(digits), 99_999) : undefined, first: typed };
}

function* normal(vi: Vi, start: string): Input {
  let register = '"';
  let { count, first } = yield* counted(vi, start);
  while (first === '"') {
    register = yield* key(vi);
    const next = yield* counted(vi, yield* key(vi));
    if (next.count !== undefined) count = next.count * (count ?? 1);
    first = next.first;
  }
  vi.pending += first.length === 1 ? first : "";
  if (/^[dcy><=!]$/.test(first)) {
    yield* operator(vi, first, count, register);
    return;
  }
  if (first === "g") {
    yield* afterG(vi, yield* key(vi), count, register);
    return;
  }
  const move = yield* moveOf(vi, first, count, "");
  if (move) {
    follow(vi, move);
    return;
  }
  yield* simple(vi, first, count, register);
}

/** The part of the text that a motion spans from the cursor. */
export function regionOf(vi: Vi, move: Move): Region {
  const start = move.from ?? vi.cursor;
  const isBack = move.to.line < start.line || (move.to.line === start.line && move.to.column < start.column);
  const [from, to] = isBack ? [move.to, start] : [start, move.to];
  if (move.kind === "line") return { from, end: to, linewise: true };
  if (move.kind === "inclusive") return { from, end: { line: to.line, column: after(vi.buffer.line(to.line), to.column) }, linewise: false };
  // What ends before a line's first character ends with the line before; from the first word on it is whole lines.
  if (to.column === 0 && to.line > from.line) {
    const line = to.line - 1;
    const isWhole = from.column <= firstNonBlank(vi.buffer.line(from.line)) || vi.buffer.line(from.line).trim() === "";
    if (isWhole) return { from, end: { line, column: 0 }, linewise: true };
    return { from, end: { line, column: vi.buffer.line(line).length }, linewise: false };
  }
  return { from, end: to, linewise: false };
}

function* operator(vi: Vi, name: string, given: number | undefined, register: string): Input {
  const { count: second, first } = yield* counted(vi, yield* key(vi));
  const count = given === undefined && second === undefined ? undefined : (given ?? 1) * (second ?? 1);
  const last = name.at(-1) ?? "";
  let move: Move | undefined;
  if (first === last || (name.length === 2 && first === "g" && (yield* key(vi)) === last)) {
    const to = vi.cursor.line + (count ?? 1) - 1;
    if (to > vi.buffer.last && name !== "y" && vi.cursor.line === vi.buffer.last && (count ?? 1) > 1) throw new Refused("");
    move = { to: { line: Math.min(vi.buffer.last, to), column: vi.cursor.column }, kind: "line" };
  } else if (first === "i" || first === "a") {
    const part = yield* objectOf(vi, first === "a", count ?? 1);
    if (part.empty) {
      if (name !== "c") return;
      vi.cursor = part.from;
      yield* changed(vi, () => insert(vi));
      return;
    }
    move = { to: part.end, from: part.from, kind: part.linewise ? "line" : "inclusive" };
  } else if (name === "c" && (first === "w" || first === "W") && vi.line[vi.cursor.column]?.trim()) {
    move = yield* wordsToChange(vi, first === "W", count ?? 1);
  } else {
    move = yield* moveOf(vi, first, count, name);
    if (!move) throw new Refused("");
  }
  if (name === "!") {
    const region = regionOf(vi, { ...move, kind: "line" });
    yield* exLine(vi, region.from.line === region.end.line ? ".!" : `.,.+${region.end.line - region.from.line}!`);
    return;
  }
  let region = regionOf(vi, move);
  // A word that ends a line takes nothing of the next.
  if ((first === "w" || first === "W") && region.end.line > region.from.line && !region.linewise) {
    const line = vi.buffer.line(region.end.line);
    if (region.end.column <= firstNonBlank(line))
      region = { ...region, end: { line: region.end.line - 1, column: vi.buffer.line(region.end.line - 1).length } };
  } else if ((first === "w" || first === "W") && region.linewise && region.end.line === region.from.line)
    region = { from: vi.cursor, end: { line: vi.cursor.line, column: vi.line.length }, linewise: false };
  // What begins in an indent and ends with a line is whole lines, to delete.
  const { from, end } = region;
  if (
    name === "d" &&
    !region.linewise &&
    end.line > from.line &&
    vi.buffer.line(end.line).slice(end.column).trim() === "" &&
    vi.buffer.line(from.line).slice(0, from.column).trim() === ""
  )
    region = { from, end, linewise: true };
  if (name === "y") {
    operate(vi, "y", region, register);
    return;
  }
  vi.changes = true;
  operate(vi, name as Operator, region, register);
  if (name === "c") yield* insert(vi);
}

/** `cw` changes to the end of the word, and leaves the blanks behind it. */
function* wordsToChange(vi: Vi, big: boolean, count: number): Input<Move> {
  const { cursor } = vi;
  const here = yield* moveOf(vi, big ? "E" : "e", 1, "c");
  const { line, column } = cursor;
  const text = vi.line;
  const kind = (at: number) => (text[at] === undefined || /\s/.test(text[at] ?? "") ? 0 : big || /[\w\u00c0-\uffff]/.test(text[at] ?? "") ? 2 : 1);
  let end = column;
  while (kind(end + 1) === kind(column)) end++;
  if (count === 1 || !here) return { to: { line, column: end }, kind: "inclusive" };
  vi.cursor = { line, column: end };
  const more = yield* moveOf(vi, big ? "E" : "e", count - 1, "c");
  vi.cursor = cursor;
  return more ?? here;
}

export function* changed(vi: Vi, work: () => Input): Input {
  vi.changes = true;
  yield* work();
}

function* afterG(vi: Vi, second: string, count: number | undefined, register: string): Input {
  const move = gMove(vi, second, count);
  if (move) {
    follow(vi, move);
    return;
  }
  switch (second) {
    case "u":
    case "U":
    case "~":
    case "?":
      yield* operator(vi, `g${second}`, count, register);
      return;
    case "J":
      vi.changes = true;
      join(vi, vi.cursor.line, Math.min(vi.buffer.last, vi.cursor.line + Math.max(2, count ?? 2) - 1), false);
      return;
    case "p":
    case "P":
      vi.changes = true;
      put(vi, registerOf(vi, register), second === "p", count ?? 1, true);
      return;
    case "v":
      if (vi.lastVisual) {
        vi.anchor = vi.lastVisual.anchor;
        vi.cursor = vi.lastVisual.cursor;
        yield* visual(vi, vi.lastVisual.mode);
      }
      return;
    case "i":
      vi.changes = true;
      if (vi.lastInsert) vi.cursor = vi.lastInsert;
      yield* insert(vi, count);
      return;
    case "I":
      vi.changes = true;
      vi.cursor = { line: vi.cursor.line, column: 0 };
      yield* insert(vi, count);
      return;
    case "a": {
      const character = String.fromCodePoint(vi.line.codePointAt(vi.cursor.column) ?? 0);
      const code = character.codePointAt(0) ?? 0;
      if (vi.line !== "") vi.tell(`<${character}>  ${code},  Hex ${code.toString(16).padStart(2, "0")},  Octal ${code.toString(8).padStart(3, "0")}`);
      return;
    }
    case "&":
      yield* exCommand(vi, "%s//~/&");
      return;
    default:
      throw new Refused("");
  }
}

function* simple(vi: Vi, first: string, given: number | undefined, register: string): Input {
  const count = given ?? 1;
  const { cursor, buffer, line } = vi;
  const row = cursor.line;
  switch (first) {
    case "i":
    case "<insert>":
      yield* changed(vi, () => insert(vi, count, false, () => oneCommand(vi)));
      return;
    case "a":
      vi.cursor = { line: row, column: line === "" ? 0 : after(line, cursor.column) };
      yield* changed(vi, () => insert(vi, count, false, () => oneCommand(vi)));
      return;
    case "I":
      vi.cursor = { line: row, column: /^[ \t]*/.exec(line)?.[0].length ?? 0 };
      yield* changed(vi, () => insert(vi, count, false, () => oneCommand(vi)));
      return;
    case "A":
      vi.cursor = { line: row, column: line.length };
      yield* changed(vi, () => insert(vi, count, false, () => oneCommand(vi)));
      return;
    case "o":
    case "O": {
      const indent = indentBeside(vi, line);
      const at = first === "o" ? row + 1 : row;
      buffer.splice(at, 0, [indent]);
      vi.cursor = { line: at, column: indent.length };
      vi.indented = indent ? at : undefined;
      yield* changed(vi, () => insert(vi, 1, false, () => oneCommand(vi)));
      if (count > 1) {
        const typed = vi.lines.slice(at, vi.cursor.line + 1);
        const copies = Array.from({ length: count - 1 }, () => typed).flat();
        buffer.splice(vi.cursor.line + 1, 0, copies);
        vi.go({ line: vi.cursor.line + copies.length, column: vi.cursor.column });
      }
      return;
    }
    case "R":
      yield* changed(vi, () => insert(vi, count, true));
      return;
    case "x":
    case "<delete>":
    case "X": {
      let [from, end] = [cursor.column, cursor.column];
      if (first === "X") for (let i = 0; i < count && from > 0; i++) from = before(line, from);
      else for (let i = 0; i < count && end < line.length; i++) end = after(line, end);
      if (from === end) throw new Refused("");
      vi.changes = true;
      operate(vi, "d", { from: { line: row, column: from }, end: { line: row, column: end }, linewise: false }, register);
      return;
    }
    case "s": {
      let end = cursor.column;
      for (let i = 0; i < count && end < line.length; i++) end = after(line, end);
      if (end > cursor.column) operate(vi, "c", { from: cursor, end: { line: row, column: end }, linewise: false }, register);
      yield* changed(vi, () => insert(vi));
      return;
    }
    case "S":
      operate(vi, "c", { from: cursor, end: { line: Math.min(buffer.last, row + count - 1), column: 0 }, linewise: true }, register);
      yield* changed(vi, () => insert(vi));
      return;
    case "D":
    case "C": {
      vi.changes = true;
      const last = Math.min(buffer.last, row + count - 1);
      const end = { line: last, column: buffer.line(last).length };
      if (line !== "" || last > row) operate(vi, first === "D" ? "d" : "c", { from: cursor, end, linewise: false }, register);
      if (first === "C") yield* insert(vi);
      return;
    }
    case "Y":
      operate(vi, "y", { from: cursor, end: { line: Math.min(buffer.last, row + count - 1), column: 0 }, linewise: true }, register);
      return;
    case "p":
    case "P":
      vi.changes = true;
      put(vi, registerOf(vi, register), first === "p", count);
      return;
    case "r":
      yield* replaceOne(vi, count);
      return;
    case "J":
      if (row >= buffer.last) throw new Refused("");
      vi.changes = true;
      join(vi, row, Math.min(buffer.last, row + Math.max(2, count) - 1), true);
      return;
    case "~": {
      if (line === "") throw new Refused("");
      vi.changes = true;
      let end = cursor.column;
      for (let i = 0; i < count && end < line.length; i++) end = after(line, end);
      buffer.splice(row, 1, [line.slice(0, cursor.column) + recased(line.slice(cursor.column, end), "g~") + line.slice(end)]);
      vi.go({ line: row, column: end });
      return;
    }
    case "u":
    case "<c-r>":
    case "U":
      undo(vi, first !== "<c-r>", count);
      return;
    case ".":
      yield* again(vi, given);
      return;
    case "v":
    case "V":
    case "<c-v>":
    case "<c-q>":
      vi.anchor = cursor;
      yield* visual(vi, first === "v" ? "visual" : first === "V" ? "lines" : "block");
      return;
    case "m": {
      const name = yield* key(vi);
      vi.marks.set(name === "`" ? "'" : name, cursor);
      return;
    }
    case "q":
      yield* record(vi);
      return;
    case "@": {
      const name = yield* key(vi);
      const macro = name === "@" ? vi.lastMacro : name;
      if (name === ":") {
        for (let i = 0; i < count; i++) yield* exCommand(vi, vi.lastEx);
        return;
      }
      const keys = macroKeys(registerOf(vi, macro).lines.join("\n"));
      vi.lastMacro = macro;
      vi.fed = [...Array.from({ length: count }, () => keys).flat(), ...vi.fed];
      return;
    }
    case ":":
      yield* exLine(vi, given === undefined ? "" : count === 1 ? "." : `.,.+${count - 1}`);
      return;
    case "&":
      vi.changes = true;
      yield* exCommand(vi, "s");
      return;
    case "Z": {
      const second = yield* key(vi);
      if (second !== "Z" && second !== "Q") throw new Refused("");
      yield* exCommand(vi, second === "Z" ? "x" : "q!");
      return;
    }
    case "z":
      scrolled(vi, yield* key(vi), given);
      return;
    case "<c-d>":
    case "<c-u>":
    case "<c-f>":
    case "<c-b>":
    case "<c-e>":
    case "<c-y>":
    case "<page-down>":
    case "<page-up>":
      scroll(vi, first, given);
      return;
    case "<c-g>":
      yield* exCommand(vi, "file");
      return;
    case "<c-a>":
    case "<c-x>":
      addTo(vi, first === "<c-a>" ? count : -count);
      return;
    case "<c-o>":
      vi.go(vi.marks.get("'") ?? cursor);
      return;
    case "<c-l>":
      vi.tell("");
      return;
    case "<c-c>":
      vi.tell("Type  :qa  and press <Enter> to exit Vim");
      return;
    case "<esc>":
      return;
  }
  if (first.startsWith(pasted)) {
    // A paste in Normal mode puts the text before the cursor.
    vi.changes = true;
    vi.mode = "insert";
    typeText(vi, first.slice(pasted.length));
    vi.mode = "normal";
    vi.go({ line: vi.cursor.line, column: Math.max(0, vi.cursor.column - 1) });
    return;
  }
  throw new Refused("");
}

/** Ctrl-O in Insert mode: one command, then on with the text. */
function* oneCommand(vi: Vi): Input {
  const { current } = vi;
  vi.go(vi.cursor);
  const first = yield* key(vi);
  try {
    yield* normal(vi, first);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  vi.current = current;
}

function* replaceOne(vi: Vi, count: number): Input {
  const { cursor, line, buffer } = vi;
  const typed = yield* key(vi);
  if (typed === "<esc>") return;
  const character = typed === "<tab>" ? "\t" : typed === "<c-v>" ? yield* key(vi) : typed;
  let end = cursor.column;
  for (let i = 0; i < count; i++) {
    if (end >= line.length) throw new Refused("");
    end = after(line, end);
  }
  vi.changes = true;
  const [head, tail] = [line.slice(0, cursor.column), line.slice(end)];
  if (typed === "<cr>") {
    const indent = indentBeside(vi, line);
    buffer.splice(cursor.line, 1, [head, indent + tail]);
    vi.go({ line: cursor.line + 1, column: indent.length });
    return;
  }
  if (character.length > 2) throw new Refused("");
  buffer.splice(cursor.line, 1, [head + character.repeat(count) + tail]);
  vi.go({ line: cursor.line, column: cursor.column + character.length * (count - 1) });
}

export function undo(vi: Vi, back: boolean, count: number): void {
  for (let i = 0; i < count; i++) {
    const done = back ? vi.buffer.undo() : vi.buffer.redo();
    if (!done) {
      vi.tell(`Already at ${back ? "oldest" : "newest"} change`);
      return;
    }
    const line = Math.min(done.line, vi.buffer.last);
    vi.go({ line, column: done.column ?? firstNonBlank(vi.buffer.line(line)) });
    const seconds = Math.round((vi.files.now() - done.time) / 1000);
    const age = seconds >= 100 ? new Date(done.time).toISOString().slice(11, 19) : `${seconds} second${seconds === 1 ? "" : "s"} ago`;
    vi.tell(`${done.what}; ${done.which}  ${age}`);
  }
}

/** `.`: the keys of the last change, typed again; a count takes the place of its own. */
function* again(vi: Vi, given: number | undefined): Input {
  if (vi.lastChange.length === 0) throw new Refused("");
  const keys = [...vi.lastChange];
  if (given !== undefined) {
    while (/^[0-9]$/.test(keys[0] ?? "")) keys.shift();
    keys.unshift(...String(given));
  }
  const rest = vi.fed;
  const outer = vi.replaying;
  vi.fed = keys;
  vi.replaying = true;
  try {
    const first = yield* key(vi);
    yield* normal(vi, first);
  } finally {
    vi.replaying = outer;
    vi.fed = rest;
    vi.changes = false;
  }
}
