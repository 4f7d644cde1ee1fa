import type { Clock, Timer } from "#base/clock.ts";
import type { Entry, Store } from "#cluster/store/store.ts";
import type { KubeObject } from "#machinery/object.ts";
import { parseTime } from "#machinery/time.ts";
import type { Collection } from "../collection.ts";

interface Lease {
  readonly key: string;
  readonly revision: number;
  /** Worked out when the lease is the next to end, where its object was there before. */
  end?: number;
}

/**
 * Takes the objects of a kind away a fixed time after they were last written: events. Since all live equally long they end in the order of their
 * writes, so that one timer, for the oldest, is enough.
 */
export class Expiry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #life: number;
  #leases: Lease[] = [];
  /** Where the leases that run begin. */
  #first = 0;
  #timer: Timer | undefined;

  constructor(store: Store, clock: Clock, collection: Collection, seconds: number) {
    this.#store = store;
    this.#clock = clock;
    this.#life = seconds * 1000;
    this.#leases = collection
      .list()
      .map(({ key, revision }) => ({ key, revision }))
      .sort((a, b) => a.revision - b.revision);
    collection.watch(undefined, ({ type, entry }) => {
      if (type === "put") this.#grant(entry);
    });
    this.#schedule();
  }

  #grant({ key, revision }: Entry): void {
    this.#leases.push({ key, revision, end: this.#clock.now() + this.#life });
    if (!this.#timer) this.#schedule();
  }

  #schedule(): void {
    this.#skipOld();
    const next = this.#leases[this.#first];
    this.#timer = next && this.#clock.at(this.#endOf(next), () => this.#expire());
  }

  #expire(): void {
    const now = this.#clock.now();
    for (let lease = this.#leases[this.#first]; lease && this.#endOf(lease) <= now; lease = this.#leases[this.#first]) {
      if (this.#runs(lease)) this.#store.delete(lease.key);
      this.#first++;
    }
    this.#schedule();
  }

  /** Leases of what was written again or has gone mean nothing any more. */
  #skipOld(): void {
    for (let lease = this.#leases[this.#first]; lease && !this.#runs(lease); lease = this.#leases[this.#first]) this.#first++;
    if (this.#first <= this.#leases.length / 2) return;
    this.#leases = this.#leases.slice(this.#first);
    this.#first = 0;
  }

  #endOf(lease: Lease): number {
    const value = this.#store.get(lease.key)?.value as KubeObject | undefined;
    lease.end ??= (value ? lastWritten(value) : 0) + this.#life;
    return lease.end;
  }

  #runs({ key, revision }: Lease): boolean {
    return this.#store.get(key)?.revision === revision;
  }
}

/** When an object was last written, as far as it tells. */
function lastWritten({ metadata: { creationTimestamp = "", managedFields = [] } }: KubeObject): number {
  let last = parseTime(creationTimestamp) || 0;
  for (const { time = "" } of managedFields) last = Math.max(last, parseTime(time) || 0);
  return last;
}
