import { GitError } from "./failure.ts";
import type { Commit } from "./objects.ts";
import type { Pathspec } from "./pathspec.ts";
import type { Repository } from "./repository.ts";
import { ancestors, commitNamed, mergeBases, refNamed, revision, upstreamOf } from "./revision.ts";

/** What of the history is wanted. */
export interface Wanted {
  readonly from: readonly string[];
  readonly without: readonly string[];
}

/** Splits operands into revisions and paths as git does: what names no commit has to be a file. */
export function revisionsAndPaths(repository: Repository, operands: readonly string[], beforeDashes: number | undefined): [string[], string[]] {
  if (beforeDashes !== undefined) return [operands.slice(0, beforeDashes), operands.slice(beforeDashes)];
  const first = operands.findIndex((text) => !isRevision(repository, text));
  if (first < 0) return [[...operands], []];
  for (const text of operands.slice(first)) {
    const path = repository.fs.resolve(repository.process.cwd, text);
    if (/[*?[]/.test(text) || text.startsWith(":") || repository.fs.stat(path, { follow: false })) continue;
    throw new GitError(
      `ambiguous argument '${text}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
    );
  }
  return [operands.slice(0, first), operands.slice(first)];
}

function isRevision(repository: Repository, text: string): boolean {
  const range = /^(.*?)\.{2,3}(.*)$/.exec(text);
  if (range && !/^\.\.?\//.test(text) && text !== "..") return [range[1], range[2]].every((one) => revision(repository, one || "HEAD") !== undefined);
  return revision(repository, text.replace(/^\^/, "").replace(/\^[!@]$/, "")) !== undefined;
}

/** `a..b`, `a...b`, `^a`, `b` as commits. */
export function wantedOf(repository: Repository, texts: readonly string[]): Wanted {
  const [from, without]: [string[], string[]] = [[], []];
  for (const text of texts) {
    const range = /^(.*?)(\.{2,3})(.*)$/.exec(text);
    if (range) {
      const [a, b] = [commitNamed(repository, range[1] || "HEAD"), commitNamed(repository, range[3] || "HEAD")];
      from.push(b);
      if (range[2] === "..") without.push(a);
      else {
        from.push(a);
        without.push(...mergeBases(repository, a, b));
      }
    } else if (text.startsWith("^")) without.push(commitNamed(repository, text.slice(1)));
    else if (text.endsWith("^!")) {
      const id = commitNamed(repository, text.slice(0, -2));
      from.push(id);
      without.push(...repository.objects.commit(id).parents);
    } else from.push(commitNamed(repository, text));
  }
  return { from, without };
}

/** Commits from the latest on, each before those that it follows. */
export function* commits(
  repository: Repository,
  { from, without }: Wanted,
  options: { firstParent?: boolean; paths?: Pathspec; topological?: boolean } = {},
): Generator<Commit> {
  const left = ancestors(repository, without);
  const seen = new Set<string>();
  const waiting: Commit[] = [];
  const add = (id: string) => {
    if (seen.has(id) || left.has(id)) return;
    seen.add(id);
    const commit = repository.objects.commit(id);
    // Behind those of the same second: who came first goes first.
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1]?.committer.at ?? 0) < commit.committer.at) at--;
    waiting.splice(at, 0, commit);
  };
  for (const id of from) add(id);
  const { paths } = options;
  const found: Commit[] = [];
  for (let commit = waiting.shift(); commit; commit = waiting.shift()) {
    const parents = options.firstParent ? commit.parents.slice(0, 1) : commit.parents;
    if (!paths || paths.isEmpty) {
      found.push(commit);
      for (const id of parents) add(id);
      if (!options.topological) yield found.pop() as Commit;
      continue;
    }
    const same = parents.find((id) => !differsIn(repository, id, commit.id, paths));
    if (same !== undefined) add(same);
    else {
      for (const id of parents) add(id);
      if (parents.length > 0 || differsIn(repository, undefined, commit.id, paths)) {
        if (options.topological) found.push(commit);
        else yield commit;
      }
    }
  }
  if (options.topological) yield* topological(found);
}

/** No parent before its children, and lines of history not mixed with one another. */
function* topological(found: readonly Commit[]): Generator<Commit> {
  const byId = new Map(found.map((commit) => [commit.id, commit]));
  const children = new Map<string, number>();
  for (const { parents } of found) for (const id of parents) if (byId.has(id)) children.set(id, (children.get(id) ?? 0) + 1);
  const ready = found.filter(({ id }) => !children.has(id)).reverse();
  for (let commit = ready.pop(); commit; commit = ready.pop()) {
    yield commit;
    for (const id of commit.parents) {
      const count = (children.get(id) ?? 0) - 1;
      children.set(id, count);
      const parent = byId.get(id);
      if (count === 0 && parent) ready.push(parent);
    }
  }
}

function differsIn(repository: Repository, before: string | undefined, after: string, paths: Pathspec): boolean {
  const [a, b] = [repository.filesOf(before), repository.filesOf(after)];
  for (const [path, file] of b) if (paths.matches(path) && (a.get(path)?.id !== file.id || a.get(path)?.mode !== file.mode)) return true;
  for (const path of a.keys()) if (!b.has(path) && paths.matches(path)) return true;
  return false;
}

/** How many commits each side has that the other lacks. */
export function aheadBehind(repository: Repository, ours: string, theirs: string): { ahead: number; behind: number } {
  const [a, b] = [ancestors(repository, [ours]), ancestors(repository, [theirs])];
  return { ahead: [...a].filter((id) => !b.has(id)).length, behind: [...b].filter((id) => !a.has(id)).length };
}

/** What a branch follows, and how far both are apart, as status, checkout and branch tell it. */
export function trackingOf(
  repository: Repository,
  branch: string,
): { name: string; full: string; isGone: boolean; ahead: number; behind: number } | undefined {
  const full = upstreamOf(repository, branch);
  if (full === undefined) return undefined;
  const name = full.replace(/^refs\/(heads|remotes)\//, "");
  const [ours, theirs] = [repository.refs.resolve(`refs/heads/${branch}`), repository.refs.resolve(full)];
  if (theirs === undefined) return { name, full, isGone: true, ahead: 0, behind: 0 };
  return { name, full, isGone: false, ...(ours === undefined ? { ahead: 0, behind: 0 } : aheadBehind(repository, ours, theirs)) };
}

/** The sentences of `git status` about that. */
export function trackingText(repository: Repository, branch: string): string {
  const tracking = trackingOf(repository, branch);
  if (!tracking) return "";
  const { name, isGone, ahead, behind } = tracking;
  const count = (number: number) => `${number} commit${number === 1 ? "" : "s"}`;
  if (isGone) return `Your branch is based on '${name}', but the upstream is gone.\n  (use "git branch --unset-upstream" to fixup)\n`;
  if (ahead === 0 && behind === 0) return `Your branch is up to date with '${name}'.\n`;
  if (behind === 0) return `Your branch is ahead of '${name}' by ${count(ahead)}.\n  (use "git push" to publish your local commits)\n`;
  if (ahead === 0)
    return `Your branch is behind '${name}' by ${count(behind)}, and can be fast-forwarded.\n  (use "git pull" to update your local branch)\n`;
  return `Your branch and '${name}' have diverged,\nand have ${ahead} and ${behind} different commits each, respectively.\n  (use "git pull" to merge the remote branch into yours)\n`;
}

/** Names that lead to each commit, as `git log --decorate` shows them. */
export function decorations(repository: Repository): Map<string, { text: string; slot: "head" | "branch" | "remote" | "tag" }[]> {
  const found = new Map<string, { text: string; slot: "head" | "branch" | "remote" | "tag" }[]>();
  const add = (id: string | undefined, text: string, slot: "head" | "branch" | "remote" | "tag") => {
    if (id === undefined || !repository.objects.has(id)) return;
    let at = id;
    while (repository.objects.read(at).type === "tag") at = repository.objects.tag(at).object;
    found.set(at, [...(found.get(at) ?? []), { text, slot }]);
  };
  const { refs } = repository;
  const current = repository.branch();
  if (current === undefined) add(repository.head(), "HEAD", "head");
  else add(refs.resolve(`refs/heads/${current}`), `HEAD -> ${current}`, "head");
  for (const [name, id] of refs.list("refs/tags/")) add(id, `tag: ${name.slice(10)}`, "tag");
  for (const [name, id] of refs.list("refs/remotes/")) add(id, name.slice(13), "remote");
  for (const [name, id] of refs.list("refs/heads/")) if (name.slice(11) !== current) add(id, name.slice(11), "branch");
  if (refs.resolve("refs/stash")) add(refs.resolve("refs/stash"), "refs/stash", "tag");
  return found;
}

/** Whether a text is the name of a tag or a branch. */
export const isFullRef = (repository: Repository, text: string): boolean => text !== "HEAD" && refNamed(repository, text) !== undefined;
