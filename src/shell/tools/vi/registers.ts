import type { Place } from "./buffer.ts";
import { after, firstNonBlank, lastColumn } from "./motions.ts";
import { Refused, type Register, type Vi } from "./state.ts";

/** Keeps what was yanked or deleted where `p` finds it. */
export function keep(vi: Vi, name: string, register: Register, deleted: boolean): void {
  if (name === "_") return;
  if (/[A-Z]/.test(name)) {
    const lower = name.toLowerCase();
    const old = vi.registers.get(lower);
    const made = old ? appended(old, register) : register;
    vi.registers.set(lower, made).set('"', made);
    return;
  }
  vi.registers.set('"', register);
  if (name !== '"') {
    vi.registers.set(name, register);
    return;
  }
  if (!deleted) vi.registers.set("0", register);
  else if (register.linewise || register.lines.length > 1) {
    for (let i = 9; i > 1; i--) {
      const older = vi.registers.get(String(i - 1));
      if (older) vi.registers.set(String(i), older);
    }
    vi.registers.set("1", register);
  } else vi.registers.set("-", register);
}

function appended(old: Register, more: Register): Register {
  if (old.linewise || more.linewise) return { lines: [...old.lines, ...more.lines], linewise: true };
  return { lines: [...old.lines.slice(0, -1), (old.lines.at(-1) ?? "") + (more.lines[0] ?? ""), ...more.lines.slice(1)], linewise: false };
}

/** What a register holds; those of names that say something of the editor are made when asked for. */
export function registerOf(vi: Vi, name: string): Register {
  const made = (text: string): Register => ({ lines: [text], linewise: false });
  if (name === "%" && vi.name) return made(vi.name);
  if (name === ":" && vi.lastEx) return made(vi.lastEx);
  if (name === "/" && vi.search) return made(vi.search.source);
  const register = vi.registers.get(name.toLowerCase());
  if (!register) throw new Refused(`E353: Nothing in register ${name}`);
  return register;
}

/** `p` and `P`: puts a register behind or before the cursor. `after` leaves the cursor behind it, as `gp` does. */
export function put(vi: Vi, register: Register, behind: boolean, count: number, leaves = false): void {
  const { line, column } = vi.cursor;
  const { buffer } = vi;
  if (register.linewise) {
    const at = behind ? line + 1 : line;
    const lines = Array.from({ length: count }, () => register.lines).flat();
    buffer.splice(at, 0, lines);
    if (leaves) vi.go({ line: at + lines.length, column: 0 });
    else vi.go({ line: at, column: firstNonBlank(buffer.line(at)) });
    if (lines.length > 2) vi.tell(`${lines.length} more lines`);
    return;
  }
  const text = buffer.line(line);
  const at = behind && text !== "" ? after(text, column) : column;
  if (register.block) {
    putBlock(vi, register, at, count);
    return;
  }
  const [head, tail] = [text.slice(0, at), text.slice(at)];
  const whole = Array.from({ length: count }, () => register.lines.join("\n"))
    .join("")
    .split("\n");
  const lines = whole.map((one, i) => `${i === 0 ? head : ""}${one}${i === whole.length - 1 ? tail : ""}`);
  buffer.splice(line, 1, lines);
  if (whole.length === 1) {
    const end = at + (whole[0]?.length ?? 0);
    vi.go({ line, column: leaves ? end : Math.max(at, lastColumn(text.slice(0, at) + whole[0])) });
  } else if (leaves) vi.go({ line: line + whole.length - 1, column: whole.at(-1)?.length ?? 0 });
  else vi.go({ line, column: at });
}

function putBlock(vi: Vi, { lines }: Register, column: number, count: number): void {
  const { buffer } = vi;
  const top = vi.cursor.line;
  const width = Math.max(...lines.map((line) => line.length));
  const made = lines.map((text, i) => {
    const there = buffer.line(top + i).padEnd(column);
    const tail = there.slice(column);
    const block = tail === "" ? text.padEnd(width).repeat(count - 1) + text : text.padEnd(width).repeat(count);
    return there.slice(0, column) + block + tail;
  });
  buffer.splice(top, Math.min(made.length, buffer.last + 1 - top), made);
  vi.go({ line: top, column });
}

/** The text between two places; `end` is not in it. */
export function textBetween(lines: readonly string[], from: Place, end: Place): string[] {
  if (from.line === end.line) return [(lines[from.line] ?? "").slice(from.column, end.column)];
  return [(lines[from.line] ?? "").slice(from.column), ...lines.slice(from.line + 1, end.line), (lines[end.line] ?? "").slice(0, end.column)];
}
