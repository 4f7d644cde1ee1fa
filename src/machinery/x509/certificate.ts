import { bits, bitsIn, der, expect, field, inside, integer, integerIn, oidIn, readDer, sequence, tags, time, timeIn } from "./der.ts";
import { type DistinguishedName, decodeName, encodeName } from "./distinguished-name.ts";
import { basicConstraintsIn, decodeExtensions, type Extension, encodeExtensions, extendedKeyUsagesIn } from "./extensions.ts";
import { decodePublicKey, encodePublicKey, type PrivateKey, type PublicKey } from "./keys.ts";
import { extendedKeyUsages, type Hash } from "./oids.ts";
import { pem, pemBlocks } from "./pem.ts";
import { algorithmFor, encodeAlgorithm, isSignedBy, sign } from "./signature.ts";

/** A certificate (X.509 version 3, RFC 5280). Times are milliseconds since 1970. */
export interface Certificate {
  readonly version: number;
  readonly serial: bigint;
  readonly issuer: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly extensions: readonly Extension[];
  /** Dotted. */
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** What was signed. */
  readonly info: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface CertificateWanted {
  serial: bigint;
  issuer: DistinguishedName;
  /** The issuer's. */
  key: PrivateKey;
  notBefore: number;
  notAfter: number;
  subject: DistinguishedName;
  publicKey: PublicKey;
  extensions?: readonly Extension[];
  hash?: Hash;
}

export function makeCertificate(wanted: CertificateWanted): Uint8Array {
  const { serial, issuer, key, notBefore, notAfter, subject, publicKey, extensions = [], hash } = wanted;
  const algorithm = encodeAlgorithm(algorithmFor(key, hash));
  const versioned = extensions.length > 0;
  const info = sequence(
    ...(versioned ? [der(field(0), integer(2))] : []),
    integer(serial),
    algorithm,
    encodeName(issuer),
    sequence(time(notBefore), time(notAfter)),
    encodeName(subject),
    encodePublicKey(publicKey),
    ...(versioned ? [der(field(3), encodeExtensions(extensions))] : []),
  );
  return sequence(info, algorithm, bits(sign(key, info, hash)));
}

export const certificatePem = (bytes: Uint8Array): string => pem("CERTIFICATE", bytes);

/** All certificates in a text. Throws a `DerError` where one is none. */
export function parseCertificates(text: string): Certificate[] {
  return pemBlocks(text)
    .filter(({ label }) => label === "CERTIFICATE" || label === "X509 CERTIFICATE" || label === "TRUSTED CERTIFICATE")
    .map(({ bytes }) => decodeCertificate(bytes));
}

export function decodeCertificate(bytes: Uint8Array): Certificate {
  const [info, algorithm, signature] = inside(expect(readDer(bytes), tags.sequence));
  const parts = inside(expect(info, tags.sequence));
  const version = parts[0]?.tag === field(0) ? Number(integerIn(inside(parts[0])[0])) + 1 : 1;
  const [serial, , issuer, validity, subject, key, ...rest] = version > 1 ? parts.slice(1) : parts;
  const [notBefore, notAfter] = inside(expect(validity, tags.sequence));
  const extensions = rest.find(({ tag }) => tag === field(3));
  return {
    version,
    serial: integerIn(serial),
    issuer: decodeName(issuer),
    notBefore: timeIn(notBefore),
    notAfter: timeIn(notAfter),
    subject: decodeName(subject),
    publicKey: decodePublicKey(expect(key, tags.sequence)),
    extensions: extensions ? decodeExtensions(inside(extensions)[0]) : [],
    signatureAlgorithm: oidIn(inside(expect(algorithm, tags.sequence))[0]),
    signature: bitsIn(signature),
    info: expect(info, tags.sequence).bytes,
    bytes,
  };
}

/** Whether `issuer` signed the certificate and says to be who did. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!sameName(certificate.issuer, issuer.subject)) return false;
  return isSignedBy(issuer.publicKey, certificate.signatureAlgorithm, certificate.info, certificate.signature);
}

const sameName = (a: DistinguishedName, b: DistinguishedName): boolean => {
  const [x, y] = [encodeName(a), encodeName(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
};

/**
 * Why a certificate is not to be trusted for a use at a moment, as Go words it; undefined where it is. `trusted` are authorities, `between` what
 * the certificate's holder sent along.
 */
export function problemOf(
  certificate: Certificate,
  {
    trusted,
    between = [],
    now,
    usage,
  }: { trusted: readonly Certificate[]; between?: readonly Certificate[]; now: number; usage?: keyof typeof extendedKeyUsages },
): string | undefined {
  const allowed = extendedKeyUsagesIn(certificate.extensions);
  if (now < certificate.notBefore || now > certificate.notAfter) return "x509: certificate has expired or is not yet valid";
  if (usage && allowed && !allowed.includes(extendedKeyUsages[usage]) && !allowed.includes(extendedKeyUsages.any))
    return "x509: certificate specifies an incompatible key usage";
  const isTrusted = (each: Certificate, left: number): boolean => {
    if (trusted.some((authority) => now <= authority.notAfter && isIssuedBy(each, authority))) return true;
    return (
      left > 0 && between.some((next) => basicConstraintsIn(next.extensions)?.isAuthority && isIssuedBy(each, next) && isTrusted(next, left - 1))
    );
  };
  return isTrusted(certificate, 4) ? undefined : "x509: certificate signed by unknown authority";
}
