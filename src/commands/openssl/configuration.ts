import { attribute, type DistinguishedName } from "#machinery/x509/distinguished-name.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  type GeneralName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from "#machinery/x509/extensions.ts";
import type { PublicKey } from "#machinery/x509/keys.ts";
import { attributeTypes, extendedKeyUsages, type KeyUsage, keyUsages } from "#machinery/x509/oids.ts";
import { Misuse } from "./arguments.ts";

/** A configuration file's sections; what stands before the first is in `default`. */
export type Configuration = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function readConfiguration(text: string): Configuration {
  const sections = new Map<string, Map<string, string>>([["default", new Map()]]);
  let section = "default";
  for (const raw of text.replaceAll("\\\n", "").split("\n")) {
    const line = raw.replace(/^\s*#.*|\s+#.*$/, "").trim();
    const head = /^\[\s*([^\]]+?)\s*\]$/.exec(line);
    if (head) {
      section = head[1] ?? "";
      if (!sections.has(section)) sections.set(section, new Map());
      continue;
    }
    const [, key, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) sections.get(section)?.set(key, (value ?? "").replace(/^"(.*)"$/, "$1"));
  }
  return sections;
}

/** What a section says, and where it does not, what stands before the first. */
export const settingsIn = (config: Configuration, section: string): ReadonlyMap<string, string> =>
  new Map([...(config.get("default") ?? []), ...(config.get(section) ?? [])]);

const longNames: Readonly<Record<string, keyof typeof attributeTypes>> = {
  countryName: "C",
  stateOrProvinceName: "ST",
  localityName: "L",
  organizationName: "O",
  organizationalUnitName: "OU",
  commonName: "CN",
  emailAddress: "emailAddress",
  serialNumber: "serialNumber",
};

const typeOf = (name: string): string | undefined => {
  const short = longNames[name] ?? name;
  return short in attributeTypes ? attributeTypes[short as keyof typeof attributeTypes] : undefined;
};

/** A subject as `-subj` has it: `/C=US/CN=jane`. */
export function subjectOf(text: string): DistinguishedName {
  if (!text.startsWith("/"))
    throw new Misuse(
      `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'`,
    );
  const parts = text.slice(1).match(/(?:\\.|[^/\\])+/g) ?? [];
  const name: ReturnType<typeof attribute>[][] = [];
  for (const part of parts) {
    const at = part.indexOf("=");
    if (at < 0)
      throw new Misuse(
        `req: Hit end of string before finding the equals.\nreq: subject name is expected to be in the format /type0=value0/type1=value1/type2=...`,
      );
    const type = typeOf(part.slice(0, at));
    const value = part.slice(at + 1).replace(/\\(.)/g, "$1");
    if (type !== undefined && value !== "") name.push([attribute(type, value)]);
  }
  return name;
}

/** The subject that a configuration's section of names gives, without asking anybody. */
export function subjectIn(config: Configuration, section: string): DistinguishedName {
  const name: ReturnType<typeof attribute>[][] = [];
  for (const [key, value] of config.get(section) ?? []) {
    const plain = key.replace(/^\d+\./, "").replace(/^.*\.(?=\w+$)/, "");
    const type = typeOf(plain);
    if (type !== undefined && !/_(default|min|max|value)$/.test(key)) name.push([attribute(type, value)]);
  }
  return name;
}

/** What extensions are made for. */
export interface Subject {
  key: PublicKey;
  /** The issuer's key, and whether it is another. */
  issuer: PublicKey;
}

/** The extensions of a section; those of a request have no identifiers of keys. */
export function extensionsIn(config: Configuration, section: string, of: Subject | undefined): Extension[] {
  const settings = config.get(section);
  if (!settings) throw new Misuse(`Error checking extension section ${section}`);
  return [...settings].flatMap(([name, value]) => extensionOf(name, value, config, of) ?? []);
}

/** One extension as a configuration spells it: `keyUsage` and `critical,digitalSignature`. */
export function extensionOf(name: string, text: string, config: Configuration, of: Subject | undefined): Extension | undefined {
  const critical = /^critical\s*,/.test(text);
  const value = text.replace(/^critical\s*,\s*/, "");
  const words = value
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  switch (name) {
    case "basicConstraints": {
      const isAuthority = words.some((word) => /^CA:TRUE$/i.test(word));
      const length = words.flatMap((word) => /^pathlen:(\d+)$/i.exec(word)?.[1] ?? [])[0];
      return basicConstraints(isAuthority, length === undefined ? undefined : Number(length), critical);
    }
    case "keyUsage":
      for (const word of words)
        if (!keyUsages.includes(word as KeyUsage)) throw new Misuse(`Error in extension keyUsage: unknown bit string argument: ${word}`);
      return keyUsage(words as KeyUsage[], critical);
    case "extendedKeyUsage":
      return extendedKeyUsage(
        words.map((word) => (word in extendedKeyUsages ? extendedKeyUsages[word as keyof typeof extendedKeyUsages] : word)),
        critical,
      );
    case "subjectAltName":
      return subjectAltName(namesOf(words, config), critical);
    case "subjectKeyIdentifier":
      return of && subjectKeyIdentifier(keyIdentifier(of.key));
    case "authorityKeyIdentifier":
      return of && authorityKeyIdentifier(keyIdentifier(of.issuer));
    case "nsComment":
    case "nsCertType":
      throw new Misuse(`Not simulated by Podyard: the extension ${name}`);
  }
  throw new Misuse(`Error loading extension: unknown extension name: ${name}`);
}

function namesOf(words: readonly string[], config: Configuration): GeneralName[] {
  return words.flatMap((word): GeneralName[] => {
    if (word.startsWith("@")) {
      const section = config.get(word.slice(1));
      if (!section) throw new Misuse(`Error in extension subjectAltName: section ${word.slice(1)} not found`);
      return namesOf(
        [...section].map(([key, value]) => `${key.replace(/\.\d+$/, "")}:${value}`),
        config,
      );
    }
    const at = word.indexOf(":");
    const [sort, value] = [word.slice(0, at).trim(), word.slice(at + 1).trim()];
    if (sort === "DNS") return [{ type: "dns", value }];
    if (sort === "IP") return [{ type: "ip", value: addressOf(value) }];
    if (sort === "email") return [{ type: "email", value }];
    if (sort === "URI") return [{ type: "uri", value }];
    throw new Misuse(`Error in extension subjectAltName: unsupported type: ${word}`);
  });
}

function addressOf(text: string): Uint8Array {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (four) return new Uint8Array(four.slice(1).map(Number));
  if (!text.includes(":")) throw new Misuse(`Error in extension subjectAltName: bad ip address: value=${text}`);
  const [head = "", tail] = text.split("::");
  const words = (part: string) => (part ? part.split(":").map((word) => Number.parseInt(word, 16)) : []);
  const [before, after] = [words(head), words(tail ?? "")];
  const all = tail === undefined ? before : [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
  return new Uint8Array(all.flatMap((word) => [word >> 8, word & 0xff]));
}
