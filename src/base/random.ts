/** Random numbers out of a seed (sfc32): the same seed and the same calls give the same run. Its state can be stored and taken up again. */
export class Random {
  // Four fields and no list: every draw would make a new one.
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number | RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = typeof seed === "number" ? [0x9e3779b9 | 0, 0x243f6a88, seed | 0, Math.trunc(seed / 2 ** 32) | 0] : seed;
    if (typeof seed === "number") for (let i = 0; i < 12; i++) this.bits();
  }

  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  /** 32 random bits. */
  bits(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both possible. */
  between(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  pick<T>(choices: ArrayLike<T>): T {
    return choices[this.between(0, choices.length - 1)] as T;
  }

  /** Kubernetes' random suffix: letters and digits without vowels and look-alikes. */
  suffix(length = 5): string {
    let text = "";
    for (let i = 0; i < length; i++) text += this.pick("bcdfghjklmnpqrstvwxz2456789");
    return text;
  }

  hex(length: number): string {
    let text = "";
    while (text.length < length) text += hexOf(this.bits());
    return text.length === length ? text : text.slice(0, length);
  }

  /** A version 4 UUID. */
  uuid(): string {
    const [a, b, c, d] = [this.bits(), this.bits(), this.bits(), this.bits()];
    const variant = 0x8 | (this.bits() & 3);
    const middle = `${bytes(b >>> 16, 2)}-${bytes(0x4000 | (b & 0xfff), 2)}-${bytes((variant << 12) | ((c >>> 16) & 0xfff), 2)}`;
    return `${hexOf(a)}-${middle}-${bytes(c, 2)}${hexOf(d)}`;
  }
}

const octets = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The last so many bytes of a number, in hexadecimal. */
function bytes(bits: number, count: number): string {
  let text = "";
  for (let shift = 8 * (count - 1); shift >= 0; shift -= 8) text += octets[(bits >>> shift) & 255];
  return text;
}

const hexOf = (bits: number) => bytes(bits, 4);

export type RandomState = readonly [number, number, number, number];
