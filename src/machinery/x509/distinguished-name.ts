import { type Der, der, expect, inside, oid, oidIn, sequence, set, tags, text } from "./der.ts";
import { attributeTypes, nameIn } from "./oids.ts";

/** One thing that a name says: `CN` is `jane`. */
export interface Attribute {
  /** Dotted. */
  readonly type: string;
  readonly value: string;
  /** The sort of string it is written as. */
  readonly tag: number;
}

/** A distinguished name: its parts in order; most have one attribute each. */
export type DistinguishedName = readonly (readonly Attribute[])[];

/** Attributes whose strings have a sort of their own. */
const sorts: Readonly<Record<string, number>> = {
  [attributeTypes.C]: tags.printable,
  [attributeTypes.serialNumber]: tags.printable,
  [attributeTypes.dnQualifier]: tags.printable,
  [attributeTypes.DC]: tags.ia5,
  [attributeTypes.emailAddress]: tags.ia5,
};

/** As OpenSSL makes attributes: UTF-8, but where the standard wants another sort. */
export const attribute = (type: string, value: string): Attribute => ({ type, value, tag: sorts[type] ?? tags.utf8 });

/** A name out of pairs: `nameOf(["O", "system:nodes"], ["CN", "system:node:a"])`. */
export const nameOf = (...pairs: readonly (readonly [type: keyof typeof attributeTypes, value: string])[]): DistinguishedName =>
  pairs.map(([type, value]) => [attribute(attributeTypes[type], value)]);

export function encodeName(name: DistinguishedName): Uint8Array {
  return sequence(...name.map((part) => set(...part.map(({ type, value, tag }) => sequence(oid(type), encodeText(tag, value))))));
}

export function decodeName(value: Der | undefined): DistinguishedName {
  return inside(expect(value, tags.sequence)).map((part) =>
    inside(expect(part, tags.set)).map((pair) => {
      const [type, content] = inside(expect(pair, tags.sequence));
      return { type: oidIn(type), value: content ? decodeText(content) : "", tag: content?.tag ?? tags.utf8 };
    }),
  );
}

function encodeText(tag: number, value: string): Uint8Array {
  if (tag !== tags.bmp) return text(tag, value);
  return der(tag, Uint8Array.from([...value].flatMap((character) => [character.charCodeAt(0) >> 8, character.charCodeAt(0) & 0xff])));
}

function decodeText({ tag, content }: Der): string {
  if (tag === tags.bmp)
    return Array.from({ length: content.length / 2 }, (_, i) => String.fromCharCode(((content[2 * i] ?? 0) << 8) | (content[2 * i + 1] ?? 0))).join(
      "",
    );
  return new TextDecoder().decode(content);
}

/** All values of one attribute: the organizations of a user are its groups. */
export function valuesOf(name: DistinguishedName, type: keyof typeof attributeTypes): string[] {
  const id = attributeTypes[type];
  return name.flatMap((part) => part.filter((each) => each.type === id).map(({ value }) => value));
}

/** The last common name, which is who a certificate's holder is. */
export const commonName = (name: DistinguishedName): string => valuesOf(name, "CN").at(-1) ?? "";

/** As Go and RFC 2253 write it: the last part first. */
export function formatName(name: DistinguishedName): string {
  const escaped = (value: string) => value.replace(/[,+"\\<>;]|^[ #]| $/g, (character) => `\\${character}`);
  const shown = ({ type, value }: Attribute) => `${nameIn(attributeTypes, type) ?? type}=${escaped(value)}`;
  return name
    .toReversed()
    .map((part) => part.map(shown).join("+"))
    .join(",");
}
