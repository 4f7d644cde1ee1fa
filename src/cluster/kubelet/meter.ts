/** How long a slice of the time is that computing is counted in. What is asked for is the use of the last whole slice. */
export const slice = 15_000;

/** Counts how long a program computed, slice by slice; forgets all but the last ones. */
export class Meter {
  readonly #spent = new Map<number, number>();

  /** It computed for so long from `at` on. */
  spend(at: number, milliseconds: number): void {
    const now = Math.floor(at / slice);
    this.#spent.set(now, (this.#spent.get(now) ?? 0) + milliseconds);
    for (const old of this.#spent.keys()) if (old < now - 3) this.#spent.delete(old);
  }

  /** Thousandths of a CPU that were used in the slice that ended at `end`. */
  used(end: number): number {
    return ((this.#spent.get(Math.floor(end / slice) - 1) ?? 0) / slice) * 1000;
  }
}
