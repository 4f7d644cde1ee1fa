import { textOf } from "#base/streams.ts";
import { changesOf } from "#shell/tools/line-changes.ts";
import { changesBetween } from "../changes.ts";
import { defineCommand } from "../command.ts";
import { GitError } from "../failure.ts";
import { dateText } from "../format.ts";
import type { Commit } from "../objects.ts";
import { pathIn } from "../pathspec.ts";
import type { Repository } from "../repository.ts";
import { commitNamed, revision } from "../revision.ts";
import { linesOf } from "../text-changes.ts";

interface Origin {
  commit: Commit | undefined;
  path: string;
  line: number;
}

/** Where each line of a file comes from. */
function origins(repository: Repository, id: string, path: string): Origin[] {
  const file = repository.filesOf(id).get(path);
  if (!file) return [];
  const lines = linesOf(textOf(repository.objects.read(file.id).body));
  const found: (Origin | undefined)[] = lines.map(() => undefined);
  const look = (commit: Commit, name: string, own: readonly string[], wanted: readonly (readonly [target: number, own: number])[]): void => {
    let left = wanted;
    for (const parent of commit.parents) {
      const before = repository.filesOf(parent);
      const from = before.has(name)
        ? name
        : changesBetween(repository, before, repository.filesOf(commit.id)).find((change) => change.path === name)?.from;
      const there = from === undefined ? undefined : before.get(from);
      if (!there || from === undefined) continue;
      const theirs = linesOf(textOf(repository.objects.read(there.id).body));
      const same = new Map<number, number>();
      let [x, y] = [0, 0];
      for (const { a, b, removed, added } of [...changesOf(theirs, own), { a: theirs.length, b: own.length, removed: 0, added: 0 }]) {
        while (x < a && y < b) same.set(y++, x++);
        [x, y] = [a + removed, b + added];
      }
      look(
        repository.objects.commit(parent),
        from,
        theirs,
        left.flatMap(([target, at]) => (same.has(at) ? [[target, same.get(at) ?? 0] as const] : [])),
      );
      left = left.filter(([, at]) => !same.has(at));
    }
    for (const [target, at] of left) found[target] = { commit, path: name, line: at };
  };
  look(
    repository.objects.commit(id),
    path,
    lines,
    lines.map((_, i) => [i, i] as const),
  );
  return found.map((origin, i) => origin ?? { commit: undefined, path, line: i });
}

export const blame = defineCommand({
  name: "blame",
  summary: "Show what revision and author last modified each line of a file",
  usage: "[<options>] [<rev>] [--] <file>",
  options: ["L=", "s", "l", "e,show-email", "w", "date=", "p,porcelain", "M", "C"],
  paged: true,

  run(scene, args) {
    const repository = scene.worked;
    if (args.has("porcelain")) throw new GitError("git blame --porcelain: not simulated by Podyard");
    const name = args.operands.at(-1);
    if (name === undefined) throw new GitError("usage: git blame [<options>] [<rev-opts>] [<rev>] [--] <file>\n", 129);
    const rev = args.operands.length > 1 ? (args.operands[0] ?? "HEAD") : "HEAD";
    if (revision(repository, rev) === undefined) throw new GitError(`bad revision '${rev}'`);
    const path = pathIn(repository, name);
    const id = commitNamed(repository, rev);
    const file = repository.filesOf(id).get(path);
    if (!file) throw new GitError(`no such path '${path}' in ${rev}`);
    const old = linesOf(textOf(repository.objects.read(file.id).body));
    let found = origins(repository, id, path);
    let lines = old;
    const work = args.operands.length > 1 ? undefined : repository.workFile(path);
    if (work) {
      // What is not committed yet belongs to nobody.
      lines = linesOf(textOf(work.bytes));
      const now: Origin[] = lines.map((_, line) => ({ commit: undefined, path, line }));
      let [x, y] = [0, 0];
      for (const { a, b, removed, added } of [...changesOf(old, lines), { a: old.length, b: lines.length, removed: 0, added: 0 }]) {
        while (x < a && y < b) now[y++] = found[x++] as Origin;
        [x, y] = [a + removed, b + added];
      }
      found = now;
    }
    const now = Math.floor(scene.process.machine.clock.now() / 1000);
    const nobody = { name: "Not Committed Yet", email: "not.committed.yet", at: now, zone: "+0000" };
    const names = found.map(({ commit }) =>
      args.has("show-email") ? `<${commit?.author.email ?? nobody.email}>` : (commit?.author.name ?? nobody.name),
    );
    const width = Math.max(0, ...names.map((one) => one.length));
    const isMoved = found.some((one) => one.path !== path);
    const pathWidth = Math.max(0, ...found.map((one) => one.path.length));
    const numberWidth = String(lines.length).length;
    const [, start, plus, end] = /^(\d+),(\+?)(\d*)$/.exec(args.get("L") ?? "") ?? [];
    const first = Number(start ?? 1);
    const last = end === undefined || end === "" ? lines.length : plus ? first + Number(end) - 1 : Number(end);
    lines.forEach((line, i) => {
      if (i + 1 < first || i + 1 > last) return;
      const origin = found[i];
      const author = origin?.commit?.author ?? nobody;
      const isRoot = origin?.commit && origin.commit.parents.length === 0;
      const full = origin?.commit?.id ?? "0".repeat(40);
      const shown = isRoot ? `^${full.slice(0, args.has("l") ? 39 : 7)}` : full.slice(0, args.has("l") ? 40 : 8);
      const where = isMoved ? ` ${(origin?.path ?? path).padEnd(pathWidth)}` : "";
      const who = args.has("s") ? "" : `(${(names[i] ?? "").padEnd(width)} ${dateText(author, args.get("date") ?? "iso", now)} `;
      scene.print(`${shown}${where} ${who}${String(i + 1).padStart(numberWidth)}) ${line.replace(/\n$/, "")}\n`);
    });
    return 0;
  },
});
