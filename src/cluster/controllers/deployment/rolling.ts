import { maxUnavailable } from "./bounds.ts";
import { cleanUp } from "./clean-up.ts";
import { ensureCurrent, sizeOfCurrent } from "./current-set.ts";
import { scaleSet } from "./revisions.ts";
import { isActive, type Rollout, replaced, replicasOf, setsOf, totalOf } from "./rollout.ts";
import { isComplete, syncStatus } from "./status.ts";

/**
 * A rolling update: the current set grows and the old ones shrink, step by step, so that there are never more pods than the surge allows
 * nor fewer available ones than the unavailability does. Each step is a look of its own.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export async function rollOut(rollout: Rollout): Promise<number | undefined> {
  await ensureCurrent(rollout, { create: true });
  if ((await growCurrent(rollout)) || (await shrinkOld(rollout))) return await syncStatus(rollout);
  if (isComplete(rollout.deployment, rollout.deployment.status)) await cleanUp(rollout);
  return await syncStatus(rollout);
}

async function growCurrent(rollout: Rollout): Promise<boolean> {
  const { current, deployment } = rollout;
  const replicas = deployment.spec.replicas ?? 1;
  if (!current || replicasOf(current) === replicas) return false;
  const size = replicasOf(current) > replicas ? replicas : sizeOfCurrent(rollout, replicasOf(current));
  if (size === replicasOf(current)) return false;
  replaced(rollout, await scaleSet(rollout, current, size));
  return true;
}

async function shrinkOld(rollout: Rollout): Promise<boolean> {
  const { current, deployment } = rollout;
  if (!current || totalOf(rollout.old, replicasOf) === 0) return false;
  const leastAvailable = (deployment.spec.replicas ?? 1) - maxUnavailable(deployment);

  // What the current set has not available yet cannot stand in for old pods.
  const notYet = replicasOf(current) - (current.status?.availableReplicas ?? 0);
  const spare = totalOf(setsOf(rollout), replicasOf) - leastAvailable - notYet;
  if (spare <= 0) return false;

  const unhealthy = await dropUnhealthy(rollout, spare);
  return (await dropAvailable(rollout, leastAvailable)) + unhealthy > 0;
}

/** Old pods that do nothing go first: they would only hold up the update. */
async function dropUnhealthy(rollout: Rollout, most: number): Promise<number> {
  let dropped = 0;
  for (const set of rollout.old.filter(isActive)) {
    const down = Math.min(most - dropped, replicasOf(set) - (set.status?.availableReplicas ?? 0));
    if (down <= 0) continue;
    replaced(rollout, await scaleSet(rollout, set, replicasOf(set) - down));
    dropped += down;
  }
  return dropped;
}

async function dropAvailable(rollout: Rollout, leastAvailable: number): Promise<number> {
  const surplus = totalOf(setsOf(rollout), (set) => set.status?.availableReplicas) - leastAvailable;
  let dropped = 0;
  for (const set of rollout.old.filter(isActive)) {
    const down = Math.min(surplus - dropped, replicasOf(set));
    if (down <= 0) break;
    replaced(rollout, await scaleSet(rollout, set, replicasOf(set) - down));
    dropped += down;
  }
  return dropped;
}
