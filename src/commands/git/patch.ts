import { textOf } from "#base/streams.ts";
import { type Change, hunksOf } from "#shell/tools/line-changes.ts";
import { bytesOfSide, type FileChange, type Side } from "./changes.ts";
import type { Paint } from "./paint.ts";
import type { Repository } from "./repository.ts";
import { shortId } from "./revision.ts";
import { linesOf, textChanges } from "./text-changes.ts";

export interface PatchOptions {
  paint: Paint;
  context?: number;
  /** Names without `a/` and `b/`. */
  noPrefix?: boolean;
  fullIndex?: boolean;
  /** How lines are compared. */
  key?: (line: string) => string;
  /** Swaps both sides. */
  reverse?: boolean;
}

/** Whether git takes it for something else than text: a zero byte near its begin. */
export const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 8000).includes(0);

/** A path as git prints it: quoted where it holds what a terminal would stumble over. */
export function quoted(path: string): string {
  const names: Record<string, string> = { "\t": "\\t", "\n": "\\n", '"': '\\"', "\\": "\\\\" };
  const escaped = path.replace(/[\x00-\x1f"\\\x7f-\uffff]+/g, (part) =>
    [...part]
      .map((letter) => names[letter] ?? [...new TextEncoder().encode(letter)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""))
      .join(""),
  );
  return escaped === path ? path : `"${escaped}"`;
}

/** A name behind a prefix, quoted as one. */
const prefixed = (prefix: string, path: string): string => {
  const text = quoted(path);
  return text.startsWith('"') ? `"${prefix}${text.slice(1)}` : prefix + text;
};

/** One file's part of a patch. */
export function patchOf(repository: Repository, change: FileChange, options: PatchOptions): string {
  const { paint } = options;
  if (change.kind === "U") return `* Unmerged path ${change.path}\n`;
  if (change.kind === "T")
    return (
      patchOf(repository, { kind: "D", path: change.path, ...(change.before ? { before: change.before } : {}) }, options) +
      patchOf(repository, { kind: "A", path: change.path, ...(change.after ? { after: change.after } : {}) }, options)
    );
  const { before, after, path, from = path } = change;
  const [left, right] = options.noPrefix ? ["", ""] : ["a/", "b/"];
  const head = [`diff --git ${prefixed(left, from)} ${prefixed(right, path)}`];
  if (!before && after) head.push(`new file mode ${after.mode}`);
  if (before && !after) head.push(`deleted file mode ${before.mode}`);
  if (before && after && before.mode !== after.mode) head.push(`old mode ${before.mode}`, `new mode ${after.mode}`);
  if (change.kind === "R") head.push(`similarity index ${change.likeness}%`, `rename from ${quoted(from)}`, `rename to ${quoted(path)}`);
  const isSame = before?.id === after?.id;
  if (!isSame)
    head.push(
      `index ${idText(repository, before, options)}..${idText(repository, after, options)}${before && before.mode === after?.mode ? ` ${before.mode}` : ""}`,
    );
  const [a, b] = [bytesOfSide(repository, before), bytesOfSide(repository, after)];
  let text = "";
  if (!isSame && (isBinary(a) || isBinary(b))) {
    const name = (side: Side | undefined, shown: string) => (side ? shown : "/dev/null");
    text = `Binary files ${name(before, prefixed(left, from))} and ${name(after, prefixed(right, path))} differ\n`;
  } else if (!isSame) {
    const hunks = hunksText(linesOf(textOf(a)), linesOf(textOf(b)), options);
    if (hunks === "" && options.key && before && after && head.length === 2) return "";
    if (hunks !== "") {
      const tab = (name: string) => (name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name);
      head.push(`--- ${before ? tab(prefixed(left, from)) : "/dev/null"}`, `+++ ${after ? tab(prefixed(right, path)) : "/dev/null"}`);
      text = hunks;
    }
  }
  return `${head.map((line) => `${paint("meta", line)}\n`).join("")}${text}`;
}

function idText(repository: Repository, side: Side | undefined, { fullIndex }: PatchOptions): string {
  if (!side) return "0".repeat(fullIndex ? 40 : 7);
  return fullIndex ? side.id : shortId(repository, side.id);
}

const span = (start: number, length: number): string => (length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`);

/** The hunks of two lists of lines. */
export function hunksText(a: readonly string[], b: readonly string[], { paint, context = 3, key }: PatchOptions): string {
  const changes = key ? textChanges(a.map(key), b.map(key)) : textChanges(a, b);
  let text = "";
  for (const hunk of hunksOf(changes, context, a.length, b.length)) {
    const section = sectionBefore(a, hunk.a);
    text += `${paint("frag", `@@ -${span(hunk.a, hunk.lengthA)} +${span(hunk.b, hunk.lengthB)} @@`)}${section ? ` ${section}` : ""}\n`;
    for (const { kind, at } of hunk.lines) {
      const line = (kind === "added" ? b[at] : a[at]) ?? "";
      const mark = kind === "added" ? "+" : kind === "removed" ? "-" : " ";
      const bare = line.replace(/\n$/, "");
      text += `${kind === "same" ? mark + bare : paint(kind === "added" ? "new" : "old", mark + bare)}\n`;
      if (!line.endsWith("\n")) text += "\\ No newline at end of file\n";
    }
  }
  return text;
}

/** The line before a hunk that says where one is: the last that begins with a letter. */
function sectionBefore(lines: readonly string[], at: number): string {
  for (let i = at - 1; i >= 0; i--) if (/^[A-Za-z_$]/.test(lines[i] ?? "")) return (lines[i] ?? "").slice(0, 80).trimEnd();
  return "";
}

/** How many lines came and went; undefined for what is no text. */
export function countsOf(repository: Repository, { before, after }: FileChange): { added: number; removed: number } | undefined {
  if (before && after && before.id === after.id) return { added: 0, removed: 0 };
  const [a, b] = [bytesOfSide(repository, before), bytesOfSide(repository, after)];
  if (isBinary(a) || isBinary(b)) return undefined;
  const changes: Change[] = textChanges(linesOf(textOf(a)), linesOf(textOf(b)));
  return changes.reduce((sum, one) => ({ added: sum.added + one.added, removed: sum.removed + one.removed }), { added: 0, removed: 0 });
}
