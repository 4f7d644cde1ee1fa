import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { quoted } from "../patch.ts";
import { Pathspec, pathIn, seenFrom } from "../pathspec.ts";
import { Ignored, sideOf, untrackedFiles } from "../work-tree.ts";

export const lsFiles = defineCommand({
  name: "ls-files",
  summary: "Show information about files in the index and the working tree",
  usage: "[<options>] [<file>...]",
  options: [
    "c,cached",
    "d,deleted",
    "m,modified",
    "o,others",
    "i,ignored",
    "s,stage",
    "u,unmerged",
    "exclude-standard",
    "z",
    "t",
    "error-unmatch",
    "full-name",
    "directory",
    "x,exclude=",
  ],

  run(scene, args) {
    const { repository } = scene;
    const paths = new Pathspec(repository, args.operands);
    const below = repository.process.cwd.startsWith(`${repository.workTree}/`) ? repository.process.cwd.slice(repository.workTree.length + 1) : "";
    const isHere = (path: string) => paths.matches(path) && (!paths.isEmpty || below === "" || path.startsWith(`${below}/`));
    const shown = (path: string) => {
      const text = args.has("full-name") ? path : seenFrom(repository, path);
      return args.has("z") ? `${text}\0` : `${quoted(text)}\n`;
    };
    const entries = repository.index().filter(({ path }) => isHere(path));
    const special = ["deleted", "modified", "others", "unmerged"].some((name) => args.has(name));
    if (args.has("error-unmatch")) {
      const missing = paths.unmatched(repository.index().map(({ path }) => path));
      for (const text of missing) scene.say(`error: pathspec '${text}' did not match any file(s) known to git\nDid you forget to 'git add'?`);
      if (missing.length > 0) return 1;
    }
    if (args.has("others")) {
      const found = untrackedFiles(repository, true);
      const files = args.has("ignored")
        ? found.ignored.flatMap((path) => expanded(repository, path))
        : args.has("exclude-standard")
          ? found.untracked
          : [...found.untracked, ...found.ignored.flatMap((path) => expanded(repository, path))].sort();
      for (const path of files) if (isHere(path.replace(/\/$/, ""))) scene.print(shown(path));
    }
    if (args.has("cached") || !special)
      for (const { path, mode, id, stage } of entries) scene.print(args.has("stage") ? `${mode} ${id} ${stage}\t${shown(path)}` : shown(path));
    if (args.has("unmerged")) for (const { path, mode, id, stage } of entries) if (stage > 0) scene.print(`${mode} ${id} ${stage}\t${shown(path)}`);
    for (const { path, id, mode } of entries) {
      const side = sideOf(repository, path);
      if (args.has("deleted") && !side) scene.print(shown(path));
      if (args.has("modified") && (!side || side.id !== id || side.mode !== mode)) scene.print(shown(path));
    }
    return 0;
  },
});

/** The files in a directory that was left out as a whole. */
function expanded(repository: Parameters<typeof untrackedFiles>[0], path: string): string[] {
  if (!path.endsWith("/")) return [path];
  return repository.fs.list(repository.absolute(path.slice(0, -1))).flatMap((name) => {
    const at = path + name;
    return repository.fs.stat(repository.absolute(at), { follow: false })?.kind === "directory" ? expanded(repository, `${at}/`) : [at];
  });
}

export const checkIgnore = defineCommand({
  name: "check-ignore",
  summary: "Debug gitignore / exclude files",
  usage: "[<options>] <pathname>...",
  options: ["q,quiet", "v,verbose", "n,non-matching", "no-index"],
  run(scene, args) {
    const repository = scene.worked;
    const ignored = new Ignored(repository);
    let count = 0;
    for (const text of args.operands) {
      const path = pathIn(repository, text);
      const rule = ignored.rule(path, scene.fs.stat(repository.absolute(path))?.kind === "directory" || text.endsWith("/"));
      if (rule && (!rule.negated || args.has("verbose"))) {
        count++;
        if (!args.has("quiet")) scene.line(args.has("verbose") ? `${rule.source}:${rule.line}:${rule.text}\t${text}` : text);
      } else if (args.has("verbose") && args.has("non-matching")) scene.line(`::\t${text}`);
    }
    return count > 0 ? 0 : 1;
  },
});

export const updateIndex = defineCommand({
  name: "update-index",
  summary: "Register file contents in the working tree to the index",
  usage: "[<options>] [--] [<file>...]",
  options: ["add", "remove", "chmod=", "refresh", "q", "force-remove", "assume-unchanged", "no-assume-unchanged", "cacheinfo="],
  run(scene, args) {
    const { repository } = scene;
    if (args.has("assume-unchanged") || args.has("cacheinfo"))
      throw new GitError("git update-index --assume-unchanged and --cacheinfo: not simulated by Podyard");
    const entries = new Map(repository.index().map((entry) => [entry.path, entry]));
    for (const text of args.operands) {
      const path = pathIn(repository, text);
      const mode = args.get("chmod");
      const there = entries.get(path);
      if (!there && !args.has("add"))
        throw new GitError(`error: ${path}: cannot add to the index - missing --add option?\nfatal: Unable to process path ${text}`);
      if (args.has("force-remove") || (args.has("remove") && !repository.workFile(path))) entries.delete(path);
      else if (mode !== undefined && there) entries.set(path, { ...there, mode: mode === "+x" ? "100755" : "100644" });
      else entries.set(path, repository.entryOf(path));
    }
    repository.writeIndex([...entries.values()]);
  },
});
