import { bytesOf } from "#base/streams.ts";
import type { FileChanges, FileStat } from "./file-system.ts";

/** What was written here: content grows in place, so that appending is cheap and earlier readers keep what they saw. */
export interface FileNode {
  kind: FileStat["kind"];
  mode: number;
  owner: string;
  group: string;
  at: number;
  buffer: Uint8Array;
  sizeBytes: number;
  target: string;
  /** How many names lead here. */
  links: number;
}

/** What differs from the layers, as JSON; files that are larger than that are left out. */
export function changesOf(nodes: ReadonlyMap<string, FileNode | null>, largestBytes: number): FileChanges {
  const changes: Record<string, FileChanges[string]> = {};
  const first = new Map<FileNode, string>();
  for (const [path, node] of nodes) {
    if (node && node.sizeBytes > largestBytes) continue;
    const same = node && node.links > 1 ? first.get(node) : undefined;
    changes[path] = same === undefined ? node && changeOf(node) : { same };
    if (node && node.links > 1 && same === undefined) first.set(node, path);
  }
  return changes;
}

/** The content that a change says. */
export const contentOf = (change: NonNullable<FileChanges[string]>): Uint8Array =>
  change.base64 !== undefined ? Uint8Array.from(atob(change.base64), (c) => c.charCodeAt(0)) : bytesOf(change.text ?? "");

function changeOf(node: FileNode): NonNullable<FileChanges[string]> {
  const owner = node.owner === "root" && node.group === "root" ? {} : { owner: `${node.owner}:${node.group}` };
  const common = { mode: node.mode, at: node.at, ...owner };
  if (node.kind === "directory") return { directory: true, ...common };
  if (node.kind === "link") return { link: node.target, ...common };
  const content = node.buffer.subarray(0, node.sizeBytes);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content), ...common };
  } catch {
    let binary = "";
    for (let i = 0; i < content.length; i += 8192) binary += String.fromCharCode(...content.subarray(i, i + 8192));
    return { base64: btoa(binary), ...common };
  }
}

/** Whether something that differs from the layers, and is no directory, is at such a path. */
export function isAnyChanged(nodes: ReadonlyMap<string, FileNode | null>, at: (path: string) => boolean): boolean {
  for (const [path, node] of nodes) if (node?.kind !== "directory" && at(path)) return true;
  return false;
}

/** Adds to a file's content; room is made for as much again, so that adding little by little stays cheap. */
export function appendTo(node: FileNode, bytes: Uint8Array): void {
  const sizeBytes = node.sizeBytes + bytes.length;
  if (sizeBytes > node.buffer.length) {
    const larger = new Uint8Array(Math.max(sizeBytes, 2 * node.buffer.length));
    larger.set(node.buffer.subarray(0, node.sizeBytes));
    node.buffer = larger;
  }
  node.buffer.set(bytes, node.sizeBytes);
  node.sizeBytes = sizeBytes;
}
