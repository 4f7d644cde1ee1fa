import type { Ingress, IngressBackend, IngressClass, Service } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { ServerError } from "../errors.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { Report } from "./report.ts";
import { endpointsText, slicesOf } from "./service.ts";

export async function describeIngress(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec = {}, status } = object as unknown as Ingress;
  const report = new Report();
  report.field(0, "Name", metadata.name).labels("Labels", metadata.labels).field(0, "Namespace", metadata.namespace);
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "").filter(Boolean);
  report.field(0, "Address", [...new Set(addresses)].sort().join(",")).field(0, "Ingress Class", spec.ingressClassName ?? "<none>");
  const backend = (which: IngressBackend) => backendText(context, metadata.namespace, which);
  const fallback = spec.defaultBackend ? await backend(spec.defaultBackend) : "<default>";
  report.field(0, "Default backend", fallback);
  if (spec.tls?.length) report.line(0, "TLS:");
  for (const { secretName, hosts = [] } of spec.tls ?? [])
    report.line(1, secretName ? `${secretName} terminates ${hosts.join(",")}` : `SNI routes ${hosts.join(",")}`);
  report.line(0, "Rules:").line(1, "Host\tPath\tBackends").line(1, "----\t----\t--------");
  const rules = (spec.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    report.line(1, `${host || "*"}\t`);
    for (const path of http?.paths ?? []) report.line(2, `\t${path.path ?? ""} \t${await backend(path.backend)}`);
  }
  if (rules.length === 0) report.line(1, `*\t*\t${fallback}`);
  report.annotations("Annotations", metadata.annotations);
  return withEvents(report, object, context);
}

async function backendText(context: DescribeContext, namespace: string | undefined, { service, resource }: IngressBackend): Promise<string> {
  if (resource) return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
  if (!service) return "";
  const { name, port } = service;
  const shown = `${name}:${port?.number || port?.name || ""}`;
  try {
    const slices = await slicesOf(context, namespace, name);
    const path = pathOf({ group: "", version: "v1", plural: "services", namespaced: true }, namespace, name);
    const { spec } = await context.kube.server.get<Service>(path);
    const found = spec.ports?.find((candidate) => (port?.number ? candidate.port === port.number : candidate.name === port?.name));
    return `${shown} (${endpointsText(slices, found?.name ?? "")})`;
  } catch (error) {
    if (error instanceof ServerError) return `${shown} (<error: ${error.message}>)`;
    throw error;
  }
}

export async function describeIngressClass(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec } = object as unknown as IngressClass;
  const report = new Report().head(metadata, false).field(0, "Controller", spec?.controller ?? "");
  const parameters = spec?.parameters;
  if (parameters)
    report.line(0, "Parameters:").field(1, "APIGroup", parameters.apiGroup).field(1, "Kind", parameters.kind).field(1, "Name", parameters.name);
  return withEvents(report, object, context);
}
