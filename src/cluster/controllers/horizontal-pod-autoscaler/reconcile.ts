import { equal } from "#base/equal.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import { quantity } from "#machinery/quantity.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, HPAScalingRules, MetricStatus, Pod } from "#machinery/types.ts";
import { type Told, withCondition } from "./conditions.ts";
import { limit, noteChange } from "./limits.ts";
import { memoryOf } from "./memory.ts";
import { type Proposed, propose } from "./metrics.ts";
import { ownersOf, type ScaleTarget, targetOf } from "./target.ts";

export const resource = "horizontalpodautoscalers.autoscaling";

/** Looks at an autoscaler's target once, and gives it another size where that is called for. Says whether anything is new. */
export async function reconcile(autoscaler: HorizontalPodAutoscaler, context: ControllerContext): Promise<boolean> {
  const { api, clock, event } = context;
  const now = clock.now();
  let conditions = autoscaler.status.conditions ?? [];
  const set = (type: "AbleToScale" | "ScalingActive" | "ScalingLimited", told: Told) => {
    conditions = withCondition(conditions, type, told, now);
  };
  const write = async (status: Omit<HorizontalPodAutoscalerStatus, "conditions">): Promise<boolean> => {
    const next = { ...status, conditions };
    if (equal(next, autoscaler.status)) return false;
    await api.updateStatus<HorizontalPodAutoscaler>(resource, { ...autoscaler, status: next });
    return true;
  };

  const target = targetOf(autoscaler, api);
  if (typeof target === "string") {
    await event(autoscaler, "Warning", "FailedGetScale", target);
    set("AbleToScale", {
      status: "False",
      reason: "FailedGetScale",
      message: `the HPA controller was unable to get the target's current scale: ${target}`,
    });
    return await write(autoscaler.status);
  }
  set("AbleToScale", {
    status: "True",
    reason: "SucceededGetScale",
    message: "the HPA controller was able to get the target's current scale",
  });
  const current = target.scale.spec?.replicas ?? 0;
  const memory = memoryOf(autoscaler.metadata.uid ?? "", current, clock);
  const { minReplicas: least = 1, maxReplicas: most } = autoscaler.spec;
  let [desired, why] = [current, ""];
  let currentMetrics: MetricStatus[] | undefined;

  if (current === 0)
    set("ScalingActive", {
      status: "False",
      reason: "ScalingDisabled",
      message: "scaling is disabled since the replica count of the target is zero",
    });
  else if (current > most) [desired, why] = [most, "Current number of replicas above Spec.MaxReplicas"];
  else if (current < least) [desired, why] = [least, "Current number of replicas below Spec.MinReplicas"];
  else {
    const proposed = await proposedFor(autoscaler, target, current, context);
    if (proposed.statuses.length > 0) currentMetrics = proposed.statuses;
    set("ScalingActive", proposed.active);
    if (proposed.replicas === undefined) {
      const isNew = await write(statusOf(autoscaler, current, autoscaler.status.desiredReplicas, currentMetrics));
      if (proposed.problem) await event(autoscaler, "Warning", "FailedComputeMetricsReplicas", proposed.problem);
      return isNew;
    }
    if (proposed.replicas !== current) why = proposed.replicas > current ? `${proposed.metric} above target` : "All metrics below target";
    const limited = limit(autoscaler, current, proposed.replicas, memory, now);
    set("AbleToScale", limited.able);
    set("ScalingLimited", limited.limited);
    desired = limited.replicas;
  }

  if (desired === current) return await write(statusOf(autoscaler, current, current, currentMetrics));
  const problem = await resize(target, desired, context);
  if (problem !== undefined) {
    await event(autoscaler, "Warning", "FailedRescale", `New size: ${desired}; reason: ${why}; error: ${problem}`);
    set("AbleToScale", {
      status: "False",
      reason: "FailedUpdateScale",
      message: `the HPA controller was unable to update the target scale: ${problem}`,
    });
    return await write(statusOf(autoscaler, current, autoscaler.status.desiredReplicas, currentMetrics));
  }
  set("AbleToScale", {
    status: "True",
    reason: "SucceededRescale",
    message: `the HPA controller was able to update the target scale to ${desired}`,
  });
  await event(autoscaler, "Normal", "SuccessfulRescale", `New size: ${desired}; reason: ${why}`);
  noteChange(autoscaler, current, desired, memory, now);
  return await write({ ...statusOf(autoscaler, current, desired, currentMetrics), lastScaleTime: formatTime(now) });
}

function statusOf({ status }: HorizontalPodAutoscaler, current: number, desired: number, currentMetrics: MetricStatus[] | undefined) {
  const { lastScaleTime } = status;
  return {
    ...(current ? { currentReplicas: current } : {}),
    desiredReplicas: desired,
    ...(lastScaleTime ? { lastScaleTime } : {}),
    ...(currentMetrics ? { currentMetrics } : {}),
  };
}

/** What the metrics ask for, unless it is not clear which pods are meant. */
async function proposedFor(
  autoscaler: HorizontalPodAutoscaler,
  { scale }: ScaleTarget,
  current: number,
  context: ControllerContext,
): Promise<Proposed> {
  const { api, clock, event } = context;
  const { namespace = "" } = autoscaler.metadata;
  const { selector } = scale.status ?? {};
  const refuse = async (reason: string, problem: string, message = problem, told = reason): Promise<Proposed> => {
    await event(autoscaler, "Warning", reason, problem);
    return { replicas: undefined, metric: "", statuses: [], active: { status: "False", reason: told, message }, problem };
  };
  if (!selector) return await refuse("SelectorRequired", "selector is required", "the HPA target's scale is missing a selector", "InvalidSelector");
  const pods = api.list<Pod>("pods", { namespace, labels: selector });
  const owners = ownersOf(pods, namespace, api);
  if (owners.length > 1)
    return await refuse("AmbiguousSelector", `pods by selector ${selector} are controlled by multiple HPAs: [${owners.join(" ")}]`);
  const { scaleUp, scaleDown } = autoscaler.spec.behavior ?? {};
  const tolerance = { up: toleranceOf(scaleUp), down: toleranceOf(scaleDown) };
  return await propose(autoscaler, { api, namespace, selector, pods, current, tolerance, now: clock.now() }, context);
}

const toleranceOf = (rules: HPAScalingRules | undefined): number =>
  rules?.tolerance === undefined ? 0.1 : Number(quantity(rules.tolerance).nano) / 1e9;

/** Asks for another size. Gives what was answered where it is refused. */
async function resize({ resource: of, scale }: ScaleTarget, replicas: number, { api }: ControllerContext): Promise<string | undefined> {
  try {
    await api.setScale(of, { ...scale, spec: { replicas } });
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
}
