import type { Clock, Timer } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Registry } from "#cluster/images/registry.ts";
import type { Api, WatchEvent } from "#machinery/client.ts";
import { recorder } from "#machinery/event.ts";
import type { Container, Node, Pod } from "#machinery/types.ts";
import { Addresses } from "./addresses.ts";
import { type Others, type Refusal, refusalOf, resizeRefusalOf } from "./admission.ts";
import type { CatchUp } from "./catch-up.ts";
import type { ContainerConfig } from "./container-config.ts";
import { type ContainerExit, type Records, runtimeGone } from "./container-host.ts";
import { MemoryPressure } from "./memory-pressure.ts";
import { NodeStatusWriter } from "./node.ts";
import type { Caretaker, NodeHost, NodeOptions } from "./node-host.ts";
import type { PodHost } from "./pod-host.ts";
import { PodNetwork } from "./pod-network.ts";
import { PodWorker } from "./pod-worker.ts";
import { newest, type PodRecord, running } from "./record.ts";
import type { Runtime } from "./runtime.ts";
import { isMirror, mirrorAnnotation, StaticPods } from "./static-pods.ts";
import { Unreachable } from "./unreachable.ts";
import type { Volumes } from "./volumes.ts";

/** The kubelet looks at the runtime once a second. */
const relistEvery = 1000;
/** How long it waits for a pod to go that it has ended. */
const cleansUpFor = 1_100;
/** And at what its pods use every ten. */
const countEvery = 10_000;
/** The runtime measures what containers have written, and the kubelet what lies in volumes. */
const measureEvery = { containers: 10_000, volumes: 60_000 } as const;
/** How often a kubelet tries that does not reach the API server. */
const registersEvery = 7_000;
/** What images are there it looks up every half a minute, and tells it with the next report of its node. */
const listsImagesAfter = [1_000, 40_000] as const;

/** After how long without an answer its runtime counts as down. */
const noticesAfter = [30_000, 36_000] as const;
/** The kubelet of one node. https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ */
export class Kubelet implements PodHost, Caretaker {
  readonly node: string;
  readonly address: string;
  readonly api: Api;
  readonly clock: Clock;
  readonly catchUp: CatchUp;
  readonly random: Random;
  readonly tasks: Tasks;
  readonly records: Records;
  readonly registry: Registry;
  readonly runtime: Runtime;
  readonly volumes: Volumes;
  /** What it tells of its node. */
  readonly nodeStatus: NodeStatusWriter;
  readonly #host: NodeHost;
  readonly #addresses: Addresses;
  readonly #workers = new Map<string, PodWorker>();
  readonly #events: ReturnType<typeof recorder>;
  readonly #relistOffset: number;
  readonly #statics: StaticPods;
  readonly #pressure: MemoryPressure;
  readonly #network: PodNetwork;
  #pullingUntil = 0;
  /** Images on their way, and when each will be here. */
  readonly #pulling = new Map<string, number>();
  #imageList: Timer | undefined;

  constructor(options: NodeOptions, host: NodeHost) {
    const { api, clock, catchUp, random, tasks, records, registry } = options;
    const { name: node, address } = host.spec;
    this.#host = host;
    this.node = node;
    this.address = address;
    this.api = api;
    this.clock = clock;
    this.catchUp = catchUp;
    this.random = random;
    this.tasks = tasks;
    this.records = records;
    this.registry = registry;
    this.runtime = host.runtime;
    this.volumes = host.volumes;
    this.#addresses = new Addresses(records, this.runtime.keys.addresses, () => this.#podCIDR);
    this.#events = recorder(api, clock, { component: "kubelet", host: node });
    // Every node looks at its own moment of the second, the same one each time.
    this.#relistOffset = [...node].reduce((sum, char) => sum + char.charCodeAt(0) * 37, 0) % relistEvery;
    const images = () => this.runtime.images();
    this.nodeStatus = new NodeStatusWriter({
      spec: host.spec,
      api,
      directApi: options.directApi,
      clock,
      random,
      registry,
      events: this.#events,
      images,
    });
    this.#statics = new StaticPods(this, host.manifests);
    this.#pressure = new MemoryPressure(this, host.pressure);
    this.#network = new PodNetwork(this, () => host.hasNetwork);
  }

  /** Where its pods' addresses are, as its node says once somebody has given it a range. */
  get #podCIDR(): string {
    return this.api.get<Node>("nodes", this.node)?.spec?.podCIDR ?? "10.244.0.0/24";
  }

  // --- its pods

  /** Registers its node and begins to look after its pods; where the API server is away, with those that need none. */
  async start(): Promise<void> {
    const registered = await this.#register();
    this.resume(true);
    await this.#statics.run();
    if (registered) await this.#pressure.begin(true);
    while (!registered && this.#host.caretaker === this && !(await this.#register())) await this.clock.sleep(registersEvery);
  }

  async #register(): Promise<boolean> {
    try {
      await this.nodeStatus.register();
      return true;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return false;
    }
  }

  /** The API server answers again: it is told how things stand. */
  async reached(): Promise<void> {
    await this.#statics.showAll();
    for (const worker of this.#workers.values()) worker.poke(this.random.between(10, 1_000));
  }

  /** Takes up what was there: records of pods, and pods that were bound while nobody looked. `anew` tells that it has forgotten what it had in mind. */
  resume(anew = false): void {
    this.#host.caretaker = this;
    this.#network.check();
    for (const record of this.runtime.records()) this.#resume(record, anew);
    if (this.isHeld) this.runtimeWent(this.#host.runtimeDownSince ?? this.clock.now());
    else this.#host.catchUp();
    if (!this.nodeStatus.listsImages()) this.#listImages();
    for (const pod of this.api.list<Pod>("pods", { fields: { "spec.nodeName": this.node } })) this.#add(pod);
  }

  /** Goes on after the object was away. */
  goOn(): void {
    this.resume();
    this.tasks.detach(async () => {
      await this.#statics.run();
      await this.#pressure.begin();
    });
  }

  /** Hears of a change of one of its pods. */
  hear({ type, object, old }: WatchEvent<Pod>): void {
    // Before it has taken up what was there, a pod that it hears of may not be new.
    if (this.#host.caretaker !== this) return;
    if (isMirror(object)) {
      this.#statics.hear(object, type === "DELETED");
      return;
    }
    const worker = this.#workers.get(object.metadata.uid ?? "");
    if (type === "DELETED") worker?.deleted(object);
    else if (worker) worker.hear(object, old);
    else this.#add(object);
  }

  /** Hears of a change of a config map or secret: pods that show its files take it over within a minute or so. */
  sourceChanged(source: string, namespace: string): void {
    for (const worker of this.#workers.values()) {
      if (worker.pod.metadata.namespace !== namespace || !this.volumes.shows(worker.pod, source)) continue;
      worker.refreshAt(this.clock.now() + this.random.between(1_000, 75_000));
    }
  }

  #add(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const isOver = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    if (this.#workers.has(uid) || isOver || isMirror(pod)) return;
    this.run(pod);
  }

  /** Why a pod may not run here, if there is anything against it. */
  refusal(pod: Pod): Refusal | undefined {
    const node = this.api.get<Node>("nodes", this.node);
    if (this.#pressure.isOn && pod.status?.qosClass === "BestEffort")
      return { reason: "Evicted", message: "The node had condition: [MemoryPressure]. " };
    return node && refusalOf(pod, node, this.#others(pod));
  }

  resizeRefusal(pod: Pod): Refusal | undefined {
    const node = this.api.get<Node>("nodes", this.node);
    return node && resizeRefusalOf(pod, node, this.#others(pod));
  }

  #others(pod: Pod): Others {
    const workers = this.#workers;
    return {
      // One of the workers is the pod's own.
      count: workers.size - 1,
      *[Symbol.iterator]() {
        for (const { record, pod: other } of workers.values()) if (record.uid !== pod.metadata.uid && record.stage !== "terminated") yield other;
      },
    };
  }

  freed(): void {
    for (const worker of this.#workers.values()) worker.hearFreed();
  }

  /** Begins to look after a pod. */
  run(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const now = this.clock.now();
    const record: PodRecord = {
      uid,
      namespace: pod.metadata.namespace ?? "",
      name: pod.metadata.name ?? "",
      startTime: now,
      stage: "running",
      step: { do: "admit", at: now + this.random.between(5, 20) },
      containers: [],
      startErrors: {},
      restarts: {},
      pulls: {},
      images: {},
    };
    const worker = new PodWorker(this, pod, record);
    this.#workers.set(uid, worker);
    worker.save();
    worker.schedule();
  }

  #resume(record: PodRecord, anew: boolean): void {
    const pod = this.#podOf(record);
    if (!pod) {
      this.#discard(record);
      return;
    }
    if (anew) forget(record, pod, this.clock.now() + this.random.between(10, relistEvery));
    const worker = new PodWorker(this, pod, record);
    this.#workers.set(record.uid, worker);
    this.runtime.resume(pod, record);
    for (const container of running(record)) worker.prober.resume(container);
    worker.resume();
  }

  /** The pod of a record, if it is still there. */
  #podOf(record: PodRecord): Pod | undefined {
    const isStatic = this.#statics.pod(record.uid);
    if (isStatic) return isStatic;
    const pod = this.api.get<Pod>("pods", record.name, record.namespace);
    return pod?.metadata.uid === record.uid ? pod : undefined;
  }

  /** A record whose pod went while nobody looked. */
  #discard(record: PodRecord): void {
    for (const { id } of record.containers) this.runtime.remove(record.uid, id);
    this.forget(record.uid);
  }

  exited(config: ContainerConfig, exit: ContainerExit): void {
    this.#workers.get(config.pod.uid)?.exited(config, exit);
  }

  touched(uid?: string): void {
    if (uid !== undefined) this.#workers.get(uid)?.touched();
    else for (const worker of this.#workers.values()) worker.touched();
  }

  pod(uid: string): Pod | undefined {
    return this.#workers.get(uid)?.pod;
  }

  /** The worker of a pod that is here. */
  worker(pod: Pod): PodWorker | undefined {
    return this.#workers.get(isMirror(pod) ? (pod.metadata.annotations?.[mirrorAnnotation] ?? "") : (pod.metadata.uid ?? ""));
  }

  get workers(): Iterable<PodWorker> {
    return this.#workers.values();
  }

  /** What its machine was made with. */
  get capacity(): { cpu: string; memory: string } {
    return this.#host.spec;
  }

  /** The worker of a pod by the uid that it has here. */
  workerOf(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  /** Whether a pod of that name is still looked after here. */
  runsNamed(name: string, namespace: string): boolean {
    for (const { record } of this.#workers.values()) if (record.name === name && record.namespace === namespace) return true;
    return false;
  }

  /** A container took more memory than others do. */
  async tookMemory(): Promise<void> {
    if (!this.isHeld) await this.#pressure.look();
  }

  /** Something was written to its machine's disk. */
  diskChanged(): void {
    this.#statics.diskChanged();
    this.#network.check();
  }

  /** The end of a static pod whose manifest is gone. */
  orphanEnded(uid: string, pod: Pod): void {
    this.#statics.ended(uid, pod);
    this.forget(uid);
  }

  /** The kubelet ends; what runs on its node goes on. */
  close(): void {
    if (this.#host.caretaker === this) this.#host.caretaker = undefined;
    this.#imageList?.cancel();
    this.#runtimeTimer?.cancel();
    this.#statics.close();
    this.#pressure.close();
    this.#network.close();
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
  }

  // --- its runtime

  get hasNetwork(): boolean {
    return this.#network.isReady;
  }

  get isHeld(): boolean {
    return this.#host.runtimeDownSince !== undefined;
  }

  /** Its runtime does not answer since then: after a while the node says so, and until it is back nothing is done for any pod. */
  runtimeWent(since: number): void {
    const { clock, random } = this;
    for (const worker of this.#workers.values()) worker.schedule();
    this.#runtimeTimer?.cancel();
    this.#runtimeTimer = clock.at(Math.max(clock.now(), since + random.between(...noticesAfter)), async () => {
      await this.nodeStatus.notReady("container runtime is down");
      await this.#complain();
    });
  }
  #runtimeTimer: Timer | undefined;

  /** What it cannot do each minute without its runtime, it says each time. */
  async #complain(): Promise<void> {
    this.#runtimeTimer = this.clock.at(this.catchUp.next(this.clock.now() + 60_000), () => this.#complain());
    await this.nodeStatus.event("Warning", "ContainerGCFailed", runtimeGone);
  }

  /** Its runtime is back. Gives when the node says so. */
  async runtimeCame(): Promise<void> {
    const { clock, random } = this;
    this.#runtimeTimer?.cancel();
    this.#runtimeTimer = undefined;
    await clock.sleep(random.between(1_000, 5_000));
    await this.nodeStatus.ready();
    clock.at(clock.now() + random.between(400, 1_400), () => {
      this.#host.catchUp();
      for (const worker of this.#workers.values()) worker.schedule();
    });
  }

  // --- for the workers

  async event(pod: Pod, type: "Normal" | "Warning", reason: string, message: string, fieldPath?: string): Promise<void> {
    try {
      await this.#events.event(pod, type, reason, message, fieldPath === undefined ? {} : { fieldPath });
    } catch (error) {
      // What nobody takes is dropped.
      if (!(error instanceof Unreachable)) throw error;
    }
  }

  nextRelist(): number {
    return this.#nextTick(relistEvery);
  }

  nextCount(): number {
    const now = this.clock.now();
    if (now < this.#countsFrom) return this.#countsFrom + countEvery;
    return this.#countsFrom === 0 ? this.#nextTick(countEvery) : now + countEvery - ((now - this.#countsFrom) % countEvery);
  }

  nextMeasure(of: keyof typeof measureEvery): number {
    const offset = (this.#relistOffset * 7) % measureEvery[of];
    return this.#nextTick(measureEvery[of], offset);
  }

  /** Who has ended a pod for others waits until it is gone, and counts again after that. */
  evicted(): void {
    this.#countsFrom = this.clock.now() + cleansUpFor;
  }
  #countsFrom = 0;

  #nextTick(period: number, offset = this.#relistOffset): number {
    return Math.floor((this.clock.now() - offset) / period + 1) * period + offset;
  }

  keepImage(image: string): void {
    this.runtime.keep([image]);
    for (const [name, until] of this.#pulling) if (until <= this.clock.now()) this.#pulling.delete(name);
    this.#listImages();
  }

  #listImages(): void {
    this.#imageList ??= this.clock.at(this.clock.now() + this.random.between(...listsImagesAfter), async () => {
      this.#imageList = undefined;
      await this.nodeStatus.listImages();
    });
  }

  pullDone(milliseconds: number, image?: string): number {
    this.#pullingUntil = Math.max(this.#pullingUntil, this.clock.now()) + milliseconds;
    if (image !== undefined) this.#pulling.set(image, this.#pullingUntil);
    return this.#pullingUntil;
  }

  isPulling(image: string): boolean {
    return (this.#pulling.get(image) ?? 0) > this.clock.now();
  }

  takeAddress(uid: string): string {
    return this.#addresses.take(uid);
  }

  returnAddress(uid: string): void {
    this.#addresses.giveBack(uid);
  }

  userOf(pod: Pod, container: Container): { uid: number; gid: number; groups: readonly number[] } {
    const record = this.worker(pod)?.record;
    const config = record && newest(record, container.name);
    const user = config ? this.records.get<ContainerConfig>(this.runtime.keys.config(config))?.user : undefined;
    const [name = "0"] = (user ?? "0").split(":");
    const uid = Number(name);
    const gid = container.securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup ?? 0;
    const { fsGroup, supplementalGroups = [] } = pod.spec.securityContext ?? {};
    return { uid: Number.isNaN(uid) ? 0 : uid, gid, groups: [...new Set([gid, ...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups])] };
  }

  forget(uid: string): void {
    this.#workers.get(uid)?.close();
    this.#workers.delete(uid);
    this.#addresses.giveBack(uid);
    this.records.delete(this.runtime.keys.pod(uid));
  }
}

/**
 * What is nowhere but in a kubelet's mind is not known to one that was started anew: back-offs and why something could not be started, so that it tries again at
 * once, and what probes have said. Containers stay as ready as their pod was.
 */
function forget(record: PodRecord, pod: Pod, at: number): void {
  record.restarts = {};
  record.pulls = {};
  record.startErrors = {};
  if (record.step.do === "sync") record.step = { do: "sync", at: Math.min(record.step.at, at) };
  if (record.stage === "terminated") {
    delete record.sandbox;
    if (record.step.do === "finish") record.step = { do: "finish", at };
  }
  const wasReady = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  for (const { probes } of running(record)) {
    for (const probe of Object.values(probes)) Object.assign(probe, { run: 0, outcome: "unknown" });
    if (probes.readiness && !wasReady) Object.assign(probes.readiness, { result: "unknown", due: at });
  }
}
