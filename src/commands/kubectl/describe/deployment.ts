import { formatSelector } from "#machinery/selector.ts";
import type { Deployment, ReplicaSet } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { sortedJson } from "../print/json.ts";
import { replicaSetsOf } from "../rollout/revisions.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { describePodTemplate } from "./pod-template.ts";
import { Report } from "./report.ts";
import { describeConditions } from "./workload.ts";

export async function describeDeployment(object: Thing, context: DescribeContext): Promise<string> {
  const deployment = object as unknown as Deployment;
  const { metadata, spec } = deployment;
  const status = deployment.status ?? {};
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace).time(0, "CreationTimestamp", metadata.creationTimestamp);
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations).field(0, "Selector", formatSelector(spec.selector));
  report.field(
    0,
    "Replicas",
    `${spec.replicas ?? 0} desired | ${status.updatedReplicas ?? 0} updated | ${status.replicas ?? 0} total | ${status.availableReplicas ?? 0} available | ${status.unavailableReplicas ?? 0} unavailable`,
  );
  report.field(0, "StrategyType", spec.strategy?.type ?? "").field(0, "MinReadySeconds", spec.minReadySeconds ?? 0);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling) report.field(0, "RollingUpdateStrategy", `${rolling.maxUnavailable ?? 0} max unavailable, ${rolling.maxSurge ?? 0} max surge`);
  describePodTemplate(report, spec.template);
  describeConditions(report, status.conditions);

  const sets = await replicaSetsOf(context.kube, deployment);
  const current = newest(sets, deployment);
  const old = sets.filter((set) => set !== current);
  if (sets.length > 0) report.field(0, "OldReplicaSets", created(old)).field(0, "NewReplicaSet", created(current ? [current] : []));
  return withEvents(report, object, context);
}

/** The ReplicaSet whose template is the Deployment's, but for the label that tells templates apart. */
export function newest(sets: readonly ReplicaSet[], { spec }: Deployment): ReplicaSet | undefined {
  const wanted = templateText(spec.template);
  return [...sets]
    .sort((a, b) => ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? -1 : 1))
    .find((set) => templateText(set.spec.template) === wanted);
}

export function templateText(template: Deployment["spec"]["template"] | undefined): string {
  const { "pod-template-hash": _, ...labels } = template?.metadata?.labels ?? {};
  return sortedJson({ ...template, metadata: { ...template?.metadata, labels } });
}

const created = (sets: readonly ReplicaSet[]): string =>
  sets.map(({ metadata, spec, status }) => `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`).join(", ") ||
  "<none>";
