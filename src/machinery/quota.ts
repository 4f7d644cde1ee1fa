import type { KubeObject } from "./object.ts";
import { effective } from "./pod-amounts.ts";
import { addQuantities, type Quantity, quantity, zero } from "./quantity.ts";
import type { Container, PersistentVolumeClaim, Pod, ResourceQuota, ScopedResourceSelectorRequirement, Service } from "./types.ts";

/** How much of what a quota counts. */
export type Usage = ReadonlyMap<string, Quantity>;

const one: Quantity = { nano: 1_000_000_000n, format: "decimal" };
const countOf = (count: number): Quantity => ({ nano: BigInt(count) * one.nano, format: "decimal" });

/** Resources of the core group that quotas also know by their bare names. */
const bare = new Set(["configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets", "services"]);

/**
 * What an object uses of its namespace's quotas. `resource` is as `Api` names it.
 * https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function usageOf(resource: string, object: KubeObject): Usage {
  const usage = new Map<string, Quantity>([[`count/${resource}`, one]]);
  if (resource === "pods") addPod(usage, object as Pod);
  else if (bare.has(resource)) usage.set(resource, one);
  if (resource === "services") addService(usage, object as Service);
  if (resource === "persistentvolumeclaims") addClaim(usage, object as PersistentVolumeClaim);
  return usage;
}

/** Which resource's objects count towards what a quota names; undefined where nothing does. */
export function countedResource(name: string): string | undefined {
  if (name.startsWith("count/")) return name.slice("count/".length);
  if (name === "requests.storage" || name.includes(".storageclass.storage.k8s.io/")) return "persistentvolumeclaims";
  if (name.startsWith("services.")) return "services";
  return bare.has(name) ? name : "pods";
}

const isOver = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";

function addPod(usage: Map<string, Quantity>, pod: Pod): void {
  if (isOver(pod)) return;
  usage.set("pods", one);
  const { spec } = pod;
  const amounts = (of: "requests" | "limits") => {
    const sum = effective(spec, (container) => container.resources?.[of]);
    for (const [name, amount] of Object.entries(spec.resources?.[of] ?? {})) sum.set(name, quantity(amount));
    for (const [name, amount] of Object.entries(spec.overhead ?? {}))
      if (of === "requests" || sum.has(name)) sum.set(name, addQuantities(sum.get(name) ?? zero, quantity(amount)));
    return sum;
  };
  for (const [name, amount] of amounts("requests")) {
    usage.set(`requests.${name}`, amount);
    if (!name.includes("/")) usage.set(name, amount);
  }
  for (const [name, amount] of amounts("limits")) usage.set(`limits.${name}`, amount);
}

function addService(usage: Map<string, Quantity>, { spec }: Service): void {
  const ports = spec.ports?.length ?? 0;
  const hasNodePorts = spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  usage.set("services.nodeports", hasNodePorts ? countOf(ports) : zero);
  usage.set("services.loadbalancers", spec.type === "LoadBalancer" ? one : zero);
}

function addClaim(usage: Map<string, Quantity>, { spec, metadata }: PersistentVolumeClaim): void {
  const storage = quantity(spec.resources?.requests?.["storage"]);
  usage.set("requests.storage", storage);
  const storageClass = metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName;
  if (!storageClass) return;
  usage.set(`${storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`, one);
  usage.set(`${storageClass}.storageclass.storage.k8s.io/requests.storage`, storage);
}

/** Whether a quota's scopes hold an object; objects without scopes are held by quotas without. */
export function isInScope({ spec }: ResourceQuota, resource: string, object: KubeObject): boolean {
  const scopes = [
    ...(spec?.scopes ?? []).map((scopeName): ScopedResourceSelectorRequirement => ({ scopeName, operator: "Exists" })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (scopes.length === 0) return true;
  if (resource === "persistentvolumeclaims")
    return scopes.every(
      (scope) => scope.scopeName === "VolumeAttributesClass" && hasName((object as PersistentVolumeClaim).spec.volumeAttributesClassName, scope),
    );
  return resource === "pods" && scopes.every((scope) => hasScope(object as Pod, scope));
}

function hasScope({ spec, status }: Pod, scope: ScopedResourceSelectorRequirement): boolean {
  switch (scope.scopeName) {
    case "Terminating":
      return spec.activeDeadlineSeconds !== undefined;
    case "NotTerminating":
      return spec.activeDeadlineSeconds === undefined;
    case "BestEffort":
      return (status?.qosClass ?? qosOf(spec.containers, spec.initContainers)) === "BestEffort";
    case "NotBestEffort":
      return (status?.qosClass ?? qosOf(spec.containers, spec.initContainers)) !== "BestEffort";
    case "PriorityClass":
      return hasName(spec.priorityClassName, scope);
    case "CrossNamespacePodAffinity":
      return crossesNamespaces(spec);
    default:
      return false;
  }
}

const qosOf = (containers: readonly Container[], init: readonly Container[] = []) =>
  [...containers, ...init].every(({ resources }) => !resources?.requests && !resources?.limits) ? "BestEffort" : "Burstable";

function hasName(name: string | undefined, { operator, values = [] }: ScopedResourceSelectorRequirement): boolean {
  switch (operator) {
    case "In":
      return name !== undefined && values.includes(name);
    case "NotIn":
      return name === undefined || !values.includes(name);
    case "DoesNotExist":
      return !name;
    default:
      return Boolean(name);
  }
}

function crossesNamespaces({ affinity }: Pod["spec"]): boolean {
  const terms = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((each) => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some(({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined);
}
