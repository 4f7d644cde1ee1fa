import type { HorizontalPodAutoscaler, HPAScalingRules } from "#machinery/types.ts";
import type { Told } from "./conditions.ts";
import { changeWithin, type Memory, noted } from "./memory.ts";

/** How long the highest recommendation counts before a workload shrinks, unless it is told otherwise. */
const defaultWindowSeconds = 300;

export interface Limited {
  replicas: number;
  able: Told;
  limited: Told;
}

interface Sizes {
  current: number;
  wanted: number;
  least: number;
  most: number;
}

/** What becomes of a recommendation by what was recommended before, and by how fast a workload may change. */
export function limit({ spec }: HorizontalPodAutoscaler, current: number, wanted: number, memory: Memory, now: number): Limited {
  const sizes: Sizes = { current, wanted, least: spec.minReplicas ?? 1, most: spec.maxReplicas };
  const { behavior } = spec;
  const up = behavior?.scaleUp;
  const down = behavior?.scaleDown;
  const stable = behavior ? stabilized(sizes, up, down, memory, now) : highest(sizes, memory, now);
  const able = stable === wanted ? ready : stabilizing(wanted >= current && behavior !== undefined);
  const then = { ...sizes, wanted: stable };
  const { replicas, reason, message } = behavior ? byRules(then, up, down, memory, now) : byFactor(then);
  return { replicas, able, limited: { status: replicas === stable ? "False" : "True", reason, message } };
}

const ready: Told = { status: "True", reason: "ReadyForNewScale", message: "recommended size matches current size" };

const stabilizing = (isUp: boolean): Told =>
  isUp
    ? {
        status: "True",
        reason: "ScaleUpStabilized",
        message: "recent recommendations were lower than current one, applying the lowest recent recommendation",
      }
    : {
        status: "True",
        reason: "ScaleDownStabilized",
        message: "recent recommendations were higher than current one, applying the highest recent recommendation",
      };

/** The highest recommendation of the last minutes. */
function highest({ wanted }: Sizes, memory: Memory, now: number): number {
  const stable = Math.max(
    wanted,
    ...memory.recommendations.filter(({ at }) => at >= now - defaultWindowSeconds * 1000).map(({ replicas }) => replicas),
  );
  memory.recommendations = noted(memory.recommendations, wanted, now, defaultWindowSeconds);
  return stable;
}

/** The size as it is, brought between the lowest recommendation of the one window and the highest of the other. */
function stabilized(
  { current, wanted }: Sizes,
  up: HPAScalingRules | undefined,
  down: HPAScalingRules | undefined,
  memory: Memory,
  now: number,
): number {
  const upSeconds = up?.stabilizationWindowSeconds ?? 0;
  const downSeconds = down?.stabilizationWindowSeconds ?? defaultWindowSeconds;
  const within = (seconds: number) => memory.recommendations.filter(({ at }) => at > now - seconds * 1000).map(({ replicas }) => replicas);
  const floor = Math.min(wanted, ...within(upSeconds));
  const ceiling = Math.max(wanted, ...within(downSeconds));
  memory.recommendations = noted(memory.recommendations, wanted, now, Math.max(upSeconds, downSeconds));
  return Math.min(Math.max(current, floor), ceiling);
}

interface Bounded {
  replicas: number;
  reason: string;
  message: string;
}

const inRange = (replicas: number): Bounded => ({
  replicas,
  reason: "DesiredWithinRange",
  message: "the desired count is within the acceptable range",
});
const tooFast = (replicas: number): Bounded => ({
  replicas,
  reason: "ScaleUpLimit",
  message: "the desired replica count is increasing faster than the maximum scale rate",
});
const tooSlow = (replicas: number): Bounded => ({
  replicas,
  reason: "ScaleDownLimit",
  message: "the desired replica count is decreasing faster than the maximum scale rate",
});
const tooMany = (replicas: number): Bounded => ({
  replicas,
  reason: "TooManyReplicas",
  message: "the desired replica count is more than the maximum replica count",
});
const tooFew = (replicas: number): Bounded => ({
  replicas,
  reason: "TooFewReplicas",
  message: "the desired replica count is less than the minimum replica count",
});

/** Without rules of its own a workload grows to twice its size at a time, or to four. */
function byFactor({ current, wanted, least, most }: Sizes): Bounded {
  const fastest = Math.max(2 * current, 4);
  if (wanted < least) return tooFew(least);
  if (wanted > Math.min(fastest, most)) return most > fastest ? tooFast(fastest) : tooMany(most);
  return inRange(wanted);
}

function byRules(
  { current, wanted, least, most }: Sizes,
  up: HPAScalingRules | undefined,
  down: HPAScalingRules | undefined,
  memory: Memory,
  now: number,
): Bounded {
  if (wanted > current) {
    const fastest = Math.max(current, rulesLimit(current, up, memory, now, "up"));
    if (wanted > Math.min(fastest, most)) return most > fastest ? tooFast(fastest) : tooMany(most);
  } else if (wanted < current) {
    const fastest = Math.min(current, rulesLimit(current, down, memory, now, "down"));
    if (wanted < Math.max(fastest, least)) return least < fastest ? tooSlow(fastest) : tooFew(least);
  }
  return inRange(wanted);
}

/** How far the policies let a workload go: each counts from the size at the beginning of its period. */
function rulesLimit(current: number, rules: HPAScalingRules | undefined, memory: Memory, now: number, direction: "up" | "down"): number {
  const { selectPolicy = "Max", policies = [] } = rules ?? {};
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const before = current - changeWithin(memory.grown, now, periodSeconds) + changeWithin(memory.shrunk, now, periodSeconds);
    if (direction === "up") return type === "Pods" ? before + value : Math.ceil(before * (1 + value / 100));
    return type === "Pods" ? before - value : Math.trunc(before * (1 - value / 100));
  });
  // Of changes upwards the least is the lowest size, of changes downwards it is the highest.
  return (selectPolicy === "Min") === (direction === "up") ? Math.min(...limits) : Math.max(...limits);
}

/** Remembers a change that was made, as long as a policy may ask for it. */
export function noteChange({ spec }: HorizontalPodAutoscaler, from: number, to: number, memory: Memory, now: number): void {
  const { behavior } = spec;
  if (!behavior) return;
  const longest = (rules: HPAScalingRules | undefined) => Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds));
  const period = Math.max(longest(behavior.scaleUp), longest(behavior.scaleDown));
  if (to > from) memory.grown = noted(memory.grown, to - from, now, period);
  else memory.shrunk = noted(memory.shrunk, from - to, now, period);
}
