import { controllerOf } from "#machinery/object.ts";
import { type Amounts, requestsOf, unitsOf } from "#machinery/pod-requests.ts";
import type { Container, Pod } from "#machinery/types.ts";

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

function hostPortsOf({ ports = [] }: Container): HostPort[] {
  return ports.flatMap(({ hostPort, hostIP, protocol = "TCP" }) => (hostPort ? [{ address: hostIP || "0.0.0.0", protocol, port: hostPort }] : []));
}

function weightOf({ spec }: Pod, resource: "cpu" | "memory", usual: number): number {
  let sum = 0;
  for (const { resources } of spec.containers) {
    const quantity = resources?.requests?.[resource];
    sum += quantity === undefined ? usual : unitsOf(resource, quantity);
  }
  return sum;
}
