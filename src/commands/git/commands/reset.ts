import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { Pathspec } from "../pathspec.ts";
import { peeled, revision, shortId, subjectOf } from "../revision.ts";
import { forceTo, fresh, goTo, obstaclesTo, refuseObstacles } from "../switch-tree.ts";
import { unstagedChanges } from "../work-tree.ts";

export const reset = defineCommand({
  name: "reset",
  summary: "Reset current HEAD to the specified state",
  usage: "[--mixed | --soft | --hard | --merge | --keep] [-q] [<commit>]\nreset [-q] [<tree-ish>] [--] <pathspec>...",
  options: ["q,quiet", "soft", "mixed", "hard", "merge", "keep", "N,intent-to-add", "p,patch", "refresh", "no-refresh"],

  run(scene, args) {
    const { repository } = scene;
    if (args.has("patch")) throw new GitError("git reset --patch: not simulated by Podyard");
    const how = args.last("soft", "mixed", "hard", "merge", "keep") ?? "mixed";
    const [first, ...rest] = args.operands;
    const isRevision = first !== undefined && args.beforeDashes !== 0 && revision(repository, first) !== undefined;
    const named = isRevision ? rest : args.operands;
    const target = isRevision ? first : "HEAD";
    const id = revision(repository, target);
    if (
      !isRevision &&
      first !== undefined &&
      args.beforeDashes !== 0 &&
      !scene.fs.stat(scene.path(first), { follow: false }) &&
      !repository.index().some(({ path }) => new Pathspec(repository, [first]).matches(path))
    )
      throw new GitError(
        `ambiguous argument '${first}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
      );
    const tellUnstaged = () => {
      const left = unstagedChanges(repository);
      if (left.length > 0 && !args.has("quiet"))
        scene.print(`Unstaged changes after reset:\n${left.map(({ kind, path }) => `${kind}\t${path}\n`).join("")}`);
    };
    if (named.length > 0) {
      if (how !== "mixed") throw new GitError(`Cannot do ${how} reset with paths.`);
      const paths = new Pathspec(repository, named);
      const source = repository.filesOf(id);
      const kept = repository.index().filter(({ path }) => !paths.matches(path));
      repository.writeIndex([
        ...kept,
        ...[...source].filter(([path]) => paths.matches(path)).map(([path, file]) => ({ path, ...file, stage: 0 as const })),
      ]);
      tellUnstaged();
      return 0;
    }
    if (id === undefined) {
      // Before the first commit there is nothing to go back to but nothing.
      if (how === "hard") forceTo(repository, new Map());
      else if (how !== "soft") repository.writeIndex([]);
      return 0;
    }
    const commit = peeled(repository, id);
    const to = repository.filesOf(commit);
    if (how === "soft" && repository.conflicts().size > 0) throw new GitError("Cannot do a soft reset in the middle of a merge.");
    if (how === "hard") forceTo(repository, to);
    else if (how === "mixed") repository.writeIndex([...to].map(([path, file]) => fresh(repository, path, file)));
    else if (how === "keep" || how === "merge") {
      const from = repository.filesOf(repository.head());
      if (repository.conflicts().size > 0) forceTo(repository, to);
      else {
        refuseObstacles(obstaclesTo(repository, from, to), "reset", "reset", 128);
        goTo(repository, from, to);
      }
    }
    const before = repository.head();
    if (before !== undefined) repository.refs.write("ORIG_HEAD", before);
    repository.moveHead(commit, `reset: moving to ${target}`);
    if (how !== "soft")
      for (const note of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD"]) repository.putNote(note, undefined);
    if (how === "hard" && !args.has("quiet"))
      scene.line(`HEAD is now at ${shortId(repository, commit)} ${subjectOf(repository.objects.commit(commit).message)}`);
    if (how === "mixed") tellUnstaged();
    return 0;
  },
});
