import type { ReplicaSet } from "#machinery/types.ts";
import { maxSurge } from "./bounds.ts";
import { cleanUp } from "./clean-up.ts";
import { ensureCurrent } from "./current-set.ts";
import { desiredKey, scaleSet } from "./revisions.ts";
import { isActive, type Rollout, replaced, replicasOf, setsOf, totalOf } from "./rollout.ts";
import { syncCounts } from "./status.ts";

/** Whether the deployment was made larger or smaller since its replica sets were sized. */
export function isScaling({ deployment, current, old }: Rollout): boolean {
  return [...old, ...(current ? [current] : [])].some((set) => {
    const desired = set.metadata.annotations?.[desiredKey];
    return isActive(set) && desired !== undefined && Number(desired) !== deployment.spec.replicas;
  });
}

/** Sizes the replica sets without rolling anything out: while paused, and when the number of replicas changed in the middle of a rollout. */
export async function scaleOnly(rollout: Rollout): Promise<number | undefined> {
  await ensureCurrent(rollout, { create: false });
  await scale(rollout);
  if (rollout.deployment.spec.paused) await cleanUp(rollout);
  return await syncCounts(rollout);
}

async function scale(rollout: Rollout): Promise<void> {
  const { deployment } = rollout;
  const replicas = deployment.spec.replicas ?? 1;
  const only = onlyOne(rollout);
  if (only) {
    if (replicasOf(only) !== replicas) replaced(rollout, await scaleSet(rollout, only, replicas));
    return;
  }
  if (isSaturated(rollout.current, replicas)) {
    for (const set of rollout.old.filter(isActive)) replaced(rollout, await scaleSet(rollout, set, 0));
    return;
  }
  if (deployment.spec.strategy?.type !== "Recreate") await scaleInProportion(rollout, replicas);
}

/** The set to scale where there is just one that counts: the only active one, or the latest if none is. */
function onlyOne(rollout: Rollout): ReplicaSet | undefined {
  const active = setsOf(rollout).filter(isActive);
  if (active.length > 1) return undefined;
  return active[0] ?? rollout.current ?? rollout.old.at(-1);
}

const isSaturated = (set: ReplicaSet | undefined, replicas: number) =>
  set !== undefined &&
  replicasOf(set) === replicas &&
  Number(set.metadata.annotations?.[desiredKey]) === replicas &&
  set.status?.availableReplicas === replicas;

/** In the middle of a rollout each active set grows or shrinks by its share of what the deployment did, the largest first; what rounding leaves goes to the first. */
async function scaleInProportion(rollout: Rollout, replicas: number): Promise<void> {
  const sets = setsOf(rollout).filter(isActive);
  const total = totalOf(sets, replicasOf);
  const allowed = replicas > 0 ? replicas + maxSurge(rollout.deployment) : 0;
  const change = allowed - total;
  const ordered = sets.toSorted((a, b) => replicasOf(b) - replicasOf(a) || (change > 0 ? -1 : 1) * older(a, b));

  let added = 0;
  const sizes = ordered.map((set) => {
    const part = change === 0 ? 0 : share(set, rollout, replicas, change - added, change);
    added += part;
    return replicasOf(set) + part;
  });
  for (const [i, set] of ordered.entries()) {
    const rest = i === 0 ? change - added : 0;
    replaced(rollout, await scaleSet(rollout, set, Math.max(0, (sizes[i] ?? 0) + rest)));
  }
}

function share(set: ReplicaSet, { deployment }: Rollout, replicas: number, left: number, change: number): number {
  const annotation = Number(set.metadata.annotations?.["deployment.kubernetes.io/max-replicas"]);
  const before = annotation > 0 ? annotation : Math.max(deployment.status?.replicas ?? 0, 1);
  const size = replicas === 0 ? -replicasOf(set) : Math.round((replicasOf(set) * (replicas + maxSurge(deployment))) / before) - replicasOf(set);
  if (replicasOf(set) === 0) return 0;
  return change > 0 ? Math.min(size, left) : Math.max(size, left);
}

const older = (a: ReplicaSet, b: ReplicaSet) => (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "");
