import { StatusError } from "#machinery/status.ts";
import { revisionOf } from "./revisions.ts";
import { type Rollout, replicasOf } from "./rollout.ts";

/** Removes the oldest empty replica sets beyond what the deployment keeps for going back to. */
export async function cleanUp(rollout: Rollout): Promise<void> {
  const { deployment, context } = rollout;
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return;
  const kept = rollout.old.filter((set) => !set.metadata.deletionTimestamp);
  const surplus = [...kept].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, kept.length - limit));
  for (const set of surplus) {
    const { metadata, status } = set;
    if (status?.replicas !== 0 || replicasOf(set) !== 0 || (metadata.generation ?? 0) > (status.observedGeneration ?? 0)) continue;
    try {
      await context.api.delete("replicasets.apps", metadata.name, metadata.namespace);
    } catch (error) {
      if (!(error instanceof StatusError && error.code === 404)) throw error;
    }
  }
}
