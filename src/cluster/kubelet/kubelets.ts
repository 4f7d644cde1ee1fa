import type { Api, WatchEvent } from "#machinery/client.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { Kubelet, type KubeletOptions } from "./kubelet.ts";
import { kubeletApi } from "./kubelet-api.ts";

export type SharedOptions = Omit<KubeletOptions, "node" | "address" | "podCIDR" | "images">;
export type NodeOptions = Pick<KubeletOptions, "node" | "address" | "podCIDR" | "images">;

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

  /** Starts the kubelet of a node: it takes up whatever was there. */
  start(node: NodeOptions): Kubelet {
    const kubelet = new Kubelet({ ...this.#shared, ...node });
    this.#kubelets.set(node.node, kubelet);
    kubelet.start();
    return kubelet;
  }

  get(node: string): Kubelet | undefined {
    return this.#kubelets.get(node);
  }

  all(): Iterable<Kubelet> {
    return this.#kubelets.values();
  }

  /** Stops a kubelet. Nobody looks after the node's pods any more. */
  stop(node: string): void {
    this.#kubelets.get(node)?.close();
    this.#kubelets.delete(node);
  }

  /** Lets programs that run again after the object was away catch up with the time. Not for tasks. */
  async catchUp(): Promise<void> {
    for (const kubelet of this.#kubelets.values()) await kubelet.catchUp();
  }

  close(): void {
    for (const end of this.#ends) end();
    for (const node of [...this.#kubelets.keys()]) this.stop(node);
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
