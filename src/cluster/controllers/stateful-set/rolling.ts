import { revisionOf } from "./identity.ts";
import { isAvailable, type Look, removePod } from "./look.ts";

/**
 * Replaces pods of other revisions, one at a time, from the highest ordinal down to the partition. Says how many went.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates
 */
export async function rollOut(look: Look): Promise<number> {
  const { set, replicas, to, context } = look;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let i = replicas.length - 1; i >= partition; i--) {
    const pod = replicas[i];
    if (pod && revisionOf(pod) !== to.metadata.name && !pod.metadata.deletionTimestamp) {
      await removePod(pod, look);
      return 1;
    }
    if (!pod || !isAvailable(set, pod, context.clock.now())) return 0;
  }
  return 0;
}
