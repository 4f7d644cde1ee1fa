import { type Change, changesOf } from "#shell/tools/line-changes.ts";

/** The lines of a text, each with its end. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Changes as git tells them: those that could as well stand a few lines further up or down are where a reader expects them. */
export function textChanges(a: readonly string[], b: readonly string[]): Change[] {
  const changes = changesOf(a, b);
  for (const [i, change] of changes.entries()) {
    const [lines, at, length] = change.removed === 0 ? [b, change.b, change.added] : [a, change.a, change.removed];
    if (change.removed > 0 && change.added > 0) continue;
    const [previous, next] = [changes[i - 1], changes[i + 1]];
    const room = {
      up: Math.min(change.a - (previous ? previous.a + previous.removed : 0), change.b - (previous ? previous.b + previous.added : 0)),
      down: Math.min((next?.a ?? a.length) - change.a - change.removed, (next?.b ?? b.length) - change.b - change.added),
    };
    const move = bestMove(lines, at, length, room);
    change.a += move;
    change.b += move;
  }
  return joinedChanges(changes);
}

/** By how many lines a block is moved: as far down as it goes, unless another place divides the text better. */
function bestMove(lines: readonly string[], at: number, length: number, room: { up: number; down: number }): number {
  let [up, down] = [0, 0];
  while (up < room.up && lines[at - up - 1] === lines[at + length - up - 1]) up++;
  while (down < room.down && lines[at + down] === lines[at + length + down]) down++;
  let best = down;
  let least = Number.POSITIVE_INFINITY;
  for (let move = -up; move <= down; move++) {
    const cost = splitCost(lines, at + move) + splitCost(lines, at + length + move);
    if (cost <= least) [best, least] = [move, cost];
  }
  return best;
}

const indentOf = (line: string | undefined): number | undefined =>
  line === undefined || line.trim() === "" ? undefined : (/^[ \t]*/.exec(line)?.[0] ?? "").replaceAll("\t", "        ").length;

/** How little a place between two lines looks like the beginning of something: deep lines cost, blank lines before one pay. */
function splitCost(lines: readonly string[], at: number): number {
  if (at >= lines.length) return -1;
  const own = indentOf(lines[at]);
  let blanks = 0;
  while (at - blanks > 0 && indentOf(lines[at - blanks - 1]) === undefined) blanks++;
  let next = at;
  while (next < lines.length && indentOf(lines[next]) === undefined) next++;
  const indent = own ?? indentOf(lines[next]) ?? 0;
  const before = indentOf(lines[at - blanks - 1]) ?? 0;
  const depth = 60 * indent;
  if (own === undefined) return depth + (next === lines.length ? 0 : 30);
  return (
    depth - 30 * Math.min(blanks, 1) + (at === 0 ? 1 : 0) + (indent > before ? (blanks > 0 ? 10 : -4) : indent < before ? (blanks > 0 ? 17 : 24) : 0)
  );
}

/** Changes that came to touch one another are one. */
function joinedChanges(changes: readonly Change[]): Change[] {
  const result: Change[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    if (last && last.a + last.removed === change.a && last.b + last.added === change.b) {
      last.removed += change.removed;
      last.added += change.added;
    } else result.push({ ...change });
  }
  return result;
}
