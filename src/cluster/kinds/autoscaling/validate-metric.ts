import { labelProblems, pathSegmentProblems } from "#machinery/names.ts";
import { groupVersionOf } from "#machinery/object.ts";
import type { MetricSpec } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { compare } from "../shared/quantities.ts";
import { checkSegment } from "../shared/references.ts";
import { checkContainerResourceName } from "../shared/resource-names.ts";

type Sources = Required<Omit<MetricSpec, "type">>;
type Source = keyof Sources;
type Target = Sources["resource"]["target"];

/** The field that each type of metric fills in. */
const sources: Readonly<Record<string, Source>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};

/** In the order in which they are looked at; of several only the first is. */
const order: readonly Source[] = ["object", "external", "pods", "resource", "containerResource"];

/** What a metric is of. `letsBadVersions` where the object had one already that can no longer be given. */
export function checkMetric(field: Field, metric: MetricSpec, letsBadVersions: boolean): void {
  const { type = "" } = metric;
  const types = Object.keys(sources);
  if (!type) field.at("type").required("must specify a metric source type");
  if (!types.includes(type)) field.at("type").notSupported(type, types);

  const present = order.filter((source) => metric[source]);
  const [first] = present;
  if (first) checkSource(field.at(first), metric, first, letsBadVersions);

  const expected = sources[type];
  if (!expected) field.at("type").notSupported(type, types);
  else if (!metric[expected]) field.at(expected).required("must populate information for the given metric source");
  if (present.length !== 1)
    for (const other of present) if (other !== expected) field.at(other).forbidden("must populate the given metric source only");
}

function checkSource(field: Field, metric: MetricSpec, source: Source, letsBadVersions: boolean): void {
  if (source === "object" && metric.object) checkObject(field, metric.object, letsBadVersions);
  if (source === "external" && metric.external) checkExternal(field, metric.external);
  if (source === "pods" && metric.pods) checkPods(field, metric.pods);
  if (source === "resource" && metric.resource) {
    if (!metric.resource.name) field.at("name").required("must specify a resource name");
    checkResourceTarget(field.at("target"), metric.resource.target);
  }
  if (source === "containerResource" && metric.containerResource) checkContainer(field, metric.containerResource);
}

function checkObject(field: Field, { describedObject, metric, target }: Sources["object"], letsBadVersions: boolean): void {
  const { kind, name, apiVersion } = describedObject;
  const at = field.at("describedObject");
  checkSegment(at.at("kind"), kind);
  checkSegment(at.at("name"), name);
  const problem = letsBadVersions ? undefined : apiVersionProblem(apiVersion, true);
  if (problem) at.at("apiVersion").invalid(apiVersion ?? "", problem);
  checkIdentifier(field.at("metric"), metric);
  checkMetricTarget(field.at("target"), target);
  if (target.value === undefined && target.averageValue === undefined)
    field.at("target", "averageValue").required("must set either a target value or averageValue");
}

function checkExternal(field: Field, { metric, target }: Sources["external"]): void {
  checkIdentifier(field.at("metric"), metric);
  checkMetricTarget(field.at("target"), target);
  const { value, averageValue } = target;
  if (value === undefined && averageValue === undefined)
    field.at("target", "averageValue").required("must set either a target value for metric or a per-pod target");
  if (value !== undefined && averageValue !== undefined)
    field.at("target", "value").forbidden("may not set both a target value for metric and a per-pod target");
}

function checkPods(field: Field, { metric, target }: Sources["pods"]): void {
  checkIdentifier(field.at("metric"), metric);
  checkMetricTarget(field.at("target"), target);
  if (target.averageValue === undefined) field.at("target", "averageValue").required("must specify a positive target averageValue");
}

function checkContainer(field: Field, { name, container, target }: Sources["containerResource"]): void {
  if (!name) field.at("name").required("must specify a resource name");
  else checkContainerResourceName(field.at("name"), name);
  if (!container) field.at("container").required("must specify a container");
  else field.at("container").problems(container, labelProblems(container));
  checkResourceTarget(field.at("target"), target);
}

function checkResourceTarget(field: Field, target: Target): void {
  checkMetricTarget(field, target);
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined)
    field.at("averageUtilization").required("must set either a target raw value or a target utilization");
  if (averageUtilization !== undefined && averageValue !== undefined)
    field.at("averageValue").forbidden("may not set both a target raw value and a target utilization");
}

function checkMetricTarget(field: Field, { type = "", value, averageValue, averageUtilization }: Target): void {
  if (!type) field.at("type").required("must specify a metric target type");
  if (type !== "Utilization" && type !== "Value" && type !== "AverageValue")
    field.at("type").invalid(type, "must be either Utilization, Value, or AverageValue");
  if (value !== undefined && compare(value, "0") <= 0) field.at("value").invalid(value, "must be positive");
  if (averageValue !== undefined && compare(averageValue, "0") <= 0) field.at("averageValue").invalid(averageValue, "must be positive");
  if (averageUtilization !== undefined && averageUtilization < 1)
    field.at("averageUtilization").invalid(averageUtilization, "must be greater than 0");
}

function checkIdentifier(field: Field, { name }: { name?: string }): void {
  if (!name) field.at("name").required("must specify a metric name");
  else field.at("name").problems(name, pathSegmentProblems(name));
}

/** What is wrong with the version of an object that is referred to. The first group, which has no name, is not always meant. */
export function apiVersionProblem(apiVersion = "", mayBeCore: boolean): string | undefined {
  if (apiVersion.split("/").length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  return !mayBeCore && groupVersionOf(apiVersion).group === "" ? "apiVersion must specify API group" : undefined;
}
