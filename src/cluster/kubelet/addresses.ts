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
    const used = new Set(Object.values(taken.by));
    const size = this.#size;
    for (let tried = 0, number = taken.last; tried < size; tried++) {
      number = number >= size ? first : number + 1;
      if (used.has(number)) continue;
      this.#records.put(this.#key, { last: number, by: { ...taken.by, [uid]: number } });
      return this.#text(number);
    }
    throw new Error("no IP addresses available in range set");
  }

  giveBack(uid: string): void {
    const { last, by } = this.#taken();
    if (by[uid] === undefined) return;
    const { [uid]: _, ...rest } = by;
    this.#records.put(this.#key, { last, by: rest });
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
