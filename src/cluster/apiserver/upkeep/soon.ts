import type { Tasks } from "#base/tasks.ts";
import { StatusError } from "#machinery/status.ts";

/** Names about which something is to be done once the write that led here is answered: once each, however often they are added until then. */
export class Soon {
  readonly #waiting = new Set<string>();
  readonly #tasks: Tasks;
  readonly #look: (name: string) => Promise<void>;

  constructor(tasks: Tasks, look: (name: string) => Promise<void>) {
    this.#tasks = tasks;
    this.#look = look;
  }

  add(name: string): void {
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    this.#tasks.detach(async () => {
      await Promise.resolve();
      this.#waiting.delete(name);
      // Somebody else may write at the same time: their write leads here again.
      await this.#look(name).catch(ignoreRefusal);
    });
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof StatusError)) throw error;
}
