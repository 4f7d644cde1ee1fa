import type { KubeObject } from "#machinery/object.ts";
import type { HorizontalPodAutoscaler, MetricSpec } from "#machinery/types.ts";
import { checkNonNegative } from "../shared/checks.ts";
import { type Field, validation } from "../shared/field.ts";
import { checkNonNegativeAmount } from "../shared/quantities.ts";
import { checkSegment } from "../shared/references.ts";
import { apiVersionProblem, checkMetric } from "./validate-metric.ts";

type Spec = HorizontalPodAutoscaler["spec"];
type Rules = NonNullable<NonNullable<Spec["behavior"]>["scaleUp"]>;

const longestPeriod = 1800;
const longestWindow = 3600;

/** Judges an autoscaler of whichever version as it is stored: it is the stored fields that are told of. */
export const checkEither = <T extends KubeObject>(stored: (autoscaler: T) => HorizontalPodAutoscaler) =>
  validation<T>((field, autoscaler, old, { subresource }) => {
    const { spec, status } = stored(autoscaler);
    if (subresource === "status") checkAutoscalerStatus(field.at("status"), status);
    else checkAutoscaler(field.at("spec"), spec, old && stored(old).spec);
  });

function checkAutoscaler(field: Field, spec: Spec, old: Spec | undefined): void {
  checkBounds(field, spec, old?.minReplicas === 0 ? 0 : 1);
  checkTarget(field.at("scaleTargetRef"), spec.scaleTargetRef, old?.scaleTargetRef);
  const metrics = spec.metrics ?? [];
  const letsBadVersions =
    old?.metrics?.some(({ object }) => object && apiVersionProblem(object.describedObject.apiVersion, true) !== undefined) ?? false;
  for (const [i, metric] of metrics.entries()) checkMetric(field.at("metrics", i), metric, letsBadVersions);
  if (spec.minReplicas === 0 && !metrics.some(({ type }: MetricSpec) => type === "Object" || type === "External"))
    field.at("metrics").forbidden("must specify at least one Object or External metric to support scaling to zero replicas");
  for (const side of ["scaleUp", "scaleDown"] as const) {
    const rules = spec.behavior?.[side];
    if (rules) checkRules(field.at("behavior", side), rules);
  }
}

function checkBounds(field: Field, { minReplicas: min, maxReplicas: max = 0 }: Spec, least: number): void {
  if (min !== undefined && min < least) field.at("minReplicas").invalid(min, `must be greater than or equal to ${least}`);
  const at = field.at("maxReplicas");
  if (max === 0) at.required("must be set and greater than 0");
  else if (max < 0) at.invalid(max, "must be greater than or equal to 1");
  if (min !== undefined && max < min) at.invalid(max, "must be greater than or equal to `minReplicas`");
}

type Target = Spec["scaleTargetRef"];

function checkTarget(field: Field, target: Target, old: Target | undefined): void {
  checkSegment(field.at("kind"), target.kind);
  checkSegment(field.at("name"), target.name);
  const sameAsBefore = old !== undefined && old.apiVersion === target.apiVersion && old.kind === target.kind;
  const problem = sameAsBefore ? undefined : apiVersionProblem(target.apiVersion, target.kind === "ReplicationController");
  if (problem) field.at("apiVersion").invalid(target.apiVersion ?? "", problem);
}

function checkRules(field: Field, { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance }: Rules): void {
  if (window !== undefined && window < 0) field.at("stabilizationWindowSeconds").invalid(window, "must be greater than or equal to zero");
  if (window !== undefined && window > longestWindow)
    field.at("stabilizationWindowSeconds").invalid(window, `must be less than or equal to ${longestWindow}`);
  const selections = ["Disabled", "Max", "Min"];
  if (selectPolicy !== undefined && !selections.includes(selectPolicy)) field.at("selectPolicy").notSupported(selectPolicy, selections);
  if (policies.length === 0) field.at("policies").required("must specify at least one Policy");
  for (const [i, { type, value = 0, periodSeconds: period = 0 }] of policies.entries()) {
    const at = field.at("policies", i);
    if (type !== "Pods" && type !== "Percent") at.at("type").notSupported(type ?? "", ["Percent", "Pods"]);
    if (value <= 0) at.at("value").invalid(value, "must be greater than zero");
    if (period <= 0) at.at("periodSeconds").invalid(period, "must be greater than zero");
    if (period > longestPeriod) at.at("periodSeconds").invalid(period, `must be less than or equal to ${longestPeriod}`);
  }
  if (tolerance !== undefined) checkNonNegativeAmount(field.at("tolerance"), tolerance);
}

function checkAutoscalerStatus(field: Field, status: HorizontalPodAutoscaler["status"]): void {
  checkNonNegative(field.at("currentReplicas"), status?.currentReplicas);
  checkNonNegative(field.at("desiredReplicas"), status?.desiredReplicas);
}
