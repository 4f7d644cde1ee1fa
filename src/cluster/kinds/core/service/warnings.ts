import type { Service } from "#machinery/types.ts";
import { addressWarnings, cidrWarnings } from "../../shared/ip.ts";

export function* serviceWarnings({ metadata, spec }: Service): Iterable<string> {
  const { type, clusterIP = "", clusterIPs = [], externalIPs = [], loadBalancerIP, loadBalancerSourceRanges = [] } = spec;
  const headless = type === "ClusterIP" && clusterIP === "None";
  if (metadata.annotations?.["service.kubernetes.io/topology-aware-hints"] !== undefined)
    yield "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead";
  if (clusterIP && clusterIP !== "None") for (const [i, ip] of clusterIPs.entries()) yield* addressWarnings(`spec.clusterIPs[${i}]`, ip);
  if (headless) {
    if (loadBalancerIP) yield "spec.loadBalancerIP is ignored for headless services";
    if (externalIPs.length > 0) yield "spec.externalIPs is ignored for headless services";
    if (spec.sessionAffinity !== "None") yield "spec.SessionAffinity is ignored for headless services";
  }
  for (const [i, ip] of externalIPs.entries()) yield* addressWarnings(`spec.externalIPs[${i}]`, ip);
  if (externalIPs.length > 0 && !headless && type !== "ExternalName")
    yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters";
  if (loadBalancerIP) yield* addressWarnings("spec.loadBalancerIP", loadBalancerIP);
  for (const [i, range] of loadBalancerSourceRanges.entries()) yield* cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, range);
  if (type === "ExternalName" && externalIPs.length > 0) yield 'spec.externalIPs is ignored when spec.type is "ExternalName"';
  if (type !== "ExternalName" && spec.externalName) yield 'spec.externalName is ignored when spec.type is not "ExternalName"';
  if (spec.trafficDistribution === "PreferClose") yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"';
}

export function* serviceStatusWarnings({ status }: Service): Iterable<string> {
  for (const [i, { ip }] of (status.loadBalancer?.ingress ?? []).entries()) if (ip) yield* addressWarnings(`status.loadBalancer.ingress[${i}]`, ip);
}
