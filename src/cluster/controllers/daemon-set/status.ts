import type { DaemonSet, DaemonSetStatus, Pod } from "#machinery/types.ts";
import { revisionHashLabel } from "../controller-revisions.ts";
import { availableAt, isReady } from "../pods.ts";
import { byNode, type Place } from "./place.ts";

/** What the set counts, a node at a time: the oldest pod of a node stands for it. */
export function statusOf(set: DaemonSet, places: ReadonlyMap<string, Place>, pods: readonly Pod[], hash: string, now: number): DaemonSetStatus {
  const on = byNode(pods);
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  for (const [node, { runs }] of places) {
    const [pod] = on.get(node) ?? [];
    if (!runs) {
      if (pod) counts.misscheduled++;
      continue;
    }
    counts.desired++;
    if (!pod) continue;
    counts.current++;
    if (pod.metadata.labels?.[revisionHashLabel] === hash) counts.updated++;
    if (!isReady(pod)) continue;
    counts.ready++;
    if ((availableAt(pod, set.spec.minReadySeconds ?? 0) ?? Number.POSITIVE_INFINITY) <= now) counts.available++;
  }
  const { collisionCount, conditions } = set.status ?? {};
  const unavailable = counts.desired - counts.available;
  return {
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions ? { conditions } : {}),
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation ?? 0,
    // Zeros are left out, as in Kubernetes' own objects.
    ...(counts.updated ? { updatedNumberScheduled: counts.updated } : {}),
    ...(counts.available ? { numberAvailable: counts.available } : {}),
    ...(unavailable ? { numberUnavailable: unavailable } : {}),
  };
}
