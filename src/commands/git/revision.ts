import { textOf } from "#base/streams.ts";
import { GitError } from "./failure.ts";
import type { Repository } from "./repository.ts";
import { timeOf } from "./repository.ts";

/** What a revision names, in all of git's spellings that do not need a search in texts; undefined where there is no such thing. https://git-scm.com/docs/gitrevisions */
export function revision(repository: Repository, text: string): string | undefined {
  const { refs, objects } = repository;
  if (text === "") return undefined;
  if (text === "@") return repository.head();
  const stage = /^:(?:([0-3]):)?(?!\/)(.+)$/.exec(text);
  if (stage)
    return repository.index().find(({ path, stage: at }) => path === pathBelow(repository, stage[2] ?? "") && at === Number(stage[1] ?? 0))?.id;
  const colon = text.indexOf(":");
  if (colon > 0 && !text.slice(0, colon).endsWith("^{/")) {
    const tree = revision(repository, text.slice(0, colon));
    return tree === undefined ? undefined : within(repository, tree, pathBelow(repository, text.slice(colon + 1)));
  }
  const suffix = /(?:\^\{[^}]*\}|\^\d*|~\d*|@\{[^}]*\})$/.exec(text)?.[0];
  if (suffix !== undefined) return suffixed(repository, text.slice(0, text.length - suffix.length), suffix);
  const named = refNamed(repository, text);
  if (named) return refs.resolve(named);
  const described = /^.+-\d+-g([0-9a-f]{4,40})$/.exec(text)?.[1];
  const hex = described ?? text;
  if (/^[0-9a-f]{40}$/.test(hex)) return objects.has(hex) ? hex : undefined;
  if (/^[0-9a-f]{4,39}$/i.test(hex)) {
    const found = objects.startingWith(hex.toLowerCase());
    if (found.length === 1) return found[0];
    const commits = found.filter((id) => objects.read(id).type === "commit");
    if (commits.length === 1) return commits[0];
    if (found.length > 1)
      throw new GitError(
        `error: short object ID ${hex} is ambiguous\nfatal: ambiguous argument '${text}': unknown revision or path not in the working tree.`,
      );
  }
  return undefined;
}

/** The full name of the reference that a short one means. */
export function refNamed({ refs }: Repository, text: string): string | undefined {
  const places = [text, `refs/${text}`, `refs/tags/${text}`, `refs/heads/${text}`, `refs/remotes/${text}`, `refs/remotes/${text}/HEAD`];
  return places.find((name) => (name.startsWith("refs/") || /^[A-Z_]+$/.test(name)) && refs.resolve(name) !== undefined);
}

function suffixed(repository: Repository, base: string, suffix: string): string | undefined {
  const { objects, refs } = repository;
  if (suffix.startsWith("@{")) {
    const inside = suffix.slice(2, -1);
    const branch = base === "" || base === "@" || base === "HEAD" ? repository.branch() : base;
    if (/^(u|upstream|push)$/i.test(inside)) {
      const upstream = branch === undefined ? undefined : upstreamOf(repository, branch);
      return upstream && refs.resolve(upstream);
    }
    if (/^-\d+$/.test(inside)) {
      const name = branchBefore(repository, Number(inside.slice(1)));
      return name === undefined ? undefined : revision(repository, name);
    }
    const name =
      base === "" ? (repository.branch() === undefined ? "HEAD" : `refs/heads/${repository.branch()}`) : (refNamed(repository, base) ?? base);
    const history = refs.history(name);
    if (/^\d+$/.test(inside)) {
      const line = history[Number(inside)];
      if (line) return line.after;
      const first = history.at(-1);
      if (first && Number(inside) === history.length && /[1-9a-f]/.test(first.before)) return first.before;
      throw new GitError(`log for '${base || "HEAD"}' only has ${history.length} entries`);
    }
    const time = timeOf(inside);
    return time ? (history.find(({ who }) => Number(/ (\d+) [-+]\d{4}$/.exec(who)?.[1]) <= time.at)?.after ?? history.at(-1)?.after) : undefined;
  }
  const from = revision(repository, base);
  if (from === undefined) return undefined;
  if (suffix.startsWith("^{")) {
    const wanted = suffix.slice(2, -1);
    if (wanted === "tree") return repository.treeIdOf(from);
    if (wanted === "" || wanted === "commit") return peeled(repository, from);
    if (wanted.startsWith("/")) return undefined;
    return objects.read(from).type === wanted ? from : undefined;
  }
  const count = suffix.length === 1 ? 1 : Number(suffix.slice(1));
  let at = peeled(repository, from);
  if (suffix.startsWith("^")) return count === 0 ? at : objects.commit(at).parents[count - 1];
  for (let i = 0; i < count; i++) {
    const next = objects.commit(at).parents[0];
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

/** What a tag is of, through all tags. */
export function peeled({ objects }: Repository, id: string): string {
  let at = id;
  while (objects.read(at).type === "tag") at = objects.tag(at).object;
  return at;
}

/** The branch of a remote that a branch follows, as a full name. */
export function upstreamOf(repository: Repository, branch: string): string | undefined {
  const remote = repository.setting(`branch.${branch}.remote`);
  const merge = repository.setting(`branch.${branch}.merge`);
  if (!remote || !merge) return undefined;
  return remote === "." ? merge : `refs/remotes/${remote}/${merge.replace(/^refs\/heads\//, "")}`;
}

/** The branch that was checked out so many switches ago. */
export function branchBefore({ refs }: Repository, count: number): string | undefined {
  let left = count;
  for (const { why } of refs.history("HEAD")) {
    const from = /^checkout: moving from (\S+) to /.exec(why)?.[1];
    if (from !== undefined && --left === 0) return from;
  }
  return undefined;
}

/** What a path is in a tree. */
function within(repository: Repository, tree: string, path: string): string | undefined {
  let at = repository.treeIdOf(tree);
  for (const name of path.split("/").filter(Boolean)) {
    const next = repository.objects.tree(at).find((entry) => entry.name === name);
    if (!next) return undefined;
    at = next.id;
  }
  return at;
}

/** A path in a tree, seen from the current directory where it begins with a dot. */
const pathBelow = (repository: Repository, path: string): string => {
  if (!/^\.\.?(\/|$)/.test(path)) return path;
  return repository.fs.resolve(repository.process.cwd, path).slice(repository.workTree.length + 1);
};

/** A revision's commit. Throws as most commands do. */
export function commitNamed(repository: Repository, text: string): string {
  const id = revision(repository, text);
  if (id === undefined) throw unknownRevision(text);
  return peeled(repository, id);
}

export const unknownRevision = (text: string): GitError =>
  new GitError(
    `ambiguous argument '${text}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
  );

/** All commits that these lead to, themselves among them. */
export function ancestors({ objects }: Repository, from: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const left = [...from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...objects.commit(id).parents);
  }
  return seen;
}

/** The best commits that both lead to. */
export function mergeBases(repository: Repository, a: string, b: string): string[] {
  const below = ancestors(repository, [a]);
  const common = [...ancestors(repository, [b])].filter((id) => below.has(id));
  const covered = new Set(common.flatMap((id) => [...ancestors(repository, repository.objects.commit(id).parents)]));
  return common.filter((id) => !covered.has(id));
}

/** A name of an object as short as is clear, of at least seven letters. */
export function shortId({ objects }: Repository, id: string): string {
  for (let length = 7; length < 40; length++) if (objects.startingWith(id.slice(0, length)).length <= 1) return id.slice(0, length);
  return id;
}

/** A commit's first paragraph in one line. */
export const subjectOf = (message: string): string => (message.replace(/^\n+/, "").split(/\n\s*\n/)[0] ?? "").split("\n").join(" ").trimEnd();

export const bodyOf = (message: string): string => {
  const [, ...rest] = message.replace(/^\n+/, "").split(/\n\s*\n/);
  return rest.join("\n\n");
};

export const contentText = (repository: Repository, id: string): string => textOf(repository.objects.read(id).body);
