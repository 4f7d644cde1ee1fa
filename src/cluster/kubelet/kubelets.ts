import type { Api, WatchEvent } from "#machinery/client.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import type { MachineSpec } from "#machinery/machines.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { Kubelet, type KubeletOptions } from "./kubelet.ts";
import { kubeletApi } from "./kubelet-api.ts";

export type SharedOptions = Omit<KubeletOptions, "machine">;

/** The kubelets of a cluster. One watch serves them all: what changes is told to the kubelet of its node. */
export class Kubelets {
  readonly #shared: SharedOptions;
  readonly #kubelets = new Map<string, Kubelet>();
  readonly #ends: (() => void)[];

  constructor(shared: SharedOptions) {
    this.#shared = shared;
    const { api } = shared;
    this.#ends = [api.watch<Pod>("pods", (event) => this.#hear(event)), ...this.#sources(api, "configmaps"), ...this.#sources(api, "secrets")];
  }

  /** What the API server asks of kubelets. */
  get api(): KubeletApi {
    return kubeletApi((node) => this.#kubelets.get(node));
  }

  /** Starts the kubelet of a machine: it registers its node, which is Ready when this gives. */
  async start(machine: MachineSpec): Promise<Kubelet> {
    const kubelet = this.#make(machine);
    await kubelet.start();
    return kubelet;
  }

  /** A kubelet that ran before the object was away goes on. */
  resume(machine: MachineSpec): Kubelet {
    const kubelet = this.#make(machine);
    kubelet.resume();
    return kubelet;
  }

  #make(machine: MachineSpec): Kubelet {
    const kubelet = new Kubelet({ ...this.#shared, machine });
    this.#kubelets.set(machine.name, kubelet);
    return kubelet;
  }

  get(node: string): Kubelet | undefined {
    return this.#kubelets.get(node);
  }

  all(): Iterable<Kubelet> {
    return this.#kubelets.values();
  }

  /** Stops a kubelet. Nobody looks after the node's pods any more. */
  async stop(node: string): Promise<void> {
    const kubelet = this.#kubelets.get(node);
    this.#kubelets.delete(node);
    kubelet?.close();
    await kubelet?.nodeStatus.stop();
  }

  /** Lets programs that run again after the object was away catch up with the time. Not for tasks. */
  async catchUp(): Promise<void> {
    for (const kubelet of this.#kubelets.values()) await kubelet.catchUp();
  }

  close(): void {
    for (const end of this.#ends) end();
    for (const kubelet of this.#kubelets.values()) kubelet.close();
    this.#kubelets.clear();
  }

  #hear(event: WatchEvent<Pod>): void {
    const { nodeName } = event.object.spec;
    if (nodeName) this.#kubelets.get(nodeName)?.hear(event);
  }

  *#sources(api: Api, resource: string): Iterable<() => void> {
    yield api.watch<KubeObject>(resource, ({ type, object, old }) => {
      if (type !== "MODIFIED" && !(type === "ADDED" && !old)) return;
      for (const kubelet of this.#kubelets.values()) kubelet.sourceChanged(`${resource}/${object.metadata.name}`, object.metadata.namespace ?? "");
    });
  }
}

/** The kubelets of a cluster, none running yet. */
export const kubelets = (shared: SharedOptions): Kubelets => new Kubelets(shared);
