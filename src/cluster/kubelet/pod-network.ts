import type { Timer } from "#base/clock.ts";
import type { Kubelet } from "./kubelet.ts";

const why =
  "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/** What is said of a pod that waits for the network of its node. */
export const networkNotReady = `network is not ready: ${why}`;

/** How soon a kubelet tells that its runtime's network came or went. */
const noticesAfter = [800, 2_400] as const;

/** Tells whether a node's runtime can give pods a network. https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/ */
export class PodNetwork {
  readonly #kubelet: Kubelet;
  readonly #look: () => boolean;
  #isReady = true;
  #timer: Timer | undefined;

  constructor(kubelet: Kubelet, look: () => boolean) {
    this.#kubelet = kubelet;
    this.#look = look;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The kubelet begins, or something was written to the disk. */
  check(): void {
    const isReady = this.#look();
    if (isReady === this.#isReady) return;
    this.#isReady = isReady;
    const { clock, random } = this.#kubelet;
    this.#timer?.cancel();
    this.#timer = clock.at(clock.now() + random.between(...noticesAfter), () => this.#tell());
  }

  close(): void {
    this.#timer?.cancel();
  }

  async #tell(): Promise<void> {
    const { nodeStatus, isHeld } = this.#kubelet;
    if (isHeld) return;
    if (!this.#isReady) await nodeStatus.notReady(why);
    else await nodeStatus.ready();
  }
}
