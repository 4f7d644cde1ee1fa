/**
 * Where two texts differ, as the lines of a unified diff, without a head: what Kubernetes prints where something may not change. It finds what is
 * common as Python's difflib does, whose rules it follows. https://docs.python.org/3/library/difflib.html#difflib.SequenceMatcher
 */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return hunks(edits(a, b))
    .map((hunk) => hunkText(hunk, a, b))
    .join("");
}

/** Lines `[fromA, toA)` of the one became `[fromB, toB)` of the other. */
interface Edit {
  isEqual: boolean;
  fromA: number;
  toA: number;
  fromB: number;
  toB: number;
}

interface Match {
  a: number;
  b: number;
  size: number;
}

function edits(a: readonly string[], b: readonly string[]): Edit[] {
  const result: Edit[] = [];
  let [i, j] = [0, 0];
  for (const { a: atA, b: atB, size } of [...matches(a, b, placesOf(b), 0, a.length, 0, b.length), { a: a.length, b: b.length, size: 0 }]) {
    if (i < atA || j < atB) result.push({ isEqual: false, fromA: i, toA: atA, fromB: j, toB: atB });
    [i, j] = [atA + size, atB + size];
    const last = result.at(-1);
    if (size > 0 && last?.isEqual) [last.toA, last.toB] = [i, j];
    else if (size > 0) result.push({ isEqual: true, fromA: atA, toA: i, fromB: atB, toB: j });
  }
  return result;
}

type Places = ReadonlyMap<string, readonly number[]>;

/** Where each line stands. Lines that a long text is full of say nothing about what belongs together, and are left out. */
function placesOf(lines: readonly string[]): Places {
  const places = new Map<string, number[]>();
  for (const [i, line] of lines.entries()) {
    const of = places.get(line);
    if (of) of.push(i);
    else places.set(line, [i]);
  }
  if (lines.length >= 200) for (const [line, of] of places) if (of.length > Math.floor(lines.length / 100) + 1) places.delete(line);
  return places;
}

/** The longest common run of lines, what is common before it, and what is common after it. */
function* matches(
  a: readonly string[],
  b: readonly string[],
  places: Places,
  fromA: number,
  toA: number,
  fromB: number,
  toB: number,
): Iterable<Match> {
  const match = longestMatch(a, b, places, fromA, toA, fromB, toB);
  if (match.size === 0) return;
  if (fromA < match.a && fromB < match.b) yield* matches(a, b, places, fromA, match.a, fromB, match.b);
  yield match;
  const [endA, endB] = [match.a + match.size, match.b + match.size];
  if (endA < toA && endB < toB) yield* matches(a, b, places, endA, toA, endB, toB);
}

function longestMatch(a: readonly string[], b: readonly string[], places: Places, fromA: number, toA: number, fromB: number, toB: number): Match {
  const best = { a: fromA, b: fromB, size: 0 };
  /** How long the run is that ends with the line before in `a` and each line of `b`. */
  let runs = new Map<number, number>();
  for (let i = fromA; i < toA; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? "") ?? []) {
      if (j < fromB) continue;
      if (j >= toB) break;
      const size = (runs.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) Object.assign(best, { a: i - size + 1, b: j - size + 1, size });
    }
    runs = next;
  }
  while (best.a > fromA && best.b > fromB && a[best.a - 1] === b[best.b - 1]) {
    best.a--;
    best.b--;
    best.size++;
  }
  while (best.a + best.size < toA && best.b + best.size < toB && a[best.a + best.size] === b[best.b + best.size]) best.size++;
  return best;
}

const context = 3;

/** Edits that stand near each other, each group with what stands around it. */
function hunks(all: readonly Edit[]): Edit[][] {
  const result: Edit[][] = [];
  let hunk: Edit[] = [];
  for (const [n, edit] of all.entries()) {
    const { fromA, toA, fromB, toB } = edit;
    if (!edit.isEqual) {
      hunk.push(edit);
      continue;
    }
    const [isFirst, isLast] = [n === 0, n === all.length - 1];
    if (!isFirst && (isLast || toA - fromA > 2 * context)) {
      hunk.push({ ...edit, toA: Math.min(toA, fromA + context), toB: Math.min(toB, fromB + context) });
      result.push(hunk);
      hunk = [];
    }
    if (isFirst || (!isLast && toA - fromA > 2 * context))
      hunk = [{ ...edit, fromA: Math.max(fromA, toA - context), fromB: Math.max(fromB, toB - context) }];
    else if (!isLast) hunk.push(edit);
  }
  if (hunk.some(({ isEqual }) => !isEqual)) result.push(hunk);
  return result;
}

function hunkText(hunk: readonly Edit[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [hunk[0], hunk.at(-1)];
  if (!first || !last) return "";
  const lines = hunk.flatMap(({ isEqual, fromA, toA, fromB, toB }) =>
    isEqual ? marked(" ", a.slice(fromA, toA)) : [...marked("-", a.slice(fromA, toA)), ...marked("+", b.slice(fromB, toB))],
  );
  return `@@ -${range(first.fromA, last.toA)} +${range(first.fromB, last.toB)} @@\n${lines.join("")}`;
}

const marked = (mark: string, lines: readonly string[]): string[] => lines.map((line) => `${mark}${line}\n`);

function range(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}
