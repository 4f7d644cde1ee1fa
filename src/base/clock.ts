import type { Tasks } from "./tasks.ts";

/** Time as everything in a cluster sees it: milliseconds since 1970. Nothing there asks `Date`. */
export interface Clock {
  now(): number;
  /** Calls `run` when `when` has come, as a task, seeing its own due time as now; at once, in the next turn of the queue, if it has passed. */
  at(when: number, run: () => void | Promise<void>): Timer;
  /** Blocks the calling task for `milliseconds`, or until `signal` aborts: then it throws the signal's reason. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** How far the time goes that is passing at once, for what need not be lived through step by step; undefined where that is not known. */
  readonly until?: number | undefined;
}

export interface Timer {
  readonly when: number;
  cancel(): void;
}

interface Entry extends Timer {
  readonly order: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

/** The one timer queue of a cluster. Entries due at the same moment run in the order in which they were made. */
export class TimerQueue implements Clock {
  #now: number;
  #order = 0;
  #heap: Entry[] = [];
  readonly #tasks: Tasks;
  #advancing: Promise<void> = Promise.resolve();
  #until: number | undefined;

  /** Called when the next due time may have become earlier. */
  onEarlier: (() => void) | undefined;

  constructor(tasks: Tasks, now: number) {
    this.#tasks = tasks;
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  get until(): number | undefined {
    return this.#until;
  }

  /** When the next entry is due, if there is one. */
  next(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.when;
  }

  at(when: number, run: () => void | Promise<void>): Timer {
    const entry: Entry = {
      when: Math.max(when, this.#now),
      order: this.#order++,
      run,
      cancelled: false,
      cancel() {
        entry.cancelled = true;
      },
    };
    this.#push(entry);
    if (this.#heap[0] === entry) this.onEarlier?.();
    return entry;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#tasks.block((wake, fail) => {
      const timer = this.at(this.#now + Math.max(0, milliseconds), () => {
        signal?.removeEventListener("abort", aborted);
        wake();
      });
      const aborted = () => {
        timer.cancel();
        fail(signal?.reason);
      };
      signal?.addEventListener("abort", aborted, { once: true });
    });
  }

  /**
   * Lets time pass until `to`: runs each entry due until then at its own time, and waits after each until everything rests. Not for tasks.
   * `stop` is asked between two entries; when it says so, time stands where it is. Calls are served one after the other.
   */
  advance(to: number, stop?: () => boolean): Promise<void> {
    const turn = this.#advancing.then(() => this.#advance(to, stop));
    this.#advancing = turn.catch(() => {});
    return turn;
  }

  async #advance(to: number, stop?: () => boolean): Promise<void> {
    await this.#tasks.idle();
    // Who may stop on the way wants to see every step.
    this.#until = stop ? undefined : to;
    try {
      for (;;) {
        if (stop?.()) return;
        const due = this.next();
        if (due === undefined || due > to) break;
        const entry = this.#pop();
        if (!entry) break;
        this.#now = Math.max(this.#now, entry.when);
        this.#tasks.detach(entry.run);
        await this.#tasks.idle();
      }
      this.#now = Math.max(this.#now, to);
    } finally {
      this.#until = undefined;
    }
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry;
      if (before(above, entry)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || top === last) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (before(last, heap[child] as Entry)) break;
      heap[i] = heap[child] as Entry;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

const before = (a: Entry, b: Entry) => a.when < b.when || (a.when === b.when && a.order < b.order);
