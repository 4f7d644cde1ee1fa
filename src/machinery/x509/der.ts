import { bytesOf, joined } from "#base/streams.ts";

/** One value as the Distinguished Encoding Rules of ASN.1 write it (X.690). */
export interface Der {
  /** Class, form and number, as the first octet has them. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly bytes: Uint8Array;
}

/** What is not what it says it is. */
export class DerError extends Error {}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  time: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of a field that its number names: `[0]` with values inside, or as a plain one in the place of another. */
export const field = (number: number): number => 0xa0 + number;
export const plainField = (number: number): number => 0x80 + number;

/** Reads one value that fills `bytes`. */
export function readDer(bytes: Uint8Array): Der {
  const [value, end] = readAt(bytes, 0);
  if (end !== bytes.length) throw new DerError("trailing data");
  return value;
}

/** The values that another holds. */
export function inside({ content }: Der): Der[] {
  const values: Der[] = [];
  for (let at = 0; at < content.length; ) {
    const [value, end] = readAt(content, at);
    values.push(value);
    at = end;
  }
  return values;
}

function readAt(bytes: Uint8Array, start: number): [value: Der, end: number] {
  const [tag, first] = [bytes[start], bytes[start + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerError("syntax error: truncated tag or length");
  let [at, length] = [start + 2, first];
  if (first & 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new DerError("structure error: length not minimally encoded");
    length = 0;
    for (const end = at + count; at < end; at++) length = length * 256 + (bytes[at] ?? 0);
  }
  const end = at + length;
  if (end > bytes.length) throw new DerError("syntax error: data truncated");
  return [{ tag, content: bytes.subarray(at, end), bytes: bytes.subarray(start, end) }, end];
}

/** The value as what it must be. */
export function expect(value: Der | undefined, tag: number): Der {
  if (value?.tag !== tag) throw new DerError("structure error: tags don't match");
  return value;
}

export function integerIn(value: Der | undefined): bigint {
  const { content } = expect(value, tags.integer);
  const size = unsigned(content);
  return (content[0] ?? 0) & 0x80 ? size - (1n << BigInt(content.length * 8)) : size;
}

export function oidIn(value: Der | undefined): string {
  const { content } = expect(value, tags.oid);
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet & 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 80n ? arc / 40n : 2n;
      arcs.push(root, arc - root * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join(".");
}

/** What a bit string holds, where it is whole octets. */
export const bitsIn = (value: Der | undefined): Uint8Array => expect(value, tags.bits).content.subarray(1);

/** A moment, as UTCTime or GeneralizedTime has it: milliseconds since 1970. */
export function timeIn(value: Der | undefined): number {
  if (value?.tag !== tags.utcTime && value?.tag !== tags.time) throw new DerError("structure error: tags don't match");
  const text = new TextDecoder().decode(value.content);
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!match) throw new DerError(`parsing time "${text}"`);
  const [year = 0, month = 1, ...rest] = match.slice(1).map(Number);
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  // RFC 5280: two digits from 50 on are of the last century.
  const whole = value.tag === tags.time ? year : year < 50 ? 2000 + year : 1900 + year;
  return Date.UTC(whole, month - 1, day, hour, minute, second);
}

export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = joined(parts);
  return joined([new Uint8Array([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(tags.sequence, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => der(tags.set, ...parts);
export const nothing = der(tags.nothing);
export const boolean = (value: boolean): Uint8Array => der(tags.boolean, new Uint8Array([value ? 0xff : 0]));
export const octets = (bytes: Uint8Array): Uint8Array => der(tags.octets, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => der(tags.bits, new Uint8Array([unused]), bytes);
export const text = (tag: number, value: string): Uint8Array => der(tag, bytesOf(value));

/** An integer that is not negative. */
export function integer(value: bigint | number): Uint8Array {
  const bytes = bytesOfNumber(BigInt(value));
  return der(tags.integer, (bytes[0] ?? 0) & 0x80 ? joined([new Uint8Array(1), bytes]) : bytes);
}

export function oid(dotted: string): Uint8Array {
  const [root = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt);
  const encoded = [root * 40n + second, ...rest].flatMap((arc) => {
    const digits = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 0x7fn) | 0x80);
    return digits;
  });
  return der(tags.oid, new Uint8Array(encoded));
}

/** A moment to the second, as certificates write it: with two digits of the year until 2049. */
export function time(at: number): Uint8Array {
  const digits = new Date(at).toISOString().replace(/\.\d+Z$|[-:T]/g, "");
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050 ? text(tags.utcTime, `${digits.slice(2)}Z`) : text(tags.time, `${digits}Z`);
}

/** The number that octets write, the most significant first. */
export function unsigned(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(hex);
}

/** A number in as few octets as hold it, or in `length`. */
export function bytesOfNumber(value: bigint, length = 1): Uint8Array {
  const hex = value.toString(16);
  const digits = hex.padStart(Math.max(length, Math.ceil(hex.length / 2)) * 2, "0");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}
