import { formatTime } from "#machinery/time.ts";
import type { DeploymentCondition, DeploymentStatus } from "#machinery/types.ts";

type ConditionType = "Available" | "Progressing" | "ReplicaFailure";

export const conditionOf = (status: DeploymentStatus | undefined, type: ConditionType): DeploymentCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

export function newCondition(
  type: ConditionType,
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
  now: number,
): DeploymentCondition {
  return { type, status, lastUpdateTime: formatTime(now), lastTransitionTime: formatTime(now), reason, message };
}

/** The status with the condition, at the end; as it was if the condition says nothing new. */
export function withCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const old = status.conditions?.find(({ type }) => type === condition.type);
  if (old?.status === condition.status && old.reason === condition.reason) return status;
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : condition.lastTransitionTime;
  const { conditions } = withoutCondition(status, condition.type);
  return { ...status, conditions: [...(conditions ?? []), { ...condition, ...(lastTransitionTime ? { lastTransitionTime } : {}) }] };
}

export function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  if (!status.conditions?.some((condition) => condition.type === type)) return status;
  const { conditions, ...rest } = status;
  const others = conditions.filter((condition) => condition.type !== type);
  return others.length ? { ...rest, conditions: others } : rest;
}
