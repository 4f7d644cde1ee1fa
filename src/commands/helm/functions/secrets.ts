import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { hashSync } from "bcryptjs";
import type { Random } from "#base/random.ts";
import { bytesOf } from "#base/streams.ts";
import { base64Of } from "#machinery/base64-text.ts";
import { randomBytes } from "#machinery/x509/rsa.ts";
import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import type { TemplateFunction, Value } from "../../go-template/values.ts";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");

/** bcrypt's own base64. */
const bcryptAlphabet = `./${upper}${lower}${digits}`;
const standardAlphabet = `${upper}${lower}${digits}+/`;

function bcrypt(password: string, random: Random): string {
  const salt = base64Of(randomBytes(random, 16))
    .replace(/=+$/, "")
    .replace(/./g, (c) => bcryptAlphabet[standardAlphabet.indexOf(c)] ?? c);
  if (bytesOf(password).length > 72) return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
  return hashSync(password, `$2a$10$${salt}`);
}

/** What the patterns of a derived password are made of. */
const characters: Readonly<Record<string, string>> = {
  V: "AEIOU",
  C: "BCDFGHJKLMNPQRSTVWXYZ",
  v: "aeiou",
  c: "bcdfghjklmnpqrstvwxyz",
  A: "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
  a: "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
  n: "0123456789",
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
};

const shapes: Readonly<Record<string, readonly string[]>> = {
  maximum: ["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
  long: [
    ..."CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno".split(
      " ",
    ),
    ..."CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno".split(
      " ",
    ),
    ..."CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno".split(" "),
  ],
  medium: ["CvcnoCvc", "CvcCvcno"],
  short: ["Cvcn"],
  basic: ["aaanaaan", "aannaaan", "aaannaaa"],
  pin: ["nnnn"],
};

/** The Master Password algorithm. */
function derivedPassword(counter: Value, type: string, password: string, user: string, site: string): string {
  const forms = shapes[type];
  if (!forms) return `cannot find password template ${type}`;
  const number = (value: number) => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  const scope = "com.lyndir.masterpassword";
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const salt = joined(bytesOf(scope), number(user.length), bytesOf(user));
  const key = scrypt(bytesOf(password), salt, { N: 32768, r: 8, p: 2, dkLen: 64 });
  const seed = hmac(sha256, key, joined(bytesOf(scope), number(site.length), bytesOf(site), number(Number(counter))));
  const form = forms[(seed[0] ?? 0) % forms.length] ?? "";
  return [...form].map((c, i) => characters[c]?.[(seed[i + 1] ?? 0) % (characters[c]?.length ?? 1)] ?? "").join("");
}

/** Functions on secrets: hashes, passwords and what is random. */
export function secrets(random: Random): Readonly<Record<string, TemplateFunction>> {
  const randomText = (alphabet: string) =>
    typed(["int"], (count) => Array.from({ length: Math.max(0, Number(count)) }, () => random.pick(alphabet)).join(""));
  const hashed = (hash: (bytes: Uint8Array) => Uint8Array) => typed(["string"], (text) => hex(hash(bytesOf(text as string))));
  const missing = (name: string) =>
    takes(0, undefined, () => {
      throw new TemplateProblem(`Not simulated by Podyard: ${name}`);
    });
  return {
    sha1sum: hashed(sha1),
    sha256sum: hashed(sha256),
    sha512sum: hashed(sha512),
    adler32sum: typed(["string"], (text) => String(adler32(bytesOf(text as string)))),
    randAlphaNum: randomText(lower + upper + digits),
    randAlpha: randomText(lower + upper),
    randNumeric: randomText(digits),
    randAscii: randomText(printable),
    randBytes: typed(["int"], (count) => base64Of(randomBytes(random, Number(count)))),
    randInt: typed(["int", "int"], (from, to) => {
      if (Number(to) <= Number(from)) throw new TemplateProblem("invalid argument to Intn");
      return BigInt(random.between(Number(from), Number(to) - 1));
    }),
    shuffle: typed(["string"], (text) => {
      const letters = [...(text as string)];
      for (let i = letters.length - 1; i > 0; i--) {
        const j = random.between(0, i);
        [letters[i], letters[j]] = [letters[j] ?? "", letters[i] ?? ""];
      }
      return letters.join("");
    }),
    uuidv4: takes(0, 0, () => random.uuid()),
    bcrypt: typed(["string"], (text) => bcrypt(text as string, random)),
    htpasswd: typed(["string", "string"], (user, password) =>
      (user as string).includes(":") ? `invalid username: ${user}` : `${user}:${bcrypt(password as string, random)}`,
    ),
    derivePassword: typed(["int", "string", "string", "string", "string"], (counter, type, password, user, site) =>
      derivedPassword(counter, type as string, password as string, user as string, site as string),
    ),
    encryptAES: missing("encryptAES"),
    decryptAES: missing("decryptAES"),
  };
}
