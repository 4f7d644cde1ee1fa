import type { Clock, Timer } from "#base/clock.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Queue } from "#machinery/controller.ts";

/** A failed look is repeated after 5 ms, then after twice as long, and so on: client-go's exponential rate limiter. */
const usualRetries = { first: 5, longest: 1_000_000 };

/**
 * How long a look at one object keeps the next one off. Looking costs what is read: a replica set of a thousand pods that became ready one after
 * the other would be counted a thousand times, a million looks in all. As in a real cluster, where a look takes its time, changes meanwhile add up.
 */
const microsecondsPerRead = 2000;
const shortestRest = 5;
const longestRest = 3_000;

export interface WorkQueueOptions {
  tasks: Tasks;
  clock: Clock;
  /** Looks at one key. Gives when to look again though nothing changed, if ever, and how much it read. An error means: again, with back-off. */
  work(key: string): Promise<{ again: number | undefined; reads: number }>;
  /** Looks at once, at most: one that waits for a webhook must not hold up the others. */
  workers?: number;
  /** How long a look that failed waits, and how long at most. */
  retries?: { first: number; longest: number };
  failed?(key: string, error: unknown): void;
}

interface State {
  phase: "idle" | "queued" | "working" | "again";
  failures: number;
  /** No look before this time, unless what is wanted has changed. */
  restUntil: number;
  /** What is wanted has changed while it was being looked at. */
  urgent: boolean;
  timer: Timer | undefined;
}

/** The keys that a controller has still to look at. Each is worked on as a task of its own turn, never by two at a time. */
export class WorkQueue implements Queue {
  readonly #options: WorkQueueOptions;
  readonly #states = new Map<string, State>();
  #ready: string[] = [];
  #next = 0;
  #busy = 0;
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** `urgent`: what is wanted has changed, not just what is; it is looked at without a rest. */
  add(key: string, urgent = false): void {
    if (this.#stopped) return;
    const state = this.#state(key);
    if (state.phase === "working" || state.phase === "again") {
      state.phase = "again";
      state.urgent ||= urgent;
      return;
    }
    if (state.phase === "queued") return;
    const { clock } = this.#options;
    if (!urgent && state.restUntil > clock.now()) {
      // A timer for later than the rest would make the key wait longer than it has to.
      if (!state.timer || state.timer.when > state.restUntil) this.#wakeAt(key, state, state.restUntil);
      return;
    }
    state.phase = "queued";
    this.#ready.push(key);
    this.#staff();
  }

  addAt(key: string, when: number): void {
    if (this.#stopped) return;
    this.#wakeAt(key, this.#state(key), when);
  }

  /** Adds the key when its time has come, unless it is to be looked at before. */
  addBy(key: string, when: number): void {
    if (this.#stopped) return;
    const state = this.#state(key);
    if (state.phase !== "queued" && (!state.timer || state.timer.when > when)) this.#wakeAt(key, state, when);
  }

  forget(key: string): void {
    const state = this.#states.get(key);
    if (!state || state.phase === "working" || state.phase === "again") return;
    state.timer?.cancel();
    this.#states.delete(key);
  }

  /** Ends: what is under way is finished, nothing new begins. */
  stop(): void {
    this.#stopped = true;
    for (const state of this.#states.values()) state.timer?.cancel();
    this.#states.clear();
    this.#ready = [];
    this.#next = 0;
  }

  #state(key: string): State {
    let state = this.#states.get(key);
    if (!state) {
      state = { phase: "idle", failures: 0, restUntil: 0, urgent: false, timer: undefined };
      this.#states.set(key, state);
    }
    return state;
  }

  #wakeAt(key: string, state: State, when: number): void {
    state.timer?.cancel();
    state.timer = this.#options.clock.at(when, () => {
      state.timer = undefined;
      this.add(key);
    });
  }

  #staff(): void {
    if (this.#busy >= (this.#options.workers ?? 4)) return;
    this.#busy++;
    this.#options.tasks.detach(async () => {
      // Whoever made the change finishes its turn first: several changes of one turn are one look.
      await undefined;
      try {
        for (let key = this.#take(); key !== undefined; key = this.#take()) await this.#look(key);
      } finally {
        this.#busy--;
      }
    });
  }

  #take(): string | undefined {
    const key = this.#ready[this.#next];
    if (key === undefined) return undefined;
    this.#next++;
    if (this.#next === this.#ready.length) {
      this.#ready = [];
      this.#next = 0;
    }
    return key;
  }

  async #look(key: string): Promise<void> {
    const state = this.#states.get(key);
    if (state?.phase !== "queued") return;
    const { clock, work, failed, retries: { first, longest } = usualRetries } = this.#options;
    state.phase = "working";
    state.timer?.cancel();
    state.timer = undefined;
    let next: number | undefined;
    try {
      const { again, reads } = await work(key);
      state.failures = 0;
      next = again;
      const rest = Math.min((reads * microsecondsPerRead) / 1000, longestRest);
      state.restUntil = rest >= shortestRest ? clock.now() + rest : 0;
    } catch (error) {
      failed?.(key, error);
      next = clock.now() + Math.min(first * 2 ** state.failures++, longest);
    }
    if (this.#stopped) return;
    const changed = (state.phase as State["phase"]) === "again";
    const { urgent } = state;
    state.phase = "idle";
    state.urgent = false;
    // What failed waits for its back-off, whatever changed meanwhile.
    if (next !== undefined && (state.failures > 0 || !state.timer || (state.timer as Timer).when > next)) this.#wakeAt(key, state, next);
    if (changed && state.failures === 0) this.add(key, urgent);
    else if (!state.timer && next === undefined && state.restUntil <= clock.now() && state.failures === 0) this.#states.delete(key);
  }
}
