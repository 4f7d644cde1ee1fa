import { textOf } from "#base/streams.ts";
import type { Arguments } from "../arguments.ts";
import { changesBetween, type FileChange } from "../changes.ts";
import { combinedText } from "../combined.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { revisionsAndPaths, wantedOf } from "../history.ts";
import { idOf } from "../objects.ts";
import type { Paint } from "../paint.ts";
import { patchOf, quoted } from "../patch.ts";
import { Pathspec } from "../pathspec.ts";
import type { Repository } from "../repository.ts";
import { commitNamed, mergeBases, revision } from "../revision.ts";
import type { Scene } from "../scene.ts";
import { modesText, nameStatusText, numstatText, shortStatText, statText } from "../stat.ts";
import { linesOf } from "../text-changes.ts";
import type { TreeFile } from "../trees.ts";
import { stagedChanges, trackedSides, unstagedChanges } from "../work-tree.ts";

/** Options of everything that shows changes. */
export const changeOptions = [
  "p,u,patch",
  "s,no-patch",
  "U,unified=",
  "stat?",
  "numstat",
  "shortstat",
  "summary",
  "name-only",
  "name-status",
  "color?",
  "no-color",
  "M,find-renames?",
  "no-renames",
  "diff-filter=",
  "full-index",
  "w,ignore-all-space",
  "b,ignore-space-change",
  "ignore-blank-lines",
  "R",
  "no-prefix",
  "exit-code",
  "quiet",
  "z",
  "abbrev?",
  "no-ext-diff",
  "minimal",
  "patience",
  "histogram",
  "word-diff?",
  "check",
  "relative?",
  "a,text",
  "binary",
];

const keys: Readonly<Record<string, (line: string) => string>> = {
  "ignore-all-space": (line) => line.replace(/\s+/g, ""),
  "ignore-space-change": (line) => line.trimEnd().replace(/\s+/g, " "),
};

/** Changes in the forms that were asked for; a patch unless said. */
export function changesText(
  scene: Scene,
  repository: Repository,
  found: readonly FileChange[],
  args: Arguments,
  paint: Paint,
  usually: "patch" | "none",
): string {
  for (const name of ["word-diff", "check"]) if (args.has(name)) throw new GitError(`--${name}: not simulated by Podyard`);
  const filter = args.get("diff-filter");
  const changes = found.filter(
    ({ kind }) => filter === undefined || (/[A-Z]/.test(filter) ? filter.includes(kind) : !filter.includes(kind.toLowerCase())),
  );
  const forms = ["stat", "numstat", "shortstat", "summary", "name-only", "name-status"].filter((name) => args.has(name));
  let text = "";
  for (const form of forms) {
    if (form === "stat")
      text += statText(
        repository,
        changes,
        paint,
        Number(args.get("stat")) || (scene.process.isTerminal(1) ? (scene.process.tty?.columns ?? 80) : 80),
      );
    if (form === "numstat") text += numstatText(repository, changes);
    if (form === "shortstat") text += shortStatText(repository, changes);
    if (form === "summary") text += modesText(changes);
    if (form === "name-only") text += changes.map(({ path }) => `${args.has("z") ? path : quoted(path)}\n`).join("");
    if (form === "name-status") text += nameStatusText(changes);
  }
  const isSilent = args.last("no-patch", "patch") === "no-patch";
  if (!isSilent && (args.has("patch") || args.has("unified") || (forms.length === 0 && usually === "patch"))) {
    if (text !== "") text += "\n";
    const key = Object.entries(keys).find(([name]) => args.has(name))?.[1];
    for (const change of changes)
      text += patchOf(repository, change, {
        paint,
        context: Number(args.get("unified") ?? repository.setting("diff.context") ?? 3),
        noPrefix: args.has("no-prefix"),
        fullIndex: args.has("full-index"),
        ...(key ? { key } : {}),
      });
  }
  return args.has("z") ? text.replaceAll("\n", "\0") : text;
}

export const swapped = (changes: readonly FileChange[]): FileChange[] =>
  changes.map(({ kind, path, from, before, after, ...rest }) => ({
    ...rest,
    kind: kind === "A" ? "D" : kind === "D" ? "A" : kind,
    path: from ?? path,
    ...(from === undefined ? {} : { from: path }),
    ...(after ? { before: after } : {}),
    ...(before ? { after: before } : {}),
  }));

export const diff = defineCommand({
  name: "diff",
  summary: "Show changes between commits, commit and working tree, etc",
  usage:
    "[<options>] [<commit>] [--] [<path>...]\ndiff [<options>] --cached [--merge-base] [<commit>] [--] [<path>...]\ndiff [<options>] <commit> <commit> [--] [<path>...]",
  options: [...changeOptions, "cached,staged", "merge-base", "no-index", "ours", "theirs", "base", "cc"],
  paged: true,

  async run(scene, args) {
    const paint = scene.paint(args.has("no-color") ? "never" : args.get("color"));
    const here = args.has("no-index") ? undefined : scene.found();
    if (!here) return apart(scene, args, paint);
    const repository = scene.repository;
    const [texts, named] = revisionsAndPaths(repository, args.operands, args.beforeDashes);
    const paths = new Pathspec(repository, named);
    const asIs = args.has("no-renames");
    let changes: FileChange[];
    let isCombined = false;
    if (args.has("staged")) {
      const base = texts[0] === undefined ? repository.head() : commitNamed(repository, texts[0]);
      changes = asIs ? changesBetween(repository, repository.filesOf(base), repository.indexFiles(), { asIs }) : stagedChanges(repository, base);
      changes.push(...[...repository.conflicts().keys()].map((path): FileChange => ({ kind: "U", path })));
    } else if (texts.length === 0) {
      changes = unstagedChanges(repository);
      isCombined = repository.conflicts().size > 0;
    } else if (texts.length === 1 && !texts[0]?.includes("..")) {
      const id = revision(repository, texts[0] ?? "");
      changes = changesBetween(repository, repository.filesOf(id), trackedSides(repository), { asIs });
    } else {
      const [a, b] = sidesOf(repository, texts);
      const types = [a, b].map((id) => repository.objects.read(id).type);
      if (types.every((type) => type === "blob")) {
        const file = (id: string): TreeFile => ({ mode: "100644", id });
        const name = (text: string | undefined, id: string) => (text?.includes(":") ? text.slice(text.indexOf(":") + 1) : id);
        changes = a === b ? [] : [{ kind: "M", path: name(texts[1], b), from: name(texts[0], a), before: file(a), after: file(b) }];
      } else changes = changesBetween(repository, repository.filesOf(a), repository.filesOf(b), { asIs });
    }
    changes = changes
      .filter(({ path, from }) => paths.matches(path) || (from !== undefined && paths.matches(from)))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    if (args.has("R")) changes = swapped(changes);
    if (!args.has("quiet")) {
      if (isCombined) scene.print(conflictText(repository, paths, paint));
      scene.print(changesText(scene, repository, changes, args, paint, "patch"));
    }
    return (args.has("exit-code") || args.has("quiet")) && changes.length > 0 ? 1 : 0;
  },
});

function sidesOf(repository: Repository, texts: readonly string[]): [string, string] {
  const [first = "", second] = texts;
  const range = /^(.*?)(\.{2,3})(.*)$/.exec(first);
  if (second === undefined && range) {
    const [a, b] = [commitNamed(repository, range[1] || "HEAD"), commitNamed(repository, range[3] || "HEAD")];
    return [range[2] === "..." ? (mergeBases(repository, a, b)[0] ?? a) : a, b];
  }
  if (texts.length > 2) throw new GitError("git diff of more than two commits: not simulated by Podyard");
  const { from } =
    first.includes("..") || second === undefined
      ? wantedOf(repository, texts)
      : { from: [revision(repository, first) ?? "", revision(repository, second) ?? ""] };
  return [from[0] ?? "", from[1] ?? ""];
}

/** What is in conflict, with both sides' columns as far as one can see them in the work tree. */
function conflictText(repository: Repository, paths: Pathspec, paint: Paint): string {
  let text = "";
  for (const [path, stages] of repository.conflicts()) {
    if (!paths.matches(path)) continue;
    const file = repository.workFile(path);
    const [ours, theirs] = [stages[2], stages[3]];
    if (!ours || !theirs || !file) {
      text += `* Unmerged path ${path}\n`;
      continue;
    }
    const lines = (bytes: Uint8Array) => linesOf(textOf(bytes));
    const sides = [ours.id, theirs.id] as const;
    const parents = sides.map((id) => lines(repository.objects.read(id).body));
    text += combinedText(repository, path, sides, parents, lines(file.bytes), paint);
  }
  return text;
}

/** Two files outside of any repository. */
async function apart(scene: Scene, args: Arguments, paint: Paint): Promise<number> {
  const [left, right] = args.operands;
  if (left === undefined || right === undefined) {
    scene.say("warning: Not a git repository. Use --no-index to compare two paths outside a working tree");
    scene.say("usage: git diff --no-index [<options>] <path> <path>");
    return 129;
  }
  const repository = scene.open("/nonexistent", "/");
  const side = async (name: string) => {
    if (!scene.fs.stat(scene.path(name))) throw new GitError(`error: Could not access '${name}'`, 1);
    const bytes = await scene.process.read(name);
    return { mode: "100644", id: idOf("blob", bytes), bytes };
  };
  const [before, after] = [await side(left), await side(right)];
  if (before.id === after.id) return 0;
  scene.print(
    changesText(
      scene,
      repository,
      [{ kind: "M", path: right.replace(/^\//, ""), from: left.replace(/^\//, ""), before, after }],
      args,
      paint,
      "patch",
    ),
  );
  return 1;
}
