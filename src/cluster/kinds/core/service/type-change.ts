import type { Service } from "#machinery/types.ts";
import { isExternallyAccessible } from "./defaults.ts";

type Spec = Service["spec"];

export const hasClusterIP = ({ type }: Spec): boolean => type !== "ExternalName";
const mayHaveNodePorts = ({ type }: Spec) => type === "NodePort" || type === "LoadBalancer";
/** Whether each port gets a node port though nobody asked for it. */
export const needsNodePorts = (spec: Spec): boolean =>
  spec.type === "NodePort" || (spec.type === "LoadBalancer" && (spec.allocateLoadBalancerNodePorts ?? true));
export const needsHealthCheckPort = (spec: Spec): boolean => spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";

/**
 * `type` decides which fields have a meaning. When it changes, those that lost theirs go, as far as the server had filled them in and the
 * client did not touch them (what it did touch, validation refuses). Mutates.
 */
export function dropWhatTheTypeHasNot(service: Service, { spec: old }: Service): void {
  const { spec } = service;
  if (hasClusterIP(old) && !hasClusterIP(spec)) {
    const sameFamilies = same(spec.ipFamilies, old.ipFamilies);
    const samePolicy = spec.ipFamilyPolicy === old.ipFamilyPolicy;
    if (spec.clusterIP === old.clusterIP && same(spec.clusterIPs, old.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameFamilies) delete spec.ipFamilies;
    if (samePolicy) delete spec.ipFamilyPolicy;
  }
  if (mayHaveNodePorts(old) && !mayHaveNodePorts(spec) && noNewNodePorts(spec, old)) for (const port of spec.ports ?? []) delete port.nodePort;
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec) && spec.healthCheckNodePort === old.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (old.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec) && spec.externalTrafficPolicy === old.externalTrafficPolicy)
    delete spec.externalTrafficPolicy;
  if (spec.type !== "LoadBalancer" && service.status.loadBalancer?.ingress) service.status = { ...service.status, loadBalancer: {} };
}

/** Lets a client send again the manifest that it created the service from: what was allocated then stays. Mutates. */
export function keepWhatWasAllocated({ spec }: Service, { spec: old }: Service): void {
  if (hasClusterIP(old) && hasClusterIP(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = old.clusterIPs;
  }

  if (needsNodePorts(old) && needsNodePorts(spec)) {
    const byName = new Map((old.ports ?? []).map((port) => [port.name ?? "", port.nodePort]));
    const stillUsed = nodePorts(old).intersection(nodePorts(spec));
    for (const port of spec.ports ?? []) {
      const before = byName.get(port.name ?? "");
      if (!port.nodePort && before && !stillUsed.has(before)) port.nodePort = before;
    }
  }

  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && !spec.healthCheckNodePort && old.healthCheckNodePort)
    spec.healthCheckNodePort = old.healthCheckNodePort;
}

const nodePorts = (spec: Spec) => new Set((spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])));
const noNewNodePorts = (spec: Spec, old: Spec) => nodePorts(spec).isSubsetOf(nodePorts(old));
const same = (a: readonly string[] | undefined, b: readonly string[] | undefined) => JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
