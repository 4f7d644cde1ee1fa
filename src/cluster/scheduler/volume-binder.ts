import type { Clock, Timer } from "#base/clock.ts";
import type { Api } from "#machinery/client.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "#machinery/types.ts";
import { claimNamesOf, isBound, keptFor, selectedNode } from "#machinery/volume-binding.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";
import { claimsOf, planFor, type VolumePlan } from "./volume-plan.ts";

const longestWait = 600_000;

/** A pod that has its node, and waits for its volumes. */
interface Promised {
  readonly info: PodInfo;
  readonly node: NodeInfo;
  readonly timer: Timer;
}

export interface VolumeBinderOptions {
  api: Api;
  clock: Clock;
  /** A pod has all its volumes. */
  ready(info: PodInfo, node: NodeInfo): void;
  /** A pod will not get its volumes on that node. */
  failed(info: PodInfo, node: NodeInfo, problem: string): void;
}

/**
 * Between the choice of a node and the binding of the pod: takes the volumes that are there, asks for those that are not, and waits for them. What it
 * waits for stands in the claims, so that a scheduler that begins anew chooses the same node.
 */
export class VolumeBinder {
  readonly #options: VolumeBinderOptions;
  readonly #promised = new Map<string, Promised>();

  constructor(options: VolumeBinderOptions) {
    this.#options = options;
  }

  /** What has to be done before the pod can be bound to the node, if anything. */
  plan({ pod }: PodInfo, node: NodeInfo): VolumePlan | undefined {
    if (!pod.spec.volumes) return undefined;
    const { api } = this.#options;
    const claims = claimsOf(pod, api);
    if ("problem" in claims || claims.delayed.length === 0) return undefined;
    const plan = planFor(claims, node, api);
    return "reasons" in plan ? undefined : plan;
  }

  /** Does it; the pod waits for its volumes from now on. */
  async begin(info: PodInfo, node: NodeInfo, { bind, provision }: VolumePlan): Promise<void> {
    const { api, clock } = this.#options;
    const timer = clock.at(clock.now() + longestWait, () => this.#giveUp(info, "context deadline exceeded"));
    this.#promised.set(uidOf(info), { info, node, timer });
    for (const { volume, claim } of bind) await api.update<PersistentVolume>("persistentvolumes", keptFor(volume, claim));
    for (const claim of provision)
      if (claim.metadata.annotations?.[selectedNode] !== node.name)
        await api.update<PersistentVolumeClaim>("persistentvolumeclaims", {
          ...claim,
          metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [selectedNode]: node.name } },
        });
  }

  has(uid: string): boolean {
    return this.#promised.has(uid);
  }

  /** The pod is bound, or gone. */
  forget(uid: string): NodeInfo | undefined {
    const promised = this.#promised.get(uid);
    promised?.timer.cancel();
    this.#promised.delete(uid);
    return promised?.node;
  }

  /** A claim changed. */
  hear(claim: PersistentVolumeClaim, old: PersistentVolumeClaim | undefined): void {
    for (const { info, node } of [...this.#promised.values()]) {
      const { pod } = info;
      if (pod.metadata.namespace !== claim.metadata.namespace || !claimNamesOf(pod).includes(claim.metadata.name)) continue;
      const wasAsked = old?.metadata.annotations?.[selectedNode] !== undefined;
      if (!isBound(claim) && wasAsked && claim.metadata.annotations?.[selectedNode] === undefined)
        this.#giveUp(info, "selectedNode annotation reset for PVC");
      else if (this.#hasAll(info)) this.#options.ready(info, node);
    }
  }

  #hasAll({ pod }: PodInfo): boolean {
    return claimNamesOf(pod).every((name) => {
      const claim = this.#options.api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, pod.metadata.namespace);
      return claim !== undefined && isBound(claim);
    });
  }

  #giveUp(info: PodInfo, problem: string): void {
    const node = this.forget(uidOf(info));
    if (node) this.#options.failed(info, node, problem);
  }

  stop(): void {
    for (const { timer } of this.#promised.values()) timer.cancel();
    this.#promised.clear();
  }
}

const uidOf = ({ pod }: PodInfo): string => pod.metadata.uid ?? "";
