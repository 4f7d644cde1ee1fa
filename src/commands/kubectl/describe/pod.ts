import { controllerOf } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { ageOf } from "../age.ts";
import type { Thing } from "../api/server.ts";
import { describeContainers, describeResources } from "./containers.ts";
import { type DescribeContext, describeEvents, eventsAbout } from "./events.ts";
import { describeSpread } from "./pod-template.ts";
import { Report } from "./report.ts";
import { describeVolumes } from "./volumes.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";

export async function describePod(object: Thing, context: DescribeContext): Promise<string> {
  const pod = object as unknown as Pod;
  const { metadata, spec } = pod;
  const status = pod.status ?? {};
  const report = new Report();
  const now = context.kube.now;

  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace).field(0, "Priority", spec.priority);
  report.field(0, "Priority Class Name", spec.priorityClassName || undefined).field(0, "Runtime Class Name", spec.runtimeClassName || undefined);
  report.field(0, "Service Account", spec.serviceAccountName || undefined);
  report.field(0, "Node", spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ""}` : "<none>").time(0, "Start Time", status.startTime);
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  if (metadata.deletionTimestamp && status.phase !== "Failed" && status.phase !== "Succeeded")
    report
      .field(0, "Status", `Terminating (lasts ${ageOf(metadata.deletionTimestamp, now)})`)
      .field(0, "Termination Grace Period", `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  else report.field(0, "Status", status.phase ?? "");
  report.field(0, "Reason", status.reason || undefined).field(0, "Message", status.message || undefined);
  const seccomp = spec.securityContext?.seccompProfile;
  if (seccomp) report.field(0, "SeccompProfile", seccomp.type);
  if (seccomp?.type === "Localhost") report.field(0, "LocalhostProfile", seccomp.localhostProfile ?? "");
  addresses(report, pod);
  const owner = controllerOf(pod);
  if (owner) report.field(0, "Controlled By", `${owner.kind}/${owner.name}`);
  report.field(0, "NominatedNodeName", status.nominatedNodeName || undefined);
  if (spec.resources) {
    report.line(0, "Resources:");
    describeResources(report, spec.resources, 1);
  }

  if (spec.initContainers?.length) describeContainers(report, "Init Containers", spec.initContainers, status.initContainerStatuses, pod, "");
  describeContainers(report, "Containers", spec.containers, status.containerStatuses, pod, "");
  if (spec.ephemeralContainers?.length)
    describeContainers(report, "Ephemeral Containers", spec.ephemeralContainers, status.ephemeralContainerStatuses, pod, "");

  const conditions = status.conditions ?? [];
  if (spec.readinessGates?.length) {
    report.line(0, "Readiness Gates:").line(1, "Type\tStatus");
    for (const { conditionType } of spec.readinessGates)
      report.line(1, `${conditionType} \t${conditions.find(({ type }) => type === conditionType)?.status ?? "<none>"} `);
  }
  if (conditions.length > 0) {
    report.line(0, "Conditions:").line(1, "Type\tStatus");
    for (const { type, status: is } of conditions) report.line(1, `${type} \t${is} `);
  }
  describeVolumes(report, spec.volumes, "");
  report
    .field(0, "QoS Class", status.qosClass ?? "")
    .labels("Node-Selectors", spec.nodeSelector)
    .tolerations("Tolerations", spec.tolerations);
  describeSpread(report, spec.topologySpreadConstraints, "");

  const mirror = metadata.annotations?.[mirrorAnnotation];
  describeEvents(report, await eventsAbout(context, object, { kind: "", ...(mirror ? { uid: mirror } : {}) }), now);
  return report.text;
}

function addresses(report: Report, { status }: Pod): void {
  report.field(0, "IP", status?.podIP ?? "");
  if (!status?.podIPs?.length) {
    report.field(0, "IPs", "<none>");
    return;
  }
  report.line(0, "IPs:");
  for (const { ip } of status.podIPs) report.field(1, "IP", ip);
}
