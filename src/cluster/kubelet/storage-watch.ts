import type { Timer } from "#base/clock.ts";
import type { PodWorker } from "./pod-worker.ts";
import { newest } from "./record.ts";
import { limitsStorage, storageExceeded } from "./storage.ts";

/** Sees to it that a pod that writes more than it may is ended, a while after it has written: what it holds is measured now and then, and looked at less often still. */
export class StorageWatch {
  readonly #worker: PodWorker;
  /** One for what containers wrote, one for volumes. */
  readonly #timers: { containers?: Timer; volumes?: Timer } = {};

  constructor(worker: PodWorker) {
    this.#worker = worker;
  }

  /** Something may have been written. */
  touched(): void {
    const { record, pod, host } = this.#worker;
    if (record.stage !== "running" || !limitsStorage(pod)) return;
    for (const what of ["containers", "volumes"] as const) {
      if (what === "volumes" && !pod.spec.volumes?.some(({ emptyDir }) => emptyDir)) continue;
      this.#timers[what] ??= host.clock.at(host.nextMeasure(what), () => {
        this.#timers[what] = host.clock.at(host.nextCount(), () => this.#look(what));
      });
    }
  }

  async #look(what: "containers" | "volumes"): Promise<void> {
    delete this.#timers[what];
    const { record, pod, host } = this.#worker;
    if (record.stage !== "running") return;
    const exceeded = storageExceeded(pod, {
      container: (name) => host.runtime.get(record.uid, newest(record, name)?.id ?? "")?.usedBytes ?? 0,
      // What was put into volumes since they were measured is not known yet.
      volume: (name) => (what === "volumes" || !this.#timers.volumes ? host.volumes.usedBytes(record.uid, name) : 0),
    });
    if (exceeded) await this.#worker.evict(exceeded);
  }

  close(): void {
    this.#timers.containers?.cancel();
    this.#timers.volumes?.cancel();
  }
}
