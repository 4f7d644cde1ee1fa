import type { Clock } from "#base/clock.ts";

const minutes = 60_000;
/** So much of the time that passes at once is lived through step by step, whatever it costs. */
const short = 60 * minutes;
/** So many steps are lived through of a longer one, those of all pods together, and then its last minute again. */
const mostSteps = 120;
const lastMinute = minutes;

/**
 * What of a long time that passes at once is lived through, and what is only told: when somebody comes back after a week, loops and back-offs that went
 * round and round all the time have gone on, but not every round was run.
 */
export class CatchUp {
  readonly #clock: Clock;
  #until: number | undefined;
  #left = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When something that goes on and on does its next step, which it would do at `when`. */
  next(when: number, cost = 1): number {
    const end = this.#spend(when, cost);
    return end === undefined ? when : Math.max(when, end + when - this.#clock.now());
  }

  /** How often something that comes again at `when`, and then every `period`, does so without being run. */
  rounds(when: number, period: number, cost = 1): number {
    const end = this.#spend(when, cost);
    return end === undefined ? 0 : Math.max(0, Math.floor((end - when) / period));
  }

  /** Where the last minute begins, once enough was lived through. */
  #spend(when: number, cost: number): number | undefined {
    const { until } = this.#clock;
    if (until === undefined || until - when <= short) return undefined;
    if (until !== this.#until) {
      this.#until = until;
      this.#left = mostSteps;
    }
    this.#left -= cost;
    return this.#left < 0 ? until - lastMinute : undefined;
  }
}
