/** Lines of one text that give way to lines of another. */
export interface Change {
  a: number;
  b: number;
  removed: number;
  added: number;
}

export interface Hunk {
  a: number;
  b: number;
  lengthA: number;
  lengthB: number;
  lines: { kind: "same" | "removed" | "added"; at: number }[];
}

/** More steps than this and the rest is taken as wholly different, so that no input takes for ever. */
const mostSteps = 2000;

/** The fewest changes that make one list of lines the other, by Myers' method. */
export function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const kept = common(a.slice(start, endA), b.slice(start, endB));
  const changes: Change[] = [];
  let [x, y] = [start, start];
  for (const [i, j] of [...kept.map(([i, j]) => [i + start, j + start] as const), [endA, endB] as const]) {
    if (i > x || j > y) changes.push({ a: x, b: y, removed: i - x, added: j - y });
    [x, y] = [i + 1, j + 1];
  }
  return changes;
}

/** Pairs of places that stay, ascending. */
function common(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const most = Math.min(a.length + b.length, mostSteps);
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let steps = 0; steps <= most; steps++) {
    trace.push(new Map(furthest));
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      furthest.set(k, x);
      if (x >= a.length && y >= b.length) return back(trace, a.length, b.length);
    }
  }
  return [];
}

function back(trace: readonly Map<number, number>[], lengthA: number, lengthB: number): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  let [x, y] = [lengthA, lengthB];
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const furthest = trace[steps] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -steps || (k !== steps && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
    const before = down ? k + 1 : k - 1;
    const fromX = furthest.get(before) ?? 0;
    const fromY = fromX - before;
    while (x > fromX && y > fromY) kept.push([--x, --y]);
    if (steps > 0) [x, y] = [fromX, fromY];
  }
  return kept.reverse();
}

/** Changes with lines around them, those close to one another together. */
export function hunksOf(changes: readonly Change[], context: number, lengthA: number, lengthB: number): Hunk[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.a - (last.a + last.removed) <= 2 * context) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => {
    const [first, last] = [group[0] as Change, group.at(-1) as Change];
    const before = Math.min(context, first.a, first.b);
    const after = Math.min(context, lengthA - (last.a + last.removed), lengthB - (last.b + last.added));
    const hunk: Hunk = { a: first.a - before, b: first.b - before, lengthA: 0, lengthB: 0, lines: [] };
    let at = hunk.a;
    for (const change of group) {
      for (; at < change.a; at++) hunk.lines.push({ kind: "same", at });
      for (let i = 0; i < change.removed; i++) hunk.lines.push({ kind: "removed", at: at++ });
      for (let i = 0; i < change.added; i++) hunk.lines.push({ kind: "added", at: change.b + i });
    }
    for (let i = 0; i < after; i++) hunk.lines.push({ kind: "same", at: at++ });
    hunk.lengthA = hunk.lines.filter((line) => line.kind !== "added").length;
    hunk.lengthB = hunk.lines.filter((line) => line.kind !== "removed").length;
    return hunk;
  });
}
