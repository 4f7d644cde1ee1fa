import type { Pod, StatefulSetStatus } from "#machinery/types.ts";
import { isRunningAndReady, revisionOf } from "./identity.ts";
import { hasBeenReady, type Look } from "./look.ts";

/** What a set counts of the pods that were there when it was looked at, `gone` of which have been sent away to be replaced. */
export function statusOf({ set, from, to, context }: Look, pods: readonly Pod[], gone: number, collisionCount: number): StatefulSetStatus {
  let [ready, available, current, updated] = [0, 0, -gone, 0];
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      ready++;
      if (hasBeenReady(set, pod, context.clock.now())) available++;
    }
    if (pod.metadata.deletionTimestamp) continue;
    if (revisionOf(pod) === from.metadata.name) current++;
    if (revisionOf(pod) === to.metadata.name) updated++;
  }
  const wanted = set.spec.replicas ?? 1;
  const isDone = set.spec.updateStrategy?.type !== "OnDelete" && updated === wanted && ready === wanted && pods.length === wanted;
  if (isDone) current = updated;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...(ready ? { readyReplicas: ready } : {}),
    ...(current ? { currentReplicas: current } : {}),
    ...(updated ? { updatedReplicas: updated } : {}),
    currentRevision: (isDone ? to : from).metadata.name,
    updateRevision: to.metadata.name,
    collisionCount,
    availableReplicas: available,
  };
}
