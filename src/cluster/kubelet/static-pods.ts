import type { Timer } from "#base/clock.ts";
import type { Draft } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Node, Pod } from "#machinery/types.ts";
import type { Kubelet } from "./kubelet.ts";
import type { Manifests } from "./manifests.ts";

/** Carries the hash of the manifest, which is the pod's uid on its node. */
export const mirrorAnnotation = "kubernetes.io/config.mirror";

/** How soon a kubelet hears of a file that was written. */
const noticesAfter = [30, 70] as const;
/** When it looks again whether a pod of the same name has gone, which another is to replace. */
const replacesAfter = [9_000, 11_000] as const;
/** When a mirror goes whose pod has ended. */
const mirrorLeavesAfter = 1_050;

/** Whether an object of the API only shows a pod that a kubelet runs by itself. */
export const isMirror = (pod: Pod): boolean => pod.metadata.annotations?.[mirrorAnnotation] !== undefined;

/**
 * Pods that a kubelet runs out of files on its machine, without being told by the API server. In the API each has a mirror, which can be read and
 * deleted but not ended. https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
export class StaticPods {
  readonly #kubelet: Kubelet;
  readonly #manifests: Manifests;
  /** Those that are to run, by uid. */
  #pods: ReadonlyMap<string, Draft<Pod>>;
  #timer: Timer | undefined;
  #closed = false;

  constructor(kubelet: Kubelet, manifests: Manifests) {
    this.#kubelet = kubelet;
    this.#manifests = manifests;
    this.#pods = manifests.pods();
  }

  /** Runs every manifest that is not run yet, and shows each. */
  async run(): Promise<void> {
    const { api, node } = this.#kubelet;
    for (const mirror of api.list<Pod>("pods", { fields: { "spec.nodeName": node } }))
      if (isMirror(mirror) && !this.#pods.has(uidOf(mirror))) await this.#removeMirror(uidOf(mirror), mirror);
    for (const uid of this.#pods.keys()) {
      await this.#mirror(uid);
      await this.#start(uid);
    }
  }

  /** Something was written to the machine's disk. */
  diskChanged(): void {
    if (this.#timer || this.#closed || this.#manifests.pods() === this.#pods) return;
    const { clock, random } = this.#kubelet;
    this.#timer = clock.at(clock.now() + random.between(...noticesAfter), async () => {
      this.#timer = undefined;
      await this.#reload();
    });
  }

  /** The API server answers again: what it should show is shown. */
  async showAll(): Promise<void> {
    for (const uid of this.#pods.keys()) await this.#mirror(uid);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #reload(): Promise<void> {
    const before = this.#pods;
    this.#pods = this.#manifests.pods();
    for (const uid of before.keys()) if (!this.#pods.has(uid)) this.#kubelet.workerOf(uid)?.orphaned();
    for (const uid of this.#pods.keys()) if (!before.has(uid)) await this.#start(uid);
  }

  /** Runs a pod, once nothing of the same name runs here any more. */
  async #start(uid: string): Promise<void> {
    const manifest = this.#pods.get(uid);
    if (!manifest || this.#closed || this.#kubelet.workerOf(uid)) return;
    const { clock, random } = this.#kubelet;
    const name = this.#nameOf(manifest);
    if (this.#kubelet.runsNamed(name, namespaceOf(manifest))) {
      clock.at(clock.now() + random.between(...replacesAfter), () => this.#start(uid));
      return;
    }
    const mirror = await this.#mirror(uid);
    this.#kubelet.run(asRun(mirror ?? (this.#object(uid, manifest) as Pod), uid));
  }

  /** The pod of that uid as it runs, if a manifest says so. */
  pod(uid: string): Pod | undefined {
    const manifest = this.#pods.get(uid);
    if (!manifest) return undefined;
    const mirror = this.#kubelet.api.get<Pod>("pods", this.#nameOf(manifest), namespaceOf(manifest));
    return asRun(mirror && uidOf(mirror) === uid ? mirror : (this.#object(uid, manifest) as Pod), uid);
  }

  /** A mirror was changed, or is gone: then it is made anew. */
  hear(mirror: Pod, isGone: boolean): void {
    const uid = uidOf(mirror);
    if (!this.#pods.has(uid)) return;
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

  /** A pod without a manifest has ended: its mirror goes a moment later. */
  ended(uid: string, { metadata }: Pod): void {
    const { clock, api } = this.#kubelet;
    clock.at(clock.now() + mirrorLeavesAfter, async () => {
      const mirror = api.get<Pod>("pods", metadata.name, metadata.namespace);
      if (mirror) await this.#removeMirror(uid, mirror);
    });
  }

  async #removeMirror(uid: string, mirror: Pod): Promise<void> {
    if (uidOf(mirror) !== uid) return;
    const { name = "", namespace, uid: own = "" } = mirror.metadata;
    await reached(() => this.#kubelet.api.delete("pods", name, namespace, { gracePeriodSeconds: 0, preconditions: { uid: own } }));
  }

  async #mirror(uid: string): Promise<Pod | undefined> {
    const manifest = this.#pods.get(uid);
    if (!manifest || this.#closed) return undefined;
    const { api } = this.#kubelet;
    const known = api.get<Pod>("pods", this.#nameOf(manifest), namespaceOf(manifest));
    if (known && uidOf(known) === uid && !known.metadata.deletionTimestamp) return known;
    if (known) await this.#removeMirror(uidOf(known), known);
    return reached(() => api.create<Pod>("pods", this.#object(uid, manifest)));
  }

  #object(uid: string, manifest: Draft<Pod>): Draft<Pod> {
    const { api, clock, node } = this.#kubelet;
    const owner = api.get<Node>("nodes", node);
    const annotations = {
      ...manifest.metadata.annotations,
      "kubernetes.io/config.hash": uid,
      [mirrorAnnotation]: uid,
      "kubernetes.io/config.seen": `${formatTime(clock.now()).slice(0, -1)}.${String(clock.now() % 1000).padStart(3, "0")}000000Z`,
      "kubernetes.io/config.source": "file",
    };
    return {
      ...manifest,
      metadata: {
        ...manifest.metadata,
        name: this.#nameOf(manifest),
        namespace: namespaceOf(manifest),
        annotations,
        ...(owner ? { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node, uid: owner.metadata.uid ?? "", controller: true }] } : {}),
      },
      spec: { ...manifest.spec, nodeName: node, tolerations: [{ operator: "Exists", effect: "NoExecute" }] } as Pod["spec"],
    };
  }

  #nameOf({ metadata }: Draft<Pod>): string {
    return `${metadata.name}-${this.#kubelet.node}`;
  }
}

const namespaceOf = ({ metadata }: Draft<Pod>) => metadata.namespace ?? "default";

const uidOf = ({ metadata }: Pod): string => metadata.annotations?.[mirrorAnnotation] ?? "";

/** What the API server gives; nothing where it refuses or is away: static pods run without it. */
async function reached<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return undefined;
  }
}

/** The pod as its kubelet sees it: under the uid of its manifest, and ended by nobody but the kubelet. */
export function asRun(mirror: Pod, uid: string): Pod {
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = mirror.metadata;
  return { ...mirror, status: mirror.status ?? {}, metadata: { ...metadata, uid } };
}
