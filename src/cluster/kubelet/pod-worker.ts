import type { Timer } from "#base/clock.ts";
import { StatusError } from "#machinery/status.ts";
import type { Pod } from "#machinery/types.ts";
import { actionsOf } from "./actions.ts";
import type { ContainerConfig } from "./container-config.ts";
import type { ContainerExit } from "./container-host.ts";
import { declaredNamed } from "./containers.ts";
import { logTail } from "./logs.ts";
import type { PodHost } from "./pod-host.ts";
import { PodObject } from "./pod-object.ts";
import { Prober } from "./prober.ts";
import { type ContainerRecord, never, type PodRecord, type Queue, running, type Step } from "./record.ts";
import { Resizer, withGranted } from "./resize.ts";
import { costOfRefusal } from "./restart.ts";
import { StartContainers } from "./start-containers.ts";
import { isMirror } from "./static-pods.ts";
import { StorageWatch } from "./storage-watch.ts";
import { Termination } from "./termination.ts";

/** What a container leaves when it says nothing itself: the end of its log. */
const fallback = { lines: 80, bytes: 2048 };
/** How long a kubelet waits after a sync that failed, and how much of that is chance. */
const retryAfter = 10_000;
const longestWait = 60_000;
const jitter = 0.5;

/**
 * Makes of one pod what its spec says, step after step. All that it must remember is in its record, which is stored after each step; a worker that is
 * built anew goes on with the next.
 */
export class PodWorker {
  readonly record: PodRecord;
  readonly host: PodHost;
  readonly prober: Prober;
  /** The pod in the API. */
  readonly object: PodObject;
  readonly #starting: StartContainers;
  /** How it ends, and its containers. */
  readonly ending: Termination;
  readonly #resizer: Resizer;
  readonly #storage: StorageWatch;
  #busy = false;
  #timer: Timer | undefined;

  constructor(host: PodHost, pod: Pod, record: PodRecord) {
    this.host = host;
    this.record = record;
    this.object = new PodObject(host, record, pod);
    this.prober = new Prober(this);
    this.#starting = new StartContainers(this);
    this.ending = new Termination(this);
    this.#resizer = new Resizer(this);
    this.#storage = new StorageWatch(this);
  }

  /** The pod as it was last, with the resources that it was granted; it may be gone since. */
  get pod(): Pod {
    return withGranted(this.object.pod, this.record.resize);
  }

  // --- what happens to the pod

  /** Hears that the pod was written. */
  hear(pod: Pod, old: Pod | undefined): void {
    this.object.pod = pod;
    if (this.record.stage === "running") this.#resizer.hear(pod, old);
    const { metadata, spec, status } = pod;
    if (metadata.deletionTimestamp && this.record.stage === "running") this.#end();
    else if (metadata.deletionTimestamp) this.ending.hurry();
    const isNews =
      !old ||
      old.spec !== spec ||
      old.metadata.labels !== metadata.labels ||
      old.metadata.annotations !== metadata.annotations ||
      (spec.readinessGates !== undefined && old.status?.conditions !== status?.conditions);
    if (isNews && this.record.stage === "running" && this.record.step.do !== "terminate") this.poke(10);
  }

  /** Hears that the node has more room than before. */
  hearFreed(): void {
    if (this.record.stage === "running" && this.record.resize?.pending?.reason === "Deferred") this.poke();
  }

  /** Hears how the mirror of a static pod is now: its status is all that can be news. */
  mirrored(pod: Pod): void {
    const isNew = !pod.status?.containerStatuses;
    this.object.pod = pod;
    // Mirrors are looked after every ten seconds.
    if (isNew && this.record.containers.length > 0) this.poke(this.host.nextCount() - this.host.clock.now());
  }

  /** Hears that a static pod has no manifest any more. */
  orphaned(): void {
    if (this.record.stage !== "running") return;
    this.record.orphan = true;
    this.next({ do: "terminate", at: this.host.clock.now() });
  }

  /** Hears that the pod is no more. */
  deleted(pod: Pod): void {
    this.object.pod = pod;
    this.object.gone = true;
    if (this.record.stage === "running") this.#end();
    else if (this.record.stage === "terminated") this.next({ do: "forget", at: this.host.clock.now() });
  }

  /** Something is to be looked at, `delay` from now. */
  poke(delay = 0): void {
    const at = this.host.clock.now() + delay;
    if (this.record.step.do === "sync") {
      if (this.record.step.at > at) this.next({ do: "sync", at });
    } else {
      this.record.poked = true;
      this.save();
    }
  }

  /** Files that show objects of the API are to show what they say now, at `at`. */
  refreshAt(at: number): void {
    if (this.record.stage !== "running" || (this.record.refreshAt ?? never) <= at) return;
    this.record.refreshAt = at;
    if (this.record.step.do === "sync" && this.record.step.at > at) this.next({ do: "sync", at });
    else this.save();
  }

  /** Goes on after the object was away: with the next step, or with a hook or probe that was cut short. */
  resume(): void {
    const { step } = this.record;
    if (step.do === "hook") this.record.step = { ...step, at: this.host.clock.now() };
    this.ending.resume();
    this.#storage.touched();
    if (this.pod.metadata.deletionTimestamp && this.record.stage === "running") this.#end();
    this.schedule();
  }

  /** Hears that a container's main program has ended. */
  exited(config: ContainerConfig, exit: ContainerExit): void {
    const record = this.record.containers.find(({ id }) => id === config.id);
    if (!record || record.state === "exited") return;
    this.#finish(record, exit.code, exit.reason);
    this.save();
    if (this.record.step.do === "kill") this.next({ ...this.record.step, at: this.host.clock.now() });
    else if (this.record.step.do === "stop") this.next({ do: "stop", at: this.host.clock.now() });
    else this.poke(this.host.nextRelist() - this.host.clock.now());
  }

  #finish(record: ContainerRecord, code: number, reason: string | undefined): void {
    const container = this.host.runtime.get(this.record.uid, record.id);
    const declared = declaredNamed(this.pod.spec, record.name)?.container;
    record.state = "exited";
    record.finishedAt = this.host.clock.now();
    record.exitCode = code;
    record.reason = reason ?? (code === 0 ? "Completed" : "Error");
    record.message = container?.terminationMessage() ?? "";
    if (!record.message && code !== 0 && declared?.terminationMessagePolicy === "FallbackToLogsOnError")
      record.message = logTail(container?.log.text ?? "", fallback.lines, fallback.bytes);
    delete record.killing;
    this.prober.stop(record);
    this.host.runtime.ended(this.record.uid, record.id);
  }

  /** Ends the pod since the node needs what it has. `disruption` is the reason of its DisruptionTarget condition, where it has one. */
  async evict(message: string, disruption?: string): Promise<void> {
    if (this.record.stage !== "running") return;
    this.host.evicted();
    await this.event("Warning", "Evicted", message);
    this.record.ended = { reason: "Evicted", message, evicted: true, ...(disruption ? { disruption } : {}) };
    this.next({ do: "terminate", at: this.host.clock.now() });
  }

  /** Something of the pod changed that a probe, or whoever counts bytes, might see. */
  touched(): void {
    this.prober.wake();
    this.#storage.touched();
  }

  #end(): void {
    this.next({ do: "terminate", at: this.host.clock.now() + this.host.random.between(30, 90) });
  }

  // --- steps

  /** Goes on with `step` when it is due. */
  next(step: Step): void {
    this.record.step = step;
    this.save();
    this.schedule();
  }

  save(): void {
    this.host.records.put(this.host.runtime.keys.pod(this.record.uid), this.record);
  }

  schedule(): void {
    if (this.#busy) return;
    if (this.host.isHeld) {
      this.#timer?.cancel();
      this.#timer = undefined;
      return;
    }
    const { at } = this.record.step;
    if (this.#timer?.when === Math.max(at, this.host.clock.now())) return;
    this.#timer?.cancel();
    this.#timer = at >= never ? undefined : this.host.clock.at(at, () => this.#run());
  }

  /** Nobody asks for this worker any more. */
  close(): void {
    this.#timer?.cancel();
    this.#storage.close();
    this.prober.close();
    this.#closed = true;
  }
  #closed = false;

  async #run(): Promise<void> {
    this.#timer = undefined;
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    try {
      while (this.record.step.at <= this.host.clock.now() && !this.#closed && !this.host.isHeld) {
        const step = this.record.step;
        const following = await this.#perform(step);
        // A step that was put in place meanwhile (the pod is to end) counts more.
        if (this.record.step === step) this.record.step = following;
        if (this.record.poked && this.record.step.do === "sync") {
          delete this.record.poked;
          this.record.step = { do: "sync", at: Math.min(this.record.step.at, this.host.clock.now() + 10) };
        }
      }
    } catch (error) {
      // The API refused or is away, or the step has a defect: again later, as after any sync that failed.
      this.record.step = { ...this.record.step, at: this.host.clock.now() + this.#jittered(retryAfter) };
      if (!(error instanceof StatusError)) throw error;
    } finally {
      this.#busy = false;
      if (!this.#closed) {
        this.save();
        this.schedule();
      }
    }
  }

  #perform(step: Step): Promise<Step> {
    switch (step.do) {
      case "admit":
        return this.#admit();
      case "sync":
        return this.#sync();
      case "mount":
      case "sandbox":
      case "next":
      case "pull":
      case "create":
      case "start":
      case "hook":
        return this.#starting.perform(step);
      case "kill":
        return this.#killed(step);
      default:
        return this.ending.perform(step.do);
    }
  }

  /** A pod that has no place here is refused, once, and for good. */
  async #admit(): Promise<Step> {
    const refusal = isMirror(this.pod) ? undefined : this.host.refusal(this.pod);
    if (!refusal) return this.#sync();
    this.record.rejected = { reason: refusal.reason, message: `Pod was rejected: ${refusal.message}` };
    this.record.stage = "terminated";
    await this.event("Warning", refusal.reason, refusal.message);
    await this.object.writeStatus();
    return { do: "finish", at: never };
  }

  async #sync(): Promise<Step> {
    await this.#checkDeadline();
    this.#refresh();
    await this.#resizer.look();
    const { phase } = await this.object.writeStatus();
    if (phase === "Failed" || phase === "Succeeded") return { do: "terminate", at: this.host.clock.now() + this.host.random.between(950, 1250) };

    if (!(await this.#starting.findsNetwork())) return { do: "sync", at: this.#starting.networkRetry() };
    await this.#missingSecrets();
    const actions = actionsOf(this.pod, this.record);
    if (actions.killPod) {
      for (const record of running(this.record)) await this.ending.kill(record, `Stopping container ${record.name}`);
      return { do: "kill", at: this.ending.nextDeadline(), queue: [] };
    }
    this.#resizer.actuate();
    for (const { container, why } of actions.kill) await this.ending.kill(container, `Container ${container.name} ${why}`);
    if (actions.kill.length > 0)
      return { do: "kill", at: this.ending.nextDeadline(), queue: actions.start, killed: actions.kill.map(({ container }) => container.name) };
    if (actions.sandbox) {
      if (this.record.sandbox) await this.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
      this.record.mounting ??= { failures: 0 };
      return { do: "mount", at: this.host.clock.now() };
    }
    if (actions.start.length > 0) return this.#starting.perform({ do: "next", at: this.host.clock.now(), queue: actions.start });
    return this.idle();
  }

  /** What was to be killed has ended or will be made to. */
  async #killed(step: { at: number } & Queue): Promise<Step> {
    this.ending.press();
    const waiting = running(this.record).some(({ killing }) => killing);
    if (waiting) return { ...step, do: "kill", at: this.ending.nextDeadline() };
    if (step.queue.length > 0 || step.failed) return { ...step, do: "next", at: this.host.clock.now() };
    if (running(this.record).length === 0) this.ending.stopSandbox();
    return { do: "sync", at: this.host.clock.now() + this.host.random.between(60, 160) };
  }

  /** The queue is done: when to look again. */
  finished({ failed, started, killed }: Queue): Step {
    const now = this.host.clock.now();
    if (failed?.rests !== undefined) return { do: "sync", at: failed.rests };
    if (!failed) return started ? { do: "sync", at: now + this.host.random.between(6, 14) } : this.idle();
    const again =
      failed.until === undefined
        ? this.host.catchUp.next(now + this.#jittered(retryAfter), costOfRefusal)
        : now + this.#jittered(Math.min(Math.max(failed.until - now, 0), longestWait));
    // That a container has started or ended is found out with the next look at the runtime.
    return { do: "sync", at: started || killed?.length ? Math.min(again, this.host.nextRelist()) : again };
  }

  /** Nothing is left to do until something changes, or its time is up. */
  idle(): Step {
    const limit = this.pod.spec.activeDeadlineSeconds;
    const deadline = limit === undefined ? never : this.record.startTime + limit * 1000;
    return { do: "sync", at: Math.min(deadline, this.record.refreshAt ?? never, this.#resizer.next()) };
  }

  #jittered(milliseconds: number): number {
    return milliseconds * (1 + this.host.random.fraction() * jitter);
  }

  #refresh(): void {
    if ((this.record.refreshAt ?? never) <= this.host.clock.now()) delete this.record.refreshAt;
    this.host.volumes.refresh(this.pod);
  }

  async #missingSecrets(): Promise<void> {
    const secrets = this.pod.spec.imagePullSecrets ?? [];
    const missing = secrets.flatMap(({ name }) => (name && !this.host.api.get("secrets", name, this.record.namespace) ? [name] : []));
    if (missing.length === 0) return;
    const message = `Unable to retrieve some image pull secrets (${missing.join(", ")}); attempting to pull the image may not succeed.`;
    await this.event("Warning", "FailedToRetrieveImagePullSecret", message);
  }

  async #checkDeadline(): Promise<void> {
    const limit = this.pod.spec.activeDeadlineSeconds;
    if (limit === undefined || this.host.clock.now() < this.record.startTime + limit * 1000) return;
    const message = "Pod was active on the node longer than the specified deadline";
    await this.host.event(this.pod, "Normal", "DeadlineExceeded", message);
    this.record.ended ??= { reason: "DeadlineExceeded", message };
  }

  /** Records an Event about the pod or one of its containers. */
  event(type: "Normal" | "Warning", reason: string, message: string, fieldPath?: string): Promise<void> {
    return this.host.event(this.pod, type, reason, message, fieldPath);
  }
}
