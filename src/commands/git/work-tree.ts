import { changesBetween, type FileChange, type Side } from "./changes.ts";
import { type IgnoreRule, ruleFor, rulesOf } from "./ignore.ts";
import { modeOf } from "./index-file.ts";
import { idOf } from "./objects.ts";
import type { Repository } from "./repository.ts";
import type { TreeFile } from "./trees.ts";

/** A file of the work tree as a side of a comparison; undefined where there is none. */
export function sideOf(repository: Repository, path: string): Side | undefined {
  const found = repository.workFile(path);
  return found && { mode: modeOf(found.stat), id: idOf("blob", found.bytes), bytes: found.bytes };
}

/** What the index knows, as it is in the work tree. */
export function trackedSides(repository: Repository): Map<string, Side> {
  const sides = new Map<string, Side>();
  for (const { path } of repository.index()) {
    const side = sideOf(repository, path);
    if (side) sides.set(path, side);
  }
  return sides;
}

/** What is in the work tree and not in the index, by path. */
export function unstagedChanges(repository: Repository): FileChange[] {
  const conflicts = repository.conflicts();
  const index = new Map<string, TreeFile>(repository.indexFiles());
  const sides = trackedSides(repository);
  for (const path of conflicts.keys()) sides.delete(path);
  const intended = repository.index().filter((entry) => entry.intended);
  const changes = changesBetween(repository, index, new Map([...sides].filter(([path]) => index.has(path))), { asIs: true });
  for (const { path } of intended) {
    const after = sides.get(path);
    changes.push(after ? { kind: "A", path, after } : { kind: "D", path });
  }
  return changes;
}

export const stagedChanges = (repository: Repository, head = repository.head()): FileChange[] => {
  const conflicts = repository.conflicts();
  const before = repository.filesOf(head);
  for (const path of conflicts.keys()) before.delete(path);
  return changesBetween(repository, before, repository.indexFiles());
};

/** Which files are left out, by `.gitignore` in every directory and the two files besides. */
export class Ignored {
  readonly #repository: Repository;
  readonly #rules = new Map<string, readonly IgnoreRule[]>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** The rule that says of a path whether it is left out. */
  rule(path: string, isDirectory: boolean): IgnoreRule | undefined {
    const parts = path.split("/");
    for (let i = 1; i < parts.length; i++) {
      const up = parts.slice(0, i).join("/");
      const rule = ruleFor(this.#rulesFor(up), up, true);
      if (rule && !rule.negated) return rule;
    }
    return ruleFor(this.#rulesFor(path), path, isDirectory);
  }

  has(path: string, isDirectory: boolean): boolean {
    const rule = this.rule(path, isDirectory);
    return rule !== undefined && !rule.negated;
  }

  /** All rules that may speak of a path, the nearest last. */
  #rulesFor(path: string): readonly IgnoreRule[] {
    const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const known = this.#rules.get(directory);
    if (known) return known;
    const { fs, gitDir } = this.#repository;
    const read = (file: string, base: string, shown: string) => (fs.stat(file)?.kind === "file" ? rulesOf(fs.readText(file), base, shown) : []);
    const home = this.#repository.process.env.get("HOME") ?? "/root";
    const excludes = (this.#repository.setting("core.excludesfile") ?? `${home}/.config/git/ignore`).replace(/^~/, home);
    const above =
      directory === "" ? [...read(excludes, "", excludes), ...read(`${gitDir}/info/exclude`, "", ".git/info/exclude")] : this.#rulesFor(directory);
    const shown = directory === "" ? ".gitignore" : `${directory}/.gitignore`;
    const rules = [...above, ...read(this.#repository.absolute(shown), directory, shown)];
    this.#rules.set(directory, rules);
    return rules;
  }
}

export interface Untracked {
  /** Files that nobody added; directories that hold nothing else end in a slash. */
  readonly untracked: string[];
  readonly ignored: string[];
}

/** What lies in the work tree and is not in the index. `each` names files one by one instead of their directories. */
export function untrackedFiles(repository: Repository, each = false): Untracked {
  const ignored = new Ignored(repository);
  const tracked = new Set<string>();
  const directories = new Set<string>();
  for (const { path } of repository.index()) {
    tracked.add(path);
    for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) directories.add(path.slice(0, at));
  }
  const result: Untracked = { untracked: [], ignored: [] };
  const { fs } = repository;

  /** Whether anything below would be added. */
  const look = (directory: string, found: Untracked) => {
    for (const name of fs.list(repository.absolute(directory))) {
      if (directory === "" && name === ".git") continue;
      const path = directory === "" ? name : `${directory}/${name}`;
      const kind = fs.stat(repository.absolute(path), { follow: false })?.kind;
      if (kind === "device" || kind === undefined) continue;
      if (kind !== "directory") {
        if (tracked.has(path)) continue;
        (ignored.has(path, false) ? found.ignored : found.untracked).push(path);
      } else if (tracked.has(path) && !each) continue;
      else if (directories.has(path)) look(path, found);
      else if (ignored.has(path, true)) found.ignored.push(`${path}/`);
      else if (fs.stat(`${repository.absolute(path)}/.git`)) found.untracked.push(`${path}/`);
      else {
        const below: Untracked = { untracked: [], ignored: [] };
        look(path, below);
        if (below.untracked.length > 0) {
          found.untracked.push(...(each ? below.untracked : [`${path}/`]));
          found.ignored.push(...below.ignored);
        } else if (below.ignored.length > 0) found.ignored.push(...(each ? below.ignored : [`${path}/`]));
      }
    }
  };
  look("", result);
  result.untracked.sort();
  result.ignored.sort();
  return result;
}
