import { portNumberProblems } from "#machinery/names.ts";
import type { Service, ServicePort } from "#machinery/types.ts";
import { checkChoice, checkLabel, checkLabels, checkPort, checkQualifiedName, checkSubdomain } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { goValue } from "../../shared/go-value.ts";
import { checkCidr, checkEndpointAddress } from "../../shared/ip.ts";
import { checkClusterIPFields, isHeadless } from "./cluster-ip-fields.ts";
import { isExternallyAccessible } from "./defaults.ts";
import { needsHealthCheckPort } from "./type-change.ts";

type Spec = Service["spec"];

const topologyHints = "service.kubernetes.io/topology-aware-hints";
const topologyMode = "service.kubernetes.io/topology-mode";
const sourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";
const longestAffinity = 24 * 60 * 60;

export function checkService(field: Field, service: Service, old: Service | undefined): void {
  const { metadata, spec } = service;
  const { [topologyHints]: hints, [topologyMode]: mode } = metadata.annotations ?? {};
  if (hints !== undefined && mode !== undefined && hints !== mode)
    field.at("metadata", "annotations").key(topologyMode).invalid(mode, `must match annotations[${topologyHints}] when both are specified`);

  const at = field.at("spec");
  checkType(at, spec);
  const names = new Set<string>();
  for (const [i, port] of (spec.ports ?? []).entries()) checkServicePort(at.at("ports", i), port, (spec.ports?.length ?? 0) > 1, names);
  checkLabels(at.at("selector"), spec.selector);
  checkAffinity(at, spec);
  checkClusterIPFields(field, service, old);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) checkEndpointAddress(at.at("externalIPs", i), ip, old?.spec.externalIPs ?? []);
  checkChoice(at.at("type"), spec.type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
  checkNumbers(at.at("ports"), spec);
  checkSourceRanges(field, service, old);
  checkBalancing(field, spec);
  checkTraffic(at, spec);
}

/** What each type must have, and may not have. */
function checkType(field: Field, spec: Spec): void {
  const { type, clusterIPs, ipFamilies, ipFamilyPolicy, externalName = "" } = spec;
  const headless = isHeadless(spec);
  if (!spec.ports?.length && !headless && type !== "ExternalName") field.at("ports").required();
  if ((type === "LoadBalancer" || type === "NodePort") && headless)
    field.at("clusterIPs", 0).invalid("None", `may not be set to 'None' for ${type} services`);
  if (type !== "ExternalName") return;
  const foreign = "may not be set for ExternalName services";
  if (clusterIPs?.length) field.at("clusterIPs").forbidden(foreign);
  if (ipFamilies?.length) field.at("ipFamilies").forbidden(foreign);
  if (ipFamilyPolicy !== undefined) field.at("ipFamilyPolicy").forbidden(foreign);
  const name = externalName.replace(/\.$/, "");
  if (name) checkSubdomain(field.at("externalName"), name);
  else field.at("externalName").required();
}

function checkServicePort(field: Field, port: ServicePort, needsName: boolean, names: Set<string>): void {
  const { name = "", port: number = 0, protocol, targetPort, appProtocol } = port;
  if (name) {
    checkLabel(field.at("name"), name);
    if (names.has(name)) field.at("name").duplicate(name);
    names.add(name);
  } else if (needsName) field.at("name").required();
  field.at("port").problems(number, portNumberProblems(number));
  checkChoice(field.at("protocol"), protocol, ["SCTP", "TCP", "UDP"]);
  checkPort(field.at("targetPort"), targetPort);
  if (appProtocol !== undefined) checkQualifiedName(field.at("appProtocol"), appProtocol);
}

function checkAffinity(field: Field, { sessionAffinity, sessionAffinityConfig: config }: Spec): void {
  checkChoice(field.at("sessionAffinity"), sessionAffinity, ["ClientIP", "None"]);
  const at = field.at("sessionAffinityConfig");
  if (sessionAffinity === "None") {
    if (config) at.forbidden("must not be set when session affinity is None");
  } else if (sessionAffinity === "ClientIP") {
    const needed = "when session affinity type is ClientIP";
    const seconds = config?.clientIP?.timeoutSeconds;
    if (!config) at.required(needed);
    else if (!config.clientIP) at.at("clientIP").required(needed);
    else if (seconds === undefined) at.at("clientIP", "timeoutSeconds").required(needed);
    else if (seconds <= 0 || seconds > longestAffinity)
      at.at("clientIP", "timeoutSeconds").invalid(seconds, `must be greater than 0 and less than ${longestAffinity}`);
  }
}

/** No two ports may be the same, inside or outside. */
function checkNumbers(field: Field, { type, ports = [] }: Spec): void {
  if (type === "ClusterIP")
    for (const [i, { nodePort }] of ports.entries()) if (nodePort) field.at(i, "nodePort").forbidden("may not be used when `type` is 'ClusterIP'");

  const seen = new Set<string>();
  const isRepeated = (key: string) => seen.size === seen.add(key).size;
  for (const [i, { protocol, nodePort }] of ports.entries())
    if (nodePort && isRepeated(`node ${protocol} ${nodePort}`)) field.at(i, "nodePort").duplicate(nodePort);
  for (const [i, { protocol = "", port = 0 }] of ports.entries())
    if (isRepeated(`${protocol} ${port}`)) field.at(i).duplicate(goValue("core.ServicePort", { protocol, port }));
}

const onlyBalanced = "may only be used when `type` is 'LoadBalancer'";

/** Who may come through the load balancer: a field, or an annotation of the time before there was the field. */
function checkSourceRanges(field: Field, { metadata, spec }: Service, old: Service | undefined): void {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[sourceRanges];
  if (ranges.length > 0) {
    // The real server spells this path with a capital.
    const at = field.at("spec", "LoadBalancerSourceRanges");
    if (spec.type !== "LoadBalancer") at.forbidden(onlyBalanced);
    const before = (old?.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    for (const [i, range] of ranges.entries()) checkCidr(at.at(i), range.trim(), before);
  } else if (annotation !== undefined) {
    const at = field.at("metadata", "annotations").key(sourceRanges);
    if (spec.type !== "LoadBalancer") at.forbidden(onlyBalanced);
    if (annotation.trim() && annotation !== old?.metadata.annotations?.[sourceRanges])
      for (const range of annotation.split(",")) checkCidr(at, range.trim());
  }
}

function checkBalancing(field: Field, { type, allocateLoadBalancerNodePorts: allocates, loadBalancerClass }: Spec): void {
  const balanced = type === "LoadBalancer";
  const at = field.at("spec", "loadBalancerClass");
  if (allocates !== undefined && !balanced) field.at("spec", "allocateLoadBalancerNodePorts").forbidden(onlyBalanced);
  if (allocates === undefined && balanced) field.at("allocateLoadBalancerNodePorts").required();
  if (loadBalancerClass === undefined) return;
  if (balanced) checkQualifiedName(at, loadBalancerClass);
  else at.forbidden(onlyBalanced);
}

function checkTraffic(field: Field, spec: Spec): void {
  const { type, externalTrafficPolicy: external = "", internalTrafficPolicy: internal, trafficDistribution, healthCheckNodePort: port = 0 } = spec;
  if (isExternallyAccessible(spec)) checkChoice(field.at("externalTrafficPolicy"), external, ["Cluster", "Local"]);
  else if (external) field.at("externalTrafficPolicy").invalid(external, "may only be set for externally-accessible services");

  const at = field.at("healthCheckNodePort");
  if (!needsHealthCheckPort(spec)) {
    if (port !== 0) at.invalid(port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  } else if (port === 0) at.required();
  else at.problems(port, portNumberProblems(port));

  if (internal === undefined) {
    if (type === "NodePort" || type === "LoadBalancer" || type === "ClusterIP") field.at("internalTrafficPolicy").required();
  } else if (internal !== "Cluster" && internal !== "Local") field.at("internalTrafficPolicy").notSupported(internal, ["Cluster", "Local"]);
  const distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution))
    field.at("trafficDistribution").notSupported(trafficDistribution, distributions);
}
