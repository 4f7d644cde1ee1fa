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
  readonly #base: number;
  readonly #last: number;

  constructor(records: Records, key: string, cidr: string) {
    this.#records = records;
    this.#key = key;
    const [address = "", bits = "24"] = cidr.split("/");
    this.#base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    this.#last = 2 ** (32 - Number(bits)) - 2;
  }

  take(uid: string): string {
    const taken = this.#taken();
    const known = taken.by[uid];
    if (known !== undefined) return this.#text(known);
    const used = new Set(Object.values(taken.by));
    for (let tried = 0, number = taken.last; tried < this.#last; tried++) {
      number = number >= this.#last ? first : number + 1;
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
    const value = this.#base + number;
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
  }
}
