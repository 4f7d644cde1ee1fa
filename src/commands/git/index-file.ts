import { sha1 } from "@noble/hashes/legacy.js";
import { bytesOf, joined, textOf } from "#base/streams.ts";
import type { FileStat } from "#shell/file-system.ts";
import { GitError } from "./failure.ts";
import { bytesOfHex, comparePaths, hexOf } from "./objects.ts";

/** A file as the index has it: what the next commit will hold. */
export interface IndexEntry {
  readonly path: string;
  /** `100644`, `100755`, `120000`. */
  readonly mode: string;
  readonly id: string;
  /** 0; of a conflict: 1 is what both began with, 2 ours, 3 theirs. */
  readonly stage: 0 | 1 | 2 | 3;
  readonly sizeBytes?: number;
  readonly modifiedAt?: number;
  /** Added with --intent-to-add: there is a name and no content yet. */
  readonly intended?: boolean;
}

const headBytes = 62;

/** Reads the bytes of `.git/index`. */
export function entriesOf(bytes: Uint8Array): IndexEntry[] {
  if (bytes.length < 12) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (textOf(bytes.subarray(0, 4)) !== "DIRC") throw new GitError("error: bad signature 0x00000000\nfatal: index file corrupt");
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) throw new GitError(`index file of version ${version}: not simulated by Podyard`);
  const entries: IndexEntry[] = [];
  let at = 12;
  for (let count = view.getUint32(8); count > 0; count--) {
    const flags = view.getUint16(at + 60);
    const isExtended = (flags & 0x4000) !== 0;
    const start = at + headBytes + (isExtended ? 2 : 0);
    const end = bytes.indexOf(0, start);
    entries.push({
      path: textOf(bytes.subarray(start, end)),
      mode: view.getUint32(at + 24).toString(8),
      id: hexOf(bytes.subarray(at + 40, at + 60)),
      stage: ((flags >> 12) & 3) as IndexEntry["stage"],
      sizeBytes: view.getUint32(at + 36),
      modifiedAt: view.getUint32(at + 8) * 1000 + Math.floor(view.getUint32(at + 12) / 1e6),
      ...(isExtended && (view.getUint16(at + 62) & 0x2000) !== 0 ? { intended: true } : {}),
    });
    at += Math.ceil((end - at + 1) / 8) * 8;
  }
  return entries;
}

/** The bytes of an index of version 2, or 3 where an entry needs it. */
export function indexBytes(entries: readonly IndexEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => comparePaths(a.path, b.path) || a.stage - b.stage);
  const head = new Uint8Array(12);
  head.set(bytesOf("DIRC"));
  const headView = new DataView(head.buffer);
  headView.setUint32(4, sorted.some((entry) => entry.intended) ? 3 : 2);
  headView.setUint32(8, sorted.length);
  const body = joined([head, ...sorted.map(entryBytes)]);
  return joined([body, sha1(body)]);
}

function entryBytes({ path, mode, id, stage, sizeBytes = 0, modifiedAt = 0, intended }: IndexEntry): Uint8Array {
  const name = bytesOf(path);
  const start = headBytes + (intended ? 2 : 0);
  const bytes = new Uint8Array(Math.ceil((start + name.length + 1) / 8) * 8);
  const view = new DataView(bytes.buffer);
  const [seconds, nanoseconds] = [Math.floor(modifiedAt / 1000), (Math.floor(modifiedAt) % 1000) * 1e6];
  for (const field of [0, 8]) {
    view.setUint32(field, seconds);
    view.setUint32(field + 4, nanoseconds);
  }
  view.setUint32(24, Number.parseInt(mode, 8));
  view.setUint32(36, sizeBytes);
  bytes.set(bytesOfHex(id), 40);
  view.setUint16(60, (stage << 12) | Math.min(name.length, 0xfff) | (intended ? 0x4000 : 0));
  if (intended) view.setUint16(62, 0x2000);
  bytes.set(name, start);
  return bytes;
}

/** How git sees a file's kind and rights. */
export const modeOf = ({ kind, mode }: FileStat): string => (kind === "link" ? "120000" : mode & 0o100 ? "100755" : "100644");
