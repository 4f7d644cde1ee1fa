import { sha1 } from "@noble/hashes/legacy.js";
import { bytesOf, textOf } from "#base/streams.ts";
import {
  bits,
  boolean,
  type Der,
  der,
  expect,
  field,
  inside,
  integer,
  integerIn,
  octets,
  oid,
  oidIn,
  plainField,
  readDer,
  sequence,
  tags,
} from "./der.ts";
import { type DistinguishedName, decodeName, encodeName } from "./distinguished-name.ts";
import { type PublicKey, publicKeyBits } from "./keys.ts";
import { extensionTypes, type KeyUsage, keyUsages } from "./oids.ts";

export interface Extension {
  /** Dotted. */
  readonly type: string;
  readonly critical: boolean;
  /** What is inside the octet string. */
  readonly value: Uint8Array;
}

/** Another name of a subject: `{ type: "dns", value: "example.com" }`. IP addresses are their octets. */
export type GeneralName =
  | { readonly type: "email" | "dns" | "uri"; readonly value: string }
  | { readonly type: "ip"; readonly value: Uint8Array }
  | { readonly type: "directory"; readonly value: DistinguishedName }
  | { readonly type: "registered"; readonly value: string }
  | { readonly type: "other"; readonly value: Uint8Array };

const extension = (type: keyof typeof extensionTypes, critical: boolean, value: Uint8Array): Extension => ({
  type: extensionTypes[type],
  critical,
  value,
});

export const basicConstraints = (isAuthority: boolean, pathLength?: number, critical = true): Extension =>
  extension(
    "basicConstraints",
    critical,
    sequence(...(isAuthority ? [boolean(true)] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])),
  );

export function keyUsage(usages: readonly KeyUsage[], critical = true): Extension {
  let [value, last] = [0, -1];
  for (const usage of usages) {
    const place = keyUsages.indexOf(usage);
    value |= 0x8000 >> place;
    last = Math.max(last, place);
  }
  const bytes = new Uint8Array(last < 0 ? [] : last < 8 ? [value >> 8] : [value >> 8, value & 0xff]);
  return extension("keyUsage", critical, bits(bytes, last < 0 ? 0 : 7 - (last % 8)));
}

/** `usages`: dotted. */
export const extendedKeyUsage = (usages: readonly string[], critical = false): Extension =>
  extension("extendedKeyUsage", critical, sequence(...usages.map(oid)));

/** The hash of a key, by which certificates are found. */
export const keyIdentifier = (key: PublicKey): Uint8Array => sha1(publicKeyBits(key));

export const subjectKeyIdentifier = (identifier: Uint8Array): Extension => extension("subjectKeyIdentifier", false, octets(identifier));

export const authorityKeyIdentifier = (identifier: Uint8Array): Extension =>
  extension("authorityKeyIdentifier", false, sequence(der(plainField(0), identifier)));

export const subjectAltName = (names: readonly GeneralName[], critical = false): Extension =>
  extension("subjectAltName", critical, sequence(...names.map(encodeGeneralName)));

function encodeGeneralName(name: GeneralName): Uint8Array {
  switch (name.type) {
    case "email":
      return der(plainField(1), bytesOf(name.value));
    case "dns":
      return der(plainField(2), bytesOf(name.value));
    case "directory":
      return der(field(4), encodeName(name.value));
    case "uri":
      return der(plainField(6), bytesOf(name.value));
    case "ip":
      return der(plainField(7), name.value);
    case "registered":
      return der(plainField(8), readDer(oid(name.value)).content);
    case "other":
      return name.value;
  }
}

function decodeGeneralName(value: Der): GeneralName {
  switch (value.tag) {
    case plainField(1):
      return { type: "email", value: textOf(value.content) };
    case plainField(2):
      return { type: "dns", value: textOf(value.content) };
    case field(4):
      return { type: "directory", value: decodeName(inside(value)[0]) };
    case plainField(6):
      return { type: "uri", value: textOf(value.content) };
    case plainField(7):
      return { type: "ip", value: value.content };
    case plainField(8):
      return { type: "registered", value: oidIn({ ...value, tag: tags.oid }) };
    default:
      return { type: "other", value: value.bytes };
  }
}

export const encodeExtensions = (extensions: readonly Extension[]): Uint8Array =>
  sequence(...extensions.map(({ type, critical, value }) => sequence(oid(type), ...(critical ? [boolean(true)] : []), octets(value))));

export function decodeExtensions(value: Der | undefined): Extension[] {
  return inside(expect(value, tags.sequence)).map((each) => {
    const [type, ...rest] = inside(expect(each, tags.sequence));
    return { type: oidIn(type), critical: rest.length > 1 && rest[0]?.content[0] !== 0, value: expect(rest.at(-1), tags.octets).content };
  });
}

/** What an extension's value says, of one sort of extensions; undefined where there is none of it. */
const valueIn = (extensions: readonly Extension[], type: keyof typeof extensionTypes): Der | undefined => {
  const found = extensions.find((each) => each.type === extensionTypes[type]);
  return found && readDer(found.value);
};

export function basicConstraintsIn(extensions: readonly Extension[]): { isAuthority: boolean; pathLength?: number } | undefined {
  const value = valueIn(extensions, "basicConstraints");
  if (!value) return undefined;
  const parts = inside(value);
  const length = parts.find(({ tag }) => tag === tags.integer);
  const isAuthority = parts[0]?.tag === tags.boolean && parts[0].content[0] !== 0;
  return { isAuthority, ...(length ? { pathLength: Number(integerIn(length)) } : {}) };
}

export function keyUsagesIn(extensions: readonly Extension[]): KeyUsage[] | undefined {
  const value = valueIn(extensions, "keyUsage");
  if (!value) return undefined;
  const [, first = 0, second = 0] = expect(value, tags.bits).content;
  return keyUsages.filter((_, place) => ((first << 8) | second) & (0x8000 >> place));
}

/** Dotted. */
export function extendedKeyUsagesIn(extensions: readonly Extension[]): string[] | undefined {
  const value = valueIn(extensions, "extendedKeyUsage");
  return value && inside(value).map(oidIn);
}

export function subjectAltNamesIn(extensions: readonly Extension[]): GeneralName[] | undefined {
  const value = valueIn(extensions, "subjectAltName");
  return value && inside(value).map(decodeGeneralName);
}

export const subjectKeyIdentifierIn = (extensions: readonly Extension[]): Uint8Array | undefined =>
  valueIn(extensions, "subjectKeyIdentifier")?.content;

export function authorityKeyIdentifierIn(extensions: readonly Extension[]): Uint8Array | undefined {
  const value = valueIn(extensions, "authorityKeyIdentifier");
  return value && inside(value).find(({ tag }) => tag === plainField(0))?.content;
}
