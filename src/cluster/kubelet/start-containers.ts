import { digestOf } from "#cluster/images/digest.ts";
import { parseReference, type Reference } from "#cluster/images/reference.ts";
import { goDuration } from "#machinery/duration.ts";
import type { Container } from "#machinery/types.ts";
import { configOf } from "./configure.ts";
import { type Declared, declaredNamed, fieldPathOf, podText } from "./containers.ts";
import { runHook } from "./hooks.ts";
import { networkNotReady } from "./pod-network.ts";
import type { PodWorker } from "./pod-worker.ts";
import { type ContainerRecord, never, newest, previous, type Queue, type StartError, type Step } from "./record.ts";
import { costOfRefusal, nextBackOff, restOfPulls, restOfRestarts, waitsUntil } from "./restart.ts";

type Wait = NonNullable<Queue["failed"]>;
type StartStep = Extract<Step, { do: "mount" | "sandbox" | "next" | "pull" | "create" | "start" | "hook" }>;

/** How long things take on a node that has little else to do, in milliseconds. */
const takes = {
  sandbox: [380, 460],
  resolve: [90, 160],
  create: [25, 45],
  start: [70, 130],
} as const;

const firstMountRetry = 500;
const longestMountRetry = 122_000;
const networkRetry = 2_000;

/** The steps from nothing to containers that run. */
export class StartContainers {
  readonly #worker: PodWorker;

  constructor(worker: PodWorker) {
    this.#worker = worker;
  }

  perform(step: StartStep): Promise<Step> {
    switch (step.do) {
      case "mount":
        return this.#mount();
      case "sandbox":
        return this.#sandbox();
      case "next":
        return this.#next(step);
      case "pull":
        return this.#pulled(step);
      case "create":
        return this.#create(step);
      case "start":
        return this.#start(step);
      case "hook":
        return this.#hook(step);
    }
  }

  get #now(): number {
    return this.#worker.host.clock.now();
  }

  #in([from, to]: readonly [number, number]): number {
    return this.#now + this.#worker.host.random.between(from, to);
  }

  // --- the pod's own place

  /** Whether the pod can have a network: nothing is done for it without. */
  async findsNetwork(): Promise<boolean> {
    const { host, pod } = this.#worker;
    if (host.hasNetwork || pod.spec.hostNetwork) return true;
    await this.#worker.event("Warning", "NetworkNotReady", networkNotReady);
    return false;
  }

  networkRetry(): number {
    return this.#worker.host.catchUp.next(this.#now + networkRetry, costOfRefusal);
  }

  async #mount(): Promise<Step> {
    const { record, host, pod } = this.#worker;
    if (!(await this.findsNetwork())) return { do: "mount", at: this.networkRetry() };
    const { messages, isWhole } = await host.volumes.setUp(pod);
    if (messages.length === 0) {
      delete record.mounting;
      return { do: "sandbox", at: this.#in(takes.sandbox) };
    }
    for (const message of messages) await this.#worker.event("Warning", "FailedMount", message);
    if (isWhole) return this.#worker.finished({ queue: [], failed: {} });
    const failures = record.mounting?.failures ?? 0;
    record.mounting = { failures: failures + 1 };
    const again = this.#now + Math.min(firstMountRetry * 2 ** failures, longestMountRetry);
    return { do: "mount", at: host.catchUp.next(again, costOfRefusal) };
  }

  async #sandbox(): Promise<Step> {
    const { record, host, pod } = this.#worker;
    const attempt = record.sandbox ? record.sandbox.attempt + 1 : 0;
    const ip = pod.spec.hostNetwork ? host.address : host.takeAddress(record.uid);
    record.sandbox = { id: digestOf(`${record.uid}/${attempt}`), attempt, createdAt: this.#now, ready: true, ip };
    host.runtime.sandbox(pod, ip);
    // Only this one condition is written now; the address follows with the next look.
    const conditions = pod.status?.conditions?.map((one) => (one.type === "PodReadyToStartContainers" ? { ...one, status: "True" } : one));
    if (conditions) await this.#worker.object.writeConditions(conditions);
    const first = pod.spec.initContainers?.length ? pod.spec.initContainers.slice(0, 1) : pod.spec.containers;
    return this.#next({ queue: first.map(({ name }) => name), started: true });
  }

  // --- one container after the other

  async #next(step: Queue): Promise<Step> {
    const { record, pod } = this.#worker;
    const [name] = step.queue;
    if (name === undefined) return this.#worker.finished(step);
    const declared = declaredNamed(pod.spec, name);
    if (!declared) return this.#next(this.#rest(step));

    const last = step.killed?.includes(name) ? previous(record, name) : newest(record, name);
    if (last?.state === "exited") {
      const until = waitsUntil(last, record.restarts[name], this.#now);
      if (until !== undefined) return this.#backOff(step, declared, last, until);
      record.restarts[name] = nextBackOff(record.restarts[name], last.finishedAt, this.#now);
    }
    return this.#image(step, declared);
  }

  #rest(step: Queue): Queue {
    return { ...step, queue: step.queue.slice(1) };
  }

  async #backOff(step: Queue, declared: Declared, last: ContainerRecord, until: number): Promise<Step> {
    const { record, pod, host } = this.#worker;
    const { name } = declared.container;
    const rested = restOfRestarts(host.catchUp, last, record.restarts[name], until);
    const wait = goDuration(record.restarts[name]?.wait ?? 0);
    await this.#worker.event("Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${podText(pod)}`, fieldPathOf(declared));
    const message = `back-off ${wait} restarting failed container=${name} pod=${podText(pod)}`;
    return this.#failed(step, declared, { reason: "CrashLoopBackOff", message }, rested ? { until: rested, rests: rested } : { until });
  }

  /** One container could not be started; the others may. `wait` tells when its back-off is over, where that is all that is wrong. */
  #failed(step: Queue, { container }: Declared, error: StartError, wait: Wait): Promise<Step> {
    this.#worker.record.startErrors[container.name] = error;
    return this.#next({ ...this.#rest(step), failed: step.failed ? sooner(step.failed, wait) : wait });
  }

  async #refused(step: Queue, declared: Declared, error: StartError, text = error.reason, wait: Wait = {}): Promise<Step> {
    await this.#worker.event("Warning", "Failed", `Error: ${text}`, fieldPathOf(declared));
    return this.#failed(step, declared, error, wait);
  }

  // --- its image

  async #image(step: Queue, declared: Declared): Promise<Step> {
    const { host, record } = this.#worker;
    const image = declared.container.image ?? "";
    const at = fieldPathOf(declared);
    const reference = parseReference(image);
    if ("problem" in reference) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${reference.problem}`;
      await this.#worker.event("Warning", "InspectFailed", message, at);
      return this.#refused(step, declared, { reason: "InvalidImageName", message });
    }

    const present = host.runtime.present(image) !== undefined;
    const policy = declared.container.imagePullPolicy ?? "IfNotPresent";
    if (present && policy !== "Always") {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
      await this.#worker.event("Normal", "Pulled", message, at);
      return { ...step, do: "create", at: this.#in(takes.create) };
    }
    if (policy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      await this.#worker.event("Warning", "ErrImageNeverPull", message, at);
      return this.#refused(step, declared, { reason: "ErrImageNeverPull", message });
    }

    const waiting = record.pulls[image];
    if (waiting && this.#now - waiting.updatedAt < waiting.wait) {
      const text = `Back-off pulling image "${image}"`;
      const rests = restOfPulls(host.catchUp, waiting, this.#now);
      await this.#worker.event("Normal", "BackOff", text, at);
      const error = { reason: "ImagePullBackOff", message: `${text}: ErrImagePull: ${waiting.message}` };
      return this.#refused(step, declared, error, error.reason, rests === undefined ? {} : { rests });
    }
    await this.#worker.event("Normal", "Pulling", `Pulling image "${image}"`, at);
    return { ...step, do: "pull", at: this.#pullDone(reference, present), since: this.#now };
  }

  /** What is there already is only looked up; so is what another pod has waited for until then. */
  #pullDone(reference: Reference, present: boolean): number {
    const { host } = this.#worker;
    const found = host.registry.find(reference);
    const resolved = host.random.between(...takes.resolve);
    if (!found) return host.pullDone(resolved);
    const lookUp = resolved + 200;
    if (present || host.isPulling(reference.name)) return host.pullDone(lookUp);
    return host.pullDone(Math.round(resolved + found.milliseconds * (0.9 + host.random.fraction() * 0.2)), reference.name);
  }

  async #pulled(step: Queue & { since?: number }): Promise<Step> {
    const { host, record } = this.#worker;
    const declared = this.#first(step);
    if (!declared) return this.#next(this.#rest(step));
    const image = declared.container.image ?? "";
    const reference = parseReference(image) as Reference;
    const { since = this.#now, ...queue } = step;
    const found = host.registry.find(reference);
    if (found) {
      const took = goDuration(this.#now - since);
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${found.sizeBytes} bytes.`;
      host.keepImage(image);
      delete record.pulls[image];
      await this.#worker.event("Normal", "Pulled", message, fieldPathOf(declared));
      return { ...queue, do: "create", at: this.#in(takes.create) };
    }

    const message = host.registry.refusal(reference, host.address.replace(/\.\d+$/, ".1"));
    record.pulls[image] = { ...nextBackOff(record.pulls[image], this.#now, this.#now), message };
    await this.#worker.event("Warning", "Failed", `Failed to pull image "${image}": ${message}`, fieldPathOf(declared));
    return this.#refused(queue, declared, { reason: "ErrImagePull", message });
  }

  #first(step: Queue): Declared | undefined {
    const name = step.queue[0];
    return name === undefined ? undefined : declaredNamed(this.#worker.pod.spec, name);
  }

  // --- the container

  async #create(step: Queue): Promise<Step> {
    const { host, record, pod } = this.#worker;
    const declared = this.#first(step);
    if (!declared) return this.#next(this.#rest(step));
    const { container, kind } = declared;
    const last = newest(record, container.name);
    const attempt = last ? last.attempt + (last.state === "created" ? 0 : 1) : 0;
    const image = this.#resolved(container);
    const config = await configOf(host, pod, record, container, image, digestOf(`${record.uid}/${container.name}/${attempt}/${this.#now}`));
    if ("problem" in config) {
      const { reason, problem } = config;
      return this.#refused(step, declared, { reason, message: problem }, problem);
    }

    if (image) record.images[container.name] = { name: image.name, id: image.id };
    host.runtime.create(config);
    this.#keep({
      name: container.name,
      kind,
      id: config.id,
      attempt,
      state: "created",
      createdAt: this.#now,
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      reason: "",
      message: "",
      probes: {},
    });
    await this.#worker.event("Normal", "Created", "Container created", fieldPathOf(declared));
    return { ...step, do: "start", at: this.#in(takes.start) };
  }

  #resolved(container: Container) {
    return this.#worker.host.runtime.imageNamed(container.image ?? "");
  }

  /** Of containers of one name the newest two are kept, whatever came of a third. */
  #keep(record: ContainerRecord): void {
    const { containers, uid } = this.#worker.record;
    const same = containers.filter(({ name }) => name === record.name);
    for (const old of same.slice(0, -1)) {
      containers.splice(containers.indexOf(old), 1);
      this.#worker.host.runtime.remove(uid, old.id);
    }
    containers.push(record);
  }

  async #start(step: Queue): Promise<Step> {
    const { host, record } = this.#worker;
    const declared = this.#first(step);
    const made = declared && newest(record, declared.container.name);
    if (!declared || !made) return this.#next(this.#rest(step));

    made.startedAt = this.#now;
    const problem = host.runtime.start(made.id, this.#now);
    if (problem) {
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ${problem}`;
      Object.assign(made, { state: "exited", exitCode: 128, reason: "StartError", message, startedAt: 0, finishedAt: this.#now });
      return this.#refused({ ...step, started: true }, declared, { reason: "RunContainerError", message }, message);
    }
    made.state = "running";
    delete record.startErrors[declared.container.name];
    await this.#worker.event("Normal", "Started", "Container started", fieldPathOf(declared));
    this.#worker.prober.start(declared, made);
    const after: Queue = { ...step, started: true };
    if (declared.container.lifecycle?.postStart) return this.#hook({ ...after });
    return this.#next(this.#rest(after));
  }

  /** Runs a postStart hook. It takes what time it takes; the pod can end meanwhile. */
  async #hook(step: Queue): Promise<Step> {
    const { host, record, pod } = this.#worker;
    const declared = this.#first(step);
    const made = declared && newest(record, declared.container.name);
    const hook = declared?.container.lifecycle?.postStart;
    if (!declared || !made || !hook) return this.#next(this.#rest(step));

    const waiting: Step = { ...step, do: "hook", at: never };
    record.step = waiting;
    host.tasks.detach(async () => {
      const failure = await runHook(host, pod, record.uid, declared.container, made.id, hook);
      if (this.#worker.record.step !== waiting) return;
      if (failure) {
        await this.#worker.event("Warning", "FailedPostStartHook", "PostStartHook failed", fieldPathOf(declared));
        record.startErrors[declared.container.name] = { reason: "PostStartHookError", message: failure };
        await this.#worker.ending.kill(made, "FailedPostStartHook");
        if (this.#worker.record.step === waiting) this.#worker.next({ ...this.#rest(step), failed: {}, do: "kill", at: this.#now });
      } else this.#worker.next({ ...this.#rest(step), do: "next", at: this.#now });
    });
    return waiting;
  }
}

/** What to wait for where two containers could not be started. */
function sooner(one: Wait, other: Wait): Wait {
  const earlier = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? undefined : Math.min(a, b));
  const until = earlier(one.until, other.until);
  const rests = earlier(one.rests, other.rests);
  return { ...(until === undefined ? {} : { until }), ...(rests === undefined ? {} : { rests }) };
}
