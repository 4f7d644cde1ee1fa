import { changesOf } from "#shell/tools/line-changes.ts";
import type { Paint } from "./paint.ts";
import { quoted } from "./patch.ts";
import type { Repository } from "./repository.ts";
import { shortId } from "./revision.ts";

interface Row {
  marks: string;
  text: string;
  /** Lines of each parent before this row, and of the result. */
  at: number[];
}

const context = 3;

/** A file with several parents in one patch: a column of marks for each. https://git-scm.com/docs/diff-format#_combined_diff_format */
export function combinedText(
  repository: Repository,
  path: string,
  ids: readonly string[],
  parents: readonly (readonly string[])[],
  result: readonly string[],
  paint: Paint,
  resultId = "0".repeat(40),
): string {
  const isMerged = !resultId.startsWith("0000");
  const rows: Row[] = [];
  const at = [...parents.map(() => 0), 0];
  const kept = parents.map((lines) => {
    const changes = changesOf(lines, result);
    const added = new Set<number>();
    const lost = new Map<number, string[]>();
    for (const { a, b, removed, added: count } of changes) {
      for (let i = 0; i < count; i++) added.add(b + i);
      if (removed > 0) lost.set(b, lines.slice(a, a + removed) as string[]);
    }
    return { added, lost };
  });
  for (let line = 0; line <= result.length; line++) {
    // Lines that both lost in the same place are told once.
    const gone = kept.map(({ lost }) => [...(lost.get(line) ?? [])]);
    for (const [i, lines] of gone.entries())
      for (const text of lines) {
        const others = gone.map((other, j) => (j > i && other.includes(text) ? other.indexOf(text) : -1));
        const marks = parents.map((_, j) => (j === i || (others[j] ?? -1) >= 0 ? "-" : " ")).join("");
        rows.push({ marks, text, at: [...at] });
        others.forEach((found, j) => {
          if (found >= 0) gone[j]?.splice(found, 1);
        });
        for (const [j, mark] of [...marks].entries()) if (mark === "-") at[j] = (at[j] ?? 0) + 1;
      }
    if (line === result.length) break;
    const marks = kept.map(({ added }) => (added.has(line) ? "+" : " ")).join("");
    rows.push({ marks, text: result[line] ?? "", at: [...at] });
    for (const [j, mark] of [...marks].entries()) if (mark === " ") at[j] = (at[j] ?? 0) + 1;
    at[parents.length] = (at[parents.length] ?? 0) + 1;
  }
  const interesting = rows.flatMap(({ marks }, i) => (/[-+]/.test(marks) ? [i] : []));
  const hunks: [from: number, to: number][] = [];
  for (const i of interesting) {
    const last = hunks.at(-1);
    if (last && i - last[1] <= 2 * context + 1) last[1] = i;
    else hunks.push([i, i]);
  }
  // Of a merge that is committed only those places are told where it is like none of its parents.
  const told = hunks.filter(
    ([first, last]) => !isMerged || parents.every((_, j) => rows.slice(first, last + 1).some(({ marks }) => marks[j] !== " ")),
  );
  if (told.length === 0) return "";
  const id = resultId.startsWith("0000") ? "0".repeat(7) : shortId(repository, resultId);
  let text = [`diff --cc ${quoted(path)}`, `index ${ids.map((one) => shortId(repository, one)).join(",")}..${id}`, `--- a/${path}`, `+++ b/${path}`]
    .map((line) => `${paint("meta", line)}\n`)
    .join("");
  for (const [first, last] of told) {
    const [from, to] = [Math.max(0, first - context), Math.min(rows.length, last + context + 1)];
    const start = rows[from]?.at ?? at;
    const end = rows[to]?.at ?? at;
    const span = (j: number) => {
      const length = (end[j] ?? 0) - (start[j] ?? 0);
      return `${(start[j] ?? 0) + (length === 0 ? 0 : 1)}${length === 1 ? ",1" : `,${length}`}`;
    };
    const bars = "@".repeat(parents.length + 1);
    text += `${paint("frag", `${bars} ${parents.map((_, j) => `-${span(j)}`).join(" ")} +${span(parents.length)} ${bars}`)}\n`;
    for (const { marks, text: line } of rows.slice(from, to)) {
      const shown = `${marks}${line.replace(/\n$/, "")}`;
      text += `${marks.includes("+") ? paint("new", shown) : marks.includes("-") ? paint("old", shown) : shown}\n`;
    }
  }
  return text;
}
