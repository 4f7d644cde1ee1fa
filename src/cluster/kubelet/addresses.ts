import type { Records } from "./container-host.ts";

interface Taken {
  /** The number of the last address that was given. */
  last: number;
  by: Record<string, number>;
}

/** The first address of a node's range is the node's own, on the bridge to its pods. */
const first = 2;

/** Addresses for the pods of one node: the next one that is free, as host-local gives them. */
export class Addresses {
  readonly #records: Records;
  readonly #key: string;
  readonly #range: () => string;
  #used: Set<number> | undefined;

  /** `range` is where the addresses lie: `10.244.0.0/24`. */
  constructor(records: Records, key: string, range: () => string) {
    this.#records = records;
    this.#key = key;
    this.#range = range;
  }

  get #size(): number {
    const bits = this.#range().split("/")[1] ?? "24";
    return 2 ** (32 - Number(bits)) - 2;
  }

  take(uid: string): string {
    const taken = this.#taken();
    const known = taken.by[uid];
    if (known !== undefined) return this.#text(known);
    this.#used ??= new Set(Object.values(taken.by));
    const used = this.#used;
    const size = this.#size;
    for (let tried = 0, number = taken.last; tried < size; tried++) {
      number = number >= size ? first : number + 1;
      if (used.has(number)) continue;
      used.add(number);
      taken.last = number;
      taken.by[uid] = number;
      this.#records.put(this.#key, taken);
      return this.#text(number);
    }
    throw new Error("no IP addresses available in range set");
  }

  giveBack(uid: string): void {
    const taken = this.#taken();
    const number = taken.by[uid];
    if (number === undefined) return;
    this.#used?.delete(number);
    delete taken.by[uid];
    this.#records.put(this.#key, taken);
  }

  #taken(): Taken {
    return this.#records.get<Taken>(this.#key) ?? { last: first - 1, by: {} };
  }

  #text(number: number): string {
    const [address = ""] = this.#range().split("/");
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) + number;
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
  }
}
