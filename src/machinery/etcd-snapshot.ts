import { gunzipSync, gzipSync } from "fflate";
import { bytesOf, textOf } from "#base/streams.ts";
import type { EtcdSnapshot } from "./etcd.ts";

/** A snapshot as a file. */
export const writeSnapshot = (snapshot: EtcdSnapshot): Uint8Array => gzipSync(bytesOf(JSON.stringify(snapshot)), { mtime: 0 });

/** What a snapshot's file holds; undefined where it is none. */
export function readSnapshot(file: Uint8Array): EtcdSnapshot | undefined {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return undefined;
  try {
    const read: unknown = JSON.parse(textOf(gunzipSync(file)));
    return typeof read === "object" && read !== null && "entries" in read && Array.isArray(read.entries) ? (read as EtcdSnapshot) : undefined;
  } catch {
    // Damaged on the way: as if it were something else.
    return undefined;
  }
}
