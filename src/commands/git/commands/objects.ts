import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { idOf, type ObjectType } from "../objects.ts";
import { quoted } from "../patch.ts";
import { pathIn } from "../pathspec.ts";
import { commitNamed, peeled, revision } from "../revision.ts";

export const catFile = defineCommand({
  name: "cat-file",
  summary: "Provide content or type and size information for repository objects",
  usage: "<type> <object>\ncat-file (-e | -p | -t | -s) <object>",
  options: ["t", "s", "p", "e", "batch?", "batch-check?"],

  run(scene, args) {
    const { repository } = scene;
    if (args.has("batch") || args.has("batch-check")) throw new GitError("git cat-file --batch: not simulated by Podyard");
    const isShown = ["t", "s", "p", "e"].some((name) => args.has(name));
    const [first = "", second = ""] = args.operands;
    const text = isShown ? first : second;
    const found = revision(repository, text);
    if (args.has("e")) return found === undefined ? 1 : 0;
    if (found === undefined) throw new GitError(`Not a valid object name ${text}`);
    const wanted = isShown ? undefined : (first as ObjectType);
    const id = wanted === "tree" ? repository.treeIdOf(found) : wanted === "commit" ? peeled(repository, found) : found;
    const { type, body } = repository.objects.read(id);
    if (args.has("t")) scene.line(type);
    else if (args.has("s")) scene.line(String(body.length));
    else if (wanted !== undefined && wanted !== type) throw new GitError(`git cat-file ${text}: bad file`);
    else if (type === "tree" && isShown)
      for (const entry of repository.objects.tree(id))
        scene.line(
          `${entry.mode.padStart(6, "0")} ${entry.mode === "40000" ? "tree" : entry.mode === "160000" ? "commit" : "blob"} ${entry.id}\t${quoted(entry.name)}`,
        );
    else scene.print(new TextDecoder().decode(body));
    return 0;
  },
});

export const hashObject = defineCommand({
  name: "hash-object",
  summary: "Compute object ID and optionally create an object from a file",
  usage: "[-t <type>] [-w] [--stdin | --] <file>...",
  options: ["t=", "w", "stdin", "path=", "no-filters", "stdin-paths", "literally"],

  async run(scene, args) {
    const type = (args.get("t") ?? "blob") as ObjectType;
    for (const name of [...(args.has("stdin") ? ["-"] : []), ...args.operands]) {
      if (name !== "-" && !scene.fs.stat(scene.path(name))) throw new GitError(`could not open '${name}' for reading: No such file or directory`);
      const bytes = await scene.process.read(name);
      scene.line(args.has("w") ? scene.repository.objects.write(type, bytes) : idOf(type, bytes));
    }
    return 0;
  },
});

export const lsTree = defineCommand({
  name: "ls-tree",
  summary: "List the contents of a tree object",
  usage: "[<options>] <tree-ish> [<path>...]",
  options: ["r", "d", "t", "l,long", "name-only,name-status", "full-tree", "z", "abbrev?", "full-name"],

  run(scene, args) {
    const { repository } = scene;
    const [text = "", ...names] = args.operands;
    const id = revision(repository, text);
    if (id === undefined) throw new GitError(`Not a valid object name ${text}`);
    const wanted = names.map((name) => ({ path: pathIn(repository, name.replace(/\/$/, "")), isInto: name.endsWith("/") }));
    const look = (tree: string, prefix: string): void => {
      for (const { mode, name, id: child } of repository.objects.tree(tree)) {
        const path = prefix + name;
        const isTree = mode === "40000";
        const named = wanted.find((one) => one.path === path || path.startsWith(`${one.path}/`));
        const isAbove = wanted.some((one) => one.path.startsWith(`${path}/`) || (one.isInto && one.path === path));
        if (wanted.length > 0 && !named && !isAbove) continue;
        if (isTree && (isAbove || args.has("r"))) {
          if (args.has("t") && args.has("r")) row(mode, "tree", child, path);
          look(child, `${path}/`);
          continue;
        }
        if (!args.has("d") || isTree) row(mode, isTree ? "tree" : mode === "160000" ? "commit" : "blob", child, path);
      }
    };
    const row = (mode: string, type: string, child: string, path: string) => {
      const size = args.has("long") ? ` ${(type === "blob" ? String(repository.objects.read(child).body.length) : "-").padStart(7)}` : "";
      scene.line(args.has("name-status") ? quoted(path) : `${mode.padStart(6, "0")} ${type} ${child}${size}\t${quoted(path)}`);
    };
    look(repository.treeIdOf(id), "");
    return 0;
  },
});

export const writeTree = defineCommand({
  name: "write-tree",
  summary: "Create a tree object from the current index",
  usage: "[--missing-ok] [--prefix=<prefix>/]",
  run(scene) {
    scene.line(scene.repository.writeTree(scene.repository.indexFiles()));
  },
});

export const commitTree = defineCommand({
  name: "commit-tree",
  summary: "Create a new commit object",
  usage: "<tree> [(-p <parent>)...] [(-m <message>)...]",
  options: ["p=", "m=", "F="],
  async run(scene, args) {
    const { repository } = scene;
    const tree = revision(repository, args.operands[0] ?? "");
    if (tree === undefined) throw new GitError(`not a valid object name ${args.operands[0] ?? ""}`);
    const message =
      args.all("m").length > 0 ? `${args.all("m").join("\n\n")}\n` : new TextDecoder().decode(await scene.process.read(args.get("F") ?? "-"));
    const parents = args.all("p").map((text) => commitNamed(repository, text));
    scene.line(
      repository.objects.writeCommit({
        tree: repository.treeIdOf(tree),
        parents,
        author: repository.person("AUTHOR"),
        committer: repository.person("COMMITTER"),
        message,
      }),
    );
  },
});
