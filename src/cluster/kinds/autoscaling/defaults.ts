import { asGiven } from "#machinery/conform.ts";
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec } from "#machinery/types.ts";

/** Of the CPU that was asked for, in percent. */
export const defaultUtilization = 80;

/** What an autoscaler without metrics looks at. */
export const defaultMetrics = (utilization = defaultUtilization): MetricSpec[] => [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: utilization } } },
];

export function defaultAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) spec.metrics = defaultMetrics();
  if (!spec.behavior) return;
  const scaleUp = filledIn(spec.behavior.scaleUp, scaleUpRules);
  const scaleDown = filledIn(spec.behavior.scaleDown, scaleDownRules);
  if (scaleUp !== spec.behavior.scaleUp || scaleDown !== spec.behavior.scaleDown) spec.behavior = { ...spec.behavior, scaleUp, scaleDown };
}

/** At once, by four pods or to twice as many, whichever is more. */
const scaleUpRules: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
};

const scaleDownRules: HPAScalingRules = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };

function filledIn(rules: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules {
  const policies = asGiven(rules, "policies");
  const complete =
    policies &&
    rules &&
    rules.selectPolicy !== undefined &&
    (rules.stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds) === rules.stabilizationWindowSeconds;
  return complete ? rules : { ...defaults, ...rules, ...(policies ? { policies } : {}) };
}
