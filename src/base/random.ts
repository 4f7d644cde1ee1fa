/** Random numbers out of a seed (sfc32): the same seed and the same calls give the same run. Its state can be stored and taken up again. */
export class Random {
  #state: [number, number, number, number];

  constructor(seed: number | RandomState) {
    this.#state = typeof seed === "number" ? [0x9e3779b9, 0x243f6a88, seed >>> 0, Math.trunc(seed / 2 ** 32) >>> 0] : [...seed];
    if (typeof seed === "number") for (let i = 0; i < 12; i++) this.bits();
  }

  get state(): RandomState {
    return [...this.#state];
  }

  /** 32 random bits. */
  bits(): number {
    let [a, b, c, d] = this.#state;
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    this.#state = [a, b, c, d];
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
    for (let bits = 0; text.length < length; bits <<= 4) {
      if (text.length % 8 === 0) bits = this.bits();
      text += "0123456789abcdef"[bits >>> 28];
    }
    return text;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const h = this.hex(32);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${"89ab"[this.bits() & 3]}${h.slice(17, 20)}-${h.slice(20)}`;
  }
}

export type RandomState = readonly [number, number, number, number];
