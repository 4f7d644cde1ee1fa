import { podLimits, podRequests, type Resources } from "#machinery/pod-resources.ts";
import { addQuantities, formatQuantity, milliUnits, type Quantity, wholeUnits, zero } from "#machinery/quantity.ts";
import { parseTime } from "#machinery/time.ts";
import type { Event, Lease, Node, Pod } from "#machinery/types.ts";
import { ageOf } from "../age.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { ServerError } from "../errors.ts";
import { longTime } from "../times.ts";
import { type DescribeContext, describeEvents, eventsAbout } from "./events.ts";
import { Report } from "./report.ts";

const core = (plural: string, namespaced = true) => ({ group: "", version: "v1", plural, namespaced });

export async function describeNode(object: Thing, context: DescribeContext): Promise<string> {
  const node = object as unknown as Node;
  const { metadata, spec = {}, status = {} } = node;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Roles", rolesOf(node).join(",") || "<none>");
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations).time(0, "CreationTimestamp", metadata.creationTimestamp);
  report.taints("Taints", spec.taints).field(0, "Unschedulable", spec.unschedulable ?? false);
  await lease(report, node, context);
  if (status.conditions?.length) {
    report.line(0, "Conditions:").line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    report.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    const time = (text: string | undefined) => (text ? longTime(parseTime(text)) : "");
    for (const { type, status: is, lastHeartbeatTime, lastTransitionTime, reason, message } of status.conditions)
      report.line(1, `${type} \t${is} \t${time(lastHeartbeatTime)} \t${time(lastTransitionTime)} \t${reason ?? ""} \t${message ?? ""}`);
  }
  report.line(0, "Addresses:");
  for (const { type, address } of status.addresses ?? []) report.field(1, type, address);
  for (const [title, list] of [
    ["Capacity", status.capacity],
    ["Allocatable", status.allocatable],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) report.line(0, `${title}:`);
    for (const name of names) report.field(1, name, list?.[name] ?? "");
  }
  systemInfo(report, node);
  report
    .field(0, "PodCIDR", spec.podCIDR || undefined)
    .field(0, "PodCIDRs", spec.podCIDRs?.join(",") || undefined)
    .field(0, "ProviderID", spec.providerID || undefined);
  await pods(report, node, context);

  const byUid = await eventsAbout(context, object);
  const byName = await eventsAbout(context, object, { uid: metadata.name ?? "" });
  const events: Event[] | undefined = byUid && [...byUid, ...(byName ?? [])];
  describeEvents(report, events, context.kube.now);
  return report.text;
}

/** What a node is for, by its labels. */
export function rolesOf({ metadata }: Node): string[] {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith("node-role.kubernetes.io/")) return [key.slice("node-role.kubernetes.io/".length)].filter(Boolean);
    return key === "kubernetes.io/role" && value ? [value] : [];
  });
  return [...new Set(roles)].sort();
}

async function lease(report: Report, { metadata }: Node, { kube }: DescribeContext): Promise<void> {
  try {
    const { spec }: Lease = await kube.server.get(
      pathOf({ group: "coordination.k8s.io", version: "v1", plural: "leases", namespaced: true }, "kube-node-lease", metadata.name),
    );
    const time = (text: string | undefined) => (text ? longTime(parseTime(text)) : "<unset>");
    report
      .line(0, "Lease:")
      .field(1, "HolderIdentity", spec?.holderIdentity ?? "<unset>")
      .field(1, "AcquireTime", time(spec?.acquireTime))
      .field(1, "RenewTime", time(spec?.renewTime));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    report.field(0, "Lease", `Failed to get lease: ${error.message}`);
  }
}

function systemInfo(report: Report, { status }: Node): void {
  const info = status?.nodeInfo;
  report.line(0, "System Info:");
  report
    .field(1, "Machine ID", info?.machineID ?? "")
    .field(1, "System UUID", info?.systemUUID ?? "")
    .field(1, "Boot ID", info?.bootID ?? "");
  report
    .field(1, "Kernel Version", info?.kernelVersion ?? "")
    .field(1, "OS Image", info?.osImage ?? "")
    .field(1, "Operating System", info?.operatingSystem ?? "");
  report
    .field(1, "Architecture", info?.architecture ?? "")
    .field(1, "Container Runtime Version", info?.containerRuntimeVersion ?? "")
    .field(1, "Kubelet Version", info?.kubeletVersion ?? "");
}

const percent = (part: number, whole: number): string => `${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%`;

async function pods(report: Report, node: Node, { kube, chunkSize }: DescribeContext): Promise<void> {
  let running: Pod[];
  try {
    const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
    running = (
      await kube.server.get<{ items: Pod[] }>(pathOf(core("pods"), undefined), { query: { fieldSelector, limit: String(chunkSize || 500) } })
    ).items;
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== "Forbidden") throw error;
    report.field(0, "Pods", "not authorized");
    return;
  }
  const allocatable = Object.keys(node.status?.allocatable ?? {}).length > 0 ? node.status?.allocatable : node.status?.capacity;
  const [cpu, memory] = [milliUnits(allocatable?.["cpu"]), wholeUnits(allocatable?.["memory"])];
  const inCpu = (list: Resources) => `${shown(list["cpu"])} (${percent(milli(list["cpu"]), cpu)})`;
  const inMemory = (list: Resources) => `${shown(list["memory"])} (${percent(whole(list["memory"]), memory)})`;

  report.field(0, "Non-terminated Pods", `(${running.length} in total)`);
  report
    .line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
    .line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  const [requests, limits]: [Resources, Resources] = [{}, {}];
  for (const pod of running) {
    const [request, limit] = [podRequests(pod), podLimits(pod)];
    add(requests, request);
    add(limits, limit);
    report.line(
      1,
      [
        pod.metadata.namespace ?? "",
        pod.metadata.name ?? "",
        "",
        inCpu(request),
        inCpu(limit),
        inMemory(request),
        inMemory(limit),
        ageOf(pod.metadata.creationTimestamp, kube.now),
      ].join("\t"),
    );
  }

  report
    .line(0, "Allocated resources:")
    .line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    .line(1, "Resource\tRequests\tLimits")
    .line(1, "--------\t--------\t------");
  report.line(1, `cpu\t${inCpu(requests)}\t${inCpu(limits)}`).line(1, `memory\t${inMemory(requests)}\t${inMemory(limits)}`);
  const others = Object.keys(allocatable ?? {}).sort();
  for (const name of ["ephemeral-storage", ...others.filter((other) => other.startsWith("hugepages-"))]) {
    const all = wholeUnits(allocatable?.[name]);
    report.line(
      1,
      `${name}\t${shown(requests[name])} (${percent(whole(requests[name]), all)})\t${shown(limits[name])} (${percent(whole(limits[name]), all)})`,
    );
  }
  for (const name of others.filter((other) => other.includes("/"))) report.line(1, `${name}\t${shown(requests[name])}\t${shown(limits[name])}`);
}

const shown = (value: Quantity | undefined): string => formatQuantity(value ?? zero);
const milli = (value: Quantity | undefined): number => (value ? Math.ceil(Number(value.nano) / 1e6) : 0);
const whole = (value: Quantity | undefined): number => (value ? Math.ceil(Number(value.nano) / 1e9) : 0);

function add(to: Resources, more: Resources): void {
  for (const [name, value] of Object.entries(more)) to[name] = to[name] ? addQuantities(to[name], value) : value;
}
