import { changesOf } from "#shell/tools/line-changes.ts";

export interface MergedText {
  lines: string[];
  conflicts: number;
}

interface Region {
  from: number;
  to: number;
  ours: readonly string[];
  theirs: readonly string[];
}

/** Lines between two conflicts that are too few to tell them apart. */
const closeLines = 3;

/** Joins what two sides made of the same lines; where both changed the same place it says so with marks. */
export function mergedText(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
  labels: { ours: string; theirs: string },
): MergedText {
  const lines: string[] = [];
  let conflicts = 0;
  let at = 0;
  for (const region of regions(base, ours, theirs)) {
    lines.push(...base.slice(at, region.from));
    at = region.to;
    const before = base.slice(region.from, region.to);
    if (equal(region.ours, before)) lines.push(...region.theirs);
    else if (equal(region.theirs, before) || equal(region.ours, region.theirs)) lines.push(...region.ours);
    else
      for (const part of refined(region.ours, region.theirs)) {
        if ("same" in part) {
          lines.push(...part.same);
          continue;
        }
        conflicts++;
        const whole = (texts: readonly string[]) => texts.map((text) => (text.endsWith("\n") ? text : `${text}\n`));
        lines.push(`<<<<<<< ${labels.ours}\n`, ...whole(part.ours), "=======\n", ...whole(part.theirs), `>>>>>>> ${labels.theirs}\n`);
      }
  }
  lines.push(...base.slice(at));
  return { lines, conflicts };
}

const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((line, i) => line === b[i]);

/** The places where a side differs from the base, those that touch taken together. */
function regions(base: readonly string[], ours: readonly string[], theirs: readonly string[]): Region[] {
  const sides = [changesOf(base, ours), changesOf(base, theirs)] as const;
  const all = sides.flatMap((changes, side) => changes.map((change) => ({ ...change, side }))).sort((a, b) => a.a - b.a || a.removed - b.removed);
  const groups: { from: number; to: number; changes: typeof all }[] = [];
  for (const change of all) {
    const last = groups.at(-1);
    if (last && change.a <= last.to) {
      last.to = Math.max(last.to, change.a + change.removed);
      last.changes.push(change);
    } else groups.push({ from: change.a, to: change.a + change.removed, changes: [change] });
  }
  return groups.map(({ from, to, changes }) => {
    const made = (side: number, lines: readonly string[]) => {
      const result: string[] = [];
      let at = from;
      for (const change of changes.filter((one) => one.side === side)) {
        result.push(...base.slice(at, change.a), ...lines.slice(change.b, change.b + change.added));
        at = change.a + change.removed;
      }
      return [...result, ...base.slice(at, to)];
    };
    return { from, to, ours: made(0, ours), theirs: made(1, theirs) };
  });
}

type Part = { same: readonly string[] } | { ours: readonly string[]; theirs: readonly string[] };

/** A conflict without the lines that both sides have. */
function refined(ours: readonly string[], theirs: readonly string[]): Part[] {
  const parts: Part[] = [];
  let [x, y] = [0, 0];
  for (const { a, b, removed, added } of changesOf(ours, theirs)) {
    const between = ours.slice(x, a);
    const last = parts.at(-1);
    const [left, right] = [ours.slice(a, a + removed), theirs.slice(b, b + added)];
    if (last && "ours" in last && between.length <= closeLines)
      parts[parts.length - 1] = { ours: [...last.ours, ...between, ...left], theirs: [...last.theirs, ...between, ...right] };
    else {
      if (between.length > 0) parts.push({ same: between });
      parts.push({ ours: left, theirs: right });
    }
    [x, y] = [a + removed, b + added];
  }
  if (y < theirs.length) parts.push({ same: theirs.slice(y) });
  return parts;
}
