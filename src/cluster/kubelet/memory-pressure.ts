import type { Timer } from "#base/clock.ts";
import { requestsOf } from "#machinery/pod-requests.ts";
import { formatQuantity, quantity, wholeUnits } from "#machinery/quantity.ts";
import type { Node, Pod } from "#machinery/types.ts";
import type { Kubelet } from "./kubelet.ts";
import { slice } from "./meter.ts";
import type { PodWorker } from "./pod-worker.ts";
import { newest } from "./record.ts";
import { type PressureSettings, usualPressure } from "./settings.ts";
import { isMirror } from "./static-pods.ts";
import { nodeUsage, podUsage } from "./usage.ts";

/** How often it is looked whether enough was given back. */
const looksEvery = 10_000;
/** From here on pods are not ended for others. */
const criticalPriority = 2_000_000_000;

/**
 * Ends pods where a node's memory comes to its end, those first that use more than they asked for.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
 */
export class MemoryPressure {
  readonly #kubelet: Kubelet;
  readonly #settings: PressureSettings;
  #lastMet: number | undefined;
  #timer: Timer | undefined;

  constructor(kubelet: Kubelet, settings: PressureSettings) {
    this.#kubelet = kubelet;
    this.#settings = settings;
  }

  /** Whether the node says that it has too little. */
  get isOn(): boolean {
    return this.#lastMet !== undefined;
  }

  get #least(): string {
    return this.#settings.least;
  }

  /** The kubelet begins, or goes on after the object was away. One that begins `anew` knows nothing of what was before. */
  async begin(anew = false): Promise<void> {
    const { api, node, clock, nodeStatus } = this.#kubelet;
    const said = api.get<Node>("nodes", node)?.status.conditions?.find(({ type }) => type === "MemoryPressure");
    const wasOn = said?.status === "True";
    if (wasOn && !anew) this.#lastMet = clock.now();
    if (wasOn || this.#settings !== usualPressure) await this.look();
    if (anew && wasOn && !this.isOn) await nodeStatus.pressure(false);
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Some container took more, or there may be more again. */
  async look(): Promise<void> {
    const { clock, nodeStatus } = this.#kubelet;
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = clock.now();
    const capacity = wholeUnits(this.#kubelet.capacity.memory);
    const threshold = this.#least.endsWith("%") ? Math.floor(capacity * Math.fround(Number.parseFloat(this.#least) / 100)) : wholeUnits(this.#least);
    const available = capacity - nodeUsage(this.#kubelet, now + slice).memory;
    if (available <= 0) {
      await this.#overrun();
      this.#again(this.#kubelet.catchUp.next(now + looksEvery));
    } else if (available < threshold) {
      const wasOn = this.isOn;
      this.#lastMet = now;
      await nodeStatus.event("Warning", "EvictionThresholdMet", "Attempting to reclaim memory");
      if (!wasOn) await nodeStatus.pressure(true);
      const least = this.#least.endsWith("%") ? String(threshold) : formatQuantity(quantity(this.#least));
      await this.#evictOne(`The node was low on resource: memory. Threshold quantity: ${least}, available: ${Math.floor(available / 1024)}Ki. `);
      this.#again(this.#kubelet.catchUp.next(now + looksEvery));
    } else if (this.#lastMet !== undefined) {
      const until = this.#lastMet + this.#settings.transition;
      if (now < until) return this.#again(until);
      this.#lastMet = undefined;
      await nodeStatus.pressure(false);
    }
  }

  #again(at: number): void {
    this.#timer = this.#kubelet.clock.at(at, () => this.look());
  }

  async #evictOne(message: string): Promise<void> {
    const worst = this.#worst();
    if (worst) await worst.worker.evict(message + worst.blame, "TerminationByKubelet");
  }

  /** All of it is taken, quicker than pods can be ended: the kernel kills whoever has most beyond its request. */
  async #overrun(): Promise<void> {
    const worker = this.#worst()?.worker;
    if (!worker) return;
    const [largest] = podUsage(this.#kubelet, worker.pod, this.#kubelet.clock.now() + slice).sort((a, b) => b.memory - a.memory);
    const container = largest && newest(worker.record, largest.name);
    if (!container) return;
    const live = this.#kubelet.runtime.get(worker.record.uid, container.id);
    const program = live?.config.args[0]?.replace(/^.*\//, "") ?? "";
    const pid = 4000 + (Number.parseInt(container.id.slice(0, 4), 16) % 20_000);
    live?.kill("OOMKilled");
    await this.#kubelet.nodeStatus.event("Warning", "SystemOOM", `System OOM encountered, victim process: ${program}, pid: ${pid}`);
  }

  #worst(): { worker: PodWorker; blame: string } | undefined {
    return [...this.#kubelet.workers]
      .filter(({ record, pod }) => record.stage === "running" && !isMirror(pod) && (pod.spec.priority ?? 0) < criticalPriority)
      .map((worker) => ({ worker, priority: worker.pod.spec.priority ?? 0, ...this.#useOf(worker) }))
      .sort((a, b) => Number(b.over > 0) - Number(a.over > 0) || a.priority - b.priority || b.over - a.over)[0];
  }

  /** How much more a pod uses than it asked for, and which of its containers is to blame. */
  #useOf({ pod }: PodWorker): { over: number; blame: string } {
    const used = podUsage(this.#kubelet, pod, this.#kubelet.clock.now() + slice);
    const sum = used.reduce((total, { memory }) => total + memory, 0);
    const blame = used.map(({ name, memory }) => {
      const request = pod.spec.containers.find((one) => one.name === name)?.resources?.requests?.memory ?? "0";
      return memory > wholeUnits(request)
        ? `Container ${name} was using ${Math.ceil(memory / 1024)}Ki, request is ${request}, has larger consumption of memory. `
        : "";
    });
    return { over: sum - requestedMemory(pod), blame: blame.join("") };
  }
}

const requestedMemory = (pod: Pod) => requestsOf(pod).get("memory") ?? 0;
