import { controllerOf } from "#machinery/object.ts";
import { formatSelector } from "#machinery/selector.ts";
import type { ReplicaSet } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { describePodTemplate } from "./pod-template.ts";
import { Report } from "./report.ts";
import { describeConditions, podCounts } from "./workload.ts";

export async function describeReplicaSet(object: Thing, context: DescribeContext): Promise<string> {
  const set = object as unknown as ReplicaSet;
  const { metadata, spec, status } = set;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace).field(0, "Selector", formatSelector(spec.selector));
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  const owner = controllerOf(set);
  if (owner) report.field(0, "Controlled By", `${owner.kind}/${owner.name}`);
  report.field(0, "Replicas", `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  report.field(0, "Pods Status", await podCounts(context, set, spec.selector));
  describePodTemplate(report, spec.template);
  describeConditions(report, status?.conditions);
  return withEvents(report, object, context);
}
