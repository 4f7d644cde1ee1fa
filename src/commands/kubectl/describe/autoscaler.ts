import { canonicalQuantity } from "#machinery/quantity.ts";
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec, MetricStatus } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { Report } from "./report.ts";

const unknown = "<unknown>";

export async function describeAutoscaler(object: Thing, context: DescribeContext): Promise<string> {
  const resource = { group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", namespaced: true };
  // An older version of the API does not tell all metrics.
  const whole =
    object.apiVersion === "autoscaling/v2"
      ? object
      : await context.kube.server.get(pathOf(resource, object.metadata.namespace, object.metadata.name));
  const { metadata, spec, status } = whole as unknown as HorizontalPodAutoscaler;
  const report = new Report().head(metadata).time(0, "CreationTimestamp", metadata.creationTimestamp);
  const target = spec.scaleTargetRef;
  report.field(0, "Reference", `${target.kind}/${target.name}`).line(0, "Metrics:\t( current / target )");
  (spec.metrics ?? []).forEach((metric, i) => {
    report.line(1, metricText(metric, status?.currentMetrics?.[i]));
  });
  report.field(0, "Min replicas", spec.minReplicas ?? "<unset>").field(0, "Max replicas", spec.maxReplicas);
  if (spec.behavior) {
    report.line(0, "Behavior:");
    direction(report, "Scale Up", spec.behavior.scaleUp);
    direction(report, "Scale Down", spec.behavior.scaleDown);
  }
  report.field(0, `${target.kind} pods`, `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`);
  if (status?.conditions?.length) {
    report.line(0, "Conditions:").line(1, "Type\tStatus\tReason\tMessage").line(1, "----\t------\t------\t-------");
    for (const { type, status: state, reason = "", message = "" } of status.conditions) report.line(1, [type, state, reason, message].join("\t"));
  }
  return withEvents(report, object, context);
}

const amount = (value: string | undefined): string => canonicalQuantity(value ?? "0") ?? "";

function metricText(metric: MetricSpec, now: MetricStatus | undefined): string {
  const { external, pods, object, resource, containerResource } = metric;
  if (external) {
    const byAverage = external.target.averageValue !== undefined;
    const current = byAverage ? now?.external?.current.averageValue : now?.external && amount(now.external.current.value);
    const target = amount(byAverage ? external.target.averageValue : external.target.value);
    return `${JSON.stringify(external.metric.name)} (target ${byAverage ? "average value" : "value"}):\t${current ?? unknown} / ${target}`;
  }
  if (pods)
    return `${JSON.stringify(pods.metric.name)} on pods:\t${now?.pods ? amount(now.pods.current.averageValue) : unknown} / ${amount(pods.target.averageValue)}`;
  if (object) {
    const byAverage = object.target.type === "AverageValue";
    const which = byAverage ? "averageValue" : "value";
    const about = `${JSON.stringify(object.metric.name)} on ${object.describedObject.kind}/${object.describedObject.name}`;
    return `${about} (target ${byAverage ? "average value" : "value"}):\t${now?.object ? amount(now.object.current[which]) : unknown} / ${amount(object.target[which])}`;
  }
  const source = resource ?? containerResource;
  if (!source) return `<unknown metric type ${JSON.stringify(metric.type)}>`;
  const current = resource ? now?.resource?.current : now?.containerResource?.current;
  const about = containerResource
    ? `resource ${source.name} of container "${containerResource.container}" on pods`
    : `resource ${source.name} on pods`;
  if (source.target.averageValue !== undefined)
    return `${about}:\t${current ? amount(current.averageValue) : unknown} / ${amount(source.target.averageValue)}`;
  const used = current?.averageUtilization === undefined ? unknown : `${current.averageUtilization}% (${amount(current.averageValue)})`;
  const wanted = source.target.averageUtilization === undefined ? "<auto>" : `${source.target.averageUtilization}%`;
  return `${about}  (as a percentage of request):\t${used} / ${wanted}`;
}

function direction(report: Report, title: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return;
  report.line(1, `${title}:`);
  if (rules.stabilizationWindowSeconds !== undefined) report.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  if (!rules.policies?.length) return;
  report.line(2, `Select Policy: ${rules.selectPolicy ?? "Max"}`).line(2, "Policies:");
  for (const { type, value, periodSeconds } of rules.policies) report.line(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds`);
}
