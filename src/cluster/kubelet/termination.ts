import type { Pod } from "#machinery/types.ts";
import { declaredNamed, fieldPathOf, isSidecar } from "./containers.ts";
import { runHook } from "./hooks.ts";
import type { PodWorker } from "./pod-worker.ts";
import { type ContainerRecord, never, running, type Step } from "./record.ts";

type EndStep = Extract<Step, { do: "terminate" | "stop" | "tear-down" | "finish" | "forget" }>["do"];

/** How long a pod whose containers are gone takes to go, in milliseconds. */
const takes = { stop: [60, 140], release: [430, 600] } as const;
const defaultGrace = 30_000;
/** However little time is granted: a preStop hook that uses all of it leaves so much for the stop signal. */
const leastGrace = 1_000;
const afterHook = 2_000;

/** The steps from containers that run to a pod that is gone. */
export class Termination {
  readonly #worker: PodWorker;

  constructor(worker: PodWorker) {
    this.#worker = worker;
  }

  perform(step: EndStep): Promise<Step> {
    switch (step) {
      case "terminate":
        return this.#terminate();
      case "stop":
        return this.#stop();
      case "tear-down":
        return this.#tearDown();
      case "finish":
        return this.#finish();
      case "forget":
        return this.#forget();
    }
  }

  get #now(): number {
    return this.#worker.host.clock.now();
  }

  #in([from, to]: readonly [number, number]): number {
    return this.#now + this.#worker.host.random.between(from, to);
  }

  /** The end of a pod begins: by a deletion, an eviction, or because nothing of it is left to run. */
  async #terminate(): Promise<Step> {
    const { record, pod } = this.#worker;
    const isOver = running(record).length === 0 && !pod.metadata.deletionTimestamp && !this.#worker.object.gone && !record.ended && !record.orphan;
    record.stage = "terminating";
    record.deadline = this.#now + (record.ended?.evicted ? leastGrace : graceOf(pod));
    this.#worker.prober.close();
    if (!isOver) await this.#worker.object.writeStatus();
    return this.#stop();
  }

  /** Stops what still runs: all at once, but sidecars when the others have ended, the last first. */
  async #stop(): Promise<Step> {
    const { record } = this.#worker;
    this.press();
    const left = running(record);
    if (left.length === 0) return { do: "tear-down", at: this.#in(takes.stop) };

    const sidecars = left.filter((one) => this.#isSidecar(one));
    for (const one of [...sidecars, ...left.filter((other) => !sidecars.includes(other))])
      if (!one.killing) {
        await this.#announce(one, `Stopping container ${one.name}`);
        one.killing = { deadline: record.deadline ?? this.#now, waits: true };
      }
    const next = sidecars.length < left.length ? left.filter((one) => !sidecars.includes(one)) : sidecars.slice(-1);
    for (const one of next)
      if (one.killing?.waits) {
        delete one.killing.waits;
        this.#begin(one);
      }
    return running(record).length === 0 ? { do: "tear-down", at: this.#in(takes.stop) } : { do: "stop", at: this.nextDeadline() };
  }

  #isSidecar({ name }: ContainerRecord): boolean {
    const declared = declaredNamed(this.#worker.pod.spec, name);
    return declared?.kind === "init" && isSidecar(declared.container);
  }

  async #announce(container: ContainerRecord, message: string): Promise<void> {
    const declared = declaredNamed(this.#worker.pod.spec, container.name);
    if (declared) await this.#worker.event("Normal", "Killing", message, fieldPathOf(declared));
    this.#worker.prober.stop(container);
  }

  /** Ends a container that is to be started again, or whose pod has nothing more to do. */
  async kill(container: ContainerRecord, message: string): Promise<void> {
    const declared = declaredNamed(this.#worker.pod.spec, container.name);
    if (!declared) return;
    await this.#announce(container, message);
    container.killing = { deadline: this.#now + probeGrace(this.#worker.pod, declared.container, container) };
    this.#begin(container);
  }

  /** Goes on after the object was away: a preStop hook that was cut short runs again. */
  resume(): void {
    for (const container of running(this.#worker.record)) if (container.killing?.hook) this.#begin(container);
  }

  /** Its preStop hook, its stop signal, and SIGKILL when its time is up. */
  #begin(container: ContainerRecord): void {
    const { record, host, pod } = this.#worker;
    const declared = declaredNamed(pod.spec, container.name);
    const hook = declared?.container.lifecycle?.preStop;
    if (!declared || !hook || !container.killing) {
      this.#signal(container);
      return;
    }
    container.killing.hook = true;
    const { deadline } = container.killing;
    const giveUp = new AbortController();
    host.tasks.detach(async () => {
      const failure = await runHook(host, pod, record.uid, declared.container, container.id, hook, giveUp.signal);
      if (container.state !== "running" || !container.killing?.hook) return;
      delete container.killing.hook;
      if (failure) await this.#worker.event("Warning", "FailedPreStopHook", "PreStopHook failed", fieldPathOf(declared));
      // A hook that used up all the time leaves its container two seconds.
      container.killing.deadline = Math.max(container.killing.deadline, this.#now + afterHook);
      this.#signal(container);
      const { step } = this.#worker.record;
      if (step.do === "stop" || step.do === "kill") this.#worker.next({ ...step, at: this.nextDeadline() });
    });
    host.clock.at(Math.max(deadline, this.#now), () => giveUp.abort(new Error("context deadline exceeded")));
  }

  #signal(container: ContainerRecord): void {
    if (!container.killing || container.killing.signalled) return;
    container.killing.signalled = true;
    const { host, record, pod } = this.#worker;
    const live = host.runtime.get(record.uid, container.id);
    const wanted = declaredNamed(pod.spec, container.name)?.container.lifecycle?.stopSignal?.replace(/^SIG/, "");
    live?.signal((wanted ?? live.image.stopSignal ?? "TERM") as Parameters<typeof live.signal>[0]);
  }

  /** Kills whatever was given time and has used it up. */
  press(): void {
    const { host, record } = this.#worker;
    for (const container of running(record)) {
      const { killing } = container;
      if (killing && !killing.hook && !killing.waits && killing.deadline <= this.#now) host.runtime.get(record.uid, container.id)?.kill();
    }
  }

  nextDeadline(): number {
    let next = never;
    for (const { killing } of running(this.#worker.record))
      if (killing && !killing.hook && !killing.waits && killing.deadline > this.#now) next = Math.min(next, killing.deadline);
    return next;
  }

  /** Less time is granted than before. */
  hurry(): void {
    const { record, pod } = this.#worker;
    const deadline = this.#now + graceOf(pod);
    if (record.deadline === undefined || deadline >= record.deadline) return;
    record.deadline = deadline;
    for (const { killing } of running(record)) if (killing) killing.deadline = Math.min(killing.deadline, deadline);
    if (record.step.do === "stop") this.#worker.next({ do: "stop", at: deadline });
  }

  stopSandbox(): void {
    const { record, host } = this.#worker;
    if (!record.sandbox?.ready) return;
    record.sandbox.ready = false;
    host.runtime.removeSandbox(record.uid);
    host.returnAddress(record.uid);
  }

  async #tearDown(): Promise<Step> {
    const { pod } = this.#worker;
    this.stopSandbox();
    // Who ended by itself is done at once; who is deleted shows how its containers ended, and goes a moment later.
    if (!pod.metadata.deletionTimestamp) return this.#finish();
    if (!this.#worker.object.gone) await this.#worker.object.writeStatus();
    return { do: "finish", at: this.#in(takes.release) };
  }

  async #finish(): Promise<Step> {
    const { record, host } = this.#worker;
    if (record.orphan) return this.#orphaned();
    record.stage = "terminated";
    host.freed();
    host.volumes.tearDown(record.uid);
    if (this.#worker.object.gone) return this.#forget();
    await this.#worker.object.writeStatus();
    if (this.#worker.pod.metadata.deletionTimestamp)
      await host.api.delete("pods", record.name, record.namespace, { gracePeriodSeconds: 0, preconditions: { uid: record.uid } });
    return this.#worker.object.gone ? this.#forget() : { do: "finish", at: never };
  }

  /** Nobody asks for a static pod any more: its last status is that of a pod that would start its containers again. */
  async #orphaned(): Promise<Step> {
    const { record, host, pod } = this.#worker;
    await this.#worker.object.writeStatus();
    record.stage = "terminated";
    host.freed();
    for (const { id } of record.containers) host.runtime.remove(record.uid, id);
    host.volumes.remove(pod);
    host.orphanEnded(record.uid, pod);
    return { do: "forget", at: never };
  }

  async #forget(): Promise<Step> {
    const { record, host } = this.#worker;
    for (const { id } of record.containers) host.runtime.remove(record.uid, id);
    host.volumes.remove(this.#worker.pod);
    host.forget(record.uid);
    return { do: "forget", at: never };
  }
}

/** How long a pod's containers get to end. */
function graceOf(pod: Pod): number {
  const { deletionGracePeriodSeconds, deletionTimestamp } = pod.metadata;
  const seconds = deletionTimestamp ? deletionGracePeriodSeconds : pod.spec.terminationGracePeriodSeconds;
  return seconds === undefined ? defaultGrace : Math.max(seconds * 1000, leastGrace);
}

/** How long a container gets that failed a probe. */
function probeGrace(pod: Pod, container: Parameters<typeof fieldPathOf>[0]["container"], { probes }: ContainerRecord): number {
  const probe = probes.startup?.result === "failure" ? container.startupProbe : container.livenessProbe;
  const seconds = probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds;
  return seconds === undefined ? defaultGrace : Math.max(seconds * 1000, leastGrace);
}
