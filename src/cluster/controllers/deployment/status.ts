import { equal } from "#base/equal.ts";
import { parseTime } from "#machinery/time.ts";
import type { Deployment, DeploymentCondition, DeploymentStatus } from "#machinery/types.ts";
import { maxUnavailable } from "./bounds.ts";
import { conditionOf, newCondition, withCondition, withoutCondition } from "./conditions.ts";
import { type Rollout, replicasOf, setsOf, totalOf } from "./rollout.ts";

/** No deadline is said by the largest number there is. */
const never = 2 ** 31 - 1;

export const hasDeadline = ({ spec }: Deployment): boolean => spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== never;

/** Whether the rollout has ended well: nothing but current pods, all of them available. */
export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus | undefined): boolean {
  const replicas = spec.replicas ?? 1;
  return (
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas &&
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

/** Writes what the replica sets say now. Gives when the progress deadline passes, if the rollout is under one. */
export async function syncStatus(rollout: Rollout): Promise<number | undefined> {
  const { deployment, context } = rollout;
  const counted = countedStatus(rollout);
  const status = withFailures(withProgress(counted, rollout), rollout);
  if (!equal(status, deployment.status ?? {})) rollout.deployment = await context.api.updateStatus("deployments.apps", { ...deployment, status });
  return deadline(rollout.deployment);
}

/** Writes the counts alone: while a deployment is paused or merely scaled it makes no progress. */
export async function syncCounts(rollout: Rollout): Promise<number | undefined> {
  const { deployment, context } = rollout;
  const status = countedStatus(rollout);
  if (!equal(status, deployment.status ?? {})) rollout.deployment = await context.api.updateStatus("deployments.apps", { ...deployment, status });
  return undefined;
}

function countedStatus(rollout: Rollout): DeploymentStatus {
  const { deployment, current, context } = rollout;
  const sets = setsOf(rollout);
  const available = totalOf(sets, (set) => set.status?.availableReplicas);
  const counts = {
    replicas: totalOf(sets, (set) => set.status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: totalOf(sets, (set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalOf(sets, replicasOf) - available),
  };
  const { collisionCount, conditions } = deployment.status ?? {};
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    // Zeros are left out, as in Kubernetes' own objects; terminating pods have been counted since there is such a count.
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: totalOf(sets, (set) => set.status?.terminatingReplicas),
    ...(conditions ? { conditions } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };

  const now = context.clock.now();
  const isAvailable = available >= (deployment.spec.replicas ?? 1) - maxUnavailable(deployment);
  return withCondition(
    status,
    isAvailable
      ? newCondition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
      : newCondition("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now),
  );
}

function withProgress(status: DeploymentStatus, { deployment, current, context }: Rollout): DeploymentStatus {
  if (!hasDeadline(deployment)) return withoutCondition(status, "Progressing");
  const progressing = conditionOf(deployment.status, "Progressing");
  const now = context.clock.now();
  // Once complete it stays so: pods that merely restart are no rollout.
  if ((status.replicas ?? 0) === (status.updatedReplicas ?? 0) && progressing?.reason === "NewReplicaSetAvailable") return status;

  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status))
    return withCondition(status, newCondition("Progressing", "True", "NewReplicaSetAvailable", `${subject} has successfully progressed.`, now));
  if (hasProgressed(deployment.status ?? {}, status)) {
    const progress = newCondition("Progressing", "True", "ReplicaSetUpdated", `${subject} is progressing.`, now);
    const since = progressing?.status === "True" ? progressing.lastTransitionTime : undefined;
    return withCondition(withoutCondition(status, "Progressing"), { ...progress, ...(since ? { lastTransitionTime: since } : {}) });
  }
  if (hasTimedOut(deployment, progressing, now))
    return withCondition(status, newCondition("Progressing", "False", "ProgressDeadlineExceeded", `${subject} has timed out progressing.`, now));
  return status;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, progressing: DeploymentCondition | undefined, now: number): boolean {
  if (!progressing || progressing.reason === "NewReplicaSetAvailable") return false;
  if (progressing.reason === "ProgressDeadlineExceeded") return true;
  return parseTime(progressing.lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? never) * 1000 < now;
}

/** When to look whether the rollout is stuck: a second after its deadline. */
function deadline(deployment: Deployment): number | undefined {
  const progressing = conditionOf(deployment.status, "Progressing");
  if (!hasDeadline(deployment) || !progressing || isComplete(deployment, deployment.status)) return undefined;
  if (progressing.reason === "ProgressDeadlineExceeded" || progressing.reason === "NewReplicaSetAvailable") return undefined;
  return parseTime(progressing.lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? never) * 1000 + 1000;
}

/** What a replica set could not do shows on the deployment: the current one's first. */
function withFailures(status: DeploymentStatus, { current, old, context }: Rollout): DeploymentStatus {
  const failures = [...(current ? [current] : []), ...old].flatMap((set) => set.status?.conditions ?? []);
  const failure = failures.find(({ type }) => type === "ReplicaFailure");
  if (!failure) return withoutCondition(status, "ReplicaFailure");
  const { status: value, reason = "", message = "" } = failure;
  return withCondition(status, newCondition("ReplicaFailure", value === "True" ? "True" : "False", reason, message, context.clock.now()));
}
