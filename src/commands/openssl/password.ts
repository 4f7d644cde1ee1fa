import { md5 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesOf, joined } from "#base/streams.ts";

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Three octets as four letters, the lowest bits first. */
function letters(octets: readonly number[], count: number): string {
  let value = octets.reduce((sum, octet) => (sum << 8) | octet, 0);
  let text = "";
  for (let i = 0; i < count; i++) {
    text += alphabet[value & 63] ?? "";
    value >>>= 6;
  }
  return text;
}

/** A password as crypt(3) keeps it: by MD5 (`1`, and `apr1` as Apache has it), SHA-256 (`5`) or SHA-512 (`6`). */
export function passwordHash(sort: "1" | "apr1" | "5" | "6", password: string, salt: string): string {
  return sort === "5" || sort === "6" ? byHash(sort, password, salt.slice(0, 16)) : byMd5(sort, password, salt.slice(0, 8));
}

/** Poul-Henning Kamp's scheme: https://docs.freebsd.org/44doc/psd/ and Apache's `$apr1$`. */
function byMd5(sort: "1" | "apr1", word: string, salted: string): string {
  const [password, salt] = [bytesOf(word), bytesOf(salted)];
  const other = md5(joined([password, salt, password]));
  const parts = [password, bytesOf(`$${sort}$`), salt];
  for (let left = password.length; left > 0; left -= 16) parts.push(other.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? new Uint8Array(1) : password.subarray(0, 1));
  let sum = md5(joined(parts));
  for (let round = 0; round < 1000; round++) {
    const next = [round & 1 ? password : sum];
    if (round % 3) next.push(salt);
    if (round % 7) next.push(password);
    next.push(round & 1 ? sum : password);
    sum = md5(joined(next));
  }
  const at = (i: number) => sum[i] ?? 0;
  const groups = [0, 1, 2, 3, 4].map((i) => letters([at(i), at(i + 6), at(i === 4 ? 5 : i + 12)], 4));
  return `$${sort}$${salted}$${groups.join("")}${letters([at(11)], 2)}`;
}

/** Ulrich Drepper's scheme: https://www.akkadia.org/drepper/SHA-crypt.txt */
function byHash(sort: "5" | "6", word: string, salted: string): string {
  const hash = sort === "5" ? sha256 : sha512;
  const size = sort === "5" ? 32 : 64;
  const [password, salt] = [bytesOf(word), bytesOf(salted)];
  const repeated = (bytes: Uint8Array, length: number) => Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length] ?? 0);
  const other = hash(joined([password, salt, password]));
  const parts = [password, salt, repeated(other, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? other : password);
  let sum = hash(joined(parts));
  const p = repeated(hash(joined(Array.from({ length: password.length }, () => password))), password.length);
  const s = repeated(hash(joined(Array.from({ length: 16 + (sum[0] ?? 0) }, () => salt))), salt.length);
  for (let round = 0; round < 5000; round++) {
    const next = [round & 1 ? p : sum];
    if (round % 3) next.push(s);
    if (round % 7) next.push(p);
    next.push(round & 1 ? sum : p);
    sum = hash(joined(next));
  }
  const at = (i: number) => sum[i] ?? 0;
  let text = "";
  const third = Math.floor(size / 3);
  // Which octets stand together moves on with every group.
  for (let i = 0; i < third; i++) {
    const three = [i, i + third, i + 2 * third];
    const turn = sort === "5" ? (3 - (i % 3)) % 3 : i % 3;
    text += letters([at(three[turn % 3] ?? 0), at(three[(turn + 1) % 3] ?? 0), at(three[(turn + 2) % 3] ?? 0)], 4);
  }
  text += sort === "5" ? letters([at(31), at(30)], 3) : letters([at(63)], 2);
  return `$${sort}$${salted}$${text}`;
}
