import type { Random } from "#base/random.ts";
import { bytesOfNumber, unsigned } from "./der.ts";

export interface RsaPublicKey {
  readonly type: "rsa";
  readonly modulus: bigint;
  readonly exponent: bigint;
}

export interface RsaPrivateKey extends RsaPublicKey {
  readonly secret: bigint;
  readonly primes: readonly [bigint, bigint];
}

const publicExponent = 65537n;

export const bitLength = (value: bigint): number =>
  value === 0n ? 0 : value.toString(16).length * 4 - Math.clz32(Number.parseInt(value.toString(16)[0] ?? "0", 16)) + 28;

/** A new key. */
export function generateRsa(random: Random, bits = 2048): RsaPrivateKey {
  const half = Math.ceil(bits / 2);
  for (;;) {
    const [a, b] = [prime(random, half), prime(random, bits - half)];
    if (a === b) continue;
    const [p, q] = a > b ? [a, b] : [b, a];
    const order = (p - 1n) * (q - 1n);
    return {
      type: "rsa",
      modulus: p * q,
      exponent: publicExponent,
      secret: inverse(publicExponent, order / divisor(p - 1n, q - 1n)),
      primes: [p, q],
    };
  }
}

/** The message representative to the power of the secret exponent, prime by prime, which takes a quarter of the time. */
export function rsaSecret(key: RsaPrivateKey, message: bigint): bigint {
  const [p, q] = key.primes;
  const [atP, atQ] = [power(message % p, key.secret % (p - 1n), p), power(message % q, key.secret % (q - 1n), q)];
  const lift = (((atP - atQ) % p) + p) % p;
  return atQ + q * ((lift * inverse(q, p)) % p);
}

/** A digest, signed as PKCS #1 v1.5 says; `info` names its algorithm. */
export function signRsa(key: RsaPrivateKey, info: Uint8Array): Uint8Array {
  const size = Math.ceil(bitLength(key.modulus) / 8);
  return bytesOfNumber(rsaSecret(key, unsigned(padded(info, size))), size);
}

export function verifyRsa(key: RsaPublicKey, info: Uint8Array, signature: Uint8Array): boolean {
  const size = Math.ceil(bitLength(key.modulus) / 8);
  if (signature.length !== size) return false;
  return power(unsigned(signature), key.exponent, key.modulus) === unsigned(padded(info, size));
}

function padded(info: Uint8Array, size: number): Uint8Array {
  const block = new Uint8Array(size).fill(0xff);
  block.set([0, 1]);
  block[size - info.length - 1] = 0;
  block.set(info, size - info.length);
  return block;
}

/** `base` to `exponent`, modulo `modulus`: four bits of the exponent at a time. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n, base % modulus];
  for (let i = 2; i < 16; i++) powers.push(((powers[i - 1] ?? 0n) * (powers[1] ?? 0n)) % modulus);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % modulus;
    const factor = Number.parseInt(digit, 16);
    if (factor > 0) result = (result * (powers[factor] ?? 1n)) % modulus;
  }
  return result;
}

/** What times `value` is one, modulo `modulus`. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}

/** Small primes, by which most candidates fall out before they cost anything. */
let sieve: readonly number[] | undefined;
function smallPrimes(): readonly number[] {
  if (sieve) return sieve;
  const found: number[] = [];
  for (let i = 3; i < 12_000; i += 2) if (found.every((each) => each * each > i || i % each !== 0)) found.push(i);
  sieve = found;
  return found;
}

/** A prime of so many bits, its highest two set, so that the product of two has twice as many. */
function prime(random: Random, bits: number): bigint {
  const primes = smallPrimes();
  const span = 8192;
  for (;;) {
    const start = randomNumber(random, bits) | (3n << BigInt(bits - 2)) | 1n;
    const composite = new Uint8Array(span);
    for (const small of primes) {
      // The first odd candidate from `start` on that the small prime divides.
      let at = (small - Number(start % BigInt(small))) % small;
      if (at % 2 === 1) at += small;
      for (let i = at / 2; i < span; i += small) composite[i] = 1;
    }
    for (let i = 0; i < span; i++) {
      const candidate = start + 2n * BigInt(i);
      if (composite[i] === 0 && candidate % publicExponent !== 1n && isPrime(candidate, random)) return candidate;
    }
  }
}

/** By Miller and Rabin; of numbers picked at random so large, a few rounds leave no doubt that matters. */
function isPrime(candidate: bigint, random: Random): boolean {
  let [odd, twos] = [candidate - 1n, 0];
  while (odd % 2n === 0n) [odd, twos] = [odd / 2n, twos + 1];
  for (let round = 0; round < 4; round++) {
    const witness = round === 0 ? 2n : (randomNumber(random, 64) % (candidate - 3n)) + 2n;
    if (!isWitnessed(candidate, witness, odd, twos)) return false;
  }
  return true;
}

function isWitnessed(candidate: bigint, witness: bigint, odd: bigint, twos: number): boolean {
  let x = power(witness, odd, candidate);
  if (x === 1n || x === candidate - 1n) return true;
  for (let i = 1; i < twos; i++) {
    x = (x * x) % candidate;
    if (x === candidate - 1n) return true;
  }
  return false;
}

export function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.bits() >>> 24;
  return bytes;
}

const randomNumber = (random: Random, bits: number): bigint => unsigned(randomBytes(random, Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n);
