import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Api, WatchEvent } from "#machinery/client.ts";
import { seriesRecorder } from "#machinery/event.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Node, PersistentVolumeClaim, Pod, PodCondition } from "#machinery/types.ts";
import { choose } from "./choose.ts";
import { Counts } from "./counts.ts";
import { type Explanation, explain } from "./explain.ts";
import { refusalText } from "./messages.ts";
import { NodeInfo } from "./node-info.ts";
import { type Plugin, type Snapshot, Unschedulable } from "./plugin.ts";
import { plugins } from "./plugins/index.ts";
import { type PodInfo, podInfoOf } from "./pod-info.ts";
import { preempt } from "./preemption.ts";
import { Repulsions } from "./repulsions.ts";
import { VolumeBinder } from "./volume-binder.ts";
import { Waiting } from "./waiting.ts";

const schedulerName = "default-scheduler";

export interface SchedulerOptions {
  api: Api;
  clock: Clock;
  tasks: Tasks;
  random: Random;
  /** Hears of a decision that failed by a defect, not by an answer of the API. */
  failed(error: unknown): void;
}

/** Starts the scheduler: every pod that has no node is given one as soon as one will do. */
export const runScheduler = (options: SchedulerOptions): Scheduler => new Scheduler(options);

/** kube-scheduler, while it runs. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #events: ReturnType<typeof seriesRecorder>;
  readonly #waiting: Waiting;
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #imageSpread = new Map<string, number>();
  readonly #snapshot: Snapshot;
  readonly #volumes: VolumeBinder;
  readonly #ends: (() => void)[];
  #works = false;
  #stopped = false;

  constructor(options: SchedulerOptions) {
    const { api, clock } = options;
    this.#options = options;
    this.#events = seriesRecorder(api, clock, schedulerName);
    this.#waiting = new Waiting(clock, () => this.#wake());
    this.#snapshot = { nodes: this.#nodes, counts: new Counts(this.#nodes), repulsions: new Repulsions(), imageSpread: this.#imageSpread, api };
    this.#volumes = new VolumeBinder({
      api,
      clock,
      ready: (info, node) => this.#attempt(info, () => this.#bind(info, node)),
      failed: (info, node, problem) => this.#attempt(info, () => this.#withoutVolumes(info, node, problem)),
    });

    for (const node of api.list<Node>("nodes")) this.#seeNode(node);
    for (const pod of api.list<Pod>("pods")) this.#seePod({ type: "ADDED", object: pod });
    this.#ends = [
      api.watch<Node>("nodes", (event) => this.#hearNode(event)),
      api.watch<Pod>("pods", (event) => this.#seePod(event)),
      api.watch<PersistentVolumeClaim>("persistentvolumeclaims", ({ object, old }) => {
        this.#volumes.hear(object, old);
        this.#waiting.claimChanged(object.metadata.namespace, object.metadata.name);
      }),
      ...["persistentvolumes", "storageclasses.storage.k8s.io", "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io"].map((resource) =>
        api.watch(resource, () => this.#waiting.changed("volume")),
      ),
    ];
  }

  stop(): void {
    this.#stopped = true;
    for (const end of this.#ends) end();
    this.#waiting.stop();
    this.#volumes.stop();
  }

  /** What each plugin says of each node for a pod, as if it had none yet. */
  explain(pod: Pod): Explanation {
    const { nodeName } = pod.spec;
    const on = nodeName === undefined ? undefined : this.#nodes.get(nodeName);
    const there = on?.pods.get(pod.metadata.uid ?? "");
    if (!on || !there) return explain(podInfoOf(pod), this.#snapshot);
    this.#leave(on.name, pod.metadata.uid ?? "");
    try {
      return { node: on.name, ...explain(podInfoOf({ ...pod, spec: withoutNode(pod.spec) }), this.#snapshot) };
    } finally {
      this.#arrive(on.name, there);
    }
  }

  #hearNode({ type, object, old }: WatchEvent<Node>): void {
    if (type === "DELETED") {
      const info = this.#nodes.get(object.metadata.name);
      if (!info) return;
      this.#countImages(info, -1);
      info.node = undefined;
      if (info.pods.size === 0) this.#nodes.delete(info.name);
      this.#waiting.changed("node", (waiting, by) => isStirred(waiting, by, object, undefined));
      return;
    }
    if (old && !mattersToPods(old, object)) {
      this.#seeNode(object);
      return;
    }
    const node = this.#infoOf(object.metadata.name);
    const before = new Map<PodInfo, readonly string[]>();
    if (old) for (const { info, by } of this.#waiting.allRefused()) before.set(info, this.#accepting(info, by, node));
    this.#seeNode(object);
    this.#waiting.changed("node", (info, by) => {
      const had = before.get(info) ?? [];
      if (by.size === 0 || isStirred(info, by, old, object)) return true;
      return this.#accepting(info, by, node).some((name) => !had.includes(name));
    });
  }

  /** Which of those that refused a pod would have it on this node as it is now. */
  #accepting(info: PodInfo, by: ReadonlySet<string>, node: NodeInfo): readonly string[] {
    return plugins.flatMap(({ name, filter }) => (by.has(name) && !refusedBy(filter, info, this.#snapshot, node) ? [name] : []));
  }

  #seeNode(node: Node): void {
    const info = this.#infoOf(node.metadata.name);
    const sameImages = info.node?.status?.images === node.status?.images;
    if (!sameImages) this.#countImages(info, -1);
    info.see(node);
    if (!sameImages) this.#countImages(info, 1);
  }

  #countImages({ images }: NodeInfo, by: 1 | -1): void {
    for (const image of images.keys()) this.#imageSpread.set(image, (this.#imageSpread.get(image) ?? 0) + by);
  }

  #infoOf(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (!info) {
      info = new NodeInfo(name);
      this.#nodes.set(name, info);
    }
    return info;
  }

  #seePod({ type, object: pod, old }: WatchEvent<Pod>): void {
    const uid = pod.metadata.uid ?? "";
    const isThere = type !== "DELETED" && !isOver(pod);
    const wasThere = old !== undefined && Boolean(old.spec.nodeName) && !isOver(old);
    if (pod.spec.nodeName || !isThere || pod.metadata.deletionTimestamp) this.#breakPromise(uid);
    if (pod.spec.nodeName) {
      if (!old?.spec.nodeName) this.#waiting.forget(uid);
      if (isThere && wasThere && sameToOthers(old, pod)) {
        this.#nodes.get(pod.spec.nodeName)?.renew(pod);
        return;
      }
      if (wasThere || !isThere) this.#leave(pod.spec.nodeName, uid);
      if (isThere) this.#arrive(pod.spec.nodeName, podInfoOf(pod));
      if (wasThere && !isThere) this.#waiting.changed("pod-gone");
      else if (isThere) this.#waiting.changed("pod-added");
      return;
    }
    if (!isThere || pod.metadata.deletionTimestamp) this.#waiting.forget(uid);
    else if (isOurs(pod) && !pod.spec.schedulingGates?.length && !this.#volumes.has(uid)) {
      // What is written about a pod that waits, its condition say, is no reason to try it again.
      const known = this.#waiting.has(uid);
      if (known) this.#waiting.update(podInfoOf(pod));
      if (!known || !old || old.spec !== pod.spec || old.metadata.labels !== pod.metadata.labels) this.#waiting.add(podInfoOf(pod));
    }
  }

  #arrive(node: string, info: PodInfo): void {
    this.#infoOf(node).add(info);
    this.#snapshot.counts.changed(node, info, 1);
    this.#snapshot.repulsions.changed(node, info, 1);
  }

  #leave(node: string, uid: string): void {
    const on = this.#nodes.get(node);
    const info = on?.pods.get(uid);
    if (!on || !info) return;
    on.remove(uid);
    this.#snapshot.counts.changed(node, info, -1);
    this.#snapshot.repulsions.changed(node, info, -1);
    if (!on.node && on.pods.size === 0) this.#nodes.delete(node);
  }

  /** The pod no longer has a place that it waits to take. */
  #breakPromise(uid: string): void {
    const node = this.#volumes.forget(uid);
    if (node) this.#leave(node.name, uid);
  }

  #wake(): void {
    if (this.#works) return;
    this.#works = true;
    this.#options.tasks.detach(async () => {
      // Whoever made the change finishes its turn first.
      await undefined;
      try {
        for (let next = this.#waiting.take(); next && !this.#stopped; next = this.#waiting.take()) await this.#place(next);
      } finally {
        this.#works = false;
      }
    });
  }

  /** Goes on with a pod whose volumes were waited for. */
  #attempt(info: PodInfo, work: () => Promise<void>): void {
    this.#options.tasks.detach(() => this.#place(info, work));
  }

  async #withoutVolumes(info: PodInfo, { name: node }: NodeInfo, problem: string): Promise<void> {
    this.#leave(node, info.pod.metadata.uid ?? "");
    this.#waiting.failed(info);
    await this.#tell(info, `running PreBind plugin "VolumeBinding": binding volumes: ${problem}`);
  }

  async #place(info: PodInfo, work = () => this.#tryToPlace(info)): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StatusError)) this.#options.failed(error);
      // It may have been deleted meanwhile; if it is still there, it is tried again like one that was refused.
      const { name, namespace, uid } = info.pod.metadata;
      this.#breakPromise(uid ?? "");
      if (this.#options.api.get<Pod>("pods", name, namespace)?.metadata.uid === uid) this.#waiting.failed(info);
    }
  }

  async #tryToPlace(info: PodInfo): Promise<void> {
    const choice = choose(info, this.#snapshot, this.#options.random);
    if (!("node" in choice)) return await this.#refuse(info, choice);
    const plan = this.#volumes.plan(info, choice.node);
    if (!plan) return await this.#bind(info, choice.node);
    // Nobody else is to take its place while it waits for its volumes.
    this.#waiting.forget(info.pod.metadata.uid ?? "");
    this.#arrive(choice.node.name, info);
    await this.#volumes.begin(info, choice.node, plan);
  }

  async #bind(info: PodInfo, { name: node }: NodeInfo): Promise<void> {
    const { api } = this.#options;
    const { name, namespace = "", uid = "" } = info.pod.metadata;
    await api.createSub("pods", name, namespace, "binding", {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { kind: "Node", name: node },
    });
    await this.#events.event(info.pod, "Normal", "Scheduled", "Binding", `Successfully assigned ${namespace}/${name} to ${node}`);
  }

  async #refuse(info: PodInfo, choice: Exclude<ReturnType<typeof choose>, { node: NodeInfo }>): Promise<void> {
    const nodes = [...this.#nodes.values()].filter(({ node }) => node).length;
    if ("unschedulable" in choice) {
      this.#waiting.refused(info, new Set([choice.unschedulable.plugin]));
      return await this.#tell(info, nodes === 0 ? noNodes : `0/${nodes} nodes are available: ${choice.unschedulable.message}. not found`);
    }
    this.#waiting.refused(info, choice.by);
    if (nodes === 0) return await this.#tell(info, noNodes);

    const text = refusalText(choice.refusals.values(), nodes);
    const preemption = preempt(info, choice.refusals, this.#snapshot);
    if ("message" in preemption) return await this.#tell(info, `${text} ${preemption.message}`);
    await this.#tell(info, text, preemption.node);
    for (const victim of preemption.victims) await this.#evict(victim, info.pod, preemption.node);
  }

  /** Says on the pod, and in an event, that no node will do now. */
  async #tell(info: PodInfo, message: string, nominatedNodeName?: string): Promise<void> {
    const { api, clock } = this.#options;
    const { name, namespace } = info.pod.metadata;
    const pod = api.get<Pod>("pods", name, namespace);
    if (!pod || pod.metadata.uid !== info.pod.metadata.uid) return;
    await this.#events.event(pod, "Warning", "FailedScheduling", "Scheduling", message);
    const conditions = withScheduled(pod, message, clock.now());
    if (conditions === pod.status.conditions && pod.status.nominatedNodeName === nominatedNodeName) return;
    const { nominatedNodeName: _, ...status } = pod.status;
    await api.updateStatus("pods", { ...pod, status: { ...status, conditions, ...(nominatedNodeName ? { nominatedNodeName } : {}) } });
  }

  async #evict(victim: Pod, by: Pod, node: string): Promise<void> {
    const { api, clock } = this.#options;
    if (victim.metadata.deletionTimestamp) return;
    const condition: PodCondition = {
      type: "DisruptionTarget",
      status: "True",
      ...(victim.metadata.generation === undefined ? {} : { observedGeneration: victim.metadata.generation }),
      lastTransitionTime: formatTime(clock.now()),
      reason: "PreemptionByScheduler",
      message: `${schedulerName}: preempting to accommodate a higher priority pod`,
    };
    const others = (victim.status.conditions ?? []).filter(({ type }) => type !== condition.type);
    await api.updateStatus("pods", { ...victim, status: { ...victim.status, conditions: [...others, condition] } });
    await api.delete("pods", victim.metadata.name, victim.metadata.namespace);
    await this.#events.event(victim, "Normal", "Preempted", "Preempting", `Preempted by pod ${by.metadata.uid} on node ${node}`);
  }
}

function withoutNode({ nodeName: _, ...spec }: Pod["spec"]): Pod["spec"] {
  return spec;
}

const isStirred = (info: PodInfo, by: ReadonlySet<string>, old: Node | undefined, node: Node | undefined) =>
  plugins.some(({ name, stirs }) => by.has(name) && stirs?.(info, old, node));

/** Whether a rule refuses a node; one that refuses all of them at once does so whatever the node is like. */
function refusedBy(filter: Plugin["filter"], info: PodInfo, snapshot: Snapshot, node: NodeInfo): boolean {
  try {
    return filter?.(info, snapshot)?.(node) !== undefined;
  } catch (error) {
    if (error instanceof Unschedulable) return true;
    throw error;
  }
}

const noNodes = "no nodes available to schedule pods";

const isOver = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";

const isOurs = ({ spec }: Pod) => (spec.schedulerName ?? schedulerName) === schedulerName;

/** Whether a pod on its node means to others what it meant before: its labels count for spreading, and so does that it goes. */
const sameToOthers = (old: Pod, pod: Pod) =>
  old.spec === pod.spec && old.metadata.labels === pod.metadata.labels && old.metadata.deletionTimestamp === pod.metadata.deletionTimestamp;

const mattersToPods = (old: Node, node: Node) =>
  old.spec !== node.spec || old.metadata.labels !== node.metadata.labels || old.status?.allocatable !== node.status?.allocatable;

function withScheduled({ metadata, status }: Pod, message: string, now: number): PodCondition[] {
  const conditions = status.conditions ?? [];
  const old = conditions.find(({ type }) => type === "PodScheduled");
  if (old?.status === "False" && old.reason === "Unschedulable" && old.message === message) return conditions;
  const lastTransitionTime = (old?.status === "False" ? old.lastTransitionTime : undefined) ?? formatTime(now);
  const condition: PodCondition = {
    type: "PodScheduled",
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    status: "False",
    lastTransitionTime,
    reason: "Unschedulable",
    message,
  };
  return old ? conditions.map((each) => (each === old ? condition : each)) : [...conditions, condition];
}
