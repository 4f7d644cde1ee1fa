import { comparePaths } from "./objects.ts";
import type { Repository } from "./repository.ts";
import type { TreeFile } from "./trees.ts";

/** A file on one side of a comparison; its bytes where no object holds them yet. */
export interface Side extends TreeFile {
  readonly bytes?: Uint8Array;
}

/** What became of a file. */
export interface FileChange {
  /** Added, deleted, modified, another kind of file, renamed, copied. */
  readonly kind: "A" | "D" | "M" | "T" | "R" | "C" | "U";
  readonly path: string;
  /** The name that it had. */
  readonly from?: string;
  readonly before?: Side;
  readonly after?: Side;
  /** How alike both are, of 100, where it was renamed. */
  readonly likeness?: number;
}

export type Sides = ReadonlyMap<string, Side>;

/** How two sets of files differ, by path; renames are found unless `asIs`. */
export function changesBetween(repository: Repository, before: Sides, after: Sides, options: { asIs?: boolean } = {}): FileChange[] {
  const changes: FileChange[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort(comparePaths)) {
    const [a, b] = [before.get(path), after.get(path)];
    if (a && b && a.id === b.id && a.mode === b.mode) continue;
    if (!a && b) changes.push({ kind: "A", path, after: b });
    else if (a && !b) changes.push({ kind: "D", path, before: a });
    else if (a && b) changes.push({ kind: a.mode.slice(0, 3) === b.mode.slice(0, 3) ? "M" : "T", path, before: a, after: b });
  }
  return options.asIs ? changes : withRenames(repository, changes);
}

export const bytesOfSide = (repository: Repository, side: Side | undefined): Uint8Array =>
  side ? (side.bytes ?? repository.objects.read(side.id).body) : new Uint8Array(0);

const leastLikeness = 50;

/** Deleted and added files that are alike become one renamed file: equal ones first, then the most alike. */
function withRenames(repository: Repository, changes: readonly FileChange[]): FileChange[] {
  const deleted = changes.filter(({ kind }) => kind === "D");
  const added = changes.filter(({ kind }) => kind === "A");
  if (deleted.length === 0 || added.length === 0) return [...changes];
  const pairs = added.flatMap((to) =>
    deleted.flatMap((from) => {
      if (from.before?.mode.slice(0, 3) !== to.after?.mode.slice(0, 3)) return [];
      const likeness = from.before?.id === to.after?.id ? 100 : likenessOf(bytesOfSide(repository, from.before), bytesOfSide(repository, to.after));
      // Empty files say nothing about where they come from.
      return likeness >= leastLikeness && bytesOfSide(repository, to.after).length > 0
        ? [{ from, to, likeness, named: nameOf(from.path) === nameOf(to.path) }]
        : [];
    }),
  );
  pairs.sort((a, b) => b.likeness - a.likeness || Number(b.named) - Number(a.named));
  const gone = new Set<FileChange>();
  const renamed = new Map<FileChange, FileChange>();
  for (const { from, to, likeness } of pairs) {
    if (gone.has(from) || renamed.has(to)) continue;
    gone.add(from);
    renamed.set(to, { ...to, kind: "R", from: from.path, likeness, ...(from.before ? { before: from.before } : {}) });
  }
  return changes.flatMap((change) => (gone.has(change) ? [] : [renamed.get(change) ?? change]));
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const pieceBytes = 64;

/** How much of one file is in the other, of 100, in pieces of lines. */
function likenessOf(a: Uint8Array, b: Uint8Array): number {
  const most = Math.max(a.length, b.length);
  if (most === 0) return 100;
  if (Math.min(a.length, b.length) * 2 < most) return 0;
  const [left, right] = [piecesOf(a), piecesOf(b)];
  let copied = 0;
  for (const [piece, bytes] of left) copied += Math.min(bytes, right.get(piece) ?? 0);
  return Math.floor((copied * 100) / most);
}

function piecesOf(bytes: Uint8Array): Map<string, number> {
  const pieces = new Map<string, number>();
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = Math.min(newline < 0 ? bytes.length : newline + 1, at + pieceBytes);
    const piece = String.fromCharCode(...bytes.subarray(at, end));
    pieces.set(piece, (pieces.get(piece) ?? 0) + end - at);
    at = end;
  }
  return pieces;
}
