import { sha256 } from "@noble/hashes/sha2.js";
import { authority } from "#machinery/certificate-authority.ts";
import { encodePublicKey, type PublicKey, publicKeyOf } from "#machinery/x509/keys.ts";
import { sign, verify } from "#machinery/x509/signature.ts";

/** One public key as RFC 7517 writes it. */
export interface JsonWebKey {
  readonly use: "sig";
  readonly kty: "RSA";
  readonly kid: string;
  readonly alg: "RS256";
  readonly n: string;
  readonly e: string;
}

interface SigningKey {
  readonly id: string;
  readonly public: JsonWebKey;
  sign(bytes: Uint8Array): Uint8Array;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

let known: SigningKey | undefined;

/** The key that signs the tokens of service accounts, which lies on control planes as `sa.key`. Read when it is first asked for. */
export function signingKey(): SigningKey {
  if (known) return known;
  const { key } = authority();
  if (key.type !== "rsa") throw new Error("the key of service accounts is no RSA key");
  const publicKey: PublicKey = publicKeyOf(key);
  const id = base64Url(sha256(encodePublicKey(publicKey)));
  known = {
    id,
    public: { use: "sig", kty: "RSA", kid: id, alg: "RS256", n: base64Url(bytesOfNumber(key.modulus)), e: base64Url(bytesOfNumber(key.exponent)) },
    sign: (bytes) => sign(key, bytes),
    verify: (bytes, signature) => verify(publicKey, bytes, signature),
  };
  return known;
}

function bytesOfNumber(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes as they stand in tokens. */
export const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Bytes out of a token; undefined where they are none. */
export function bytesOfBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
