/**
 * Knows when everything that runs in a cluster has come to rest. A task is running or blocked, and it blocks only here: each stream, each
 * wait for the clock and each wait for another task is a `block`. Whoever wakes a task makes it running in the same turn, so that `idle` is
 * exact: no timer, no polling, no guess how many microtasks are left.
 */
export class Tasks {
  #running = 0;
  #waiting: (() => void)[] = [];
  #failures: (error: unknown) => void;

  /** `failed` hears of errors that a detached task threw: those are defects, since tasks report their own failures. */
  constructor(failed: (error: unknown) => void = () => {}) {
    this.#failures = failed;
  }

  /** Whether nothing runs now. */
  get resting(): boolean {
    return this.#running === 0;
  }

  /** Runs `work` as a task and gives what it gives. Each way into the cluster from outside (a request, an alarm, a key typed) is one. */
  async run<T>(work: () => T | Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Starts `work` as a task of its own; nobody waits for it. */
  detach(work: () => void | Promise<void>): void {
    void this.run(work).catch(this.#failures);
  }

  /**
   * Blocks the task that calls until `wake` is called, once. `register` gets `wake` and must keep it; waking twice does nothing.
   * Must be awaited at once, by a task.
   */
  block<T = void>(register: (wake: (value: T) => void, fail: (error: unknown) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let blocked = true;
      const once = <V>(settle: (value: V) => void) => {
        return (value: V) => {
          if (!blocked) return;
          blocked = false;
          this.#running++;
          settle(value);
        };
      };
      register(once(resolve), once(reject));
      // Still counted as running while it registered: a wake from inside `register` must not let it look at rest in between.
      this.#leave();
    });
  }

  /** Gives when nothing runs any more: everything waits for the clock, for a stream's other end, or is done. Not for tasks: they never rest while waiting. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    this.#running--;
    if (this.#running > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
