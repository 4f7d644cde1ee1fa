import { changesBetween } from "../changes.ts";
import { argumentsOf, defineCommand } from "../command.ts";
import { GitError, Quit } from "../failure.ts";
import { applyMerge, type MergeLabels, mergedTrees } from "../merge-trees.ts";
import type { Commit } from "../objects.ts";
import type { Repository } from "../repository.ts";
import { branchBefore, commitNamed, mergeBases, refNamed, revision, shortId, subjectOf } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { modesText, statText } from "../stat.ts";
import { forceTo, goTo, obstaclesTo, refuseObstacles } from "../switch-tree.ts";
import { stagedChanges } from "../work-tree.ts";
import { cleaned, commit, tellCommit } from "./commit.ts";

const columnsOf = ({ process }: Scene): number => (process.isTerminal(1) ? (process.tty?.columns ?? 80) : 80);

/** What a merge brought, as git tells it at the end. */
function tellStat(scene: Scene, repository: Repository, before: string, after: string): void {
  const changes = changesBetween(repository, repository.filesOf(before), repository.filesOf(after));
  if (changes.length > 0) scene.print(statText(repository, changes, scene.paint(), columnsOf(scene)) + modesText(changes));
}

/** How the message of a merge begins. */
function mergeMessage(repository: Repository, name: string, source?: string): string {
  const full = refNamed(repository, name);
  const what =
    source ??
    (full?.startsWith("refs/heads/")
      ? `branch '${name}'`
      : full?.startsWith("refs/remotes/")
        ? `remote-tracking branch '${name}'`
        : full?.startsWith("refs/tags/")
          ? `tag '${name}'`
          : `commit '${name}'`);
  const into = repository.branch() ?? "HEAD";
  return `Merge ${what}${into === "master" || into === "main" ? "" : ` into ${into}`}\n`;
}

interface MergeOptions {
  message?: string | undefined;
  onlyForward?: boolean;
  noForward?: boolean;
  squash?: boolean;
  noCommit?: boolean;
  quiet?: boolean;
  edits?: boolean;
  /** How what is merged is called in the message: `branch 'main' of https://…`. */
  source?: string;
}

/** Merges a commit into what is checked out; gives the exit code. */
export async function mergeCommit(scene: Scene, repository: Repository, name: string, theirs: string, options: MergeOptions): Promise<number> {
  const ours = repository.head();
  if (ours === undefined) {
    forceTo(repository, repository.filesOf(theirs));
    repository.moveHead(theirs, `initial pull`);
    return 0;
  }
  if (repository.conflicts().size > 0) {
    scene.say("error: Merging is not possible because you have unmerged files.");
    scene.hint("Fix them up in the work tree, and then use 'git add/rm <file>'\nas appropriate to mark resolution and make a commit.");
    throw new GitError("Exiting because of an unresolved conflict.");
  }
  if (repository.note("MERGE_HEAD") !== undefined)
    throw new GitError("You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.");
  const bases = mergeBases(repository, ours, theirs);
  const base = bases[0];
  if (base === theirs) {
    if (!options.quiet) scene.line("Already up to date.");
    return 0;
  }
  const [mine, other] = [repository.filesOf(ours), repository.filesOf(theirs)];
  if (base === ours && !options.noForward) {
    if (!options.quiet) scene.line(`Updating ${shortId(repository, ours)}..${shortId(repository, theirs)}`);
    refuseObstacles(obstaclesTo(repository, mine, other), "merge", "merge");
    goTo(repository, mine, other);
    if (options.squash) {
      if (!options.quiet) {
        scene.line("Fast-forward");
        scene.line("Squash commit -- not updating HEAD");
      }
      repository.putNote("SQUASH_MSG", `Squashed commit of the following:\n`);
    } else {
      repository.refs.write("ORIG_HEAD", ours);
      repository.moveHead(theirs, `merge ${name}: Fast-forward`);
      if (!options.quiet) scene.line("Fast-forward");
    }
    if (!options.quiet) tellStat(scene, repository, ours, theirs);
    return 0;
  }
  if (options.onlyForward) {
    scene.hint(
      'Diverging branches can\'t be fast-forwarded, you need to either:\n\n\tgit merge --no-ff\n\nor:\n\n\tgit rebase\n\nDisable this message with "git config advice.diverging false"',
    );
    throw new GitError("Not possible to fast-forward, aborting.");
  }
  const staged = stagedChanges(repository, ours);
  if (staged.length > 0) {
    scene.say(`error: Your local changes to the following files would be overwritten by merge:\n  ${staged.map(({ path }) => path).join(" ")}`);
    scene.line("Merge with strategy ort failed.");
    return 2;
  }
  if (base === undefined) throw new GitError("refusing to merge unrelated histories");
  const merged = mergedTrees(repository, repository.filesOf(base), mine, other, { ours: "HEAD", theirs: name });
  try {
    applyMerge(repository, mine, merged, "merge", "merge", 1);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    scene.say(error.told.trimEnd());
    scene.line("Merge with strategy ort failed.");
    throw new Quit(2);
  }
  for (const line of merged.messages) scene.line(line);
  const message = options.message === undefined ? mergeMessage(repository, name, options.source) : cleaned(options.message, false);
  repository.refs.write("ORIG_HEAD", ours);
  if (merged.conflicts.size > 0 || options.noCommit || options.squash) {
    const list = merged.conflicts.size > 0 ? `\n# Conflicts:\n${[...merged.conflicts.keys()].map((path) => `#\t${path}\n`).join("")}` : "";
    if (!options.squash) {
      repository.putNote("MERGE_HEAD", `${theirs}\n`);
      repository.putNote("MERGE_MODE", options.noForward ? "no-ff" : "");
    }
    repository.putNote("MERGE_MSG", message + list);
    if (merged.conflicts.size > 0) {
      scene.line("Automatic merge failed; fix conflicts and then commit the result.");
      return 1;
    }
    scene.line(options.squash ? "Squash commit -- not updating HEAD" : "Automatic merge went well; stopped before committing as requested");
    return 0;
  }
  let text = message;
  if (options.edits) {
    repository.putNote(
      "MERGE_MSG",
      `${text}# Please enter a commit message to explain why this merge is necessary,\n# especially if it merges an updated upstream into a topic branch.\n#\n# Lines starting with '#' will be ignored, and an empty message aborts\n# the commit.\n`,
    );
    await scene.edit("MERGE_MSG");
    text = cleaned(repository.note("MERGE_MSG") ?? "", true);
    repository.putNote("MERGE_MSG", undefined);
    if (text === "") throw new GitError("error: Empty commit message.\nNot committing merge; use 'git commit' to complete the merge.", 1);
  }
  const id = repository.objects.writeCommit({
    tree: repository.writeTree(merged.files),
    parents: [ours, theirs],
    author: repository.person("AUTHOR"),
    committer: repository.person("COMMITTER"),
    message: text,
  });
  repository.moveHead(id, `merge ${name}: Merge made by the 'ort' strategy.`);
  if (!options.quiet) {
    scene.line("Merge made by the 'ort' strategy.");
    tellStat(scene, repository, ours, id);
  }
  return 0;
}

/** Takes back a merge, pick or revert that was not ended. */
function abort(repository: Repository, note: string, missing: string): number {
  if (repository.note(note) === undefined) throw new GitError(missing);
  forceTo(repository, repository.filesOf(repository.head()));
  for (const one of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD"]) repository.putNote(one, undefined);
  return 0;
}

export const merge = defineCommand({
  name: "merge",
  summary: "Join two or more development histories together",
  usage: "[<options>] [<commit>...]\nmerge --abort\nmerge --continue",
  options: [
    "m,message=",
    "F,file=",
    "ff",
    "ff-only",
    "no-ff",
    "squash",
    "commit",
    "no-commit",
    "e,edit",
    "no-edit",
    "q,quiet",
    "stat",
    "n,no-stat",
    "abort",
    "continue",
    "quit",
    "s,strategy=",
    "X,strategy-option=",
    "allow-unrelated-histories",
    "v,verbose",
    "log?",
    "progress",
  ],

  async run(scene, args) {
    const repository = scene.worked;
    if (args.has("strategy") || args.has("strategy-option") || args.has("allow-unrelated-histories"))
      throw new GitError("git merge with a strategy of one's own: not simulated by Podyard");
    if (args.has("abort")) return abort(repository, "MERGE_HEAD", "There is no merge to abort (MERGE_HEAD missing).");
    if (args.has("continue")) {
      if (repository.note("MERGE_HEAD") === undefined) throw new GitError("There is no merge in progress (MERGE_HEAD missing).");
      return commit.run(scene, argumentsOf(commit, []));
    }
    if (args.operands.length > 1) throw new GitError("git merge of several branches at once: not simulated by Podyard");
    const [given] = args.operands;
    const upstream = given === undefined && repository.branch() !== undefined ? "@{u}" : given;
    if (upstream === undefined) throw new GitError("No remote for the current branch.");
    const name = upstream === "-" ? (branchBefore(repository, 1) ?? upstream) : upstream;
    if (revision(repository, name) === undefined)
      throw new GitError(
        name === "@{u}" ? `No remote for the current branch.` : `merge: ${name} - not something we can merge`,
        name === "@{u}" ? 128 : 1,
      );
    const config = repository.setting("merge.ff");
    return mergeCommit(scene, repository, name, commitNamed(repository, name), {
      message: args.all("message").join("\n\n") || undefined,
      onlyForward: args.has("ff-only") || (config === "only" && !args.has("no-ff")),
      noForward: args.last("ff", "no-ff", "ff-only") === "no-ff" || (config === "false" && !args.has("ff")),
      squash: args.has("squash"),
      noCommit: args.has("no-commit"),
      quiet: args.has("quiet"),
      edits:
        args.has("edit") ||
        (scene.process.isTerminal(0) &&
          scene.process.isTerminal(1) &&
          !args.has("no-edit") &&
          args.all("message").length === 0 &&
          scene.process.env.get("GIT_MERGE_AUTOEDIT") !== "no"),
    });
  },
});

/** Does to what is checked out what a commit did, or takes it back. */
async function replay(
  scene: Scene,
  picked: Commit,
  how: "cherry-pick" | "revert",
  options: { noCommit: boolean; main: number | undefined; edits: boolean; names: boolean },
): Promise<number> {
  const repository = scene.worked;
  const head = repository.head();
  if (head === undefined) throw new GitError(`your current branch '${repository.branch()}' does not have any commits yet`);
  if (picked.parents.length > 1 && options.main === undefined)
    throw new GitError(`error: commit ${picked.id} is a merge but no -m option was given.\nfatal: ${how} failed`);
  const staged = stagedChanges(repository, head);
  if (staged.length > 0 && !options.noCommit) {
    scene.say(`error: your local changes would be overwritten by ${how}.`);
    scene.hint("commit your changes or stash them to proceed.");
    throw new GitError(`${how} failed`);
  }
  const parent = picked.parents[(options.main ?? 1) - 1];
  const subject = subjectOf(picked.message);
  const label = `${shortId(repository, picked.id)} (${subject})`;
  const isPick = how === "cherry-pick";
  const [base, theirs] = isPick ? [parent, picked.id] : [picked.id, parent];
  const labels: MergeLabels = { ours: "HEAD", theirs: isPick ? label : `parent of ${label}` };
  const mine = repository.filesOf(head);
  const merged = mergedTrees(repository, repository.filesOf(base), mine, repository.filesOf(theirs), labels);
  applyMerge(repository, mine, merged, "merge", "merge", 128);
  for (const line of merged.messages) scene.line(line);
  const text = isPick
    ? `${picked.message.trimEnd()}\n${options.names ? `\n(cherry picked from commit ${picked.id})\n` : ""}`
    : `Revert "${subject}"\n\nThis reverts commit ${picked.id}.\n`;
  if (merged.conflicts.size > 0) {
    repository.putNote(isPick ? "CHERRY_PICK_HEAD" : "REVERT_HEAD", `${picked.id}\n`);
    repository.putNote("MERGE_MSG", `${text}\n# Conflicts:\n${[...merged.conflicts.keys()].map((path) => `#\t${path}\n`).join("")}`);
    scene.say(`error: could not ${isPick ? "apply" : "revert"} ${shortId(repository, picked.id)}... ${subject}`);
    scene.hint(
      `After resolving the conflicts, mark them with\n"git add/rm <pathspec>", then run\n"git ${how} --continue".\nYou can instead skip this commit with "git ${how} --skip".\nTo abort and get back to the state before "git ${how}",\nrun "git ${how} --abort".`,
    );
    return 1;
  }
  if (options.noCommit) return 0;
  const tree = repository.writeTree(merged.files);
  if (tree === repository.treeIdOf(head) && isPick) {
    repository.putNote("CHERRY_PICK_HEAD", `${picked.id}\n`);
    scene.say(
      `The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n    git commit --allow-empty\n\nOtherwise, please use 'git cherry-pick --skip'`,
    );
    return 1;
  }
  let message = text;
  if (options.edits) {
    repository.putNote(
      "COMMIT_EDITMSG",
      `${text}\n# Please enter the commit message for your changes. Lines starting\n# with '#' will be ignored, and an empty message aborts the commit.\n`,
    );
    await scene.edit("COMMIT_EDITMSG");
    message = cleaned(repository.note("COMMIT_EDITMSG") ?? "", true);
    if (message === "") throw new GitError("error: Aborting commit due to empty commit message.", 1);
  }
  const committer = repository.person("COMMITTER");
  const id = repository.objects.writeCommit({
    tree,
    parents: [head],
    author: isPick ? picked.author : repository.person("AUTHOR"),
    committer,
    message,
  });
  repository.moveHead(id, `${how}: ${subjectOf(message)}`);
  tellCommit(scene, repository, repository.objects.commit(id), { isRoot: false, showsDate: true });
  return 0;
}

const replaying = (how: "cherry-pick" | "revert", note: "CHERRY_PICK_HEAD" | "REVERT_HEAD", summary: string) =>
  defineCommand({
    name: how,
    summary,
    usage: `[--edit] [-n] [-m <parent-number>] <commit>...\n${how} (--continue | --skip | --abort | --quit)`,
    options: ["e,edit", "no-edit", "n,no-commit", "m,mainline=", "x", "s,signoff", "continue", "skip", "abort", "quit"],

    async run(scene, args) {
      const repository = scene.worked;
      const missing = `error: no cherry-pick or revert in progress\nfatal: ${how} failed`;
      if (args.has("abort") || args.has("skip")) return abort(repository, note, missing);
      if (args.has("quit")) {
        repository.putNote(note, undefined);
        return 0;
      }
      if (args.has("continue")) {
        if (repository.note(note) === undefined) throw new GitError(missing);
        return commit.run(scene, argumentsOf(commit, how === "revert" && scene.process.isTerminal(0) ? [] : ["--no-edit", "--cleanup=strip"]));
      }
      if (args.operands.length === 0) throw new GitError(`usage: git ${how} [--edit] [-n] [-m <parent-number>] <commit>...\n`, 129);
      for (const text of args.operands) {
        if (text.includes("..")) throw new GitError(`git ${how} of a range: not simulated by Podyard; name the commits`);
        const id = revision(repository, text);
        if (id === undefined) throw new GitError(`bad revision '${text}'`);
        const main = args.get("mainline");
        const code = await replay(scene, repository.objects.commit(commitNamed(repository, text)), how, {
          noCommit: args.has("no-commit"),
          main: main === undefined ? undefined : Number(main),
          edits: args.has("edit") || (how === "revert" && scene.process.isTerminal(0) && !args.has("no-edit")),
          names: args.has("x"),
        });
        if (code !== 0) return code;
      }
      return 0;
    },
  });

export const cherryPick = replaying("cherry-pick", "CHERRY_PICK_HEAD", "Apply the changes introduced by some existing commits");
export const revert = replaying("revert", "REVERT_HEAD", "Revert some existing commits");
