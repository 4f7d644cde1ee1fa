import { formatTime } from "#machinery/time.ts";
import type { HorizontalPodAutoscalerCondition } from "#machinery/types.ts";

export type Told = Pick<HorizontalPodAutoscalerCondition, "reason" | "message"> & { status: "True" | "False" };

/** The conditions with one of them as it is now. */
export function withCondition(
  conditions: readonly HorizontalPodAutoscalerCondition[],
  type: "AbleToScale" | "ScalingActive" | "ScalingLimited",
  { status, reason = "", message = "" }: Told,
  now: number,
): HorizontalPodAutoscalerCondition[] {
  const i = conditions.findIndex((condition) => condition.type === type);
  const old = conditions[i];
  const lastTransitionTime = old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : formatTime(now);
  const next = { type, status, lastTransitionTime, reason, message };
  return old ? conditions.with(i, next) : [...conditions, next];
}
