import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Registry } from "#cluster/images/registry.ts";
import type { Api } from "#machinery/client.ts";
import type { Container, Pod } from "#machinery/types.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Records } from "./container-host.ts";
import type { Runtime } from "./runtime.ts";
import type { Volumes } from "./volumes.ts";

/** What the workers of a node's pods share: the kubelet, as they see it. */
export interface PodHost {
  readonly node: string;
  /** The node's own address. */
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
  /** Whether nothing can be done for pods now: the container runtime does not answer. */
  readonly isHeld: boolean;
  /** Whether the container runtime can give pods a network of their own. */
  readonly hasNetwork: boolean;
  event(pod: Pod, type: "Normal" | "Warning", reason: string, message: string, fieldPath?: string): Promise<void>;
  /** When the runtime is looked at next: what happened in it is found out then. */
  nextRelist(): number;
  /** When what pods use of the node is counted next. */
  nextCount(): number;
  /** When what containers, or volumes, hold by now has been measured. */
  nextMeasure(of: "containers" | "volumes"): number;
  /** A pod was ended since the node needs what it has. */
  evicted(): void;
  /** An image was pulled: it is here from now on. */
  keepImage(image: string): void;
  /** When a pull that takes so long is done, which brings `image`: images are pulled one after the other. */
  pullDone(milliseconds: number, image?: string): number;
  /** Whether an image is on its way to the node. */
  isPulling(image: string): boolean;
  /** An address for a pod, and its return. */
  takeAddress(uid: string): string;
  returnAddress(uid: string): void;
  userOf(pod: Pod, container: Container): { uid: number; gid: number; groups: readonly number[] };
  /** Why a pod may not run here, if there is anything against it. */
  refusal(pod: Pod): { reason: string; message: string } | undefined;
  /** Why the node cannot give a pod what its spec asks for now; `Infeasible` where it never could. */
  resizeRefusal(pod: Pod): { reason: string; message: string } | undefined;
  /** A pod needs less of the node than before, or nothing any more. */
  freed(): void;
  /** A static pod that has no manifest any more has ended. */
  orphanEnded(uid: string, pod: Pod): void;
  /** A worker has nothing more to do: its pod is gone. */
  forget(uid: string): void;
}
