/** Whom a certificate signing request (PKCS #10) is for. */
export interface RequestContent {
  /** Values by the short names of their attributes: CN, O, … */
  subject: ReadonlyMap<string, readonly string[]>;
  alternatives: { dns: string[]; email: string[]; uri: string[]; ip: string[] };
}

/** Bytes that are no signing request. */
export class DerProblem extends Error {}

const attributes: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.17": "postalCode",
};
const extensionRequest = "1.2.840.113549.1.9.14";
const subjectAlternativeName = "2.5.29.17";

interface Value {
  tag: number;
  bytes: Uint8Array;
}

/** Reads a signing request from its DER form. */
export function requestContent(der: Uint8Array): RequestContent {
  const [info] = parts(one(der));
  const [, name, , requested] = parts(info);
  const subject = new Map<string, string[]>();
  for (const set of parts(name))
    for (const pair of parts(set)) {
      const [type, value] = parts(pair);
      const key = attributes[objectId(type)];
      if (key && value) subject.set(key, [...(subject.get(key) ?? []), textOf(value)]);
    }
  return { subject, alternatives: alternatives(requested) };
}

function alternatives(requested: Value | undefined): RequestContent["alternatives"] {
  const found: RequestContent["alternatives"] = { dns: [], email: [], uri: [], ip: [] };
  const extensions = (requested ? parts(requested) : [])
    .map(parts)
    .filter(([type]) => objectId(type) === extensionRequest)
    .flatMap(([, set]) => parts(set).flatMap(parts));
  for (const extension of extensions) {
    const [type, ...rest] = parts(extension);
    const value = rest.at(-1);
    if (objectId(type) !== subjectAlternativeName || !value) continue;
    for (const name of parts(one(value.bytes))) {
      const kind = ({ 1: "email", 2: "dns", 6: "uri", 7: "ip" } as const)[name.tag & 0x1f];
      if (kind) found[kind].push(kind === "ip" ? address(name.bytes) : textOf(name));
    }
  }
  return found;
}

function one(bytes: Uint8Array): Value {
  const [value] = sequence(bytes);
  if (!value) throw new DerProblem("asn1: syntax error: sequence truncated");
  return value;
}

/** The values that a value is made of. */
function parts(value: Value | undefined): Value[] {
  if (!value) throw new DerProblem("asn1: syntax error: sequence truncated");
  return sequence(value.bytes);
}

function sequence(bytes: Uint8Array): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      length = bytes.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
      at += size;
    }
    if (at + length > bytes.length) throw new DerProblem("asn1: syntax error: data truncated");
    values.push({ tag, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return values;
}

/** `2.5.4.3` */
function objectId(value: Value | undefined): string {
  if (value?.tag !== 0x06) return "";
  const [first = 0, ...rest] = value.bytes;
  const numbers = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))];
  let number = 0;
  for (const byte of rest) {
    number = number * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  return numbers.join(".");
}

const textOf = ({ bytes }: Value): string => new TextDecoder().decode(bytes);

function address(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16));
  // The longest run of zeros is left out.
  const [longest] = [...`:${groups.join(":")}:`.matchAll(/(:0)+(?=:)/g)].map(([run]) => run).sort((a, b) => b.length - a.length);
  const text = groups.join(":");
  return longest && longest.length > 2 ? `:${text}:`.replace(`${longest}:`, "::").replace(/^:(?!:)|(?<!:):$/g, "") : text;
}
