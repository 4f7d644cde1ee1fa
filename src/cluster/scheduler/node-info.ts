import { type Amounts, unitsOf } from "#machinery/pod-requests.ts";
import type { Node, Pod, Taint } from "#machinery/types.ts";
import type { HostPort, PodInfo } from "./pod-info.ts";

/** A node and what stands on it, kept up with each change so that no pod has to be counted twice. */
export class NodeInfo {
  readonly name: string;
  node: Node | undefined;
  allocatable: Amounts = new Map();
  allowedPods = 0;
  /** Taints that keep pods off, and those that merely repel. */
  hardTaints: readonly Taint[] = [];
  softTaints: readonly Taint[] = [];
  /** Sizes of the images that are on it, by each of their names. */
  images: ReadonlyMap<string, number> = new Map();

  readonly pods = new Map<string, PodInfo>();
  readonly requested = new Map<string, number>();
  weightCpu = 0;
  weightMemory = 0;
  readonly #ports = new Map<string, HostPort[]>();

  constructor(name: string) {
    this.name = name;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node?.metadata.labels ?? none;
  }

  see(node: Node): void {
    const before = this.node;
    this.node = node;
    if (before?.status?.allocatable !== node.status?.allocatable) {
      const amounts = new Map<string, number>();
      for (const [resource, quantity] of Object.entries(node.status?.allocatable ?? {})) amounts.set(resource, unitsOf(resource, quantity));
      this.allocatable = amounts;
      this.allowedPods = amounts.get("pods") ?? 0;
    }
    if (before?.spec?.taints !== node.spec?.taints) {
      const taints = node.spec.taints ?? [];
      this.hardTaints = taints.filter(({ effect }) => effect !== "PreferNoSchedule");
      this.softTaints = taints.filter(({ effect }) => effect === "PreferNoSchedule");
    }
    if (before?.status?.images !== node.status?.images)
      this.images = new Map((node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes] as const)));
  }

  add(info: PodInfo): void {
    const uid = info.pod.metadata.uid ?? "";
    if (this.pods.has(uid)) this.remove(uid);
    this.pods.set(uid, info);
    this.#count(info, 1);
    for (const port of info.ports)
      this.#ports.set(`${port.protocol}/${port.port}`, [...(this.#ports.get(`${port.protocol}/${port.port}`) ?? []), port]);
  }

  /** The pod changed in nothing that counts here. */
  renew(pod: Pod): void {
    const info = this.pods.get(pod.metadata.uid ?? "");
    if (info) info.pod = pod;
  }

  remove(uid: string): void {
    const info = this.pods.get(uid);
    if (!info) return;
    this.pods.delete(uid);
    this.#count(info, -1);
    for (const port of info.ports) {
      const key = `${port.protocol}/${port.port}`;
      this.#ports.set(key, this.#ports.get(key)?.filter((taken) => taken !== port) ?? []);
    }
  }

  /** Whether a port of the node is taken: on the same address, or where either means all addresses. */
  hasTaken({ address, protocol, port }: HostPort): boolean {
    const taken = this.#ports.get(`${protocol}/${port}`);
    return taken?.some((other) => other.address === address || other.address === anywhere || address === anywhere) ?? false;
  }

  /** A copy to try things on. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.name);
    if (this.node) copy.see(this.node);
    for (const info of this.pods.values()) copy.add(info);
    return copy;
  }

  #count({ requests, weightCpu, weightMemory }: PodInfo, sign: 1 | -1): void {
    for (const [resource, amount] of requests) this.requested.set(resource, (this.requested.get(resource) ?? 0) + sign * amount);
    this.weightCpu += sign * weightCpu;
    this.weightMemory += sign * weightMemory;
  }
}

const anywhere = "0.0.0.0";
const none: Readonly<Record<string, string>> = {};
