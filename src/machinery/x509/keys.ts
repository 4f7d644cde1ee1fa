import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import type { Random } from "#base/random.ts";
import {
  bits,
  bitsIn,
  type Der,
  DerError,
  der,
  expect,
  field,
  inside,
  integer,
  integerIn,
  nothing,
  octets,
  oid,
  oidIn,
  readDer,
  sequence,
  tags,
} from "./der.ts";
import { algorithms, type Curve, curves, nameIn } from "./oids.ts";
import { pem, pemBlocks } from "./pem.ts";
import { generateRsa, inverse, type RsaPrivateKey, type RsaPublicKey, randomBytes } from "./rsa.ts";

export interface EcPublicKey {
  readonly type: "ec";
  readonly curve: Curve;
  /** Uncompressed. */
  readonly point: Uint8Array;
}

export interface EcPrivateKey extends EcPublicKey {
  readonly scalar: Uint8Array;
}

export interface Ed25519PublicKey {
  readonly type: "ed25519";
  readonly point: Uint8Array;
}

export interface Ed25519PrivateKey extends Ed25519PublicKey {
  readonly seed: Uint8Array;
}

export type PublicKey = RsaPublicKey | EcPublicKey | Ed25519PublicKey;
export type PrivateKey = RsaPrivateKey | EcPrivateKey | Ed25519PrivateKey;

/** The arithmetic of a curve. */
export const arithmeticOf = (curve: Curve): typeof p256 => ({ "P-256": p256, "P-384": p384, "P-521": p521 })[curve];

/** A new key. RSA takes a quarter of a second for 2048 bits, and eight times as long for twice as many. */
export function generateKey(
  random: Random,
  wanted: { type: "rsa"; bits?: number } | { type: "ec"; curve?: Curve } | { type: "ed25519" },
): PrivateKey {
  if (wanted.type === "rsa") return generateRsa(random, wanted.bits);
  if (wanted.type === "ed25519") return ed25519Of(randomBytes(random, 32));
  const curve = wanted.curve ?? "P-256";
  const { utils, lengths } = arithmeticOf(curve);
  return ecOf(curve, utils.randomSecretKey(randomBytes(random, lengths.seed ?? 48)));
}

const ecOf = (curve: Curve, scalar: Uint8Array): EcPrivateKey => ({
  type: "ec",
  curve,
  scalar,
  point: arithmeticOf(curve).getPublicKey(scalar, false),
});
const ed25519Of = (seed: Uint8Array): Ed25519PrivateKey => ({ type: "ed25519", seed, point: ed25519.getPublicKey(seed) });

/** The key that others may know. */
export function publicKeyOf(key: PrivateKey | PublicKey): PublicKey {
  if (key.type === "rsa") return { type: "rsa", modulus: key.modulus, exponent: key.exponent };
  return key.type === "ec" ? { type: "ec", curve: key.curve, point: key.point } : { type: "ed25519", point: key.point };
}

const algorithmOf = (key: PublicKey): Uint8Array =>
  key.type === "rsa"
    ? sequence(oid(algorithms.rsa), nothing)
    : key.type === "ec"
      ? sequence(oid(algorithms.ec), oid(curves[key.curve]))
      : sequence(oid(algorithms.ed25519));

/** SubjectPublicKeyInfo (RFC 5280). */
export function encodePublicKey(key: PublicKey): Uint8Array {
  return sequence(algorithmOf(key), bits(publicKeyBits(key)));
}

/** What the bit string of a SubjectPublicKeyInfo holds; key identifiers are hashes of it. */
export const publicKeyBits = (key: PublicKey): Uint8Array => (key.type === "rsa" ? sequence(integer(key.modulus), integer(key.exponent)) : key.point);

export function decodePublicKey(value: Der): PublicKey {
  const [algorithm, key] = inside(expect(value, tags.sequence));
  const [type, parameters] = inside(expect(algorithm, tags.sequence));
  const content = bitsIn(key);
  switch (oidIn(type)) {
    case algorithms.rsa: {
      const [modulus, exponent] = inside(readDer(content));
      return { type: "rsa", modulus: integerIn(modulus), exponent: integerIn(exponent) };
    }
    case algorithms.ec: {
      const curve = curveIn(parameters);
      return { type: "ec", curve, point: arithmeticOf(curve).Point.fromBytes(content).toBytes(false) };
    }
    case algorithms.ed25519:
      return { type: "ed25519", point: content };
  }
  throw new DerError("x509: unknown public key algorithm");
}

function curveIn(value: Der | undefined): Curve {
  const curve = nameIn(curves, oidIn(value));
  if (!curve) throw new DerError("x509: unsupported elliptic curve");
  return curve;
}

/** PKCS #8, as `openssl genpkey` and `genrsa` write it. */
export function encodePrivateKey(key: PrivateKey): Uint8Array {
  const content = key.type === "rsa" ? encodePkcs1(key) : key.type === "ec" ? encodeSec1(key, false) : octets(key.seed);
  return sequence(integer(0), algorithmOf(key), octets(content));
}

/** PKCS #1: what `BEGIN RSA PRIVATE KEY` holds. */
export function encodePkcs1({ modulus, exponent, secret, primes: [p, q] }: RsaPrivateKey): Uint8Array {
  const numbers = [0n, modulus, exponent, secret, p, q, secret % (p - 1n), secret % (q - 1n), inverse(q, p)];
  return sequence(...numbers.map(integer));
}

/** SEC 1: what `BEGIN EC PRIVATE KEY` holds; inside PKCS #8 the curve stands beside it. */
export function encodeSec1({ curve, scalar, point }: EcPrivateKey, named = true): Uint8Array {
  const parameters = named ? [der(field(0), oid(curves[curve]))] : [];
  return sequence(integer(1), octets(scalar), ...parameters, der(field(1), bits(point)));
}

export const privateKeyPem = (key: PrivateKey): string => pem("PRIVATE KEY", encodePrivateKey(key));

export const publicKeyPem = (key: PublicKey): string => pem("PUBLIC KEY", encodePublicKey(key));

/** The first private key in a text, in whichever of the three forms. */
export function parsePrivateKey(text: string): PrivateKey | undefined {
  for (const { label, bytes } of pemBlocks(text)) {
    if (label === "PRIVATE KEY") return decodePrivateKey(bytes);
    if (label === "RSA PRIVATE KEY") return decodePkcs1(readDer(bytes));
    if (label === "EC PRIVATE KEY") return decodeSec1(readDer(bytes));
  }
  return undefined;
}

export function decodePrivateKey(bytes: Uint8Array): PrivateKey {
  const [, algorithm, key] = inside(expect(readDer(bytes), tags.sequence));
  const [type, parameters] = inside(expect(algorithm, tags.sequence));
  const content = readDer(expect(key, tags.octets).content);
  switch (oidIn(type)) {
    case algorithms.rsa:
      return decodePkcs1(content);
    case algorithms.ec:
      return decodeSec1(content, curveIn(parameters));
    case algorithms.ed25519:
      return ed25519Of(expect(content, tags.octets).content);
  }
  throw new DerError("x509: PKCS#8 wrapping contained private key with unknown algorithm");
}

function decodePkcs1(value: Der): RsaPrivateKey {
  const [, modulus = 0n, exponent = 0n, secret = 0n, p = 0n, q = 0n] = inside(expect(value, tags.sequence)).map(integerIn);
  return { type: "rsa", modulus, exponent, secret, primes: [p, q] };
}

function decodeSec1(value: Der, known?: Curve): EcPrivateKey {
  const [, scalar, ...rest] = inside(expect(value, tags.sequence));
  const named = rest.find(({ tag }) => tag === field(0));
  const curve = known ?? curveIn(named && inside(named)[0]);
  return ecOf(curve, expect(scalar, tags.octets).content);
}

/** Whether a private key and a public one belong together. */
export function belongTogether(secret: PrivateKey, key: PublicKey): boolean {
  const [a, b] = [encodePublicKey(publicKeyOf(secret)), encodePublicKey(key)];
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
