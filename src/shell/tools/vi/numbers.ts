import { Refused, type Vi } from "./state.ts";

/** Ctrl-A and Ctrl-X: adds to the number at the cursor or behind it. */
export function addTo(vi: Vi, by: number): void {
  const { line, cursor } = vi;
  for (const found of line.matchAll(/0x[0-9a-f]+|-?\d+/gi)) {
    const end = found.index + found[0].length;
    if (end <= cursor.column) continue;
    const isHex = /^0x/i.test(found[0]);
    const digits = found[0].length - 2;
    // A dash after a word belongs to the name.
    const start = found[0].startsWith("-") && /\w/.test(line[found.index - 1] ?? "") ? found.index + 1 : found.index;
    const value = Number(line.slice(start, end)) + by;
    const made = isHex ? `0x${value.toString(16).padStart(digits, "0")}` : String(value);
    vi.changes = true;
    vi.buffer.splice(cursor.line, 1, [line.slice(0, start) + made + line.slice(end)]);
    vi.go({ line: cursor.line, column: start + made.length - 1 });
    return;
  }
  throw new Refused("");
}
