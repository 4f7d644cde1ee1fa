import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import type { IndexEntry } from "../index-file.ts";
import { Pathspec, pathIn } from "../pathspec.ts";
import type { Repository } from "../repository.ts";
import { Ignored, sideOf, untrackedFiles } from "../work-tree.ts";

/** Puts files into the index as they are in the work tree; those that are gone, go. */
export function stage(repository: Repository, paths: Iterable<string>): void {
  const entries = new Map<string, IndexEntry>(repository.index().map((entry) => [`${entry.path}\0${entry.stage}`, entry]));
  for (const path of paths) {
    for (const stageOf of [0, 1, 2, 3]) entries.delete(`${path}\0${stageOf}`);
    if (repository.workFile(path)) {
      // A file takes the place of what was below it, and the other way round.
      for (const [key, entry] of entries) if (entry.path.startsWith(`${path}/`) || path.startsWith(`${entry.path}/`)) entries.delete(key);
      entries.set(`${path}\0${0}`, repository.entryOf(path));
    }
  }
  repository.writeIndex([...entries.values()]);
}

/** What of the index is otherwise in the work tree. */
export function changedPaths(repository: Repository): string[] {
  const changed = new Set<string>();
  for (const { path, mode, id, stage: at, intended } of repository.index()) {
    const side = sideOf(repository, path);
    if (at !== 0 || intended || !side || side.id !== id || side.mode !== mode) changed.add(path);
  }
  return [...changed];
}

export const add = defineCommand({
  name: "add",
  summary: "Add file contents to the index",
  usage: "[<options>] [--] <pathspec>...",
  options: [
    "n,dry-run",
    "v,verbose",
    "f,force",
    "u,update",
    "A,all",
    "N,intent-to-add",
    "p,patch",
    "i,interactive",
    "e,edit",
    "ignore-errors",
    "ignore-missing",
    "refresh",
    "renormalize",
    "chmod=",
  ],

  run(scene, args) {
    const repository = scene.worked;
    const unable = ["patch", "interactive", "edit"].find((name) => args.has(name));
    if (unable) throw new GitError(`git add --${unable}: not simulated by Podyard`);
    const { operands } = args;
    const isWhole = args.has("all") || args.has("update");
    if (operands.length === 0 && !isWhole) {
      scene.say("Nothing specified, nothing added.");
      scene.hint("Maybe you wanted to say 'git add .'?\nTurn this message off by running\n\"git config advice.addEmptyPathspec false\"");
      return 0;
    }
    if (operands.includes("")) throw new GitError("empty string is not a valid pathspec. please use . instead if you meant to match all paths");
    const paths = new Pathspec(repository, operands);
    const ignored = new Ignored(repository);
    const found = untrackedFiles(repository, true);
    const isAllowed = (path: string) => args.has("force") || !ignored.has(path, false);
    const others = args.has("update") ? [] : found.untracked.filter((path) => paths.matches(path.replace(/\/$/, "")) && isAllowed(path));
    // What is left out has to be asked for with -f, wherever it was named itself.
    const refused = args.has("update")
      ? []
      : operands.filter((text) => {
          const path = pathIn(repository, text.startsWith(":") ? "." : text);
          const kind = repository.fs.stat(repository.absolute(path), { follow: false })?.kind;
          if (path === "" || kind === undefined || repository.index().some((entry) => entry.path === path || entry.path.startsWith(`${path}/`)))
            return false;
          return !args.has("force") && ignored.has(path, kind === "directory");
        });
    const forced = args.has("force") ? allFiles(repository, paths) : [];
    const tracked = changedPaths(repository).filter((path) => paths.matches(path));
    const known = [...repository.index().map(({ path }) => path), ...others, ...forced, ...refused.map((text) => pathIn(repository, text))];
    const missing = paths.unmatched(known).filter((text) => {
      const path = scene.path(text);
      return !(scene.fs.stat(path)?.kind === "directory");
    });
    if (missing.length > 0) throw new GitError(`pathspec '${missing[0]}' did not match any files`);
    const nested = others.filter((path) => path.endsWith("/"));
    if (nested.length > 0) throw new GitError(`${nested[0]}: repositories within repositories are not simulated by Podyard`);
    const wanted = [...new Set([...tracked, ...others, ...forced])].sort();
    if (args.has("dry-run") || args.has("verbose"))
      for (const path of wanted) scene.line(`${repository.workFile(path) ? "add" : "remove"} '${path}'`);
    if (!args.has("dry-run")) {
      if (args.has("intent-to-add")) {
        const empty = repository.objects.write("blob", new Uint8Array(0));
        repository.writeIndex([...repository.index(), ...others.map((path) => ({ ...repository.entryOf(path), id: empty, intended: true }))]);
      } else stage(repository, wanted);
      const mode = args.get("chmod");
      if (mode !== undefined)
        repository.writeIndex(
          repository.index().map((entry) => (paths.matches(entry.path) ? { ...entry, mode: mode === "+x" ? "100755" : "100644" } : entry)),
        );
    }
    if (refused.length > 0) {
      scene.say(
        `The following paths are ignored by one of your .gitignore files:\n${refused
          .map((text) => pathIn(repository, text))
          .sort()
          .join("\n")}`,
      );
      scene.hint('Use -f if you really want to add them.\nTurn this message off by running\n"git config advice.addIgnoredFile false"');
      return 1;
    }
    return 0;
  },
});

/** Files that are named, those that are otherwise left out too. */
function allFiles(repository: Repository, paths: Pathspec, directory = ""): string[] {
  return repository.fs.list(repository.absolute(directory)).flatMap((name) => {
    const path = directory === "" ? name : `${directory}/${name}`;
    if (path === ".git") return [];
    if (repository.fs.stat(repository.absolute(path), { follow: false })?.kind === "directory") return allFiles(repository, paths, path);
    return paths.matches(path) ? [path] : [];
  });
}
