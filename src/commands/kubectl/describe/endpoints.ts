import { parseTime } from "#machinery/time.ts";
import type { EndpointSlice, Endpoints, IPAddress, ServiceCIDR } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { longTime } from "../times.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { orNone, Report } from "./report.ts";

const unset = "<unset>";

export async function describeEndpoints(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, subsets } = object as unknown as Endpoints;
  const report = new Report().head(metadata).line(0, "Subsets:");
  for (const { addresses, notReadyAddresses, ports } of subsets ?? []) {
    report.field(1, "Addresses", orNone(addresses?.map(({ ip }) => ip).join(",")));
    report.field(1, "NotReadyAddresses", orNone(notReadyAddresses?.map(({ ip }) => ip).join(",")));
    if (ports?.length) report.line(1, "Ports:").line(2, "Name\tPort\tProtocol").line(2, "----\t----\t--------");
    for (const { name, port, protocol = "" } of ports ?? []) report.line(2, `${name || unset}\t${port}\t${protocol}`);
    report.line(0, "");
  }
  return withEvents(report, object, context);
}

export async function describeEndpointSlice(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, addressType, ports, endpoints } = object as unknown as EndpointSlice;
  const report = new Report().head(metadata).field(0, "AddressType", addressType);
  if (ports?.length) report.line(0, "Ports:").line(1, "Name\tPort\tProtocol").line(1, "----\t----\t--------");
  else report.line(0, `Ports: ${unset}`);
  for (const { name, port, protocol = "" } of ports ?? []) report.line(1, `${name || unset}\t${port ?? unset}\t${protocol}`);
  report.line(0, endpoints?.length ? "Endpoints:" : "Endpoints: <none>");
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of endpoints ?? []) {
    report
      .line(1, `- Addresses:\t${orNone(addresses.join(", "))}`)
      .line(2, "Conditions:")
      .field(3, "Ready", conditions?.ready ?? unset);
    report.field(2, "Hostname", hostname ?? unset);
    if (targetRef) report.field(2, "TargetRef", `${targetRef.kind ?? ""}/${targetRef.name ?? ""}`);
    report.field(2, "NodeName", nodeName ?? unset).field(2, "Zone", zone ?? unset);
  }
  return withEvents(report, object, context);
}

export async function describeServiceCidr(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec, status } = object as unknown as ServiceCIDR;
  const report = new Report().head(metadata, false).field(0, "CIDRs", (spec?.cidrs ?? []).join(", "));
  if (status?.conditions?.length) {
    report.line(0, "Status:").line(0, "Conditions:").line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    report.line(1, "----\t------\t------------------\t------\t-------");
    for (const { type, status: state, lastTransitionTime, reason, message } of status.conditions)
      report.line(1, [type, state, longTime(parseTime(lastTransitionTime)), reason, message].join("\t"));
  }
  return withEvents(report, object, context);
}

export async function describeIpAddress(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec } = object as unknown as IPAddress;
  const report = new Report().head(metadata, false);
  const parent = spec?.parentRef;
  if (parent)
    report
      .line(0, "Parent Reference:")
      .field(1, "Group", parent.group ?? "")
      .field(1, "Resource", parent.resource)
      .field(1, "Namespace", parent.namespace ?? "")
      .field(1, "Name", parent.name);
  return withEvents(report, object, context);
}
