import type { Change, Entry } from "#cluster/store/store.ts";

/** The entries that share one value, in the order of keys; `values` is made when asked for and kept until something changes. */
class Bucket {
  readonly #entries = new Map<string, Entry>();
  #values: readonly object[] | undefined;
  #inOrder: readonly Entry[] | undefined;
  #keys: string[] | undefined = [];

  get size(): number {
    return this.#entries.size;
  }

  set(entry: Entry): void {
    if (!this.#entries.has(entry.key)) this.#keys = undefined;
    this.#entries.set(entry.key, entry);
    this.#values = undefined;
    this.#inOrder = undefined;
  }

  delete(key: string): void {
    this.#entries.delete(key);
    this.#keys = undefined;
    this.#values = undefined;
    this.#inOrder = undefined;
  }

  entries(): readonly Entry[] {
    if (this.#inOrder) return this.#inOrder;
    this.#keys ??= [...this.#entries.keys()].sort();
    const entries: Entry[] = [];
    for (const key of this.#keys) {
      const entry = this.#entries.get(key);
      if (entry) entries.push(entry);
    }
    this.#inOrder = entries;
    return entries;
  }

  values(): readonly object[] {
    this.#values ??= this.entries().map((entry) => entry.value);
    return this.#values;
  }
}

/** Finds entries by values that are taken out of them; kept up with every change. */
export class Index {
  readonly #of: (value: object) => readonly string[];
  readonly #buckets = new Map<string, Bucket>();

  constructor(of: (value: object) => readonly string[], entries: readonly Entry[]) {
    this.#of = of;
    for (const entry of entries) this.#add(entry, this.#of(entry.value));
  }

  hear({ type, entry, old }: Change): void {
    const now = type === "put" ? this.#of(entry.value) : [];
    if (old) {
      for (const value of this.#of(old.value)) {
        if (now.includes(value)) continue;
        const bucket = this.#buckets.get(value);
        bucket?.delete(old.key);
        if (bucket?.size === 0) this.#buckets.delete(value);
      }
    }
    this.#add(entry, now);
  }

  entries(value: string): readonly Entry[] {
    return this.#buckets.get(value)?.entries() ?? [];
  }

  values(value: string): readonly object[] {
    return this.#buckets.get(value)?.values() ?? [];
  }

  #add(entry: Entry, values: readonly string[]): void {
    for (const value of values) {
      let bucket = this.#buckets.get(value);
      if (!bucket) {
        bucket = new Bucket();
        this.#buckets.set(value, bucket);
      }
      bucket.set(entry);
    }
  }
}
