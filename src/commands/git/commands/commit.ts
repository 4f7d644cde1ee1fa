import { textOf } from "#base/streams.ts";
import type { Arguments } from "../arguments.ts";
import { changesBetween } from "../changes.ts";
import { defineCommand } from "../command.ts";
import { GitError, Quit } from "../failure.ts";
import { dateText } from "../format.ts";
import type { Commit, Person } from "../objects.ts";
import { personOf } from "../objects.ts";
import { plain } from "../paint.ts";
import { Pathspec } from "../pathspec.ts";
import { type Repository, timeOf } from "../repository.ts";
import { commitNamed, shortId, subjectOf } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { modesText, summaryLine } from "../stat.ts";
import { lastLine, longStatus, statusOf } from "../status-text.ts";
import { untrackedFiles } from "../work-tree.ts";
import { changedPaths, stage } from "./add.ts";

/** A message without blank lines around and doubled ones within; without comments where it comes out of an editor. */
export function cleaned(message: string, withoutComments: boolean): string {
  const lines = message.split("\n").filter((line) => !withoutComments || !line.startsWith("#"));
  const text = lines
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "")
    .replace(/\n{3,}/g, "\n\n");
  return text === "" ? "" : `${text}\n`;
}

/** Says what a commit is and what it changed: `[main 1a2b3c4] text`. */
export function tellCommit(scene: Scene, repository: Repository, commit: Commit, options: { isRoot: boolean; showsDate?: boolean }): void {
  const branch = repository.branch() ?? "detached HEAD";
  scene.line(`[${branch}${options.isRoot ? " (root-commit)" : ""} ${shortId(repository, commit.id)}] ${subjectOf(commit.message)}`);
  const { author, committer } = commit;
  if (author.name !== committer.name || author.email !== committer.email) scene.line(` Author: ${author.name} <${author.email}>`);
  if (options.showsDate) scene.line(` Date: ${dateText(author)}`);
  if (commit.parents.length > 1) return;
  const changes = changesBetween(repository, repository.filesOf(commit.parents[0]), repository.filesOf(commit.id));
  if (changes.length > 0) scene.print(summaryLine(repository, changes) + modesText(changes));
}

const editHead = `
# Please enter the commit message for your changes. Lines starting
# with '#' will be ignored, and an empty message aborts the commit.
#
`;

async function messageOf(scene: Scene, args: Arguments, amended: Commit | undefined): Promise<string> {
  const repository = scene.worked;
  const { fs, process } = scene;
  const pieces = args.all("message");
  const file = args.get("file");
  const reused = args.get("reuse-message") ?? args.get("reedit-message");
  const merging = repository.note("MERGE_MSG");
  let text: string;
  let edits = args.has("edit");
  if (pieces.length > 0) text = pieces.join("\n\n");
  else if (file !== undefined) {
    if (file !== "-" && !fs.stat(scene.path(file))) throw new GitError(`could not read log file '${file}': No such file or directory`);
    text = textOf(await process.read(file));
  } else if (reused !== undefined) text = repository.objects.commit(commitNamed(repository, reused)).message;
  else {
    text = amended?.message ?? merging ?? "";
    edits = !args.has("no-edit");
  }
  if (args.has("reedit-message")) edits = true;
  if (args.has("signoff")) {
    const { name, email } = repository.person("COMMITTER");
    text = `${text.trimEnd()}\n\nSigned-off-by: ${name} <${email}>\n`;
  }
  if (!edits || args.has("no-edit")) return cleaned(text, args.get("cleanup") === "strip");
  const status = longStatus(repository, statusOf(repository, untrackedFiles(repository)), plain, { hints: false, showsUntracked: true });
  const comments = status
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "#" : line.startsWith("\t") ? `#${line}` : `# ${line}`));
  repository.putNote("COMMIT_EDITMSG", `${text}${editHead}${comments.join("\n")}\n#\n`);
  await scene.edit("COMMIT_EDITMSG");
  return cleaned(repository.note("COMMIT_EDITMSG") ?? "", true);
}

export const commit = defineCommand({
  name: "commit",
  summary: "Record changes to the repository",
  usage: "[-a | --interactive | --patch] [-s] [-v] [-u<mode>] [--amend] [-m <msg>] [--] [<pathspec>...]",
  options: [
    "a,all",
    "m,message=",
    "F,file=",
    "C,reuse-message=",
    "c,reedit-message=",
    "amend",
    "reset-author",
    "author=",
    "date=",
    "allow-empty",
    "allow-empty-message",
    "n,no-verify",
    "s,signoff",
    "e,edit",
    "no-edit",
    "q,quiet",
    "v,verbose",
    "dry-run",
    "o,only",
    "i,include",
    "p,patch",
    "interactive",
    "fixup=",
    "squash=",
    "S,gpg-sign?",
    "no-gpg-sign",
    "no-post-rewrite",
    "u,untracked-files?",
    "cleanup=",
    "t,template=",
    "status",
  ],

  async run(scene, args) {
    const repository = scene.worked;
    const unable = ["patch", "interactive", "gpg-sign", "fixup", "squash", "template"].find((name) => args.has(name));
    if (unable) throw new GitError(`git commit --${unable}: not simulated by Podyard`);
    if (args.has("all") && args.operands.length > 0) throw new GitError(`paths '${args.operands[0]} ...' with -a does not make sense`);
    const head = repository.head();
    const isAmended = args.has("amend");
    if (isAmended && head === undefined) throw new GitError("You have nothing to amend.");
    const merging = repository.note("MERGE_HEAD")?.trim().split("\n");
    if (isAmended && merging) throw new GitError("You are in the middle of a merge -- cannot amend.");
    if (args.has("all")) stage(repository, changedPaths(repository));
    if (args.operands.length > 0) stageOnly(repository, args.operands, head, args.has("include"));
    if (repository.conflicts().size > 0) {
      for (const path of repository.conflicts().keys()) scene.print(`U\t${path}\n`);
      scene.say("error: Committing is not possible because you have unmerged files.");
      scene.hint("Fix them up in the work tree, and then use 'git add/rm <file>'\nas appropriate to mark resolution and make a commit.");
      throw new GitError("Exiting because of an unresolved conflict.");
    }
    const amended = isAmended && head !== undefined ? repository.objects.commit(head) : undefined;
    const parents = amended ? amended.parents : [...(head === undefined ? [] : [head]), ...(merging ?? [])];
    const tree = repository.writeTree(repository.indexFiles());
    const before = parents[0] === undefined ? undefined : repository.treeIdOf(parents[0]);
    const isEmpty = before === undefined ? repository.index().length === 0 : tree === before;
    if ((isEmpty && !args.has("allow-empty") && !merging && !isAmended) || args.has("dry-run")) {
      const status = statusOf(repository, untrackedFiles(repository));
      scene.print(longStatus(repository, status, scene.paint(), { hints: true, showsUntracked: true, isCommitting: true }));
      scene.line(lastLine(status, head === undefined, { showsUntracked: true }) ?? "");
      throw new Quit(status.staged.length > 0 ? 0 : 1);
    }
    if (isEmpty && isAmended && !args.has("allow-empty") && amended && amended.parents.length === 1) {
      scene.print(
        longStatus(repository, statusOf(repository, untrackedFiles(repository), amended.parents[0]), scene.paint(), {
          hints: true,
          showsUntracked: true,
        }),
      );
      scene.line("No changes");
      scene.say(
        'You asked to amend the most recent commit, but doing so would make\nit empty. You can repeat your command with --allow-empty, or you can\nremove the commit entirely with "git reset HEAD^".',
      );
      throw new Quit(1);
    }
    const [author, committer] = [authorOf(repository, args, amended), repository.person("COMMITTER")];
    const isPicked = repository.note("CHERRY_PICK_HEAD") !== undefined;
    const verifies = !args.has("no-verify");
    if (verifies && !(await scene.hook("pre-commit"))) throw new Quit(1);
    let message = await messageOf(scene, args, amended);
    if (verifies) {
      repository.putNote("COMMIT_EDITMSG", message);
      if (!(await scene.hook("commit-msg", ".git/COMMIT_EDITMSG"))) throw new Quit(1);
      message = repository.note("COMMIT_EDITMSG") ?? message;
    }
    if (message === "" && !args.has("allow-empty-message")) {
      scene.say("Aborting commit due to empty commit message.");
      throw new Quit(1);
    }
    repository.putNote("COMMIT_EDITMSG", message);
    const id = repository.objects.writeCommit({ tree, parents, author, committer, message });
    const why = isAmended ? "commit (amend)" : parents.length === 0 ? "commit (initial)" : merging ? "commit (merge)" : "commit";
    repository.moveHead(id, `${why}: ${subjectOf(message)}`);
    for (const note of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD"]) repository.putNote(note, undefined);
    if (!args.has("quiet"))
      tellCommit(scene, repository, repository.objects.commit(id), {
        isRoot: parents.length === 0 && !isAmended,
        showsDate: isAmended || isPicked || args.has("date") || args.has("reuse-message"),
      });
    await scene.hook("post-commit");
    return 0;
  },
});

function authorOf(repository: Repository, args: Arguments, amended: Commit | undefined): Person {
  const reused = args.get("reuse-message") ?? args.get("reedit-message");
  const kept = args.has("reset-author")
    ? undefined
    : reused !== undefined
      ? repository.objects.commit(commitNamed(repository, reused)).author
      : amended?.author;
  const picked = repository.note("CHERRY_PICK_HEAD")?.trim();
  let author = kept ?? (picked ? repository.objects.commit(picked).author : repository.person("AUTHOR"));
  const given = args.get("author");
  if (given !== undefined) {
    if (!/^[^<]*<[^>]*>$/.test(given)) throw new GitError(`--author '${given}' is not 'Name <email>' and matches no existing author`);
    const { name, email } = personOf(`${given} 0 +0000`);
    author = { ...author, name, email };
  }
  const date = args.get("date");
  if (date !== undefined) {
    const time = date === "now" ? { at: Math.floor(repository.process.machine.clock.now() / 1000), zone: "+0000" } : timeOf(date);
    if (!time) throw new GitError(`invalid date format: ${date}`);
    author = { ...author, ...time };
  }
  return author;
}

/** Named files as they are now, and of what was staged nothing else. */
function stageOnly(repository: Repository, operands: readonly string[], head: string | undefined, include: boolean): void {
  const paths = new Pathspec(repository, operands);
  const known = repository.index().map(({ path }) => path);
  const [missing] = paths.unmatched([...known, ...repository.filesOf(head).keys()]);
  if (missing !== undefined) throw new GitError(`error: pathspec '${missing}' did not match any file(s) known to git`, 1);
  if (!include) {
    // What else was staged has to wait for another commit: only what is known to the last one can tell it apart.
    const before = repository.filesOf(head);
    const others = repository.index().filter(({ path, id }) => !paths.matches(path) && before.get(path)?.id !== id);
    if (others.length > 0) throw new GitError("git commit <file> while other files are staged: not simulated by Podyard; unstage them or use -i");
  }
  stage(
    repository,
    changedPaths(repository).filter((path) => paths.matches(path)),
  );
}
