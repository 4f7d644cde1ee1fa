import type { Clock, Timer } from "#base/clock.ts";
import type { Tasks } from "#base/tasks.ts";
import type { CatchUp } from "./catch-up.ts";

interface Entry extends Timer {
  when: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
  real?: Timer;
}

/** So many things due are replayed one by one; a program that has more goes on from its last minutes. */
const mostReplayed = 20_000;
const lastMinutes = 120_000;

/**
 * Time as one container sees it: the cluster's, but for a program that is run again after its object was away. Then it begins where the program began,
 * and `catchUp` lets all that was due since pass at once, in order.
 */
export class ContainerClock implements Clock {
  readonly #clock: Clock;
  readonly #tasks: Tasks;
  #replaying: { now: number; entries: Entry[]; jump: boolean } | undefined;
  #order = 0;
  #awaited = 0;
  readonly #catchUp: CatchUp | undefined;

  constructor(clock: Clock, tasks: Tasks, options: { replayFrom?: number | undefined; catchUp?: CatchUp } = {}) {
    const { replayFrom, catchUp } = options;
    this.#clock = clock;
    this.#tasks = tasks;
    this.#catchUp = catchUp;
    if (replayFrom !== undefined) this.#replaying = { now: replayFrom, entries: [], jump: false };
  }

  get replaying(): boolean {
    return this.#replaying !== undefined;
  }

  now(): number {
    return this.#replaying?.now ?? this.#clock.now();
  }

  at(when: number, run: () => void | Promise<void>): Timer {
    if (!this.#replaying) return this.#clock.at(when, run);
    const entry: Entry = {
      when: Math.max(when, this.#replaying.now),
      order: this.#order++,
      run,
      cancelled: false,
      cancel() {
        entry.cancelled = true;
        entry.real?.cancel();
      },
    };
    this.#replaying.entries.push(entry);
    return entry;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!this.#replaying) {
      const wake = this.now() + milliseconds;
      const later = this.#awaited > 0 || !this.#catchUp ? wake : this.#catchUp.next(wake);
      return this.#clock.sleep(later - this.now(), signal);
    }
    signal?.throwIfAborted();
    await this.#tasks.block((wake, fail) => {
      const timer = this.at(this.now() + Math.max(0, milliseconds), () => {
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

  /** Runs something that somebody waits for, so that its sleeps are as long as they are. */
  async awaited<T>(run: () => Promise<T>): Promise<T> {
    this.#awaited++;
    try {
      return await run();
    } finally {
      this.#awaited--;
    }
  }

  /** What comes next cannot be done a second time: the program goes on from now. */
  jump(): void {
    if (this.#replaying) this.#replaying.jump = true;
  }

  /** Lets everything pass that was due until now; what is due later is left to the cluster's clock. Not for tasks. */
  async catchUp(): Promise<void> {
    const replay = this.#replaying;
    if (!replay) return;
    await this.#tasks.idle();
    for (let count = 0; ; count++) {
      if (replay.jump || count === mostReplayed) replay.now = Math.max(replay.now, this.#clock.now() - (replay.jump ? 0 : lastMinutes));
      const next = earliest(replay.entries);
      if (!next || next.when > this.#clock.now()) break;
      replay.entries.splice(replay.entries.indexOf(next), 1);
      replay.now = Math.max(replay.now, next.when);
      this.#tasks.detach(next.run);
      await this.#tasks.idle();
    }
    this.#replaying = undefined;
    for (const entry of replay.entries) if (!entry.cancelled) entry.real = this.#clock.at(entry.when, entry.run);
  }
}

function earliest(entries: readonly Entry[]): Entry | undefined {
  let first: Entry | undefined;
  for (const entry of entries) {
    if (entry.cancelled) continue;
    if (!first || entry.when < first.when || (entry.when === first.when && entry.order < first.order)) first = entry;
  }
  return first;
}
