import { bytesOf } from "#base/streams.ts";

/** FNV-1a of 32 bits. */
export const fnv32a = (text: string): number => fnv32aOn(0x811c9dc5, bytesOf(text));

/** FNV-1a of 32 bits, going on from the hash of what came before. */
export function fnv32aOn(hash: number, bytes: Iterable<number>): number {
  let result = hash;
  for (const byte of bytes) result = Math.imul(result ^ byte, 0x01000193) >>> 0;
  return result;
}

/** FNV-1 of 32 bits: multiplies before it mixes, FNV-1a after. */
export function fnv32(text: string): number {
  let result = 0x811c9dc5;
  for (const byte of bytesOf(text)) result = (Math.imul(result, 0x01000193) ^ byte) >>> 0;
  return result;
}

const safe = "bcdfghjklmnpqrstvwxz2456789";

/** Letters and digits that spell no words, one for each character of the text: what Kubernetes puts into names. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (let i = 0; i < text.length; i++) encoded += safe[text.charCodeAt(i) % safe.length];
  return encoded;
}
