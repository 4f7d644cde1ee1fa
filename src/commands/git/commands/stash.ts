import { changesBetween } from "../changes.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { applyMerge, mergedTrees } from "../merge-trees.ts";
import { zeroId } from "../objects.ts";
import { patchOf } from "../patch.ts";
import { Pathspec } from "../pathspec.ts";
import type { LogLine } from "../refs.ts";
import type { Repository } from "../repository.ts";
import { shortId, subjectOf } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { statText } from "../stat.ts";
import { lastLine, longStatus, statusOf } from "../status-text.ts";
import { forceTo, fresh } from "../switch-tree.ts";
import type { TreeFile } from "../trees.ts";
import { stagedChanges, trackedSides, unstagedChanges, untrackedFiles } from "../work-tree.ts";

const ref = "refs/stash";

function save(
  scene: Scene,
  repository: Repository,
  options: { message: string; untracked: boolean; keepsIndex: boolean; paths: Pathspec; quiet: boolean },
): number {
  const head = repository.head();
  if (head === undefined) throw new GitError("error: You do not have the initial commit yet", 1);
  if (repository.conflicts().size > 0)
    throw new GitError(`${[...repository.conflicts().keys()].map((path) => `${path}: needs merge\n`).join("")}error: could not write index`, 1);
  const { paths } = options;
  const others = options.untracked ? untrackedFiles(repository, true).untracked.filter((path) => paths.matches(path)) : [];
  const changed = [...stagedChanges(repository), ...unstagedChanges(repository)].filter(({ path }) => paths.matches(path));
  if (changed.length === 0 && others.length === 0) {
    if (!options.quiet) scene.line("No local changes to save");
    return 0;
  }
  const { objects } = repository;
  const [author, committer] = [repository.person("AUTHOR"), repository.person("COMMITTER")];
  const where = `${repository.branch() ?? "(no branch)"}: `;
  const about = `${where}${shortId(repository, head)} ${subjectOf(objects.commit(head).message)}`;
  const write = (tree: string, parents: string[], message: string) => objects.writeCommit({ tree, parents, author, committer, message });
  const index = write(repository.writeTree(repository.indexFiles()), [head], `index on ${about}\n`);
  const parents = [head, index];
  if (others.length > 0) {
    const files = new Map<string, TreeFile>(others.map((path) => [path, repository.entryOf(path)]));
    parents.push(write(repository.writeTree(files), [], `untracked files on ${about}\n`));
  }
  const work = new Map<string, TreeFile>(repository.filesOf(head));
  for (const { path } of changed) work.delete(path);
  for (const [path, { mode, id, bytes }] of trackedSides(repository))
    if (paths.matches(path)) work.set(path, { mode, id: bytes ? objects.write("blob", bytes) : id });
  const message = options.message === "" ? `WIP on ${about}` : `On ${where}${options.message}`;
  const id = write(repository.writeTree(work), parents, message);
  const before = repository.refs.resolve(ref);
  repository.refs.write(ref, id);
  repository.refs.log(ref, before ?? zeroId, id, message);
  const staged = repository.indexFiles();
  const back = new Map(repository.filesOf(head));
  if (paths.isEmpty) forceTo(repository, options.keepsIndex ? staged : back);
  else {
    const kept = repository.index().filter(({ path }) => !paths.matches(path));
    const restored = [...back].filter(([path]) => paths.matches(path));
    for (const { path } of changed) if (!back.has(path)) repository.removeWorkFile(path);
    for (const [path, file] of restored) repository.checkout(path, file);
    repository.writeIndex([...kept, ...restored.map(([path, file]) => fresh(repository, path, file))]);
  }
  for (const path of others) repository.removeWorkFile(path);
  if (!options.quiet) scene.line(`Saved working directory and index state ${message}`);
  return 0;
}

const noEntries = () => new GitError("No stash entries found.", 1, true);

/** The stash that was named: `stash@{1}`, `1`, the latest. */
function found(repository: Repository, text: string | undefined): { line: LogLine; number: number; lines: LogLine[]; name: string } {
  const lines = repository.refs.history(ref);
  const number = Number(/^(?:(?:refs\/)?stash@\{)?(\d+)\}?$/.exec(text ?? "0")?.[1] ?? Number.NaN);
  if (lines.length === 0) throw noEntries();
  if (Number.isNaN(number)) throw new GitError(`error: '${text}' is not a stash reference`, 1);
  const line = lines[number];
  if (!line) throw new GitError(`error: stash@{${number}} is not a valid reference`, 1);
  return { line, number, lines, name: /^\d+$/.test(text ?? "x") || text === undefined ? `refs/stash@{${number}}` : text };
}

function apply(scene: Scene, repository: Repository, id: string, withIndex: boolean): boolean {
  const commit = repository.objects.commit(id);
  const [base = "", index = "", others] = commit.parents;
  const mine = repository.indexFiles();
  const merged = mergedTrees(repository, repository.filesOf(base), mine, repository.filesOf(id), {
    ours: "Updated upstream",
    theirs: "Stashed changes",
  });
  if (others !== undefined)
    for (const path of repository.filesOf(others).keys())
      if (repository.workFile(path))
        throw new GitError(`${path} already exists, no checkout\nerror: could not restore untracked files from stash`, 1);
  if (repository.treeIdOf(base) === commit.tree) scene.line("Already up to date.");
  applyMerge(repository, mine, merged, "merge", "merge", 1);
  for (const line of merged.messages) scene.line(line);
  if (others !== undefined) for (const [path, file] of repository.filesOf(others)) repository.checkout(path, file);
  if (merged.conflicts.size === 0) {
    // What was changed goes back unstaged, but new files stay added.
    const before = withIndex ? repository.filesOf(index) : mine;
    const after = repository.filesOf(id);
    const staged = new Map<string, TreeFile>(before);
    if (!withIndex)
      for (const { kind, path } of changesBetween(repository, repository.filesOf(base), after, { asIs: true }))
        if (kind === "A" && !staged.has(path)) staged.set(path, after.get(path) as TreeFile);
    repository.writeIndex([...staged].map(([path, file]) => fresh(repository, path, file)));
  }
  const status = statusOf(repository, untrackedFiles(repository));
  scene.print(longStatus(repository, status, scene.paint(), { hints: true, showsUntracked: true }));
  const last = lastLine(status, false, { showsUntracked: true });
  if (last !== undefined) scene.line(last);
  return merged.conflicts.size === 0;
}

function drop(scene: Scene, repository: Repository, text: string | undefined, quiet: boolean): void {
  const { lines, number, line, name } = found(repository, text);
  const kept = lines.filter((_, i) => i !== number);
  const [first] = kept;
  if (first === undefined) repository.refs.remove(ref);
  else {
    repository.refs.rewrite(ref, kept);
    repository.refs.write(ref, first.after);
  }
  if (!quiet) scene.line(`Dropped ${name} (${line.after})`);
}

export const stash = defineCommand({
  name: "stash",
  summary: "Stash the changes in a dirty working directory away",
  usage:
    "list [<options>]\nstash show [<options>] [<stash>]\nstash drop [-q | --quiet] [<stash>]\nstash pop [--index] [-q | --quiet] [<stash>]\nstash apply [--index] [-q | --quiet] [<stash>]\nstash branch <branchname> [<stash>]\nstash [push [-u | --include-untracked] [-m <message>] [--] [<pathspec>...]]\nstash clear",
  options: [
    "m,message=",
    "u,include-untracked",
    "a,all",
    "k,keep-index",
    "no-keep-index",
    "q,quiet",
    "index",
    "p,patch",
    "stat",
    "S,staged",
    "oneline",
  ],

  async run(scene, args) {
    const repository = scene.worked;
    const [first = "push", ...rest] = args.operands;
    if (args.has("all") || args.has("staged") || (args.has("patch") && first === "push"))
      throw new GitError("git stash --all, --patch and --staged: not simulated by Podyard");
    const quiet = args.has("quiet");
    switch (first) {
      case "push":
      case "save":
        return save(scene, repository, {
          message: args.get("message") ?? (first === "save" ? rest.join(" ") : ""),
          untracked: args.has("include-untracked"),
          keepsIndex: args.has("keep-index"),
          paths: new Pathspec(repository, first === "push" ? rest : []),
          quiet,
        });
      case "list":
        repository.refs.history(ref).forEach(({ why }, i) => {
          scene.line(`stash@{${i}}: ${why}`);
        });
        return 0;
      case "apply":
      case "pop": {
        const { line } = found(repository, rest[0]);
        const isWell = apply(scene, repository, line.after, args.has("index"));
        if (first === "pop" && isWell) drop(scene, repository, rest[0], quiet);
        if (first === "pop" && !isWell) scene.line("The stash entry is kept in case you need it again.");
        return isWell ? 0 : 1;
      }
      case "drop":
        drop(scene, repository, rest[0], quiet);
        return 0;
      case "clear":
        repository.refs.remove(ref);
        return 0;
      case "show": {
        const { line } = found(repository, rest[0]);
        const changes = changesBetween(
          repository,
          repository.filesOf(repository.objects.commit(line.after).parents[0]),
          repository.filesOf(line.after),
        );
        const paint = scene.paint();
        scene.print(
          args.has("patch") ? changes.map((change) => patchOf(repository, change, { paint })).join("") : statText(repository, changes, paint),
        );
        return 0;
      }
      case "branch": {
        const { line } = found(repository, rest[1]);
        await scene.flush();
        const code = await scene.process.run(["git", "checkout", "-b", rest[0] ?? "", repository.objects.commit(line.after).parents[0] ?? ""]);
        if (code !== 0) return code;
        return (await scene.process.run(["git", "stash", "pop", "--index", ...(rest[1] === undefined ? [] : [rest[1]])])) ?? 0;
      }
      default:
        throw new GitError(`subcommand wasn't specified; 'push' can't be assumed due to unexpected token '${first}'`);
    }
  },
});
