import { bytesOf } from "#base/streams.ts";

/** FNV-1a of 32 bits. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of bytesOf(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const safe = "bcdfghjklmnpqrstvwxz2456789";

/** Letters and digits that spell no words, one for each character of the text: what Kubernetes puts into names. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (let i = 0; i < text.length; i++) encoded += safe[text.charCodeAt(i) % safe.length];
  return encoded;
}

/** The label that tells the pods of one template from those of another: the same for what is equal, whatever the order of its fields. */
export function podTemplateHash(template: object, collisionCount?: number): string {
  return safeEncode(String(fnv32a(ordered(template) + (collisionCount === undefined ? "" : `#${collisionCount}`))));
}

/** JSON with the keys of each object in order. */
function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ordered).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const map = value as Record<string, unknown>;
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${ordered(map[key])}`)
    .join(",")}}`;
}
