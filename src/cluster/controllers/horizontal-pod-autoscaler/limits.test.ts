import { expect, test } from "vitest";
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HPAScalingRules } from "#machinery/types.ts";
import { limit, noteChange } from "./limits.ts";
import type { Memory } from "./memory.ts";

const s = 1000;
const autoscaler = (minReplicas: number, maxReplicas: number, behavior?: HorizontalPodAutoscalerBehavior) =>
  ({
    spec: { minReplicas, maxReplicas, scaleTargetRef: { kind: "Deployment", name: "web" }, ...(behavior ? { behavior } : {}) },
  }) as HorizontalPodAutoscaler;
const memory = (...recommendations: [replicas: number, at: number][]): Memory => ({
  recommendations: recommendations.map(([replicas, at]) => ({ replicas, at })),
  grown: [],
  shrunk: [],
});
const rules = (policies: HPAScalingRules["policies"], more: HPAScalingRules = {}): HPAScalingRules => ({
  selectPolicy: "Max",
  stabilizationWindowSeconds: 0,
  ...(policies ? { policies } : {}),
  ...more,
});
const percent = (value: number, periodSeconds = 60) => ({ type: "Percent", value, periodSeconds });
const pods = (value: number, periodSeconds = 60) => ({ type: "Pods", value, periodSeconds });

test.for<[why: string, sizes: [least: number, most: number], current: number, wanted: number, replicas: number, limited: string, able: string]>([
  ["what is wanted", [1, 10], 3, 5, 5, "DesiredWithinRange", "ReadyForNewScale"],
  ["no more than there may be", [1, 10], 8, 12, 10, "TooManyReplicas", "ReadyForNewScale"],
  ["no more than twice as many at once", [1, 100], 5, 30, 10, "ScaleUpLimit", "ReadyForNewScale"],
  ["but at least four", [1, 100], 1, 30, 4, "ScaleUpLimit", "ReadyForNewScale"],
  ["no fewer than there must be", [2, 10], 3, 0, 2, "TooFewReplicas", "ReadyForNewScale"],
])("without rules: %s", ([, [least, most], current, wanted, replicas, limited, able]) => {
  const found = limit(autoscaler(least, most), current, wanted, memory(), 1000 * s);
  expect([found.replicas, found.limited.reason, found.able.reason]).toEqual([replicas, limited, able]);
});

test("a workload shrinks to the highest recommendation of five minutes", () => {
  const remembered = memory([9, 0], [7, 600 * s], [5, 800 * s]);
  const found = limit(autoscaler(1, 10), 7, 2, remembered, 850 * s);
  expect([found.replicas, found.able.reason]).toEqual([7, "ScaleDownStabilized"]);
  expect(remembered.recommendations.map(({ replicas }) => replicas)).toEqual([7, 5, 2]);
  expect(limit(autoscaler(1, 10), 7, 2, remembered, 1200 * s).replicas).toBe(2);
});

test.for<[why: string, behavior: HorizontalPodAutoscalerBehavior, current: number, wanted: number, replicas: number, reason: string]>([
  ["pods at a time", { scaleUp: rules([pods(2)]) }, 4, 20, 6, "ScaleUpLimit"],
  ["or a share, rounded up", { scaleUp: rules([percent(50)]) }, 5, 20, 8, "ScaleUpLimit"],
  ["the larger change", { scaleUp: rules([pods(2), percent(100)]) }, 4, 20, 8, "ScaleUpLimit"],
  ["the smaller change", { scaleUp: rules([pods(2), percent(100)], { selectPolicy: "Min" }) }, 4, 20, 6, "ScaleUpLimit"],
  ["never up", { scaleUp: rules([pods(2)], { selectPolicy: "Disabled" }) }, 4, 20, 4, "ScaleUpLimit"],
  ["up to what is allowed at all", { scaleUp: rules([pods(50)]) }, 4, 70, 30, "TooManyReplicas"],
  ["pods less", { scaleDown: rules([pods(1)]) }, 9, 3, 8, "ScaleDownLimit"],
  ["a share less, rounded down", { scaleDown: rules([percent(25)]) }, 9, 3, 6, "ScaleDownLimit"],
  ["the smaller change downwards", { scaleDown: rules([pods(4), percent(10)], { selectPolicy: "Min" }) }, 10, 3, 9, "ScaleDownLimit"],
  ["never down", { scaleDown: rules([pods(1)], { selectPolicy: "Disabled" }) }, 9, 3, 9, "ScaleDownLimit"],
])("with rules: %s", ([, behavior, current, wanted, replicas, reason]) => {
  const found = limit(autoscaler(2, 30, behavior), current, wanted, memory(), 1000 * s);
  expect([found.replicas, found.limited.reason]).toEqual([replicas, reason]);
});

test("a policy counts what was changed within its period", () => {
  const slow = autoscaler(1, 30, { scaleUp: rules([pods(4, 60)]) });
  const remembered = memory();
  noteChange(slow, 4, 7, remembered, 100 * s);
  expect(limit(slow, 7, 20, remembered, 130 * s).replicas).toBe(8);
  expect(limit(slow, 7, 20, remembered, 170 * s).replicas).toBe(11);
});

test("a window upwards waits for what is recommended again and again", () => {
  const patient = autoscaler(1, 30, { scaleUp: rules([percent(100, 15)], { stabilizationWindowSeconds: 120 }) });
  const remembered = memory([3, 950 * s]);
  const found = limit(patient, 3, 6, remembered, 1000 * s);
  expect([found.replicas, found.able.reason]).toEqual([3, "ScaleUpStabilized"]);
  expect(limit(patient, 3, 6, remembered, 1100 * s).replicas).toBe(6);
});
