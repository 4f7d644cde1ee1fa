import type { Timer } from "#base/clock.ts";
import type { Container } from "#machinery/types.ts";
import { type Declared, declaredNamed, fieldPathOf } from "./containers.ts";
import type { PodWorker } from "./pod-worker.ts";
import { probeOf, runProbe, thresholdOf } from "./probes.ts";
import type { ContainerRecord, ProbeKind, ProbeRecord } from "./record.ts";

const kinds: readonly ProbeKind[] = ["startup", "liveness", "readiness"];
const title: Readonly<Record<ProbeKind, string>> = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" };
/** A readiness probe without a delay runs as soon as its container does. */
const atOnce = 20;

/**
 * Runs the probes of a pod's containers, each in its period, and notes their verdicts.
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export class Prober {
  readonly #worker: PodWorker;
  readonly #timers = new Map<string, Timer>();
  /** Probes that would go on to succeed: they rest until something changes. */
  readonly #resting = new Map<string, { record: ContainerRecord; kind: ProbeKind }>();

  constructor(worker: PodWorker) {
    this.#worker = worker;
  }

  /** A container was started: its probes begin. */
  start({ container, kind }: Declared, record: ContainerRecord): void {
    if (kind === "ephemeral") return;
    for (const one of kinds) {
      if (!probeOf(container, one)) continue;
      record.probes[one] = { result: "unknown", outcome: "unknown", run: 0 };
      if (one === "startup" || !container.startupProbe) this.#begin(container, record, one);
    }
  }

  /** Goes on with the probes of a record that was taken up again. */
  resume(record: ContainerRecord): void {
    for (const kind of kinds) {
      const probe = record.probes[kind];
      if (probe?.due !== undefined) this.#set(record, kind, probe.due);
      else if (probe?.result === "success" && kind !== "startup") this.#resting.set(`${record.id}/${kind}`, { record, kind });
    }
  }

  /** Something changed in the pod: probes that rested look again in their next turn. */
  wake(): void {
    if (this.#resting.size === 0) return;
    const resting = [...this.#resting.values()];
    this.#resting.clear();
    for (const { record, kind } of resting) {
      const declared = declaredNamed(this.#worker.pod.spec, record.name);
      if (declared && record.state === "running")
        this.#set(record, kind, this.#tick(declared.container, kind, this.#worker.host.clock.now(), record));
    }
  }

  /** No more probes of a container. */
  stop(record: ContainerRecord): void {
    for (const kind of kinds) {
      const probe = record.probes[kind];
      if (probe) probe.due = undefined;
      this.#timers.get(`${record.id}/${kind}`)?.cancel();
      this.#timers.delete(`${record.id}/${kind}`);
      this.#resting.delete(`${record.id}/${kind}`);
    }
  }

  /** No more probes of the pod. */
  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#resting.clear();
  }

  #begin(container: Container, record: ContainerRecord, kind: ProbeKind): void {
    const delay = (probeOf(container, kind)?.initialDelaySeconds ?? 0) * 1000;
    const { clock } = this.#worker.host;
    const state = record.probes[kind];
    if (state && kind === "readiness") state.anchor = this.#worker.host.nextRelist();
    const from = Math.max(clock.now(), record.startedAt + delay);
    const due = kind === "readiness" && delay === 0 ? clock.now() + atOnce : this.#tick(container, kind, from, record);
    this.#set(record, kind, due);
  }

  /**
   * Probes run in their period from when the kubelet first saw the pod; those for readiness from when it first finds the container running, since
   * whoever is not ready yet is asked at once whenever the pod is looked at.
   */
  #tick(container: Container, kind: ProbeKind, after: number, record: ContainerRecord): number {
    const period = (probeOf(container, kind)?.periodSeconds ?? 10) * 1000;
    const anchor = record.probes[kind]?.anchor ?? this.#worker.record.startTime;
    return anchor + (Math.floor((after - anchor) / period) + 1) * period;
  }

  #set(record: ContainerRecord, kind: ProbeKind, due: number): void {
    const probe = record.probes[kind];
    if (!probe) return;
    probe.due = due;
    const key = `${record.id}/${kind}`;
    this.#timers.get(key)?.cancel();
    this.#timers.set(
      key,
      this.#worker.host.clock.at(due, () => this.#run(record, kind)),
    );
    this.#worker.save();
  }

  async #run(record: ContainerRecord, kind: ProbeKind): Promise<void> {
    const worker = this.#worker;
    this.#resting.delete(`${record.id}/${kind}`);
    const declared = declaredNamed(worker.pod.spec, record.name);
    const probe = declared && probeOf(declared.container, kind);
    const state = record.probes[kind];
    if (!declared || !probe || !state || record.state !== "running" || record.killing) return;

    const { outcome, message } = await runProbe(worker.host, worker.record.uid, declared.container, record, probe);
    if (record.state !== "running" || record.killing || worker.record.stage !== "running") return;
    if (outcome !== "success") {
      const text =
        outcome === "failure" ? `${title[kind]} probe failed: ${message}` : `${title[kind]} probe errored and resulted in unknown state: ${message}`;
      await worker.event("Warning", "Unhealthy", text, fieldPathOf(declared));
    }
    if (outcome !== "unknown") await this.#judge(declared.container, record, kind, state, outcome);

    // Who failed its health stands still until it is started again, and who has started needs no more startup probes.
    const settled = (kind !== "readiness" && state.result === "failure") || (kind === "startup" && state.result === "success");
    if (settled) this.#forget(record, kind);
    else if (outcome === "success" && state.result === "success" && worker.host.runtime.get(worker.record.uid, record.id)?.isSteady(probe)) {
      this.#forget(record, kind);
      this.#resting.set(`${record.id}/${kind}`, { record, kind });
    } else this.#again(declared.container, record, kind, outcome === state.result);
  }

  /** The next run. When a long time passes at once, one that would say the same again waits for its end, or until something changes. */
  #again(container: Container, record: ContainerRecord, kind: ProbeKind, sameAgain: boolean): void {
    const { clock, catchUp } = this.#worker.host;
    const due = this.#tick(container, kind, clock.now(), record);
    const later = sameAgain ? catchUp.next(due) : due;
    this.#set(record, kind, later > due ? this.#tick(container, kind, later, record) : due);
    if (later > due) this.#resting.set(`${record.id}/${kind}`, { record, kind });
  }

  #forget(record: ContainerRecord, kind: ProbeKind): void {
    const state = record.probes[kind];
    if (state) state.due = undefined;
    this.#timers.delete(`${record.id}/${kind}`);
    this.#worker.save();
  }

  async #judge(container: Container, record: ContainerRecord, kind: ProbeKind, state: ProbeRecord, outcome: "success" | "failure"): Promise<void> {
    const probe = probeOf(container, kind);
    state.run = state.outcome === outcome ? state.run + 1 : 1;
    state.outcome = outcome;
    if (!probe || state.run < thresholdOf(probe, outcome) || state.result === outcome) return;
    const wasNews = state.result !== "unknown" || outcome === "success" || kind !== "readiness";
    state.result = outcome;
    if (kind === "startup" && outcome === "success") {
      await this.#worker.object.writeStarted(record.name);
      for (const other of ["liveness", "readiness"] as const) if (probeOf(container, other)) this.#begin(container, record, other);
    }
    if (wasNews && !(kind === "liveness" && outcome === "success")) this.#worker.poke();
  }
}
