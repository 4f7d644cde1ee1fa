import { formatRequirements, requirementsOf } from "#machinery/selector.ts";
import type { DaemonSet, PersistentVolumeClaim, ReplicationController, StatefulSet } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { storageClassOf } from "./claim.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { describePodTemplate } from "./pod-template.ts";
import { pairsText, Report } from "./report.ts";
import { describeConditions, podCounts } from "./workload.ts";

export async function describeDaemonSet(object: Thing, context: DescribeContext): Promise<string> {
  const set = object as unknown as DaemonSet;
  const { metadata, spec, status } = set;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace);
  report.field(0, "Selector", formatRequirements(requirementsOf(spec.selector)));
  report.field(0, "Node-Selector", pairsText(spec.template.spec?.nodeSelector));
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  report.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  report.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  report.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  report.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  report.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  report.field(0, "Pods Status", await podCounts(context, set, spec.selector));
  describePodTemplate(report, spec.template);
  return withEvents(report, object, context);
}

export async function describeStatefulSet(object: Thing, context: DescribeContext): Promise<string> {
  const set = object as unknown as StatefulSet;
  const { metadata, spec, status } = set;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace).time(0, "CreationTimestamp", metadata.creationTimestamp);
  report.field(0, "Selector", formatRequirements(requirementsOf(spec.selector)));
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  report.field(0, "Replicas", `${spec.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
  report.field(0, "Update Strategy", spec.updateStrategy?.type ?? "");
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) report.field(1, "Partition", rolling.partition).field(1, "MaxUnavailable", rolling.maxUnavailable);
  report.field(0, "Pods Status", await podCounts(context, set, spec.selector));
  describePodTemplate(report, spec.template);
  claimTemplates(report, spec.volumeClaimTemplates);
  return withEvents(report, object, context);
}

function claimTemplates(report: Report, templates: readonly PersistentVolumeClaim[] | undefined): void {
  if (!templates?.length) {
    report.field(0, "Volume Claims", "<none>");
    return;
  }
  report.line(0, "Volume Claims:");
  for (const template of templates) {
    const { metadata, spec } = template;
    report.field(1, "Name", metadata.name).field(1, "StorageClass", storageClassOf(template));
    report.labels("Labels", metadata.labels, "  ").labels("Annotations", metadata.annotations, "  ");
    report.field(1, "Capacity", spec?.resources?.requests?.["storage"] ?? "<default>");
    report.field(1, "Access Modes", `[${(spec?.accessModes ?? []).join(" ")}]`);
  }
}

export async function describeReplicationController(object: Thing, context: DescribeContext): Promise<string> {
  const controller = object as unknown as ReplicationController;
  const { metadata, spec, status } = controller;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace).field(0, "Selector", pairsText(spec.selector));
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  report.field(0, "Replicas", `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  report.field(0, "Pods Status", await podCounts(context, controller, { matchLabels: spec.selector ?? {} }));
  describePodTemplate(report, spec.template);
  describeConditions(report, status?.conditions);
  return withEvents(report, object, context);
}
