import { bytesOf, textOf } from "#base/streams.ts";
import type { Arguments } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { commits, trackingText } from "../history.ts";
import { mergedText } from "../merge-text.ts";
import { Pathspec } from "../pathspec.ts";
import { isRefName } from "../refs.ts";
import type { Repository } from "../repository.ts";
import { branchBefore, commitNamed, peeled, refNamed, revision, shortId, subjectOf } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { forceTo, fresh, goTo, obstaclesTo, refuseObstacles } from "../switch-tree.ts";
import { linesOf } from "../text-changes.ts";
import { stagedChanges, unstagedChanges } from "../work-tree.ts";
import { createBranch, follow } from "./branch.ts";

const detachedAdvice = (name: string) => `Note: switching to '${name}'.

You are in 'detached HEAD' state. You can look around, make experimental
changes and commit them, and you can discard any commits you make in this
state without impacting any branches by switching back to a branch.

If you want to create a new branch to retain commits you create, you may
do so (now or later) by using -c with the switch command. Example:

  git switch -c <new-branch-name>

Or undo this operation with:

  git switch -

Turn off this advice by setting config variable advice.detachedHead to false
`;

interface Switch {
  /** The branch, or undefined where HEAD is to stand at a commit. */
  branch: string | undefined;
  id: string | undefined;
  /** As it was named. */
  named: string;
  force?: boolean;
  quiet?: boolean;
  isNew?: boolean;
  isReset?: boolean;
  /** Asked for with --detach: nobody has to be told what that is. */
  isMeant?: boolean;
}

/** Goes to a branch or commit. */
function go(scene: Scene, repository: Repository, { branch, id, named, force, quiet, isNew, isReset, isMeant }: Switch): void {
  const before = repository.head();
  const from = repository.branch();
  if (repository.conflicts().size > 0 && !force) {
    for (const path of repository.conflicts().keys()) scene.print(`${path}: needs merge\n`);
    throw new GitError("error: you need to resolve your current index first", 1);
  }
  const [was, becomes] = [repository.filesOf(before), repository.filesOf(id)];
  if (force) forceTo(repository, becomes);
  else if (before !== id) {
    refuseObstacles(obstaclesTo(repository, was, becomes), "checkout", "switch branches");
    goTo(repository, was, becomes);
  }
  if (!quiet && !force && !isNew)
    for (const change of [...stagedChanges(repository, id), ...unstagedChanges(repository)].sort((a, b) => (a.path < b.path ? -1 : 1)))
      scene.line(`${change.kind === "R" ? "R" : change.kind}\t${change.path}`);
  if (!quiet && before !== undefined && from === undefined && before !== id && !tellLeft(scene, repository, before, id))
    scene.say(`Previous HEAD position was ${shortId(repository, before)} ${subjectOf(repository.objects.commit(before).message)}`);
  if (branch === undefined && id !== undefined) {
    if (!quiet && !isMeant && from !== undefined && repository.setting("advice.detachedhead") !== "false") scene.say(detachedAdvice(named));
    repository.refs.write("HEAD", id);
    if (!quiet) scene.say(`HEAD is now at ${shortId(repository, id)} ${subjectOf(repository.objects.commit(id).message)}`);
  } else if (branch !== undefined) {
    repository.refs.point("HEAD", `refs/heads/${branch}`);
    if (!quiet) {
      if (isReset) scene.say(`Switched to and reset branch '${branch}'`);
      else if (isNew) scene.say(`Switched to a new branch '${branch}'`);
      else scene.say(from === branch ? `Already on '${branch}'` : `Switched to branch '${branch}'`);
      if (!isNew) scene.print(trackingText(repository, branch));
    }
  }
  if (id !== undefined && before !== undefined)
    repository.refs.log("HEAD", before, id, `checkout: moving from ${from ?? before} to ${branch ?? (/^(HEAD|@)$/.test(named) ? id : named)}`);
  for (const note of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD"]) repository.putNote(note, undefined);
}

/** Says which commits nothing leads to any more once HEAD has gone; whether there are any. */
function tellLeft(scene: Scene, repository: Repository, from: string, to: string | undefined): boolean {
  const tips = repository.refs.list("refs/").flatMap(([name, id]) => (name === "refs/stash" ? [] : [peeled(repository, id)]));
  const left = [...commits(repository, { from: [from], without: [...tips, ...(to === undefined ? [] : [to])] })];
  if (left.length === 0) return false;
  const isOne = left.length === 1;
  const shown = left.slice(0, 4).map(({ id, message }) => `  ${shortId(repository, id)} ${subjectOf(message)}\n`);
  const more = left.length > 4 ? ` ... and ${left.length - 4} more.\n` : "";
  scene.say(
    `Warning: you are leaving ${left.length} commit${isOne ? "" : "s"} behind, not connected to\nany of your branches:\n\n${shown.join("")}${more}\nIf you want to keep ${isOne ? "it" : "them"} by creating a new branch, this may be a good time\nto do so with:\n\n git branch <new-branch-name> ${shortId(repository, from)}\n`,
  );
  return true;
}

/** Makes a branch and goes to it. */
function goToNew(scene: Scene, repository: Repository, name: string, start: string | undefined, args: Arguments, isReset: boolean): number {
  const from = start === "-" ? (branchBefore(repository, 1) ?? "-") : start;
  if (!isRefName(name) || name === "HEAD") throw new GitError(`'${name}' is not a valid branch name`);
  if (from === undefined && repository.head() === undefined) {
    repository.refs.point("HEAD", `refs/heads/${name}`);
    if (!args.has("quiet")) scene.say(`Switched to a new branch '${name}'`);
    return 0;
  }
  const there = repository.refs.resolve(`refs/heads/${name}`);
  if (there !== undefined && !isReset) throw new GitError(`a branch named '${name}' already exists`);
  const id = revision(repository, from ?? "HEAD");
  if (id === undefined) throw new GitError(`'${from}' is not a commit and a branch '${name}' cannot be created from it`);
  refuseObstacles(
    obstaclesTo(repository, repository.filesOf(repository.head()), repository.filesOf(peeled(repository, id))),
    "checkout",
    "switch branches",
  );
  const commit = createBranch(repository, name, from ?? "HEAD", isReset);
  const full = from === undefined ? undefined : refNamed(repository, from);
  go(scene, repository, {
    branch: name,
    id: commit,
    named: name,
    isNew: true,
    isReset: isReset && there !== undefined,
    quiet: args.has("quiet"),
    force: args.has("force"),
  });
  if (full && !args.has("no-track") && (full.startsWith("refs/remotes/") || args.has("track"))) follow(scene, repository, name, from ?? "");
  return 0;
}

/** A branch of the only remote that has one of this name. */
function remoteBranch(repository: Repository, name: string): string | undefined {
  const found = repository.refs.list("refs/remotes/").filter(([full]) => full.replace(/^refs\/remotes\/[^/]+\//, "") === name);
  return found.length === 1 ? found[0]?.[0] : undefined;
}

function goToNamed(scene: Scene, repository: Repository, text: string, args: Arguments, detach: boolean): number {
  const name =
    text === "-" ? branchBefore(repository, 1) : text.replace(/^@\{-(\d+)\}$/, (_, count) => branchBefore(repository, Number(count)) ?? text);
  if (name === undefined) throw new GitError("error: pathspec '-' did not match any file(s) known to git", 1);
  const how = { force: args.has("force") || args.has("discard-changes"), quiet: args.has("quiet"), isMeant: detach };
  const tip = repository.refs.resolve(`refs/heads/${name}`);
  if (tip !== undefined && !detach) {
    go(scene, repository, { branch: name, id: tip, named: name, ...how });
    return 0;
  }
  const id = revision(repository, name);
  if (id !== undefined) {
    go(scene, repository, { branch: undefined, id: commitNamed(repository, name), named: name, ...how });
    return 0;
  }
  return -1;
}

const switchOptions = [
  "q,quiet",
  "f,force",
  "t,track?",
  "no-track",
  "guess",
  "no-guess",
  "orphan=",
  "d,detach",
  "m,merge",
  "progress",
  "no-progress",
  "conflict=",
  "l",
  "recurse-submodules",
];

function goToOrphan(scene: Scene, repository: Repository, name: string, clears: boolean): number {
  if (repository.refs.resolve(`refs/heads/${name}`) !== undefined) throw new GitError(`a branch named '${name}' already exists`);
  if (clears) forceTo(repository, new Map());
  repository.refs.point("HEAD", `refs/heads/${name}`);
  scene.say(`Switched to a new branch '${name}'`);
  return 0;
}

export const checkout = defineCommand({
  name: "checkout",
  summary: "Switch branches or restore working tree files",
  usage: "[<options>] <branch>\ncheckout [<options>] [<branch>] -- <file>...",
  options: [...switchOptions, "b=", "B=", "ours", "theirs", "p,patch", "pathspec-from-file=", "overlay", "no-overlay"],

  run(scene, args) {
    const repository = scene.worked;
    if (args.has("patch") || args.has("merge")) throw new GitError("git checkout --patch and --merge: not simulated by Podyard");
    const fresh = args.get("b") ?? args.get("B");
    if (fresh !== undefined) return goToNew(scene, repository, fresh, args.operands[0], args, args.has("B"));
    const orphan = args.get("orphan");
    if (orphan !== undefined) return goToOrphan(scene, repository, orphan, false);
    const [first, ...rest] = args.operands;
    if (first === undefined && args.has("detach")) return goToNamed(scene, repository, "HEAD", args, true);
    if (first === undefined) {
      const head = repository.head();
      const branch = repository.branch();
      if (head !== undefined && (branch !== undefined || args.has("force")))
        go(scene, repository, { branch, id: head, named: "HEAD", force: args.has("force"), quiet: true });
      if (branch !== undefined) scene.print(trackingText(repository, branch));
      return 0;
    }
    if (args.beforeDashes === 0) return checkoutPaths(scene, repository, undefined, args.operands, args);
    const isTracked = args.has("track") && refNamed(repository, first)?.startsWith("refs/remotes/");
    if (isTracked) return goToNew(scene, repository, first.replace(/^[^/]+\//, ""), first, args, false);
    const isKnown = first === "-" || revision(repository, first) !== undefined;
    if (isKnown && (rest.length > 0 || args.beforeDashes === 1) && rest.length > 0) return checkoutPaths(scene, repository, first, rest, args);
    if (rest.length === 0 && isKnown) return goToNamed(scene, repository, first, args, args.has("detach"));
    const isFile = repository.index().some(({ path }) => new Pathspec(repository, [first]).matches(path));
    const remote = rest.length === 0 && args.beforeDashes === undefined && !isFile ? remoteBranch(repository, first) : undefined;
    if (remote !== undefined) return goToNew(scene, repository, first, remote.slice("refs/remotes/".length), args, false);
    return checkoutPaths(scene, repository, undefined, args.operands, args);
  },
});

/** Files out of the index or a commit. */
function checkoutPaths(scene: Scene, repository: Repository, from: string | undefined, operands: readonly string[], args: Arguments): number {
  const paths = new Pathspec(repository, operands);
  const side = args.has("ours") ? 2 : args.has("theirs") ? 3 : undefined;
  const conflicts = repository.conflicts();
  const source = from === undefined ? repository.indexFiles() : repository.filesOf(commitNamed(repository, from));
  const wanted = [...source].filter(([path]) => paths.matches(path));
  const missing = paths.unmatched([...source.keys(), ...(from === undefined ? conflicts.keys() : [])]);
  if (missing.length > 0) {
    for (const text of missing) scene.say(`error: pathspec '${text}' did not match any file(s) known to git`);
    return 1;
  }
  let count = 0;
  if (from === undefined) {
    const stuck = [...conflicts].filter(([path]) => paths.matches(path));
    if (stuck.length > 0 && side === undefined && !args.has("force"))
      throw new GitError(stuck.map(([path]) => `error: path '${path}' is unmerged`).join("\n"), 1);
    for (const [path, stages] of stuck) {
      const file = side && stages[side];
      if (file) repository.checkout(path, file);
    }
    if (side !== undefined && stuck.length > 0) scene.say(`Updated ${stuck.length} path${stuck.length === 1 ? "" : "s"} from the index`);
    const changed = new Set(unstagedChanges(repository).map(({ path }) => path));
    for (const [path, file] of wanted)
      if (changed.has(path)) {
        repository.checkout(path, file);
        count++;
      }
    const restored = new Map(wanted.filter(([path]) => changed.has(path)));
    repository.writeIndex(
      repository.index().map((entry) => (entry.stage === 0 && restored.has(entry.path) ? fresh(repository, entry.path, entry) : entry)),
    );
    if (side === undefined && args.beforeDashes === undefined && !args.has("quiet"))
      scene.say(`Updated ${count} path${count === 1 ? "" : "s"} from the index`);
    return 0;
  }
  const entries = repository.index().filter(({ path }) => !source.has(path) || !paths.matches(path));
  const staged = repository.indexFiles();
  for (const [path, file] of wanted) {
    if (staged.get(path)?.id !== file.id) count++;
    repository.checkout(path, file);
  }
  repository.writeIndex([...entries, ...wanted.map(([path, file]) => fresh(repository, path, file))]);
  if (args.beforeDashes === undefined)
    scene.say(`Updated ${count} path${count === 1 ? "" : "s"} from ${shortId(repository, repository.treeIdOf(commitNamed(repository, from)))}`);
  return 0;
}

export const switchCommand = defineCommand({
  name: "switch",
  summary: "Switch branches",
  usage: "[<options>] [<branch>]",
  options: [...switchOptions, "c,create=", "C,force-create=", "discard-changes"],

  run(scene, args) {
    const repository = scene.worked;
    const name = args.get("create") ?? args.get("force-create");
    if (name !== undefined) return goToNew(scene, repository, name, args.operands[0], args, args.has("force-create"));
    const orphan = args.get("orphan");
    if (orphan !== undefined) return goToOrphan(scene, repository, orphan, true);
    const [first, extra] = args.operands;
    if (first === undefined) throw new GitError("missing branch or commit argument");
    if (extra !== undefined) throw new GitError("only one reference expected");
    const isBranch = first === "-" || /^@\{-\d+\}$/.test(first) || repository.refs.resolve(`refs/heads/${first}`) !== undefined;
    if (isBranch || args.has("detach")) {
      const code = goToNamed(scene, repository, first, args, args.has("detach"));
      if (code >= 0) return code;
      throw new GitError(`invalid reference: ${first}`);
    }
    const remote = remoteBranch(repository, first);
    if (remote !== undefined && !args.has("no-guess")) return goToNew(scene, repository, first, remote.slice("refs/remotes/".length), args, false);
    const full = refNamed(repository, first);
    if (revision(repository, first) !== undefined) {
      const kind = full?.startsWith("refs/tags/") ? "tag" : full?.startsWith("refs/remotes/") ? "remote branch" : "commit";
      scene.say(`fatal: a branch is expected, got ${kind} '${full && kind !== "commit" ? first : first}'`);
      scene.hint("If you want to detach HEAD at the commit, try again with the --detach option.");
      return 128;
    }
    throw new GitError(`invalid reference: ${first}`);
  },
});

export const restore = defineCommand({
  name: "restore",
  summary: "Restore working tree files",
  usage: "[<options>] [--source=<branch>] <file>...",
  options: ["s,source=", "S,staged", "W,worktree", "ours", "theirs", "m,merge", "q,quiet", "p,patch", "overlay", "ignore-unmerged", "progress"],

  run(scene, args) {
    const repository = scene.worked;
    if (args.has("patch")) throw new GitError("git restore --patch: not simulated by Podyard");
    if (args.operands.length === 0) throw new GitError("you must specify path(s) to restore");
    const paths = new Pathspec(repository, args.operands);
    const staged = args.has("staged");
    const worked = args.has("worktree") || !staged;
    const from = args.get("source") ?? (staged ? "HEAD" : undefined);
    if (from !== undefined && revision(repository, from) === undefined) throw new GitError(`could not resolve ${from}`);
    const source = from === undefined ? repository.indexFiles() : repository.filesOf(commitNamed(repository, from));
    const known = [...source.keys(), ...repository.index().map(({ path }) => path)];
    const missing = paths.unmatched(known);
    for (const text of missing) scene.say(`error: pathspec '${text}' did not match any file(s) known to git`);
    if (missing.length > 0) return 1;
    const conflicts = [...repository.conflicts()].filter(([path]) => paths.matches(path));
    const side = args.has("ours") ? 2 : args.has("theirs") ? 3 : undefined;
    if (worked && !staged && from === undefined && conflicts.length > 0) {
      if (args.has("merge")) for (const [path, stages] of conflicts) remerge(repository, path, stages);
      else if (side === undefined) throw new GitError(conflicts.map(([path]) => `error: path '${path}' is unmerged`).join("\n"), 1);
      else
        for (const [path, stages] of conflicts) {
          const file = stages[side];
          if (file) repository.checkout(path, file);
        }
    }
    if (worked)
      for (const path of new Set(known)) {
        if (!paths.matches(path)) continue;
        const file = source.get(path);
        if (file) repository.checkout(path, file);
        else if (from !== undefined) repository.removeWorkFile(path);
      }
    if (staged) {
      const kept = repository.index().filter(({ path }) => !paths.matches(path));
      repository.writeIndex([...kept, ...[...source].filter(([path]) => paths.matches(path)).map(([path, file]) => fresh(repository, path, file))]);
    }
    return 0;
  },
});

function remerge(repository: Repository, path: string, stages: Partial<Record<1 | 2 | 3, { id: string; mode: string }>>): void {
  const [base, ours, theirs] = [1, 2, 3].map((stage) => stages[stage as 1 | 2 | 3]);
  if (!ours || !theirs) return;
  const lines = (id: string | undefined) => (id === undefined ? [] : linesOf(textOf(repository.objects.read(id).body)));
  const merged = mergedText(lines(base?.id), lines(ours.id), lines(theirs.id), { ours: "ours", theirs: "theirs" });
  repository.checkout(path, { mode: ours.mode, id: repository.objects.write("blob", bytesOf(merged.lines.join(""))) });
}
