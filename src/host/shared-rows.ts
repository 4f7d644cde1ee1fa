/** So long a request that is done waits for the others that are being answered. A turn of the platform's timers takes a millisecond. */
const patience = 2;

export interface Rows {
  /** Whether anything happened that is not written. */
  isDirty(): boolean;
  /** Writes what happened, as a row. */
  write(): void;
  /** Settles when all that was written lasts. */
  sync(): Promise<void>;
}

/**
 * When rows are written. A row costs the platform as much as all the rest of a small request, so requests that are answered at the same time share
 * one: who is done waits a moment for the others, who is alone for nobody. No answer leaves before the row is written that holds what it tells; from
 * there on the platform holds it back until the row lasts. Streams it does not hold back: they wait for that themselves.
 */
export class SharedRows {
  readonly #rows: Rows;
  #asking = 0;
  #next: Promise<void> | undefined;
  /** How many rows were written, and how many of them are known to last. */
  #count = 0;
  #lasting = 0;
  #syncing: Promise<void> | undefined;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** A request is being answered, until what this gives is called. */
  enter(): () => void {
    this.#asking++;
    return () => {
      this.#asking--;
    };
  }

  /** Settles when all that has happened is in a row; undefined where it is already. */
  written(): Promise<void> | undefined {
    if (this.#next) return this.#next;
    if (!this.#rows.isDirty()) return undefined;
    if (this.#asking <= 1) {
      this.#rows.write();
      return undefined;
    }
    this.#next = new Promise((resolve, reject) => {
      setTimeout(() => {
        this.#next = undefined;
        try {
          // Somebody may have written in the meantime.
          if (this.#rows.isDirty()) this.#rows.write();
          resolve();
        } catch (error) {
          reject(error);
        }
      }, patience);
    });
    return this.#next;
  }

  /** Whether all that has happened lasts. */
  get allLasts(): boolean {
    return !this.#rows.isDirty() && this.#lasting === this.#count;
  }

  /** Settles when all that has happened lasts; undefined where it does already. */
  lasts(): Promise<void> | undefined {
    const written = this.written();
    if (written) return written.then(() => this.#synced());
    return this.#lasting < this.#count ? this.#synced() : undefined;
  }

  /** To be called with each row that is written, whoever had it written. */
  wrote(): void {
    this.#count++;
    this.#syncing = undefined;
  }

  /** One wait for all that wait for the same row. */
  #synced(): Promise<void> {
    this.#syncing ??= this.#sync(this.#count);
    return this.#syncing;
  }

  async #sync(count: number): Promise<void> {
    await this.#rows.sync();
    this.#lasting = Math.max(this.#lasting, count);
  }
}
