import { bytesOf, textOf } from "#base/streams.ts";
import { changesBetween } from "./changes.ts";
import type { IndexEntry } from "./index-file.ts";
import { mergedText } from "./merge-text.ts";
import { isBinary } from "./patch.ts";
import type { Files, Repository } from "./repository.ts";
import { fresh, refuseObstacles } from "./switch-tree.ts";
import { linesOf } from "./text-changes.ts";
import type { TreeFile } from "./trees.ts";
import { sideOf } from "./work-tree.ts";

export interface MergeLabels {
  ours: string;
  theirs: string;
}

export interface MergedTrees {
  /** What is settled. */
  readonly files: Map<string, TreeFile>;
  /** What is not: its three sides, and what the work tree gets. */
  readonly conflicts: Map<string, { stages: Partial<Record<1 | 2 | 3, TreeFile>>; work: TreeFile }>;
  /** `Auto-merging …`, `CONFLICT …` */
  readonly messages: string[];
}

const same = (a: TreeFile | undefined, b: TreeFile | undefined): boolean => a?.id === b?.id && a?.mode === b?.mode;

/** Joins what two sides made of a tree. */
export function mergedTrees(repository: Repository, base: Files, ours: Files, theirs: Files, labels: MergeLabels): MergedTrees {
  const [a, b, c] = [new Map(base), new Map(ours), new Map(theirs)];
  followRenames(repository, base, theirs, a, b, ours);
  followRenames(repository, base, ours, a, c, theirs);
  const result: MergedTrees = { files: new Map(), conflicts: new Map(), messages: [] };
  for (const path of [...new Set([...a.keys(), ...b.keys(), ...c.keys()])].sort()) {
    const [was, mine, other] = [a.get(path), b.get(path), c.get(path)];
    const settled = same(mine, other) || same(other, was) ? mine : same(mine, was) ? other : null;
    if (settled) result.files.set(path, settled);
    if (settled !== null) continue;
    const stages = { ...(was && { 1: was }), ...(mine && { 2: mine }), ...(other && { 3: other }) };
    if (!mine || !other) {
      const kept = (mine ?? other) as TreeFile;
      const [gone, there] = mine ? [labels.theirs, labels.ours] : [labels.ours, labels.theirs];
      result.messages.push(
        `CONFLICT (modify/delete): ${path} deleted in ${gone} and modified in ${there}.  Version ${there} of ${path} left in tree.`,
      );
      result.conflicts.set(path, { stages, work: kept });
      continue;
    }
    const [left, right] = [repository.objects.read(mine.id).body, repository.objects.read(other.id).body];
    const before = was ? repository.objects.read(was.id).body : new Uint8Array(0);
    const mode = mine.mode === was?.mode ? other.mode : mine.mode;
    if (mine.id === other.id) {
      result.files.set(path, { mode, id: mine.id });
      continue;
    }
    result.messages.push(`Auto-merging ${path}`);
    if (isBinary(left) || isBinary(right)) {
      result.messages.pop();
      result.messages.push(
        `warning: Cannot merge binary files: ${path} (${labels.ours} vs. ${labels.theirs})`,
        `Auto-merging ${path}`,
        `CONFLICT (${was ? "content" : "add/add"}): Merge conflict in ${path}`,
      );
      result.conflicts.set(path, { stages, work: mine });
      continue;
    }
    const merged = mergedText(linesOf(textOf(before)), linesOf(textOf(left)), linesOf(textOf(right)), labels);
    const file = { mode, id: repository.objects.write("blob", bytesOf(merged.lines.join(""))) };
    if (merged.conflicts === 0) {
      result.files.set(path, file);
      continue;
    }
    result.messages.push(`CONFLICT (${was ? "content" : "add/add"}): Merge conflict in ${path}`);
    result.conflicts.set(path, { stages, work: file });
  }
  return result;
}

/** What one side renamed, the other has under its old name: it goes to the new one. */
function followRenames(
  repository: Repository,
  base: Files,
  renaming: Files,
  a: Map<string, TreeFile>,
  other: Map<string, TreeFile>,
  before: Files,
): void {
  for (const { kind, path, from } of changesBetween(repository, base, renaming)) {
    if (kind !== "R" || from === undefined) continue;
    const [was, theirs] = [base.get(from), before.get(from)];
    if (!was || !theirs || before.has(path) || renaming.has(from)) continue;
    a.delete(from);
    a.set(path, was);
    other.delete(from);
    other.set(path, theirs);
  }
}

/** Puts a merge into index and work tree. Throws before it touches anything where changes of one's own are in the way. */
export function applyMerge(repository: Repository, ours: Files, { files, conflicts }: MergedTrees, by: string, before: string, code = 1): void {
  const staged = repository.indexFiles();
  const [changed, untracked]: [string[], string[]] = [[], []];
  const wanted = new Map<string, TreeFile>([...files, ...[...conflicts].map(([path, { work }]) => [path, work] as const)]);
  for (const path of new Set([...ours.keys(), ...wanted.keys()])) {
    const [was, becomes] = [ours.get(path), wanted.get(path)];
    if (same(was, becomes)) continue;
    const side = sideOf(repository, path);
    if (!staged.has(path) && side && !same(side, becomes)) untracked.push(path);
    else if (staged.has(path) && (!same(staged.get(path), was) || (side && !same(side, was)))) changed.push(path);
  }
  refuseObstacles({ changed: changed.sort(), untracked: untracked.sort() }, by, before, code);
  const entries = new Map<string, IndexEntry>(
    repository
      .index()
      .filter(({ stage }) => stage === 0)
      .map((entry) => [entry.path, entry]),
  );
  for (const path of ours.keys())
    if (!wanted.has(path)) {
      repository.removeWorkFile(path);
      entries.delete(path);
    }
  for (const [path, file] of files)
    if (!same(ours.get(path), file)) {
      repository.checkout(path, file);
      entries.set(path, fresh(repository, path, file));
    }
  const sides: IndexEntry[] = [];
  for (const [path, { stages, work }] of conflicts) {
    if (!same(sideOf(repository, path), work)) repository.checkout(path, work);
    entries.delete(path);
    for (const stage of [1, 2, 3] as const) {
      const side = stages[stage];
      if (side) sides.push({ path, ...side, stage });
    }
  }
  repository.writeIndex([...entries.values(), ...sides]);
}
