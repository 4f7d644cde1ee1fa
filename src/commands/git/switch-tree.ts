import { GitError } from "./failure.ts";
import type { IndexEntry } from "./index-file.ts";
import type { Files, Repository } from "./repository.ts";
import type { TreeFile } from "./trees.ts";
import { sideOf } from "./work-tree.ts";

const same = (a: TreeFile | undefined, b: TreeFile | undefined): boolean => a?.id === b?.id && a?.mode === b?.mode;

/** What is in the way of another tree. */
export interface Obstacles {
  changed: string[];
  untracked: string[];
}

/** Looks whether index and work tree can go from one tree to another without a loss. */
export function obstaclesTo(repository: Repository, from: Files, to: Files): Obstacles {
  const index = repository.indexFiles();
  const conflicts = repository.conflicts();
  const obstacles: Obstacles = { changed: [], untracked: [] };
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [a, b, staged] = [from.get(path), to.get(path), index.get(path)];
    if (same(a, b) || same(staged, b)) continue;
    if (conflicts.has(path)) obstacles.changed.push(path);
    else if (staged && !same(staged, a)) obstacles.changed.push(path);
    else if (staged) {
      const side = sideOf(repository, path);
      if (side && !same(side, staged) && !same(side, b)) obstacles.changed.push(path);
    } else if (a && b) obstacles.changed.push(path);
    else if (b) {
      const side = sideOf(repository, path);
      if (side && !same(side, b)) obstacles.untracked.push(path);
    }
  }
  obstacles.changed.sort();
  obstacles.untracked.sort();
  return obstacles;
}

/** Throws what git says where something is in the way. */
export function refuseObstacles({ changed, untracked }: Obstacles, by: string, before: string, code = 1): void {
  const parts: string[] = [];
  const list = (paths: readonly string[]) => paths.map((path) => `\t${path}\n`).join("");
  if (changed.length > 0)
    parts.push(
      `error: Your local changes to the following files would be overwritten by ${by}:\n${list(changed)}Please commit your changes or stash them before you ${before}.\n`,
    );
  if (untracked.length > 0)
    parts.push(
      `error: The following untracked working tree files would be overwritten by ${by}:\n${list(untracked)}Please move or remove them before you ${before}.\n`,
    );
  if (parts.length > 0) throw new GitError(`${parts.join("")}Aborting`, code);
}

/** Makes index and work tree go from one tree to another; changes of one's own to other files stay. */
export function goTo(repository: Repository, from: Files, to: Files): void {
  const entries = new Map<string, IndexEntry>(
    repository
      .index()
      .filter(({ stage }) => stage === 0)
      .map((entry) => [entry.path, entry]),
  );
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [a, b] = [from.get(path), to.get(path)];
    if (same(a, b)) continue;
    const staged = entries.get(path);
    if (!b) {
      if (staged || a) repository.removeWorkFile(path);
      entries.delete(path);
    } else if (!same(staged, b)) {
      repository.checkout(path, b);
      entries.set(path, fresh(repository, path, b));
    }
  }
  repository.writeIndex([...entries.values()]);
}

/** Makes index and work tree those of a tree, whatever they were: files that nobody added stay. */
export function forceTo(repository: Repository, to: Files): void {
  for (const { path } of repository.index()) if (!to.has(path)) repository.removeWorkFile(path);
  const entries: IndexEntry[] = [];
  for (const [path, file] of to) {
    if (!same(sideOf(repository, path), file)) repository.checkout(path, file);
    entries.push(fresh(repository, path, file));
  }
  repository.writeIndex(entries);
}

/** The entry of a file that was just put there. */
export function fresh(repository: Repository, path: string, { mode, id }: TreeFile): IndexEntry {
  const stat = repository.fs.stat(repository.absolute(path), { follow: false });
  return { path, mode, id, stage: 0, ...(stat && stat.kind !== "directory" ? { sizeBytes: stat.sizeBytes, modifiedAt: stat.modifiedAt } : {}) };
}
