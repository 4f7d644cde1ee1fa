import { controllerOf } from "#machinery/object.ts";
import { milliUnits, wholeUnits } from "#machinery/quantity.ts";
import type { Container, Pod } from "#machinery/types.ts";

/** Amounts by resource: `cpu` in thousandths, everything else in whole units. */
export type Amounts = ReadonlyMap<string, number>;

/** A pod as the scheduler sees it: what does not change while it waits is worked out once. */
export interface PodInfo {
  pod: Pod;
  requests: Amounts;
  /** What it counts as when nodes are compared, where it does not say what it needs. */
  weightCpu: number;
  weightMemory: number;
  ports: readonly HostPort[];
  /** The uid of what made it. */
  owner: string | undefined;
}

export interface HostPort {
  address: string;
  protocol: string;
  port: number;
}

const usualCpu = 100;
const usualMemory = 200 * 1024 * 1024;

export function podInfoOf(pod: Pod): PodInfo {
  const requests = requestsOf(pod);
  return {
    pod,
    requests,
    weightCpu: weightOf(pod, "cpu", usualCpu),
    weightMemory: weightOf(pod, "memory", usualMemory),
    ports: pod.spec.containers.flatMap(hostPortsOf),
    owner: controllerOf(pod)?.uid,
  };
}

export const unitsOf = (resource: string, quantity: string): number => (resource === "cpu" ? milliUnits(quantity) : wholeUnits(quantity));

function hostPortsOf({ ports = [] }: Container): HostPort[] {
  return ports.flatMap(({ hostPort, hostIP, protocol = "TCP" }) => (hostPort ? [{ address: hostIP || "0.0.0.0", protocol, port: hostPort }] : []));
}

const none: Amounts = new Map();

/**
 * What a pod needs at its greatest moment: all containers at once, or an init container with the sidecars started before it; and its overhead.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
function requestsOf({ spec }: Pod): Amounts {
  if (isSimple(spec.containers) && !spec.initContainers?.length && !spec.overhead && !spec.resources) return none;
  const sum = new Map<string, number>();
  for (const container of spec.containers) add(sum, container.resources?.requests);

  const greatest = new Map<string, number>();
  const sidecars = new Map<string, number>();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    if (restartPolicy === "Always") {
      add(sidecars, resources?.requests);
      add(sum, resources?.requests);
      raise(greatest, sidecars);
    } else {
      const together = new Map(sidecars);
      add(together, resources?.requests);
      raise(greatest, together);
    }
  }
  raise(sum, greatest);
  for (const [resource, quantity] of Object.entries(spec.resources?.requests ?? {})) sum.set(resource, unitsOf(resource, quantity));
  add(sum, spec.overhead);
  return sum;
}

const isSimple = (containers: readonly Container[]) => containers.every(({ resources }) => !resources?.requests);

function add(sum: Map<string, number>, requests: Readonly<Record<string, string>> | undefined): void {
  for (const [resource, quantity] of Object.entries(requests ?? {})) sum.set(resource, (sum.get(resource) ?? 0) + unitsOf(resource, quantity));
}

function raise(least: Map<string, number>, to: Amounts): void {
  for (const [resource, amount] of to) if (amount > (least.get(resource) ?? 0)) least.set(resource, amount);
}

function weightOf({ spec }: Pod, resource: "cpu" | "memory", usual: number): number {
  let sum = 0;
  for (const { resources } of spec.containers) {
    const quantity = resources?.requests?.[resource];
    sum += quantity === undefined ? usual : unitsOf(resource, quantity);
  }
  return sum;
}
