import { parseTime } from "#machinery/time.ts";
import type {
  CSINode,
  NodeSelectorRequirement,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
  VolumeAttributesClass,
} from "#machinery/types.ts";
import { ageOf } from "../age.ts";
import type { Thing } from "../api/server.ts";
import { podPath } from "../pods-of.ts";
import { longTime } from "../times.ts";
import { accessModes, claimFields, oldClass } from "./claim.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { pairsText, Report, yesNo } from "./report.ts";
import { describeSource } from "./volumes.ts";

export async function describePersistentVolume(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec = {}, status } = object as unknown as PersistentVolume;
  const report = new Report().head(metadata, false);
  report.field(0, "Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
  report.field(0, "StorageClass", metadata.annotations?.[oldClass] ?? spec.storageClassName ?? "");
  report.field(
    0,
    "Status",
    metadata.deletionTimestamp ? `Terminating (lasts ${ageOf(metadata.deletionTimestamp, context.kube.now)})` : (status?.phase ?? ""),
  );
  report.field(0, "Claim", spec.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "");
  report.field(0, "Reclaim Policy", spec.persistentVolumeReclaimPolicy ?? "").field(0, "Access Modes", accessModes(spec.accessModes));
  report.field(0, "VolumeMode", spec.volumeMode).field(0, "Capacity", spec.capacity?.["storage"] ?? "0");
  const required = spec.nodeAffinity?.required;
  if (!required) report.field(0, "Node Affinity", "<none>");
  else {
    const terms = required.nodeSelectorTerms;
    report.field(0, "Node Affinity", "").field(1, "Required Terms", terms.length > 0 ? "" : "<none>");
    terms.forEach((term, i) => {
      selectorTerm(report, 2, i, term.matchExpressions);
    });
  }
  report.field(0, "Message", status?.message ?? "").line(0, "Source:");
  describeSource(report, spec);
  return withEvents(report, object, context);
}

function selectorTerm(report: Report, level: number, index: number, requirements: readonly NodeSelectorRequirement[] | undefined): void {
  report.write(level, `Term ${index}:\t`);
  if (!requirements?.length) report.line(0, "<none>");
  requirements?.forEach(({ key, operator, values }, i) => {
    if (i > 0) report.write(level, "\t");
    report.line(0, `${key} ${operator.toLowerCase()}${values?.length ? ` [${values.join(", ")}]` : ""}`);
  });
}

export async function describePersistentVolumeClaim(object: Thing, context: DescribeContext): Promise<string> {
  const claim = object as unknown as PersistentVolumeClaim;
  const { metadata, status } = claim;
  const { items } = await context.kube.server.get<{ items: Pod[] }>(podPath(metadata.namespace), {
    query: { limit: String(context.chunkSize || 500) },
  });
  const owners = new Set((metadata.ownerReferences ?? []).filter(({ kind }) => kind === "Pod").map(({ uid }) => uid));
  const users = items.filter(
    (pod) => owners.has(pod.metadata.uid ?? "") || pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name),
  );
  const report = new Report();
  claimFields(report, claim, 0, context.kube.now);
  report.values("Used By", users.map((pod) => pod.metadata.name ?? "").sort(), "", "\t");
  if (status?.conditions?.length) {
    report.line(0, "Conditions:").line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    report.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    const time = (text: string | undefined) => (text ? longTime(parseTime(text)) : "Mon, 01 Jan 0001 00:00:00 +0000");
    for (const { type, status: state, lastProbeTime, lastTransitionTime, reason = "", message = "" } of status.conditions)
      report.line(1, [`${type} `, `${state} `, `${time(lastProbeTime)} `, `${time(lastTransitionTime)} `, `${reason} `, message].join("\t"));
  }
  return withEvents(report, object, context);
}

export async function describeStorageClass(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, ...storage } = object as unknown as StorageClass;
  const marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
  const isDefault = marks.some((mark) => metadata.annotations?.[mark] === "true");
  const report = new Report().field(0, "Name", metadata.name).field(0, "IsDefaultClass", isDefault ? "Yes" : "No");
  report.field(0, "Annotations", pairsText(metadata.annotations)).field(0, "Provisioner", storage.provisioner);
  report.field(0, "Parameters", pairsText(storage.parameters)).field(0, "AllowVolumeExpansion", yesNo(storage.allowVolumeExpansion));
  if (!storage.mountOptions?.length) report.field(0, "MountOptions", "<none>");
  else report.line(0, "MountOptions:");
  for (const option of storage.mountOptions ?? []) report.line(1, option);
  report.field(0, "ReclaimPolicy", storage.reclaimPolicy).field(0, "VolumeBindingMode", storage.volumeBindingMode);
  const topologies = storage.allowedTopologies;
  if (topologies) {
    report.field(0, "AllowedTopologies", topologies.length > 0 ? "" : "<none>");
    topologies.forEach(({ matchLabelExpressions }, i) => {
      selectorTerm(
        report,
        1,
        i,
        matchLabelExpressions?.map(({ key, values }) => ({ key, operator: "In", values })),
      );
    });
  }
  return withEvents(report, object, context);
}

export async function describeVolumeAttributesClass(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, driverName, parameters } = object as unknown as VolumeAttributesClass;
  const report = new Report().field(0, "Name", metadata.name).field(0, "Annotations", pairsText(metadata.annotations));
  report.field(0, "DriverName", driverName).field(0, "Parameters", pairsText(parameters));
  return withEvents(report, object, context);
}

export async function describeCsiNode(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec } = object as unknown as CSINode;
  const report = new Report().head(metadata, false).time(0, "CreationTimestamp", metadata.creationTimestamp).line(0, "Spec:");
  if (spec.drivers) report.line(1, "Drivers:");
  for (const { name, nodeID, allocatable, topologyKeys } of spec.drivers ?? []) {
    report.line(2, `${name}:`).field(3, "Node ID", nodeID);
    if (allocatable?.count !== undefined) report.line(3, "Allocatables:").field(4, "Count", allocatable.count);
    if (topologyKeys) report.field(3, "Topology Keys", `[${topologyKeys.join(" ")}]`);
  }
  return withEvents(report, object, context);
}
