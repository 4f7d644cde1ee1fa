import { bytesOf } from "#base/streams.ts";

/** Writes protobuf from the end to the beginning: by then each length is known. */
export class Backward {
  #bytes = new Uint8Array(2048);
  #at = 2048;

  get size(): number {
    return this.#bytes.length - this.#at;
  }

  get written(): Uint8Array {
    return this.#bytes.slice(this.#at);
  }

  bytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#at -= bytes.length;
    this.#bytes.set(bytes, this.#at);
  }

  varint(value: number): void {
    const bytes: number[] = [];
    // The low seven bits first; a negative number stands as its two's complement of 64 bits.
    let rest = value < 0 ? BigInt.asUintN(64, BigInt(value)) : value;
    while (rest >= 128) {
      bytes.push(typeof rest === "bigint" ? Number(rest & 0x7fn) | 0x80 : (rest % 128) | 0x80);
      rest = typeof rest === "bigint" ? rest >> 7n : Math.floor(rest / 128);
    }
    bytes.push(Number(rest));
    this.bytes(Uint8Array.from(bytes));
  }

  tag(number: number, type: number): void {
    this.varint(number * 8 + type);
  }

  number(number: number, value: number): void {
    this.varint(value);
    this.tag(number, 0);
  }

  lengthed(number: number, bytes: Uint8Array): void {
    this.bytes(bytes);
    this.varint(bytes.length);
    this.tag(number, 2);
  }

  text(number: number, text: string): void {
    this.lengthed(number, bytesOf(text));
  }

  #makeRoom(more: number): void {
    if (more <= this.#at) return;
    const { size } = this;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, (size + more) * 2));
    larger.set(this.#bytes.subarray(this.#at), larger.length - size);
    this.#at = larger.length - size;
    this.#bytes = larger;
  }
}

/** A message that stands in another. */
export function within(to: Backward, number: number, write: () => void): void {
  const before = to.size;
  write();
  to.varint(to.size - before);
  to.tag(number, 2);
}
