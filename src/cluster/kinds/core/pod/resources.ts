import { effective } from "#machinery/pod-amounts.ts";
import { addQuantities, compareQuantities, formatQuantity, type Quantity, quantity, zero } from "#machinery/quantity.ts";
import type { PodSpec } from "#machinery/types.ts";
import { isHugePages, isOvercommittable } from "../../shared/resource-names.ts";

type Amounts = Readonly<Record<string, string>>;

/** Resources that a pod as a whole may ask for. */
const isPodLevel = (resource: string) => resource === "cpu" || resource === "memory" || isHugePages(resource);

/**
 * The quality of service class, by which the kubelet decides who must go first.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClass(spec: PodSpec): "BestEffort" | "Burstable" | "Guaranteed" {
  const parts = spec.resources ? [spec.resources] : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.resources ?? {});
  // Most pods ask for nothing.
  if (parts.every(({ requests, limits }) => requests === undefined && limits === undefined)) return "BestEffort";

  const requests = total(parts.map((part) => part.requests));
  const limits = total(parts.map((part) => part.limits));
  if (requests.size === 0 && limits.size === 0) return "BestEffort";

  const limited = parts.every((part) => isPositive(part.limits?.cpu) && isPositive(part.limits?.memory));
  const equal = [...requests].every(([name, request]) => compareQuantities(request, limits.get(name) ?? zero) === 0);
  return limited && equal && requests.size === limits.size ? "Guaranteed" : "Burstable";
}

const isPositive = (amount: string | undefined) => amount !== undefined && compareQuantities(quantity(amount), zero) > 0;

function total(amounts: readonly (Amounts | undefined)[]): Map<string, Quantity> {
  const sum = new Map<string, Quantity>();
  for (const list of amounts)
    for (const name of ["cpu", "memory"]) {
      const amount = list?.[name];
      if (isPositive(amount)) sum.set(name, addQuantities(sum.get(name) ?? zero, quantity(amount)));
    }
  return sum;
}

/** Where a pod as a whole says part of what it needs, the rest follows from its containers. Mutates. */
export function defaultPodResources(spec: PodSpec): void {
  if (!spec.resources) return;
  const { requests = {}, limits = {} } = spec.resources;

  if (Object.keys(limits).length + Object.keys(requests).length > 0) {
    const containers = effective(spec, (container) => container.resources?.limits);
    const missing = [...containers].filter(([name]) => isHugePages(name) && limits[name] === undefined && requests[name] === undefined);
    if (missing.length > 0) spec.resources = { ...spec.resources, limits: { ...limits, ...written(missing) } };
  }

  const podLimits = spec.resources.limits ?? {};
  if (Object.keys(podLimits).length === 0) return;
  const containers = effective(spec, (container) => container.resources?.requests);
  const fromContainers = [...containers].filter(([name]) => requests[name] === undefined && isPodLevel(name) && isOvercommittable(name));
  const known: Amounts = { ...requests, ...written(fromContainers) };
  const fromLimits = Object.entries(podLimits).filter(([name]) => known[name] === undefined && isPodLevel(name));
  if (fromContainers.length + fromLimits.length > 0)
    spec.resources = { ...spec.resources, requests: { ...known, ...Object.fromEntries(fromLimits) } };
}

const written = (amounts: readonly (readonly [string, Quantity])[]) =>
  Object.fromEntries(amounts.map(([name, amount]) => [name, formatQuantity(amount)]));
