import { equal } from "#base/equal.ts";
import { formatTime } from "#machinery/time.ts";
import type { Container, Pod, PodCondition, PodSpec, ResourceRequirements } from "#machinery/types.ts";
import { declared } from "./containers.ts";
import type { PodWorker } from "./pod-worker.ts";
import { type ContainerRecord, never, newest } from "./record.ts";

/** What each container may have, by its name. */
export type Resources = Readonly<Record<string, ResourceRequirements>>;

/** What is remembered of a pod whose containers were given more or less than they began with, until all have it. */
export interface Resize {
  /** What the node has granted to its containers; and what they run with. */
  granted: Resources;
  actual: Resources;
  /** Why the node does not grant what the spec asks for. */
  pending?: { reason: "Deferred" | "Infeasible"; message: string; generation: number; since: number };
  /** What was granted is being put into effect. */
  started?: { generation: number; since: number };
}

const retryEvery = 180_000;

const resourcesOf = (spec: PodSpec): Resources =>
  Object.fromEntries(
    [...declared(spec)].flatMap(({ kind, container }) => (kind === "ephemeral" ? [] : [[container.name, container.resources ?? {}]])),
  );

/** The pod with the resources that it was granted, which may not be those that its spec asks for. */
export function withGranted(pod: Pod, resize: Resize | undefined): Pod {
  if (!resize || equal(resize.granted, resourcesOf(pod.spec))) return pod;
  const { initContainers, containers } = pod.spec;
  const withOwn = (list: readonly Container[]) => list.map((container) => ({ ...container, resources: resize.granted[container.name] ?? {} }));
  return {
    ...pod,
    spec: { ...pod.spec, containers: withOwn(containers), ...(initContainers ? { initContainers: withOwn(initContainers) } : {}) },
  };
}

/** Whether a container must be started anew to get what it was granted. https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/ */
export function mustRestart(resize: Resize | undefined, { name, resizePolicy }: Container): boolean {
  const granted = resize?.started && resize.granted[name];
  const actual = resize?.actual[name];
  if (!granted || !actual) return false;
  return (resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === "RestartContainer" &&
      (granted.requests?.[resourceName] !== actual.requests?.[resourceName] || granted.limits?.[resourceName] !== actual.limits?.[resourceName]),
  );
}

/** What a status says of a resize that is not done. */
export function resizeConditions(resize: Resize | undefined): PodCondition[] {
  const { pending, started } = resize ?? {};
  const made = (type: string, { generation, since }: { generation: number; since: number }, rest: Partial<PodCondition> = {}): PodCondition => ({
    type,
    observedGeneration: generation,
    status: "True",
    lastProbeTime: null as unknown as string,
    lastTransitionTime: formatTime(since),
    ...rest,
  });
  return [
    ...(pending ? [made("PodResizePending", pending, { reason: pending.reason, message: pending.message })] : []),
    ...(started ? [made("PodResizeInProgress", started)] : []),
  ];
}

export const isResizeCondition = ({ type }: PodCondition): boolean => type === "PodResizePending" || type === "PodResizeInProgress";

/** Gives the containers of a pod what its spec asks for, if the node has it. */
export class Resizer {
  readonly #worker: PodWorker;

  constructor(worker: PodWorker) {
    this.#worker = worker;
  }

  get #resize(): Resize | undefined {
    return this.#worker.record.resize;
  }

  /** Hears that the pod was written: what its containers had until now is what they were granted. */
  hear(pod: Pod, old: Pod | undefined): void {
    if (this.#resize || !old || old.spec === pod.spec) return;
    const before = resourcesOf(old.spec);
    if (!equal(before, resourcesOf(pod.spec))) this.#worker.record.resize = { granted: before, actual: before };
  }

  /** Finds out what may be granted, and what is in effect. */
  async look(): Promise<void> {
    const resize = this.#resize;
    if (!resize) return;
    const { pod } = this.#worker.object;
    const wanted = resourcesOf(pod.spec);
    this.#notice(resize);
    if (resize.started && equal(resize.actual, resize.granted)) {
      await this.#event("Normal", "ResizeCompleted", "completed", resize.granted, resize.started.generation);
      delete resize.started;
    }
    if (!equal(wanted, resize.granted)) await this.#ask(resize, pod, wanted);
    else delete resize.pending;
    if (!resize.started && !resize.pending && equal(wanted, resize.granted)) delete this.#worker.record.resize;
  }

  async #ask(resize: Resize, pod: Pod, wanted: Resources): Promise<void> {
    const { host } = this.#worker;
    const generation = pod.metadata.generation ?? 0;
    const refusal = host.resizeRefusal(pod);
    const since = host.clock.now();
    if (!refusal) {
      delete resize.pending;
      resize.granted = wanted;
      resize.started = { generation, since };
      await this.#event("Normal", "ResizeStarted", "started", wanted, generation);
      return;
    }
    const reason = refusal.reason === "Infeasible" ? "Infeasible" : "Deferred";
    const { pending } = resize;
    if (pending?.reason === reason && pending.message === refusal.message && pending.generation === generation) return;
    resize.pending = { reason, message: refusal.message, generation, since: pending?.reason === reason ? pending.since : since };
    await this.#event("Warning", `Resize${reason}`, refusal.reason, wanted, generation, refusal.message);
  }

  /** Puts what was granted into effect, as far as no container must be started anew for it. */
  actuate(): void {
    const resize = this.#resize;
    if (!resize?.started) return;
    const actual: Record<string, ResourceRequirements> = { ...resize.actual };
    for (const { container } of declared(this.#worker.pod.spec)) {
      const isRunning = newest(this.#worker.record, container.name)?.state === "running";
      if (!isRunning || !mustRestart(resize, container)) actual[container.name] = resize.granted[container.name] ?? {};
    }
    resize.actual = actual;
  }

  /** A container that was made since has what was granted. */
  #notice(resize: Resize): void {
    const { started } = resize;
    if (!started) return;
    const isNew = (record: ContainerRecord | undefined) => record?.state === "running" && record.createdAt > started.since;
    const fresh = Object.entries(resize.granted).filter(([name]) => isNew(newest(this.#worker.record, name)));
    if (fresh.length > 0) resize.actual = { ...resize.actual, ...Object.fromEntries(fresh) };
  }

  /** When to look at it again, while nothing else changes. */
  next(): number {
    const { host } = this.#worker;
    if (this.#resize?.started) return host.nextRelist();
    return this.#resize?.pending?.reason === "Deferred" ? host.catchUp.next(host.clock.now() + retryEvery) : never;
  }

  async #event(type: "Normal" | "Warning", reason: string, word: string, resources: Resources, generation: number, error?: string): Promise<void> {
    const { containers, initContainers = [] } = this.#worker.pod.spec;
    const told = (list: readonly Container[]) => list.map(({ name }) => ({ name, resources: asTold(resources[name]) }));
    const inits = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
    const text = JSON.stringify({
      containers: told(containers),
      ...(inits.length > 0 ? { initContainers: told(inits) } : {}),
      generation,
      ...(error === undefined ? {} : { error }),
    });
    await this.#worker.event(type, reason, `Pod resize ${word}: ${text}`);
  }
}

/** Limits first, each sorted by name, as the real one writes them down. */
const asTold = ({ limits, requests }: ResourceRequirements = {}) => ({
  ...(limits ? { limits: sorted(limits) } : {}),
  ...(requests ? { requests: sorted(requests) } : {}),
});

const sorted = (amounts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1)));
