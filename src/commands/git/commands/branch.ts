import { defineCommand } from "../command.ts";
import { withoutSection, withSetting } from "../config-file.ts";
import { GitError } from "../failure.ts";
import { isFullRef, trackingOf } from "../history.ts";
import { globSource } from "../ignore.ts";
import { zeroId } from "../objects.ts";
import { isRefName } from "../refs.ts";
import type { Repository } from "../repository.ts";
import { ancestors, branchBefore, commitNamed, refNamed, revision, shortId, subjectOf } from "../revision.ts";
import type { Scene } from "../scene.ts";

/** Sets what a branch follows, and says so. */
export function follow(scene: Scene, repository: Repository, branch: string, upstream: string, quiet = false): void {
  const full = refNamed(repository, upstream);
  if (full === undefined) {
    scene.hint(
      '\nIf you are planning on basing your work on an upstream\nbranch that already exists at the remote, you may need to\nrun "git fetch" to retrieve it.\n\nIf you are planning to push out a new local branch that\nwill track its remote counterpart, you may want to use\n"git push -u" to set the upstream config as you push.\nTurn this message off by running\n"git config advice.setUpstreamFailure false"',
    );
    throw new GitError(`the requested upstream branch '${upstream}' does not exist`);
  }
  const [, remote, name] = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(full) ?? [];
  let text = repository.note("config") ?? "";
  text = withSetting(text, `branch.${branch}.remote`, remote ?? ".");
  text = withSetting(text, `branch.${branch}.merge`, `refs/heads/${name ?? full.replace(/^refs\/heads\//, "")}`);
  repository.putNote("config", text);
  repository.forgetSettings();
  if (!quiet) scene.line(`branch '${branch}' set up to track '${full.replace(/^refs\/(remotes|heads)\//, "")}'.`);
}

/** Makes a branch at a commit. */
export function createBranch(repository: Repository, name: string, start: string, force = false): string {
  if (!isRefName(name) || name === "HEAD") throw new GitError(`'${name}' is not a valid branch name`);
  const ref = `refs/heads/${name}`;
  const before = repository.refs.resolve(ref);
  if (before !== undefined && !force) throw new GitError(`a branch named '${name}' already exists`);
  if (before !== undefined && repository.branch() === name)
    throw new GitError(`cannot force update the branch '${name}' checked out at '${repository.workTree}'`);
  if (revision(repository, start) === undefined)
    throw new GitError(
      start === "HEAD" || start === repository.branch()
        ? `not a valid object name: '${repository.branch() ?? start}'`
        : `not a valid object name: '${start}'`,
    );
  const id = commitNamed(repository, start);
  // A branch cannot be named as the directory of others.
  for (const [other] of repository.refs.list("refs/heads/"))
    if (other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`))
      throw new GitError(`cannot lock ref '${ref}': '${other}' exists; cannot create '${ref}'`);
  repository.refs.write(ref, id);
  repository.refs.log(ref, before ?? zeroId, id, before === undefined ? `branch: Created from ${start}` : `branch: Reset to ${start}`);
  return id;
}

export const branch = defineCommand({
  name: "branch",
  summary: "List, create, or delete branches",
  usage: "[<options>] [-r | -a] [--merged] [--no-merged]",
  options: [
    "a,all",
    "r,remotes",
    "v,verbose",
    "vv",
    "d,delete",
    "D",
    "m,move",
    "M",
    "c,copy",
    "C",
    "f,force",
    "l,list",
    "t,track?",
    "no-track",
    "u,set-upstream-to=",
    "unset-upstream",
    "show-current",
    "merged?",
    "no-merged?",
    "contains?",
    "sort=",
    "format=",
    "color?",
    "no-color",
    "q,quiet",
    "edit-description",
    "abbrev?",
    "i,ignore-case",
    "column?",
    "no-column",
  ],
  paged: true,

  run(scene, args) {
    const { repository } = scene;
    // What may follow these as a word of its own is a commit.
    const takes = ["merged", "no-merged", "contains"].find((name) => args.has(name) && args.get(name) === "");
    const named = takes !== undefined ? args.operands[0] : undefined;
    const operands = named === undefined ? args.operands : args.operands.slice(1);
    const commitOf = (name: string) => (args.has(name) ? args.get(name) || named || "HEAD" : undefined);
    const current = repository.branch();
    if (args.has("show-current")) {
      if (current !== undefined) scene.line(current);
      return 0;
    }
    if (args.has("delete") || args.has("D"))
      return remove(scene, operands, args.has("D") || args.has("force"), args.has("remotes"), args.has("quiet"));
    const moving = args.last("move", "M", "copy", "C");
    if (moving !== undefined) return move(scene, operands, moving, args.has("force"));
    if (args.has("unset-upstream")) {
      const name = operands[0] ?? current ?? "HEAD";
      const text = withoutSection(repository.note("config") ?? "", `branch.${name}`);
      if (text === undefined) throw new GitError(`Branch '${name}' has no upstream information`);
      repository.putNote("config", text);
      return 0;
    }
    const upstream = args.get("set-upstream-to");
    if (upstream !== undefined) {
      const name = operands[0] ?? current ?? "HEAD";
      if (repository.refs.resolve(`refs/heads/${name}`) === undefined) throw new GitError(`no commit on branch '${name}' yet`);
      follow(scene, repository, name, upstream);
      return 0;
    }
    if (args.has("edit-description") || args.has("column"))
      throw new GitError("git branch --edit-description and --column: not simulated by Podyard");
    const isListing = ["list", "all", "remotes", "merged", "no-merged", "contains", "format"].some((name) => args.has(name)) || operands.length === 0;
    if (!isListing) {
      const [name = "", start = "HEAD"] = operands;
      createBranch(repository, name, start, args.has("force"));
      const full = refNamed(repository, start);
      if (!args.has("no-track") && (full?.startsWith("refs/remotes/") || args.has("track"))) follow(scene, repository, name, start);
      return 0;
    }
    list(scene, repository, args.has("list") ? operands : [], {
      locals: !args.has("remotes"),
      remotes: args.has("remotes") || args.has("all"),
      isAll: args.has("all"),
      verbose: args.has("vv") || args.all("verbose").length > 1 ? 2 : args.has("verbose") ? 1 : 0,
      color: args.has("no-color") ? "never" : args.get("color"),
      format: args.get("format"),
      merged: commitOf("merged"),
      unmerged: commitOf("no-merged"),
      contains: commitOf("contains"),
    });
    return 0;
  },
});

interface Listing {
  locals: boolean;
  remotes: boolean;
  isAll: boolean;
  verbose: number;
  color: string | undefined;
  format: string | undefined;
  merged: string | undefined;
  unmerged: string | undefined;
  contains: string | undefined;
}

function list(scene: Scene, repository: Repository, patterns: readonly string[], of: Listing): void {
  const paint = scene.paint(of.color);
  const { refs } = repository;
  const current = repository.branch();
  const head = repository.head();
  const rows: { full: string; name: string; id: string; isCurrent: boolean; target?: string }[] = [];
  if (of.locals && current === undefined && head !== undefined && patterns.length === 0) {
    const to = refs.history("HEAD").find(({ why }) => why.startsWith("checkout: moving from"));
    const place = to && / to (\S+)$/.exec(to.why)?.[1];
    const name = `(HEAD detached ${to?.after === head ? "at" : "from"} ${place && isFullRef(repository, place) ? place : shortId(repository, to?.after ?? head)})`;
    rows.push({ full: "HEAD", name, id: head, isCurrent: true });
  }
  if (of.locals)
    for (const [full, id] of refs.list("refs/heads/")) rows.push({ full, name: full.slice(11), id, isCurrent: full.slice(11) === current });
  if (of.remotes)
    for (const [full, id] of refs.list("refs/remotes/")) {
      const target = refs.symbolic(full);
      rows.push({
        full,
        name: `${of.isAll ? "remotes/" : ""}${full.slice(13)}`,
        id,
        isCurrent: false,
        ...(target ? { target: target.replace(/^refs\/remotes\//, "") } : {}),
      });
    }
  const globs = patterns.map((pattern) => new RegExp(`^${globSource(pattern, false)}$`));
  const into = of.merged === undefined ? undefined : ancestors(repository, [commitNamed(repository, of.merged)]);
  const outside = of.unmerged === undefined ? undefined : ancestors(repository, [commitNamed(repository, of.unmerged)]);
  const holding = of.contains === undefined ? undefined : commitNamed(repository, of.contains);
  const shown = rows.filter(
    ({ name, id }) =>
      (globs.length === 0 || globs.some((glob) => glob.test(name))) &&
      (into?.has(id) ?? true) &&
      !outside?.has(id) &&
      (holding === undefined || ancestors(repository, [id]).has(holding)),
  );
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  for (const { full, name, id, isCurrent, target } of shown) {
    if (of.format !== undefined) {
      const fields: Record<string, string> = {
        "refname:short": name,
        refname: full,
        objectname: id,
        "objectname:short": shortId(repository, id),
        HEAD: isCurrent ? "*" : " ",
        subject: subjectOf(repository.objects.commit(id).message),
      };
      scene.line(of.format.replace(/%\(([^)]+)\)/g, (_, field: string) => fields[field] ?? ""));
      continue;
    }
    const slot = isCurrent ? "current" : full.startsWith("refs/remotes/") ? "remoteBranch" : undefined;
    const padded = of.verbose > 0 ? name.padEnd(width) : name;
    let line = `${isCurrent ? "*" : " "} ${slot ? paint(slot, padded) : padded}`;
    if (target !== undefined) line = of.verbose > 0 ? `${line} -> ${target}` : `${line} -> ${target}`;
    else if (of.verbose > 0) {
      const tracking = full.startsWith("refs/heads/") ? trackingOf(repository, name) : undefined;
      const counts = tracking?.isGone
        ? "gone"
        : [...(tracking?.ahead ? [`ahead ${tracking.ahead}`] : []), ...(tracking?.behind ? [`behind ${tracking.behind}`] : [])].join(", ");
      const behind = !tracking ? "" : of.verbose > 1 ? `[${tracking.name}${counts ? `: ${counts}` : ""}] ` : counts ? `[${counts}] ` : "";
      line += ` ${shortId(repository, id)} ${behind}${subjectOf(repository.objects.commit(id).message)}`;
    }
    scene.line(line);
  }
}

function remove(scene: Scene, names: readonly string[], force: boolean, isRemote: boolean, quiet: boolean): number {
  const { repository } = scene;
  if (names.length === 0) throw new GitError("branch name required");
  let code = 0;
  for (const given of names) {
    const name = given === "-" ? (branchBefore(repository, 1) ?? given) : given;
    const ref = `refs/${isRemote ? "remotes" : "heads"}/${name}`;
    const id = repository.refs.resolve(ref);
    if (id === undefined) {
      scene.say(`error: ${isRemote ? "remote-tracking " : ""}branch '${name}' not found.`);
      code = 1;
      continue;
    }
    if (!isRemote && repository.branch() === name) {
      scene.say(`error: Cannot delete branch '${name}' checked out at '${repository.workTree}'`);
      code = 1;
      continue;
    }
    const head = repository.head();
    const tracking = trackingOf(repository, name);
    const into = tracking && !tracking.isGone ? repository.refs.resolve(tracking.full) : head;
    if (!force && !isRemote && !(into !== undefined && ancestors(repository, [into]).has(id))) {
      scene.say(`error: The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.`);
      code = 1;
      continue;
    }
    if (!isRemote) {
      const text = withoutSection(repository.note("config") ?? "", `branch.${name}`);
      if (text !== undefined) repository.putNote("config", text);
    }
    repository.refs.remove(ref);
    if (!quiet) scene.line(`Deleted ${isRemote ? "remote-tracking " : ""}branch ${name} (was ${shortId(repository, id)}).`);
  }
  return code;
}

function move(scene: Scene, operands: readonly string[], how: string, forced: boolean): number {
  const { repository } = scene;
  const current = repository.branch();
  const [first, second] = operands;
  if (first === undefined) throw new GitError("branch name required");
  const [from, to] = second === undefined ? [current, first] : [first, second];
  if (from === undefined) throw new GitError("cannot rename the current branch while not on any.");
  if (!isRefName(to)) throw new GitError(`'${to}' is not a valid branch name`);
  const copies = how === "copy" || how === "C";
  const { refs } = repository;
  const [source, target] = [`refs/heads/${from}`, `refs/heads/${to}`];
  const id = refs.resolve(source);
  if (id === undefined && from !== current) throw new GitError(`no branch named '${from}'`);
  if (refs.resolve(target) !== undefined && !forced && how !== "M" && how !== "C" && from !== to)
    throw new GitError(`a branch named '${to}' already exists`);
  const history = refs.history(source);
  if (id !== undefined && from !== to) {
    if (!copies) refs.remove(source);
    refs.write(target, id);
    refs.rewrite(target, history);
    refs.log(target, id, id, `Branch: ${copies ? "copied" : "renamed"} ${source} to ${target}`);
  }
  if (!copies && current === from) {
    refs.point("HEAD", target);
    if (id !== undefined) refs.log("HEAD", id, id, `Branch: renamed ${source} to ${target}`);
  }
  const config = repository.note("config") ?? "";
  if (!copies) repository.putNote("config", config.replace(`[branch "${from}"]`, `[branch "${to}"]`));
  return 0;
}
