import type { Random } from "#base/random.ts";
import { authority, issueCertificate } from "#machinery/certificate-authority.ts";
import { tags } from "#machinery/x509/der.ts";
import { type Attribute, type DistinguishedName, valuesOf } from "#machinery/x509/distinguished-name.ts";
import { type GeneralName, subjectAltNamesIn } from "#machinery/x509/extensions.ts";
import { attributeTypes, type extendedKeyUsages, type KeyUsage } from "#machinery/x509/oids.ts";
import type { CertificateRequest } from "#machinery/x509/request.ts";

const minute = 60_000;
/** Clocks may differ: a certificate is valid from a little before it is made. */
const backdate = 5 * minute;
/** What is to live shorter than this keeps all of its time. */
const short = 8 * 60 * minute;
const longest = 365 * 24 * 60 * minute;

const keyUsageOf: Readonly<Record<string, KeyUsage>> = {
  signing: "digitalSignature",
  "digital signature": "digitalSignature",
  "content commitment": "nonRepudiation",
  "key encipherment": "keyEncipherment",
  "key agreement": "keyAgreement",
  "data encipherment": "dataEncipherment",
  "cert sign": "keyCertSign",
  "crl sign": "cRLSign",
  "encipher only": "encipherOnly",
  "decipher only": "decipherOnly",
};

const extendedUsageOf: Readonly<Record<string, keyof typeof extendedKeyUsages>> = {
  any: "any",
  "server auth": "serverAuth",
  "client auth": "clientAuth",
  "code signing": "codeSigning",
  "email protection": "emailProtection",
  "s/mime": "emailProtection",
  "ipsec end system": "ipsecEndSystem",
  "ipsec tunnel": "ipsecTunnel",
  "ipsec user": "ipsecUser",
  timestamping: "timeStamping",
  "ocsp signing": "OCSPSigning",
  "microsoft sgc": "msSGC",
  "netscape sgc": "nsSGC",
};

/** The certificate that was asked for, signed by the cluster's authority. */
export function issueFor(asked: CertificateRequest, usages: readonly string[], seconds: number | undefined, now: number, random: Random): string {
  const lasts = seconds !== undefined && seconds * 1000 < longest ? seconds * 1000 : longest;
  const notAfter = lasts < short ? now + lasts : now - backdate + lasts;
  return issueCertificate({
    subject: inOrder(asked.subject),
    publicKey: asked.publicKey,
    random,
    notBefore: now - backdate,
    notAfter: Math.min(notAfter, authority().certificate.notAfter),
    usages: known(usages, keyUsageOf),
    extendedUsages: known(usages, extendedUsageOf),
    names: namesOf(asked),
  });
}

const known = <T>(usages: readonly string[], table: Readonly<Record<string, T>>): T[] => [...new Set(usages.flatMap((usage) => table[usage] ?? []))];

/** The real signer knows some attributes, and writes them in an order of its own, all values of one together. */
const kept = ["C", "O", "OU", "L", "ST", "street", "postalCode", "CN", "serialNumber"] as const;

function inOrder(subject: DistinguishedName): DistinguishedName {
  return kept.flatMap((name): Attribute[][] => {
    const values = name === "CN" || name === "serialNumber" ? valuesOf(subject, name).slice(-1) : valuesOf(subject, name);
    return values.length > 0
      ? [values.map((value) => ({ type: attributeTypes[name], value, tag: isPrintable(value) ? tags.printable : tags.utf8 }))]
      : [];
  });
}

const isPrintable = (text: string): boolean => /^[A-Za-z0-9 '()+,./:=?*&-]*$/.test(text);

const sorts = ["dns", "email", "ip", "uri"];
const namesOf = ({ extensions }: CertificateRequest): GeneralName[] =>
  sorts.flatMap((sort) => (subjectAltNamesIn(extensions) ?? []).filter(({ type }) => type === sort));
