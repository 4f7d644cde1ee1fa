import type { FileChange } from "./changes.ts";
import { isFullRef, trackingText } from "./history.ts";
import type { Paint } from "./paint.ts";
import { quoted } from "./patch.ts";
import { seenFrom } from "./pathspec.ts";
import type { Repository } from "./repository.ts";
import { shortId } from "./revision.ts";
import { stagedChanges, type Untracked, unstagedChanges } from "./work-tree.ts";

export interface Status {
  readonly staged: readonly FileChange[];
  readonly unstaged: readonly FileChange[];
  readonly conflicts: ReadonlyMap<string, Partial<Record<1 | 2 | 3, unknown>>>;
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

export const statusOf = (repository: Repository, others: Untracked, head = repository.head()): Status => ({
  staged: stagedChanges(repository, head),
  unstaged: unstagedChanges(repository),
  conflicts: repository.conflicts(),
  ...others,
});

const labels: Readonly<Record<FileChange["kind"], string>> = {
  A: "new file:   ",
  D: "deleted:    ",
  M: "modified:   ",
  T: "typechange: ",
  R: "renamed:    ",
  C: "copied:     ",
  U: "unmerged:   ",
};

const sidesText: Readonly<Record<string, string>> = {
  "123": "both modified:   ",
  "23": "both added:      ",
  "13": "deleted by us:   ",
  "12": "deleted by them: ",
  "2": "added by us:     ",
  "3": "added by them:   ",
  "1": "both deleted:    ",
};

/** Where HEAD is, in words. */
export function headText(repository: Repository, paint: Paint): string {
  const branch = repository.branch();
  if (branch !== undefined) return `On branch ${branch}\n`;
  const head = repository.head() ?? "";
  const moved = repository.refs.history("HEAD").find(({ why }) => why.startsWith("checkout: moving from"));
  const to = moved && / to (\S+)$/.exec(moved.why)?.[1];
  if (!moved || !to) return `${paint("changed", "Not currently on any branch.")}\n`;
  const shown = isFullRef(repository, to) ? to : shortId(repository, moved.after);
  return `${paint("changed", moved.after === head ? "HEAD detached at " : "HEAD detached from ")}${shown}\n`;
}

/** What `git status` says, without how it ends. */
export function longStatus(
  repository: Repository,
  status: Status,
  paint: Paint,
  options: { hints: boolean; showsUntracked: boolean; head?: string | undefined; isCommitting?: boolean },
): string {
  const { staged, unstaged, conflicts, untracked, ignored } = status;
  const hint = (text: string) => (options.hints ? `  (${text})\n` : "");
  const branch = repository.branch();
  const head = "head" in options ? options.head : repository.head();
  let text = headText(repository, paint);
  if (branch !== undefined) {
    const tracking = trackingText(repository, branch);
    if (tracking) text += `${options.hints ? tracking : tracking.replace(/^ {2}\(.*\n/gm, "")}\n`;
  }
  text += stateText(repository, conflicts.size > 0, hint);
  if (head === undefined) text += options.isCommitting ? "\nInitial commit\n\n" : "\nNo commits yet\n\n";
  const name = (path: string) => quoted(seenFrom(repository, path));
  const row = (change: FileChange, slot: "added" | "changed") =>
    `\t${paint(slot, labels[change.kind] + (change.from === undefined ? "" : `${name(change.from)} -> `) + name(change.path))}\n`;
  const isPicking = repository.note("CHERRY_PICK_HEAD") !== undefined;
  const unstage = head === undefined ? 'use "git rm --cached <file>..." to unstage' : 'use "git restore --staged <file>..." to unstage';
  if (staged.length > 0)
    text += `Changes to be committed:\n${repository.note("MERGE_HEAD") || isPicking ? "" : hint(unstage)}${staged.map((one) => row(one, "added")).join("")}\n`;
  if (conflicts.size > 0) {
    const kinds = [...conflicts.values()].map((stages) => Object.keys(stages).join(""));
    const removes = kinds.some((kind) => kind === "12" || kind === "13");
    const resolve = kinds.every((kind) => kind === "1")
      ? 'use "git rm <file>..." to mark resolution'
      : removes
        ? 'use "git add/rm <file>..." as appropriate to mark resolution'
        : 'use "git add <file>..." to mark resolution';
    text += `Unmerged paths:\n${repository.note("MERGE_HEAD") || isPicking || repository.note("REVERT_HEAD") ? "" : hint(unstage)}${hint(resolve)}`;
    for (const [path, stages] of conflicts) text += `\t${paint("changed", `${sidesText[Object.keys(stages).join("")] ?? ""}${name(path)}`)}\n`;
    text += "\n";
  }
  if (unstaged.length > 0) {
    const add = unstaged.some(({ kind }) => kind === "D") ? "git add/rm" : "git add";
    text += `Changes not staged for commit:\n${hint(`use "${add} <file>..." to update what will be committed`)}${hint('use "git restore <file>..." to discard changes in working directory')}${unstaged.map((one) => row(one, "changed")).join("")}\n`;
  }
  if (untracked.length > 0 && options.showsUntracked)
    text += `Untracked files:\n${hint('use "git add <file>..." to include in what will be committed')}${untracked.map((path) => `\t${paint("changed", name(path))}\n`).join("")}\n`;
  if (ignored.length > 0)
    text += `Ignored files:\n${hint('use "git add -f <file>..." to include in what will be committed')}${ignored.map((path) => `\t${paint("changed", name(path))}\n`).join("")}\n`;
  return text;
}

function stateText(repository: Repository, hasConflicts: boolean, hint: (text: string) => string): string {
  if (repository.note("MERGE_HEAD") !== undefined)
    return hasConflicts
      ? `You have unmerged paths.\n${hint('fix conflicts and run "git commit"')}${hint('use "git merge --abort" to abort the merge')}\n`
      : `All conflicts fixed but you are still merging.\n${hint('use "git commit" to conclude merge')}\n`;
  for (const [note, doing, command] of [
    ["CHERRY_PICK_HEAD", "cherry-picking", "cherry-pick"],
    ["REVERT_HEAD", "reverting", "revert"],
  ] as const) {
    const id = repository.note(note)?.trim();
    if (id === undefined) continue;
    const go = hasConflicts ? `fix conflicts and run "git ${command} --continue"` : `all conflicts fixed: run "git ${command} --continue"`;
    return `You are currently ${doing} commit ${shortId(repository, id)}.\n${hint(go)}${hint(`use "git ${command} --skip" to skip this patch`)}${hint(`use "git ${command} --abort" to cancel the ${command} operation`)}\n`;
  }
  return "";
}

/** The last line: why there is nothing to commit. Undefined where there is something. */
export function lastLine(
  { staged, unstaged, conflicts, untracked }: Status,
  isFirst: boolean,
  options: { showsUntracked: boolean; isAmended?: boolean },
): string | undefined {
  if (staged.length > 0) return undefined;
  if (options.isAmended) return "No changes";
  if (unstaged.length > 0 || conflicts.size > 0) return 'no changes added to commit (use "git add" and/or "git commit -a")';
  if (untracked.length > 0 && options.showsUntracked) return 'nothing added to commit but untracked files present (use "git add" to track)';
  if (!options.showsUntracked) return "nothing to commit (use -u to show untracked files)";
  return isFirst ? 'nothing to commit (create/copy files and use "git add" to track)' : "nothing to commit, working tree clean";
}

const codesOf: Readonly<Record<string, string>> = { "123": "UU", "23": "AA", "13": "DU", "12": "UD", "2": "AU", "3": "UA", "1": "DD" };

/** `git status -s`: two letters a file. `relative` shows paths from the current directory. */
export function shortStatus(
  repository: Repository,
  { staged, unstaged, conflicts, untracked, ignored }: Status,
  paint: Paint,
  relative: boolean,
): string {
  const name = (path: string) => {
    const text = quoted(relative ? seenFrom(repository, path) : path);
    return text.includes(" ") && !text.startsWith('"') ? `"${text}"` : text;
  };
  const rows = new Map<string, { x: string; y: string; from?: string }>();
  for (const { kind, path, from } of staged) rows.set(path, { x: kind, y: " ", ...(from === undefined ? {} : { from }) });
  for (const { kind, path } of unstaged) rows.set(path, { ...(rows.get(path) ?? { x: " " }), y: kind });
  for (const [path, stages] of conflicts) {
    const [x = "U", y = "U"] = codesOf[Object.keys(stages).join("")] ?? "UU";
    rows.set(path, { x, y });
  }
  const letter = (slot: "added" | "changed", one: string) => (one === " " ? one : paint(slot, one));
  return [
    ...[...rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([path, { x, y, from }]) =>
          `${letter(conflicts.has(path) ? "changed" : "added", x)}${letter("changed", y)} ${from === undefined ? "" : `${name(from)} -> `}${name(path)}\n`,
      ),
    ...untracked.map((path) => `${paint("changed", "??")} ${name(path)}\n`),
    ...ignored.map((path) => `${paint("changed", "!!")} ${name(path)}\n`),
  ].join("");
}
