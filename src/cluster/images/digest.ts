/**
 * Hexadecimal digits that belong to a text: the same text gives the same ones. They look like a SHA-256 and stand where one would (image and
 * container ids, digests); nobody can check them against content, since there is none.
 */
export function digestOf(text: string, length = 64): string {
  let digits = "";
  for (let part = 0; digits.length < length; part++) digits += mixed(text, part).toString(16).padStart(8, "0");
  return digits.slice(0, length);
}

function mixed(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1)) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
