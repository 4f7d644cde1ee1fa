/** So much may lie here unread: who sends more does not wait for answers. */
const most = 16 * 1024 * 1024;

/** Bytes that a client sent and nobody has read yet. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #waiting: (() => void) | undefined;

  push(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#size += bytes.length;
    if (this.#size > most) throw new RangeError("nobody reads what is sent");
    this.#chunks.push(bytes);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The next bytes, as soon as there are any; undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    const chunk = this.#chunks.shift();
    this.#size -= chunk?.length ?? 0;
    return chunk;
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
