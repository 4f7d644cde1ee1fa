import { ed25519 } from "@noble/curves/ed25519.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { nothing, octets, oid, sequence } from "./der.ts";
import { arithmeticOf, type PrivateKey, type PublicKey } from "./keys.ts";
import { algorithms, type Hash, hashes } from "./oids.ts";
import { signRsa, verifyRsa } from "./rsa.ts";

/** How something was signed: the keys it is for, and the hash that it signs. */
export interface SignatureAlgorithm {
  readonly id: string;
  /** As OpenSSL prints it. */
  readonly name: string;
  readonly key: PublicKey["type"];
  readonly hash?: Hash;
}

export const signatureAlgorithms: readonly SignatureAlgorithm[] = [
  { id: "1.2.840.113549.1.1.5", name: "sha1WithRSAEncryption", key: "rsa", hash: "sha1" },
  { id: "1.2.840.113549.1.1.11", name: "sha256WithRSAEncryption", key: "rsa", hash: "sha256" },
  { id: "1.2.840.113549.1.1.12", name: "sha384WithRSAEncryption", key: "rsa", hash: "sha384" },
  { id: "1.2.840.113549.1.1.13", name: "sha512WithRSAEncryption", key: "rsa", hash: "sha512" },
  { id: "1.2.840.10045.4.1", name: "ecdsa-with-SHA1", key: "ec", hash: "sha1" },
  { id: "1.2.840.10045.4.3.2", name: "ecdsa-with-SHA256", key: "ec", hash: "sha256" },
  { id: "1.2.840.10045.4.3.3", name: "ecdsa-with-SHA384", key: "ec", hash: "sha384" },
  { id: "1.2.840.10045.4.3.4", name: "ecdsa-with-SHA512", key: "ec", hash: "sha512" },
  { id: algorithms.ed25519, name: "ED25519", key: "ed25519" },
];

const digests = { sha1, sha256, sha384, sha512 };

export const digestOf = (hash: Hash, bytes: Uint8Array): Uint8Array => digests[hash](bytes);

/** How a key signs, with a hash of the caller's choice where it takes one. */
export function algorithmFor(key: PublicKey, hash: Hash = "sha256"): SignatureAlgorithm {
  const algorithm = signatureAlgorithms.find((each) => each.key === key.type && (each.hash === undefined || each.hash === hash));
  if (!algorithm) throw new Error(`no signature algorithm for ${key.type} and ${hash}`);
  return algorithm;
}

/** The AlgorithmIdentifier in certificates and requests. */
export const encodeAlgorithm = ({ id, key }: SignatureAlgorithm): Uint8Array => (key === "rsa" ? sequence(oid(id), nothing) : sequence(oid(id)));

/** PKCS #1 signs a digest together with the name of its hash. */
const digestInfo = (hash: Hash, digest: Uint8Array): Uint8Array => sequence(sequence(oid(hashes[hash]), nothing), octets(digest));

export function sign(key: PrivateKey, bytes: Uint8Array, hash: Hash = "sha256"): Uint8Array {
  if (key.type === "ed25519") return ed25519.sign(bytes, key.seed);
  const digest = digestOf(hash, bytes);
  if (key.type === "rsa") return signRsa(key, digestInfo(hash, digest));
  return arithmeticOf(key.curve).sign(digest, key.scalar, { prehash: false, format: "der" });
}

export function verify(key: PublicKey, bytes: Uint8Array, signature: Uint8Array, hash: Hash = "sha256"): boolean {
  try {
    if (key.type === "ed25519") return ed25519.verify(signature, bytes, key.point);
    const digest = digestOf(hash, bytes);
    if (key.type === "rsa") return verifyRsa(key, digestInfo(hash, digest), signature);
    return arithmeticOf(key.curve).verify(signature, digest, key.point, { prehash: false, format: "der", lowS: false });
  } catch {
    // The library throws at what is no signature at all.
    return false;
  }
}

/** Whether what says to be signed by an algorithm was signed by the key. */
export function isSignedBy(key: PublicKey, algorithmId: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  const algorithm = signatureAlgorithms.find(({ id }) => id === algorithmId);
  return algorithm?.key === key.type && verify(key, bytes, signature, algorithm.hash);
}
