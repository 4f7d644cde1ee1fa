import type { EndpointSlice, LoadBalancerIngress, Service } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { labelsText } from "../print/table.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { Report } from "./report.ts";

export async function describeService(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec, status } = object as unknown as Service;
  const slices = await slicesOf(context, metadata.namespace, metadata.name);
  const report = new Report();
  report.head(metadata);
  report
    .field(0, "Selector", labelsText(spec.selector ?? {}))
    .field(0, "Type", spec.type)
    .field(0, "IP Family Policy", spec.ipFamilyPolicy);
  report
    .field(0, "IP Families", spec.ipFamilies?.join(",") || "<none>")
    .field(0, "IP", spec.clusterIP ?? "")
    .field(0, "IPs", spec.clusterIPs?.join(",") || "<none>");
  report.field(0, "External IPs", spec.externalIPs?.join(",") || undefined).field(0, "Desired LoadBalancer IP", spec.loadBalancerIP || undefined);
  report
    .field(0, "External Name", spec.externalName || undefined)
    .field(0, "LoadBalancer Ingress", ingressText(status?.loadBalancer?.ingress) || undefined);
  for (const port of spec.ports ?? []) {
    const [name, protocol] = [port.name || "<unset>", port.protocol ?? ""];
    report
      .field(0, "Port", `${name}\t${port.port}/${protocol}`)
      .field(0, "TargetPort", `${port.targetPort ?? 0}/${protocol}`)
      .field(0, "AppProtocol", port.appProtocol);
    if (port.nodePort) report.field(0, "NodePort", `${name}\t${port.nodePort}/${protocol}`);
    report.field(0, "Endpoints", endpointsText(slices, port.name ?? ""));
  }
  report.field(0, "Session Affinity", spec.sessionAffinity ?? "").field(0, "External Traffic Policy", spec.externalTrafficPolicy || undefined);
  report.field(0, "Internal Traffic Policy", spec.internalTrafficPolicy).field(0, "HealthCheck NodePort", spec.healthCheckNodePort || undefined);
  report
    .field(0, "LoadBalancer Source Ranges", spec.loadBalancerSourceRanges?.join(",") || undefined)
    .field(0, "Traffic Distribution", spec.trafficDistribution);
  return withEvents(report, object, context);
}

export async function slicesOf({ kube }: DescribeContext, namespace: string | undefined, service: string | undefined): Promise<EndpointSlice[]> {
  const path = pathOf({ group: "discovery.k8s.io", version: "v1", plural: "endpointslices", namespaced: true }, namespace);
  const list = await kube.server.get<{ items: EndpointSlice[] }>(path, { query: { labelSelector: `kubernetes.io/service-name=${service}` } });
  return list.items;
}

const ingressText = (ingress: readonly LoadBalancerIngress[] | undefined): string =>
  (ingress ?? []).map(({ ip, ipMode, hostname }) => (ip ? ip + (ipMode ? ` (${ipMode})` : "") : (hostname ?? ""))).join(", ");

const mostShown = 3;

/** Addresses and ports behind a service's port, three at most; of all ports without a name. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string | undefined): string {
  if (slices.length === 0) return "<none>";
  const all = slices.flatMap((slice) => {
    const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready ?? true).map(({ addresses }) => addresses[0] ?? "");
    const ports = slice.ports ?? [];
    if (ports.length === 0) return ready;
    return ports
      .filter((port) => portName === undefined || (port.name ?? "") === portName)
      .flatMap((port) => ready.map((address) => `${address.includes(":") ? `[${address}]` : address}:${port.port ?? 0}`));
  });
  const list = all.slice(0, mostShown).join(",");
  return all.length > mostShown ? `${list} + ${all.length - mostShown} more...` : list;
}
