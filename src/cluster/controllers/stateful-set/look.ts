import { type ControllerContext, TryAgain } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import type { ControllerRevision, Pod, PodTemplateSpec, StatefulSet } from "#machinery/types.ts";
import { templateOf } from "../controller-revisions.ts";
import { availableAt } from "../pods.ts";
import { ordinalOf, ordinalsOf } from "./identity.ts";

/** What one look at a set sees, and remembers of what it did: pods that it made are not counted before the next look. */
export interface Look {
  readonly set: StatefulSet;
  readonly context: ControllerContext;
  /** Pods come and go one by one, each only when those before it are available. */
  readonly isOrdered: boolean;
  /** The revision that pods come from, and the one that they go to. */
  readonly from: ControllerRevision;
  readonly to: ControllerRevision;
  /** By ordinal from `start` on: the pods that the set should have, where they are there. */
  readonly replicas: readonly (Pod | undefined)[];
  readonly start: number;
  /** The pods that it should not have, the highest ordinal first. */
  readonly condemned: readonly Pod[];
  /** The lowest of all pods that is not available. */
  readonly firstUnavailable: Pod | "missing" | undefined;
}

export function lookAt(set: StatefulSet, pods: readonly Pod[], from: ControllerRevision, to: ControllerRevision, context: ControllerContext): Look {
  const { start, end } = ordinalsOf(set);
  const replicas = new Array<Pod | undefined>(Math.max(0, end - start)).fill(undefined);
  const condemned: { pod: Pod; ordinal: number }[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod.metadata.name);
    if (ordinal === undefined) continue;
    if (ordinal >= start && ordinal < end) replicas[ordinal - start] = pod;
    else condemned.push({ pod, ordinal });
  }
  condemned.sort((a, b) => b.ordinal - a.ordinal);
  const leaving = condemned.map(({ pod }) => pod);
  const now = context.clock.now();
  const missing = replicas.find((pod) => !pod || !isAvailable(set, pod, now));
  const isComplete = replicas.every((pod) => pod && isAvailable(set, pod, now));
  return {
    set,
    context,
    isOrdered: set.spec.podManagementPolicy !== "Parallel",
    from,
    to,
    replicas,
    start,
    condemned: leaving,
    firstUnavailable: isComplete ? leaving.findLast((pod) => !isAvailable(set, pod, now)) : (missing ?? "missing"),
  };
}

/** Whether a pod has been ready for long enough, and stays. */
export const isAvailable = (set: StatefulSet, pod: Pod, now: number): boolean => !pod.metadata.deletionTimestamp && hasBeenReady(set, pod, now);

/** Whether a pod has been ready for long enough. */
export const hasBeenReady = (set: StatefulSet, pod: Pod, now: number): boolean =>
  (availableAt(pod, set.spec.minReadySeconds ?? 0) ?? Number.POSITIVE_INFINITY) <= now;

/** Of which revision the pod of an ordinal is to be made: those that an update has not come to are made again as they were. */
export function revisionFor({ set, from, to }: Look, ordinal: number): { template: PodTemplateSpec; name: string } {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const { start } = ordinalsOf(set);
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : type === "RollingUpdate" ? (set.status.currentReplicas ?? 0) : 0;
  const revision = ordinal < start + kept ? from : to;
  return { template: templateOf(revision), name: revision.metadata.name };
}

/** Does something for each, in the order given: until one says that it is enough, or in growing batches until one fails. */
export async function forEachOf<T>(isOrdered: boolean, items: readonly T[], act: (item: T, i: number) => Promise<boolean>): Promise<boolean> {
  if (isOrdered) {
    for (const [i, item] of items.entries()) if (await act(item, i)) return true;
    return false;
  }
  for (let batch = 1, done = 0; done < items.length; done += batch, batch = Math.min(2 * batch, 500, items.length - done)) {
    const failures: Error[] = [];
    for (let i = done; i < done + batch; i++) {
      try {
        await act(items[i] as T, i);
      } catch (error) {
        if (!(error instanceof StatusError || error instanceof TryAgain)) throw error;
        failures.push(error);
      }
    }
    const [first] = failures;
    if (first) throw first;
  }
  return false;
}

export async function removePod(pod: Pod, { set, context: { api, event } }: Look): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const what = `Delete Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    await api.delete("pods", name, namespace, { preconditions: uid ? { uid } : {} });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.code !== 404) {
      await event(set, "Warning", "FailedDelete", `${what} failed error: ${error.message}`);
      throw error;
    }
  }
  await event(set, "Normal", "SuccessfulDelete", `${what} successful`);
}
