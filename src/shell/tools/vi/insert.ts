import { pasted } from "../full-screen.ts";
import { after, before, classOf, indentOf } from "./motions.ts";
import { indentText, widthOfIndent } from "./operators.ts";
import { registerOf } from "./registers.ts";
import { type Input, key, type Vi } from "./state.ts";

/** Types text until Escape. `again` times it comes once more behind itself. */
export function* insert(vi: Vi, count = 1, replaces = false, oneCommand?: () => Input): Input {
  const start = vi.current.length;
  vi.mode = replaces ? "replace" : "insert";
  vi.typedFrom = vi.cursor;
  vi.tell("");
  yield* typing(vi, oneCommand);
  if (count > 1) {
    // What was typed, typed again; text by itself does not move, so that this is all.
    const typed = vi.current.slice(start, -1);
    for (let i = 1; i < count; i++) for (const one of typed) typeKey(vi, one, new Map());
  }
  vi.mode = "normal";
  dropBlankIndent(vi);
  vi.lastInsert = vi.cursor;
  vi.marks.set("^", vi.cursor);
  vi.go({ line: vi.cursor.line, column: vi.cursor.column > 0 ? before(vi.line, vi.cursor.column) : 0 });
}

function* typing(vi: Vi, oneCommand: (() => Input) | undefined): Input {
  /** What Replace mode wrote over, by column, so that Backspace brings it back. */
  const over = new Map<string, string>();
  for (;;) {
    const typed = yield* key(vi);
    if (typed === "<esc>" || typed === "<c-c>") return;
    if (typed === "<c-r>") {
      const name = yield* key(vi);
      const register = registerOf(vi, name);
      typeText(vi, register.lines.join("\n") + (register.linewise ? "\n" : ""));
    } else if (typed === "<c-v>" || typed === "<c-q>") {
      const literal = yield* key(vi);
      typeText(vi, literal === "<tab>" ? "\t" : literal === "<esc>" ? "\x1b" : literal === "<cr>" ? "\r" : literal.length <= 2 ? literal : "");
    } else if (typed === "<c-o>" && oneCommand) {
      const { mode } = vi;
      vi.mode = "normal";
      const atEnd = vi.cursor.column >= vi.line.length;
      yield* oneCommand();
      vi.mode = mode;
      if (vi.wanted === Number.POSITIVE_INFINITY || (atEnd && vi.cursor.column === Math.max(0, vi.line.length - 1) && vi.line !== ""))
        vi.cursor = { ...vi.cursor, column: vi.line.length };
    } else typeKey(vi, typed, over);
  }
}

function typeKey(vi: Vi, typed: string, over: Map<string, string>): void {
  const { line, cursor, buffer } = vi;
  const { line: row, column } = cursor;
  const place = (at: typeof cursor) => `${at.line}:${at.column}`;
  switch (typed) {
    case "<cr>":
      newLine(vi);
      return;
    case "<tab>":
      typeText(vi, tabText(vi));
      return;
    case "<bs>":
      if (vi.mode === "replace") {
        vi.go({ line: row, column: column > 0 ? before(line, column) : 0 });
        const old = over.get(place(vi.cursor));
        if (old === undefined) return;
        over.delete(place(vi.cursor));
        buffer.splice(row, 1, [line.slice(0, vi.cursor.column) + old + line.slice(column)]);
        return;
      }
      backspace(vi);
      return;
    case "<delete>":
      if (column < line.length) buffer.splice(row, 1, [line.slice(0, column) + line.slice(after(line, column))]);
      else if (row < buffer.last) buffer.splice(row, 2, [line + buffer.line(row + 1)]);
      return;
    case "<c-w>": {
      if (column === 0) {
        backspace(vi);
        return;
      }
      let at = column;
      while (at > 0 && classOf(line[at - 1], false) === 0) at--;
      const kind = classOf(line[at - 1], false);
      while (at > 0 && kind !== 0 && classOf(line[at - 1], false) === kind) at--;
      at = Math.max(at, stopOf(vi));
      buffer.splice(row, 1, [line.slice(0, at) + line.slice(column)]);
      vi.go({ line: row, column: at });
      return;
    }
    case "<c-u>": {
      const at = stopOf(vi) || (column > indentOf(line).length ? indentOf(line).length : 0);
      buffer.splice(row, 1, [line.slice(0, at) + line.slice(column)]);
      vi.go({ line: row, column: at });
      return;
    }
    case "<c-t>":
    case "<c-d>": {
      const indent = indentOf(line);
      const step = vi.settings.shiftwidth || vi.settings.tabstop;
      const width = widthOfIndent(indent, vi.settings.tabstop);
      const made = indentText(vi, typed === "<c-t>" ? width + step - (width % step) : Math.max(0, width - (width % step || step)));
      buffer.splice(row, 1, [made + line.slice(indent.length)]);
      vi.go({ line: row, column: Math.max(0, column + made.length - indent.length) });
      return;
    }
    case "<c-e>":
    case "<c-y>": {
      const other = buffer.line(row + (typed === "<c-e>" ? 1 : -1));
      if (row + (typed === "<c-e>" ? 1 : -1) >= 0 && column < other.length) typeText(vi, other.slice(column, after(other, column)));
      return;
    }
    case "<left>":
      vi.go({ line: row, column: column > 0 ? before(line, column) : 0 });
      return;
    case "<right>":
      vi.go({ line: row, column: after(line, column) });
      return;
    case "<up>":
    case "<down>":
      vi.go({ line: row + (typed === "<up>" ? -1 : 1), column: vi.wanted }, true);
      return;
    case "<page-up>":
    case "<page-down>":
      vi.go({ line: row + (typed === "<page-up>" ? -vi.rows : vi.rows), column: vi.wanted }, true);
      return;
    case "<home>":
      vi.go({ line: row, column: 0 });
      return;
    case "<end>":
      vi.go({ line: row, column: line.length });
      vi.wanted = Number.POSITIVE_INFINITY;
      return;
    case "<c-home>":
      vi.go({ line: 0, column: 0 });
      return;
    case "<c-end>":
      vi.go({ line: buffer.last, column: buffer.line(buffer.last).length });
      return;
    case "<c-right>":
    case "<s-right>":
      vi.go({ line: row, column: column + (/^\w*\W*/.exec(line.slice(column))?.[0].length || 1) });
      return;
    case "<c-left>":
    case "<s-left>":
      vi.go({ line: row, column: column - (/\w*\W*$/.exec(line.slice(0, column))?.[0].length || 1) });
      return;
    case "<c-j>":
      newLine(vi);
      return;
  }
  if (typed.startsWith(pasted)) {
    typeText(vi, typed.slice(pasted.length));
    return;
  }
  if (/^<.+>$/.test(typed)) return;
  if (vi.mode === "replace") {
    const old = column < line.length ? line.slice(column, after(line, column)) : "";
    over.set(place(cursor), old);
    buffer.splice(row, 1, [line.slice(0, column) + typed + line.slice(column + old.length)]);
    vi.go({ line: row, column: column + typed.length });
    return;
  }
  typeText(vi, typed);
}

/** The column before which Ctrl-U and Ctrl-W take nothing, at first. */
const stopOf = ({ typedFrom, cursor }: Vi): number => (typedFrom.line === cursor.line && cursor.column > typedFrom.column ? typedFrom.column : 0);

/** Puts text in at the cursor, as it is. */
export function typeText(vi: Vi, text: string): void {
  const { line, cursor } = vi;
  if (!text.includes("\n")) {
    vi.buffer.splice(cursor.line, 1, [line.slice(0, cursor.column) + text + line.slice(cursor.column)]);
    vi.go({ line: cursor.line, column: cursor.column + text.length });
    return;
  }
  const lines = text.split("\n");
  const last = lines.length - 1;
  const tail = line.slice(cursor.column);
  const end = last === 0 ? cursor.column + text.length : (lines[last] ?? "").length;
  lines[0] = line.slice(0, cursor.column) + lines[0];
  lines[last] += tail;
  vi.buffer.splice(cursor.line, 1, lines);
  vi.go({ line: cursor.line + last, column: end });
}

function newLine(vi: Vi): void {
  const { line, cursor } = vi;
  const { autoindent, paste } = vi.settings;
  const head = line.slice(0, cursor.column);
  const indent = autoindent && !paste ? indentOf(line).slice(0, cursor.column) : "";
  const kept = isBlankIndent(vi) ? "" : head;
  const tail = line.slice(cursor.column);
  vi.buffer.splice(cursor.line, 1, [kept, indent + (indent ? tail.trimStart() : tail)]);
  vi.go({ line: cursor.line + 1, column: indent.length });
  vi.indented = indent ? cursor.line + 1 : undefined;
}

/** Whether the line holds nothing but the indent that it was given. */
const isBlankIndent = (vi: Vi): boolean => vi.indented === vi.cursor.line && vi.line !== "" && vi.line.trim() === "";

function dropBlankIndent(vi: Vi): void {
  if (isBlankIndent(vi)) {
    vi.buffer.splice(vi.cursor.line, 1, [""]);
    vi.cursor = { line: vi.cursor.line, column: 0 };
  }
  vi.indented = undefined;
}

/** The indent of an empty line that is made beside another. */
export const indentBeside = (vi: Vi, line: string): string => (vi.settings.autoindent && !vi.settings.paste ? indentOf(line) : "");

function tabText(vi: Vi): string {
  const { expandtab, tabstop, softtabstop, paste } = vi.settings;
  if (paste || (!expandtab && !softtabstop)) return expandtab && !paste ? " ".repeat(tabstop) : "\t";
  const step = softtabstop || tabstop;
  const column = widthOfIndent(vi.line.slice(0, vi.cursor.column), tabstop);
  return " ".repeat(step - (column % step));
}

function backspace(vi: Vi): void {
  const { line, cursor, buffer } = vi;
  const { line: row, column } = cursor;
  if (column === 0) {
    if (row === 0) return;
    const above = buffer.line(row - 1);
    buffer.splice(row - 1, 2, [above + line]);
    vi.go({ line: row - 1, column: above.length });
    return;
  }
  const { softtabstop } = vi.settings;
  let start = before(line, column);
  // Blanks that Tab made go as one.
  if (softtabstop > 0 && line[column - 1] === " ") {
    const least = Math.floor((column - 1) / softtabstop) * softtabstop;
    start = column;
    while (start > least && line[start - 1] === " ") start--;
  }
  buffer.splice(row, 1, [line.slice(0, start) + line.slice(column)]);
  vi.go({ line: row, column: start });
}
