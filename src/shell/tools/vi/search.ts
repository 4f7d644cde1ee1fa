import type { Place } from "./buffer.ts";
import { after, classOf } from "./motions.ts";
import { Refused, type Vi } from "./state.ts";

/** The next match of a pattern from a place on; tells when it went around the end. */
export function search(vi: Vi, source: string, from: Place, forward: boolean, count = 1): Place {
  const pattern = vi.pattern(source);
  let at = from;
  for (let i = 0; i < count; i++) {
    const found = forward ? next(vi, pattern, at) : previous(vi, pattern, at);
    if (!found)
      throw new Refused(
        vi.settings.wrapscan
          ? `E486: Pattern not found: ${source}`
          : `E38${forward ? 5 : 4}: Search hit ${forward ? "BOTTOM" : "TOP"} without match for: ${source}`,
      );
    at = found;
  }
  return at;
}

type Exec = ReturnType<Vi["pattern"]>;

function next(vi: Vi, pattern: Exec, from: Place): Place | undefined {
  const { lines } = vi;
  const first = pattern.exec(lines[from.line] ?? "", after(lines[from.line] ?? "", from.column));
  if (first && first.at < Math.max(1, (lines[from.line] ?? "").length)) return { line: from.line, column: first.at };
  for (let i = 1; i <= lines.length; i++) {
    const line = (from.line + i) % lines.length;
    if (line <= from.line && !vi.settings.wrapscan) return undefined;
    const found = pattern.exec(lines[line] ?? "");
    if (!found) continue;
    if (line <= from.line) vi.complain("search hit BOTTOM, continuing at TOP");
    return { line, column: found.at };
  }
  return undefined;
}

function previous(vi: Vi, pattern: Exec, from: Place): Place | undefined {
  const { lines } = vi;
  for (let i = 0; i <= lines.length; i++) {
    const line = (from.line - i + 2 * lines.length) % lines.length;
    if (i > 0 && line >= from.line && !vi.settings.wrapscan) return undefined;
    const found = [...pattern.all(lines[line] ?? "")].findLast(({ at }) => i > 0 || at < from.column);
    if (!found) continue;
    if (i > 0 && line >= from.line) vi.complain("search hit TOP, continuing at BOTTOM");
    return { line, column: found.at };
  }
  return undefined;
}

/** Splits what was typed after `/` at the mark that ends the pattern: behind it stands where to go from the match. */
export function patternAndOffset(text: string, mark: string): { source: string; offset: string } {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === mark) return { source: text.slice(0, i), offset: text.slice(i + 1) };
  }
  return { source: text, offset: "" };
}

/** The word under the cursor or after it, as `*` looks for it. */
export function wordUnder(vi: Vi): { word: string; column: number } {
  const { line, cursor } = vi;
  let at = cursor.column;
  while (at < line.length && classOf(line[at], false) !== 2) at++;
  if (at >= line.length) throw new Refused("E348: No string under cursor");
  while (at > 0 && classOf(line[at - 1], false) === 2) at--;
  let end = at;
  while (end < line.length && classOf(line[end], false) === 2) end++;
  return { word: line.slice(at, end), column: at };
}
