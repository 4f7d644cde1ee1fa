import type { Clock, Timer } from "#base/clock.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Records } from "./container-host.ts";

/** Whoever writes on and on is stored no more often than this. */
const interval = 10_000;
/** Larger files do not outlive the session's object: they would fill its journal. */
export const largestStoredFile = 256 * 1024;

/**
 * Stores files of containers and volumes when they changed: at the end of the turn, once for all changes in it. Who writes all the time is stored now and
 * then; what a program wrote in between, it writes again when it is replayed.
 */
export class StoredFiles {
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #tasks: Tasks;
  readonly #changed = new Map<string, () => unknown>();
  readonly #storedAt = new Map<string, number>();
  #timer: Timer | undefined;
  #collecting = false;

  constructor(records: Records, clock: Clock, tasks: Tasks) {
    this.#records = records;
    this.#clock = clock;
    this.#tasks = tasks;
  }

  changed(key: string, value: () => unknown): void {
    this.#changed.set(key, value);
    if (this.#collecting) return;
    this.#collecting = true;
    this.#tasks.detach(async () => {
      await undefined;
      this.#collecting = false;
      this.#store(interval);
    });
  }

  /** Stores everything that changed, however lately it was stored before. */
  flush(): void {
    this.#store(0);
  }

  forget(key: string): void {
    this.#changed.delete(key);
    this.#storedAt.delete(key);
    this.#records.delete(key);
  }

  #store(leastAge: number): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [key, value] of this.#changed) {
      const due = (this.#storedAt.get(key) ?? Number.NEGATIVE_INFINITY) + leastAge;
      if (due > now) {
        next = Math.min(next, due);
        continue;
      }
      this.#records.put(key, value());
      this.#storedAt.set(key, now);
      this.#changed.delete(key);
    }
    this.#timer?.cancel();
    this.#timer = next === Number.POSITIVE_INFINITY ? undefined : this.#clock.at(next, () => this.#store(interval));
  }
}
