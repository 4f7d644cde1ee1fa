import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { quoted } from "../patch.ts";
import { Pathspec, pathIn, seenFrom } from "../pathspec.ts";
import { sideOf, untrackedFiles } from "../work-tree.ts";

export const rm = defineCommand({
  name: "rm",
  summary: "Remove files from the working tree and from the index",
  usage: "[<options>] [--] <file>...",
  options: ["n,dry-run", "q,quiet", "cached", "f,force", "r", "ignore-unmatch"],

  run(scene, args) {
    const repository = scene.worked;
    if (args.operands.length === 0) throw new GitError("No pathspec was given. Which files should I remove?");
    const paths = new Pathspec(repository, args.operands);
    const known = [...new Set(repository.index().map(({ path }) => path))];
    const missing = paths.unmatched(known);
    if (missing.length > 0 && !args.has("ignore-unmatch")) throw new GitError(`pathspec '${missing[0]}' did not match any files`);
    const wanted = known.filter((path) => paths.matches(path));
    for (const text of args.operands) {
      const path = pathIn(repository, text);
      if (!args.has("r") && !/[*?[]/.test(text) && !known.includes(path) && wanted.some((one) => one.startsWith(path === "" ? "" : `${path}/`)))
        throw new GitError(`not removing '${text}' recursively without -r`);
    }
    if (!args.has("force")) {
      const head = repository.filesOf(repository.head());
      const staged = repository.indexFiles();
      const [both, inIndex, local]: [string[], string[], string[]] = [[], [], []];
      for (const path of wanted) {
        const [entry, side] = [staged.get(path), sideOf(repository, path)];
        const differsFromHead = entry && head.get(path)?.id !== entry.id;
        const differsFromFile = entry && side && side.id !== entry.id;
        if (differsFromHead && differsFromFile) both.push(path);
        else if (args.has("cached")) continue;
        else if (differsFromHead) inIndex.push(path);
        else if (differsFromFile) local.push(path);
      }
      const parts: string[] = [];
      const told = (list: readonly string[], one: string, many: string, hint: string) => {
        if (list.length > 0)
          parts.push(
            `error: the following file${list.length === 1 ? ` has ${one}` : `s have ${many}`}:\n${list.map((path) => `    ${path}\n`).join("")}${hint}`,
          );
      };
      told(
        both,
        "staged content different from both the\nfile and the HEAD",
        "staged content different from both the\nfile and the HEAD",
        "(use -f to force removal)",
      );
      told(inIndex, "changes staged in the index", "changes staged in the index", "(use --cached to keep the file, or -f to force removal)");
      told(local, "local modifications", "local modifications", "(use --cached to keep the file, or -f to force removal)");
      if (parts.length > 0) throw new GitError(parts.join("\n"), 1);
    }
    if (!args.has("quiet")) for (const path of wanted) scene.line(`rm '${path}'`);
    if (args.has("dry-run")) return 0;
    const gone = new Set(wanted);
    repository.writeIndex(repository.index().filter(({ path }) => !gone.has(path)));
    if (!args.has("cached")) for (const path of wanted) repository.removeWorkFile(path);
    return 0;
  },
});

export const mv = defineCommand({
  name: "mv",
  summary: "Move or rename a file, a directory, or a symlink",
  usage: "[<options>] <source>... <destination>",
  options: ["f,force", "k", "n,dry-run", "v,verbose"],

  run(scene, args) {
    const repository = scene.worked;
    const sources = args.operands.slice(0, -1);
    const last = args.operands.at(-1);
    if (last === undefined || sources.length === 0) throw new GitError("usage: git mv [<options>] <source>... <destination>\n", 129);
    const target = pathIn(repository, last);
    const isInto = scene.fs.stat(repository.absolute(target))?.kind === "directory";
    if (sources.length > 1 && !isInto) throw new GitError(`destination '${last}' is not a directory`);
    for (const text of sources) {
      const from = pathIn(repository, text);
      const to = isInto ? `${target === "" ? "" : `${target}/`}${from.slice(from.lastIndexOf("/") + 1)}` : target;
      const bad = (why: string) =>
        new GitError(`${why}, source=${text}, destination=${isInto ? `${last.replace(/\/$/, "")}/${from.slice(from.lastIndexOf("/") + 1)}` : last}`);
      if (!scene.fs.stat(repository.absolute(from), { follow: false })) throw bad("bad source");
      const moved = repository.index().filter(({ path }) => path === from || path.startsWith(`${from}/`));
      if (moved.length === 0)
        throw bad(scene.fs.stat(repository.absolute(from))?.kind === "directory" ? "source directory is empty" : "not under version control");
      if (scene.fs.stat(repository.absolute(to), { follow: false }) && !args.has("force")) throw bad("destination exists");
      const parent = repository.absolute(to).replace(/\/[^/]*$/, "");
      if (scene.fs.stat(parent)?.kind !== "directory") throw new GitError(`renaming '${text}' failed: No such file or directory`);
      if (args.has("verbose") || args.has("dry-run")) scene.line(`Renaming ${from} to ${to}`);
      if (args.has("dry-run")) continue;
      scene.fs.rename(repository.absolute(from), repository.absolute(to));
      const names = new Set(moved.map(({ path }) => path));
      const arrived = new Set(moved.map(({ path }) => to + path.slice(from.length)));
      repository.writeIndex([
        ...repository.index().filter(({ path }) => !names.has(path) && !arrived.has(path)),
        ...moved.map((entry) => ({ ...entry, path: to + entry.path.slice(from.length) })),
      ]);
    }
    return 0;
  },
});

export const clean = defineCommand({
  name: "clean",
  summary: "Remove untracked files from the working tree",
  usage: "[-d] [-f] [-n] [-q] [-x | -X] [--] [<pathspec>...]",
  options: ["d", "f,force", "n,dry-run", "q,quiet", "x", "X", "e,exclude=", "i,interactive"],

  run(scene, args) {
    const repository = scene.worked;
    if (args.has("interactive")) throw new GitError("git clean -i: not simulated by Podyard");
    if (!args.has("force") && !args.has("dry-run") && repository.setting("clean.requireforce") !== "false")
      throw new GitError("clean.requireForce defaults to true and neither -i, -n, nor -f given; refusing to clean");
    const found = untrackedFiles(repository);
    const paths = new Pathspec(repository, args.operands);
    const wanted = [...(args.has("X") ? [] : found.untracked), ...(args.has("x") || args.has("X") ? found.ignored : [])]
      .filter((path) => paths.matches(path.replace(/\/$/, "")) && (args.has("d") || !path.endsWith("/")))
      .sort();
    for (const path of wanted) {
      if (!args.has("quiet") || args.has("dry-run"))
        scene.line(`${args.has("dry-run") ? "Would remove" : "Removing"} ${quoted(seenFrom(repository, path))}`);
      if (!args.has("dry-run")) scene.fs.remove(repository.absolute(path.replace(/\/$/, "")), { recursive: true });
    }
    return 0;
  },
});
