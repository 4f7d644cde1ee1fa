import { bits, bitsIn, type Der, der, expect, field, inside, integer, integerIn, oid, oidIn, readDer, sequence, set, tags } from "./der.ts";
import { type DistinguishedName, decodeName, encodeName } from "./distinguished-name.ts";
import { decodeExtensions, type Extension, encodeExtensions } from "./extensions.ts";
import { decodePublicKey, encodePublicKey, type PrivateKey, type PublicKey, publicKeyOf } from "./keys.ts";
import { algorithms, type Hash } from "./oids.ts";
import { pem, pemBlocks } from "./pem.ts";
import { algorithmFor, encodeAlgorithm, isSignedBy, sign } from "./signature.ts";

/** A request for a certificate (PKCS #10). */
export interface CertificateRequest {
  readonly version: number;
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

export interface RequestWanted {
  subject: DistinguishedName;
  key: PrivateKey;
  extensions?: readonly Extension[];
  hash?: Hash;
}

export function makeRequest({ subject, key, extensions = [], hash }: RequestWanted): Uint8Array {
  const attributes = extensions.length > 0 ? [sequence(oid(algorithms.extensionRequest), set(encodeExtensions(extensions)))] : [];
  const info = sequence(integer(0), encodeName(subject), encodePublicKey(publicKeyOf(key)), der(field(0), ...attributes));
  return sequence(info, encodeAlgorithm(algorithmFor(key, hash)), bits(sign(key, info, hash)));
}

export const requestPem = (bytes: Uint8Array): string => pem("CERTIFICATE REQUEST", bytes);

/** The first request in a text. Throws a `DerError` where it is none. */
export function parseRequest(text: string): CertificateRequest | undefined {
  const block = pemBlocks(text).find(({ label }) => label === "CERTIFICATE REQUEST" || label === "NEW CERTIFICATE REQUEST");
  return block && decodeRequest(block.bytes);
}

export function decodeRequest(bytes: Uint8Array): CertificateRequest {
  const [info, algorithm, signature] = inside(expect(readDer(bytes), tags.sequence));
  const [version, subject, key, ...attributes] = inside(expect(info, tags.sequence));
  return {
    version: Number(integerIn(version)) + 1,
    subject: decodeName(subject),
    publicKey: decodePublicKey(expect(key, tags.sequence)),
    extensions: attributes.flatMap((each) => inside(each)).flatMap(requestedExtensions),
    signatureAlgorithm: oidIn(inside(expect(algorithm, tags.sequence))[0]),
    signature: bitsIn(signature),
    info: expect(info, tags.sequence).bytes,
    bytes,
  };
}

function requestedExtensions(attribute: Der): Extension[] {
  const [type, values] = inside(expect(attribute, tags.sequence));
  return oidIn(type) === algorithms.extensionRequest ? decodeExtensions(values && inside(values)[0]) : [];
}

/** Whether who asks has the key that it asks for. */
export const isOwnRequest = ({ publicKey, signatureAlgorithm, info, signature }: CertificateRequest): boolean =>
  isSignedBy(publicKey, signatureAlgorithm, info, signature);
