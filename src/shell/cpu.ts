import type { Clock } from "#base/clock.ts";

/** Computing that is done in one go before others may run. */
const quantumMicroseconds = 50_000;
/** From here on a tree that never waits is slowed, ever more. */
const patienceMilliseconds = 1_000;

/**
 * The computing time of a process and its descendants. Nothing here really takes time, so programs say what they would have used; now and then they
 * sleep for it on the clock. An endless loop therefore passes simulated time, lets everybody else run, and grows slower the longer it goes on
 * without ever waiting for anything. Where the machine has a limit, it ends there.
 */
export class Cpu {
  readonly #clock: Clock;
  readonly #limitMilliseconds: number;
  #microseconds = 0;
  #sinceWait = 0;
  #total = 0;
  /** Until then nobody of the tree goes on. */
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, limitMilliseconds = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#limitMilliseconds = limitMilliseconds;
  }

  /** All that was used, in milliseconds. */
  get used(): number {
    return this.#total + this.#microseconds / 1000;
  }

  /** Whether more was used in one go than the machine allows. */
  get exhausted(): boolean {
    return this.#sinceWait > this.#limitMilliseconds;
  }

  /** Whether it is time to rest: for all of the tree. */
  spend(microseconds: number): boolean {
    this.#microseconds += microseconds;
    if (this.#microseconds >= quantumMicroseconds) {
      const milliseconds = this.#microseconds / 1000;
      this.#microseconds = 0;
      this.#total += milliseconds;
      this.#sinceWait += milliseconds;
      const slower = Math.max(1, (this.#sinceWait / patienceMilliseconds) ** 2);
      this.#restsUntil = Math.max(this.#restsUntil, this.#clock.now()) + milliseconds * slower;
    }
    return this.#restsUntil > this.#clock.now();
  }

  async rest(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(Math.max(0, this.#restsUntil - this.#clock.now()), signal);
  }

  /** It waited for something of its own will. */
  waited(milliseconds: number): void {
    if (milliseconds * 1000 < quantumMicroseconds) return;
    this.#sinceWait = 0;
    this.#total += this.#microseconds / 1000;
    this.#microseconds = 0;
  }
}
