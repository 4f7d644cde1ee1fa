import type { ClockRecord } from "./storage.ts";

/** The time of a session: the world's, so much ahead of it; or standing still. */
export class SessionClock {
  #state: ClockRecord;

  constructor(state: ClockRecord) {
    this.#state = state;
  }

  get state(): ClockRecord {
    return this.#state;
  }

  get paused(): boolean {
    return this.#state.paused;
  }

  now(): number {
    return this.#state.paused ? this.#state.at : Date.now() + this.#state.ahead;
  }

  pause(): void {
    if (!this.#state.paused) this.#state = { paused: true, at: this.now() };
  }

  resume(): void {
    if (this.#state.paused) this.#state = { paused: false, ahead: this.#state.at - Date.now() };
  }

  /** Lets time pass at once. */
  advance(milliseconds: number): void {
    this.#state = this.#state.paused
      ? { paused: true, at: this.#state.at + milliseconds }
      : { paused: false, ahead: this.#state.ahead + milliseconds };
  }
}
