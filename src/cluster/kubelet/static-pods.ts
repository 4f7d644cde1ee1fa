import { digestOf } from "#cluster/images/digest.ts";
import type { Draft } from "#machinery/object.ts";
import { formatTime } from "#machinery/time.ts";
import type { Node, Pod } from "#machinery/types.ts";
import type { Kubelet } from "./kubelet.ts";

/** Carries the hash of the manifest, which is the pod's uid on its node. */
export const mirrorAnnotation = "kubernetes.io/config.mirror";

/** Whether an object of the API only shows a pod that a kubelet runs by itself. */
export const isMirror = (pod: Pod): boolean => pod.metadata.annotations?.[mirrorAnnotation] !== undefined;

/**
 * Pods that a kubelet runs out of files on its machine, without being told by the API server. In the API each has a mirror, which can be read and
 * deleted but not ended. https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
export class StaticPods {
  readonly #kubelet: Kubelet;
  readonly #manifests = new Map<string, Draft<Pod>>();

  constructor(kubelet: Kubelet, manifests: readonly Draft<Pod>[]) {
    this.#kubelet = kubelet;
    for (const manifest of manifests) this.#manifests.set(digestOf(JSON.stringify(manifest), 32), manifest);
  }

  /** Runs every manifest. */
  async run(): Promise<void> {
    for (const uid of this.#manifests.keys()) {
      const mirror = await this.#mirror(uid);
      if (mirror && !this.#kubelet.worker(mirror)) this.#kubelet.run(asRun(mirror, uid));
    }
  }

  /** The pod of that uid as it runs, if a manifest says so. */
  pod(uid: string): Pod | undefined {
    const manifest = this.#manifests.get(uid);
    const mirror = manifest && this.#kubelet.api.get<Pod>("pods", this.#nameOf(manifest), manifest.metadata.namespace ?? "default");
    return mirror && asRun(mirror, uid);
  }

  /** A mirror was changed, or is gone: then it is made anew. */
  hear(mirror: Pod, isGone: boolean): void {
    const uid = mirror.metadata.annotations?.[mirrorAnnotation] ?? "";
    if (!this.#manifests.has(uid)) return;
    const { api, clock, tasks } = this.#kubelet;
    const { name = "", namespace } = mirror.metadata;
    if (isGone) {
      clock.at(clock.now() + 25, async () => {
        await this.#mirror(uid);
      });
    } else if (mirror.metadata.deletionTimestamp && mirror.metadata.deletionGracePeriodSeconds !== 0)
      clock.at(clock.now() + 400, () => tasks.run(() => api.delete("pods", name, namespace, { gracePeriodSeconds: 0 })));
    else this.#kubelet.worker(mirror)?.mirrored(asRun(mirror, uid));
  }

  async #mirror(uid: string): Promise<Pod | undefined> {
    const manifest = this.#manifests.get(uid);
    if (!manifest) return undefined;
    const { api, clock, node } = this.#kubelet;
    const name = this.#nameOf(manifest);
    const namespace = manifest.metadata.namespace ?? "default";
    const known = api.get<Pod>("pods", name, namespace);
    if (known) return known;

    const owner = api.get<Node>("nodes", node);
    const annotations = {
      ...manifest.metadata.annotations,
      "kubernetes.io/config.hash": uid,
      [mirrorAnnotation]: uid,
      "kubernetes.io/config.seen": `${formatTime(clock.now()).slice(0, -1)}.${String(clock.now() % 1000).padStart(3, "0")}000000Z`,
      "kubernetes.io/config.source": "file",
    };
    return api.create<Pod>("pods", {
      ...manifest,
      metadata: {
        ...manifest.metadata,
        name,
        namespace,
        annotations,
        ...(owner ? { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node, uid: owner.metadata.uid ?? "", controller: true }] } : {}),
      },
      spec: { ...manifest.spec, nodeName: node, tolerations: [{ operator: "Exists", effect: "NoExecute" }] } as Pod["spec"],
    });
  }

  #nameOf({ metadata }: Draft<Pod>): string {
    return `${metadata.name}-${this.#kubelet.node}`;
  }
}

/** The pod as its kubelet sees it: under the uid of its manifest, and ended by nobody but the kubelet. */
export function asRun(mirror: Pod, uid: string): Pod {
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = mirror.metadata;
  return { ...mirror, metadata: { ...metadata, uid } };
}
