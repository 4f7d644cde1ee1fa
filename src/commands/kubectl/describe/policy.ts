import { formatSelector } from "#machinery/selector.ts";
import type { PodDisruptionBudget, PriorityClass } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { pairsText, Report } from "./report.ts";

export async function describeDisruptionBudget(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec = {}, status } = object as unknown as PodDisruptionBudget;
  const report = new Report().field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace);
  if (spec.minAvailable !== undefined) report.field(0, "Min available", spec.minAvailable);
  else report.field(0, "Max unavailable", spec.maxUnavailable);
  report.field(0, "Selector", spec.selector ? formatSelector(spec.selector) : "<unset>").line(0, "Status:");
  report.field(2, "Allowed disruptions", status?.disruptionsAllowed ?? 0).field(2, "Current", status?.currentHealthy ?? 0);
  report.field(2, "Desired", status?.desiredHealthy ?? 0).field(2, "Total", status?.expectedPods ?? 0);
  return withEvents(report, object, context);
}

export async function describePriorityClass(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, value, globalDefault, preemptionPolicy, description } = object as unknown as PriorityClass;
  const report = new Report()
    .field(0, "Name", metadata.name)
    .field(0, "Value", value)
    .field(0, "GlobalDefault", globalDefault ?? false);
  report.field(0, "PreemptionPolicy", preemptionPolicy ?? "").field(0, "Description", description ?? "");
  report.field(0, "Annotations", pairsText(metadata.annotations));
  return withEvents(report, object, context);
}
