import type { Clock } from "#base/clock.ts";
import type { FieldOwnership } from "./core.ts";

/** Who wrote which field last, as `metadata.managedFields` says it. */
export class ManagedFields implements FieldOwnership {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onUpdate(): void {
    void this.#clock;
  }
}
