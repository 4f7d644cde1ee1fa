import { bytesOfSide, type FileChange } from "./changes.ts";
import type { Paint } from "./paint.ts";
import { countsOf, quoted } from "./patch.ts";
import type { Repository } from "./repository.ts";

/** A renamed file in one word: what both names share stands outside of braces. */
export function renameText(from: string, to: string): string {
  if (quoted(from) !== from || quoted(to) !== to) return `${quoted(from)} => ${quoted(to)}`;
  let start = 0;
  for (let i = 0; i < Math.min(from.length, to.length) && from[i] === to[i]; i++) if (from[i] === "/") start = i + 1;
  let end = 0;
  const most = Math.min(from.length, to.length) - start;
  for (let i = 0; i <= most && (i === 0 || from.at(-i) === to.at(-i)); i++) {
    if (i > 0 && from.at(-i) === "/") end = i;
    // A slash may belong to both ends.
    if (i === most && start > 0 && from.at(-i - 1) === "/" && to.at(-i - 1) === "/" && i > 0) end = i + 1;
  }
  if (start === 0 && end === 0) return `${from} => ${to}`;
  const middle = (name: string) => name.slice(start, Math.max(start, name.length - end));
  return `${from.slice(0, start)}{${middle(from)} => ${middle(to)}}${end > 0 ? from.slice(from.length - end) : ""}`;
}

const shownName = ({ path, from }: FileChange): string => (from === undefined ? quoted(path) : renameText(from, path));

/** `1 file changed, 2 insertions(+), 1 deletion(-)` */
export function summaryLine(repository: Repository, changes: readonly FileChange[]): string {
  let [added, removed] = [0, 0];
  for (const change of changes) {
    const counts = countsOf(repository, change);
    added += counts?.added ?? 0;
    removed += counts?.removed ?? 0;
  }
  const files = ` ${changes.length} file${changes.length === 1 ? "" : "s"} changed`;
  if (changes.length === 0) return " 0 files changed\n";
  const insertions = added > 0 || removed === 0 ? `, ${added} insertion${added === 1 ? "" : "s"}(+)` : "";
  const deletions = removed > 0 || added === 0 ? `, ${removed} deletion${removed === 1 ? "" : "s"}(-)` : "";
  return `${files}${insertions}${deletions}\n`;
}

/** `--stat`: a line a file with a small graph, and the sum. */
export function statText(repository: Repository, changes: readonly FileChange[], paint: Paint, columns = 80): string {
  if (changes.length === 0) return "";
  const rows = changes.map((change) => ({ change, name: shownName(change), counts: countsOf(repository, change) }));
  const binary = (row: (typeof rows)[number]) => {
    const [before, after] = [bytesOfSide(repository, row.change.before).length, bytesOfSide(repository, row.change.after).length];
    return before === after && row.change.before?.id === row.change.after?.id ? "Bin" : `Bin ${before} -> ${after} bytes`;
  };
  const totals = rows.map(({ counts }) => (counts ? counts.added + counts.removed : 0));
  const most = Math.max(...totals);
  const numberWidth = Math.max(String(most).length, rows.some(({ counts }) => !counts) ? 3 : 0);
  let nameWidth = Math.max(...rows.map(({ name }) => [...name].length));
  let graphWidth = most;
  if (nameWidth + numberWidth + 6 + graphWidth > columns) {
    graphWidth = Math.min(graphWidth, Math.max(6, Math.floor((columns * 3) / 8) - numberWidth - 6));
    if (nameWidth > columns - numberWidth - 6 - graphWidth) nameWidth = columns - numberWidth - 6 - graphWidth;
    else graphWidth = columns - numberWidth - 6 - nameWidth;
  }
  const scaled = (count: number) => (count === 0 ? 0 : 1 + Math.floor((count * (graphWidth - 1)) / most));
  const lines = rows.map((row) => {
    let { name } = row;
    if (name.length > nameWidth) {
      const tail = name.slice(name.length - nameWidth + 3);
      const slash = tail.indexOf("/");
      name = `...${slash < 0 ? tail : tail.slice(slash)}`;
    }
    const padded = name + " ".repeat(Math.max(0, nameWidth - [...name].length));
    if (!row.counts) return ` ${padded} | ${binary(row).replace(/^Bin/, "Bin".padStart(numberWidth))}\n`;
    let { added, removed } = row.counts;
    const number = String(added + removed).padStart(numberWidth);
    if (graphWidth <= most && most > 0) {
      const total = added > 0 && removed > 0 ? Math.max(2, scaled(added + removed)) : scaled(added + removed);
      if (added < removed) {
        added = scaled(added);
        removed = total - added;
      } else {
        removed = scaled(removed);
        added = total - removed;
      }
    }
    const graph = paint("new", "+".repeat(added)) + paint("old", "-".repeat(removed));
    return ` ${padded} | ${number}${graph === "" ? "" : ` ${graph}`}\n`;
  });
  return lines.join("") + summaryLine(repository, changes);
}

export function numstatText(repository: Repository, changes: readonly FileChange[]): string {
  return changes
    .map((change) => {
      const counts = countsOf(repository, change);
      return `${counts?.added ?? "-"}\t${counts?.removed ?? "-"}\t${shownName(change)}\n`;
    })
    .join("");
}

export function shortStatText(repository: Repository, changes: readonly FileChange[]): string {
  return changes.length === 0 ? "" : summaryLine(repository, changes);
}

export function nameStatusText(changes: readonly FileChange[]): string {
  return changes
    .map(({ kind, path, from, likeness }) =>
      from === undefined ? `${kind}\t${quoted(path)}\n` : `${kind}${String(likeness).padStart(3, "0")}\t${quoted(from)}\t${quoted(path)}\n`,
    )
    .join("");
}

/** What a commit did to names and rights: ` create mode 100644 x`. */
export function modesText(changes: readonly FileChange[]): string {
  return changes
    .map(({ kind, path, from, before, after, likeness }) => {
      if (kind === "A") return ` create mode ${after?.mode} ${quoted(path)}\n`;
      if (kind === "D") return ` delete mode ${before?.mode} ${quoted(path)}\n`;
      const modes = before && after && before.mode !== after.mode ? ` mode change ${before.mode} => ${after.mode}` : "";
      if (kind === "R") return ` rename ${renameText(from ?? "", path)} (${likeness}%)\n${modes ? `${modes}\n` : ""}`;
      return modes ? `${modes} ${quoted(path)}\n` : "";
    })
    .join("");
}
