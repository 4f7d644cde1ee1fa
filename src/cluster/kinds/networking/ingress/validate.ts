import { parseAddress } from "#machinery/ip.ts";
import { labelProblems, portNameProblems, portNumberProblems, subdomainProblems, wildcardSubdomainProblems } from "#machinery/names.ts";
import type { IngressBackend, IngressSpec, IngressStatus } from "#machinery/types.ts";
import type { Field } from "../../shared/field.ts";
import { checkAddress } from "../../shared/ip.ts";
import { checkReference } from "../../shared/references.ts";

type Rule = NonNullable<IngressSpec["rules"]>[number];
type Path = NonNullable<Rule["http"]>["paths"][number];

/** `old` is what the update replaces: what older servers let in may stay. */
export function checkIngress(field: Field, spec: IngressSpec, old: IngressSpec | undefined): void {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) field.invalid(spec.rules ?? null, "either `defaultBackend` or `rules` must be specified");
  if (defaultBackend) checkBackend(field.at("defaultBackend"), defaultBackend);
  for (const [i, rule] of rules.entries()) checkRule(field.at("rules", i), rule);
  const hadBadSecret = old?.tls?.some(({ secretName = "" }) => secretName && subdomainProblems(secretName).length > 0);
  for (const [i, { hosts = [], secretName = "" }] of tls.entries()) {
    for (const [j, host] of hosts.entries()) field.at("tls", i, "hosts", j).problems(host, hostProblems(host));
    if (secretName && !hadBadSecret) field.at("tls", i, "secretName").problems(secretName, subdomainProblems(secretName));
  }
  if (ingressClassName !== undefined) field.at("ingressClassName").problems(ingressClassName, subdomainProblems(ingressClassName));
}

const hostProblems = (host: string) => (host.includes("*") ? wildcardSubdomainProblems(host) : subdomainProblems(host));
const notAnAddress = "must be a DNS name, not an IP address";

function checkRule(field: Field, { host = "", http }: Rule): void {
  if (host) {
    if (parseAddress(host)) field.at("host").invalid(host, notAnAddress);
    field.at("host").problems(host, hostProblems(host));
  }
  if (!http) return;
  if (!http.paths?.length) field.at("http", "paths").required();
  for (const [i, path] of (http.paths ?? []).entries()) checkPath(field.at("http", "paths", i), path);
}

const confusing = ["//", "/./", "/../", "%2f", "%2F"];
const confusingAtEnd = ["/..", "/."];

function checkPath(field: Field, { path = "", pathType, backend }: Path): void {
  if (pathType === undefined || pathType === null) {
    field.at("pathType").required("pathType must be specified");
    return;
  }
  const at = field.at("path");
  if (pathType === "Exact" || pathType === "Prefix") {
    if (!path.startsWith("/")) at.invalid(path, "must be an absolute path");
    for (const part of confusing) if (path.includes(part)) at.invalid(path, `must not contain '${part}'`);
    for (const part of confusingAtEnd) if (path.endsWith(part)) at.invalid(path, `cannot end with '${part}'`);
  } else if (pathType === "ImplementationSpecific") {
    if (path && !path.startsWith("/")) at.invalid(path, "must be an absolute path");
  } else field.at("pathType").notSupported(pathType, ["Exact", "ImplementationSpecific", "Prefix"]);
  checkBackend(field.at("backend"), backend ?? {});
}

function checkBackend(field: Field, { resource, service }: IngressBackend): void {
  if (resource && service) field.invalid("", "cannot set both resource and service backends");
  else if (resource) checkReference(field.at("resource"), resource);
  else if (service) checkServiceBackend(field, service);
  else field.invalid("", "resource or service backend is required");
}

function checkServiceBackend(field: Field, { name, port: { name: portName = "", number = 0 } = {} }: NonNullable<IngressBackend["service"]>): void {
  if (!name) field.at("service", "name").required();
  else field.at("service", "name").problems(name, labelProblems(name));
  if (portName && number) field.invalid("", "cannot set both port name & port number");
  else if (portName) field.at("service", "port", "name").problems(portName, portNameProblems(portName));
  else if (number) field.at("service", "port", "number").problems(number, portNumberProblems(number));
  else field.required("port name or number is required");
}

export function checkIngressStatus(field: Field, { loadBalancer }: IngressStatus, old: IngressStatus): void {
  const before = (old.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  for (const [i, { ip, hostname }] of (loadBalancer?.ingress ?? []).entries()) {
    const at = field.at("loadBalancer", "ingress", i);
    if (ip) checkAddress(at.at("ip"), ip, before);
    if (!hostname) continue;
    at.at("hostname").problems(hostname, subdomainProblems(hostname));
    if (parseAddress(hostname)) at.at("hostname").invalid(hostname, notAnAddress);
  }
}
