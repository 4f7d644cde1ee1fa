interface Interval {
  first: number;
  last: number;
}

/** A set of completion indexes, kept as intervals: of ten thousand of them most lie side by side. */
export class Indexes {
  static readonly none = new Indexes([]);
  readonly #intervals: readonly Interval[];
  readonly size: number;

  private constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals;
    this.size = intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  static of(indexes: Iterable<number>): Indexes {
    return new Indexes(joined([...new Set(indexes)].map((index) => ({ first: index, last: index }))));
  }

  /** Reads `0,2-4,7`, leaving out what is not below `end`, and what is no number. */
  static parse(text: string, end: number): Indexes {
    const intervals: Interval[] = [];
    for (const part of text.split(",")) {
      const [, low, high = low] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
      if (low === undefined || Number(low) >= end) continue;
      intervals.push({ first: Number(low), last: Math.min(Number(high), end - 1) });
    }
    return new Indexes(joined(intervals));
  }

  union(other: Indexes): Indexes {
    if (other.size === 0) return this;
    return this.size === 0 ? other : new Indexes(joined([...this.#intervals, ...other.#intervals]));
  }

  has(index: number): boolean {
    return this.#intervals.some(({ first, last }) => first <= index && index <= last);
  }

  /** How many indexes both have. */
  common(other: Indexes): number {
    let count = 0;
    for (const a of this.#intervals)
      for (const b of other.#intervals) count += Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
    return count;
  }

  /** The first `count` indexes below `end` that are not in the set. */
  missing(count: number, end: number): number[] {
    const found: number[] = [];
    let candidate = 0;
    for (const { first, last } of [...this.#intervals, { first: end, last: end }]) {
      for (; candidate < Math.min(first, end) && found.length < count; candidate++) found.push(candidate);
      candidate = Math.max(candidate, last + 1);
    }
    return found;
  }

  /** `0,2-4,7`; two neighbours are written one by one. */
  toString(): string {
    return this.#intervals.map(({ first, last }) => (last === first ? first : `${first}${last === first + 1 ? "," : "-"}${last}`)).join(",");
  }
}

/** In order, those that touch each other made one. */
function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const { first, last } of intervals.toSorted((a, b) => a.first - b.first)) {
    const previous = result.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else result.push({ first, last });
  }
  return result;
}
