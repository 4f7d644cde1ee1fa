import { matchesNodeTerm } from "#machinery/node-selector.ts";
import { requestsOf, unitsOf } from "#machinery/pod-requests.ts";
import { tolerates } from "#machinery/taints.ts";
import type { Node, Pod } from "#machinery/types.ts";

export interface Refusal {
  reason: string;
  message: string;
}

/** The pods that a kubelet runs already. */
export interface Others extends Iterable<Pod> {
  readonly count: number;
}

/** Why a node's kubelet refuses a pod that was given to it, past the scheduler or not; undefined where it takes it. */
export function refusalOf(pod: Pod, node: Node, others: Others): Refusal | undefined {
  const { spec } = pod;
  if (spec.os && spec.os.name !== "linux")
    return { reason: "PodOSNotSupported", message: "Failed to admit pod as the OS field doesn't match node OS" };

  const lacking = lackOf(pod, node, others);
  if (lacking) return lacking;
  if (!isSelected(pod, node)) return predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
  if (hasPortConflict(pod, others)) return predicate("NodePorts", "node(s) didn't have free ports for the requested pod ports");

  const taint = node.spec?.taints?.find((one) => one.effect === "NoExecute" && !spec.tolerations?.some((toleration) => tolerates(toleration, one)));
  return taint && predicate("TaintToleration", `node(s) had untolerated taint(s)`);
}

/** Why a node's kubelet does not give a pod what it asks for while it runs. */
export function resizeRefusalOf(pod: Pod, node: Node, others: Others): Refusal | undefined {
  const capacity = node.status?.allocatable ?? {};
  for (const resource of ["cpu", "memory"]) {
    const requested = requestsOf(pod).get(resource) ?? 0;
    const has = unitsOf(resource, capacity[resource] ?? "0");
    if (requested > has)
      return { reason: "Infeasible", message: `Node didn't have enough capacity: ${resource}, requested: ${requested}, capacity: ${has}` };
  }
  return lackOf(pod, node, others);
}

const predicate = (reason: string, why: string): Refusal => ({ reason, message: `Predicate ${reason} failed: ${why}` });

function lackOf(pod: Pod, node: Node, others: Others): Refusal | undefined {
  const capacity = node.status?.allocatable ?? {};
  const most = Number(capacity.pods ?? 110);
  if (others.count + 1 > most) return outOf("pods", 1, others.count, most);
  for (const [resource, requested] of requestsOf(pod)) {
    if (requested === 0) continue;
    const has = unitsOf(resource, capacity[resource] ?? "0");
    let used = 0;
    for (const other of others) used += requestsOf(other).get(resource) ?? 0;
    if (used + requested > has) return outOf(resource, requested, used, has);
  }
  return undefined;
}

const outOf = (resource: string, requested: number, used: number, capacity: number): Refusal => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

function isSelected({ spec }: Pod, { metadata }: Node): boolean {
  const node = { name: metadata.name, labels: metadata.labels ?? {} };
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return (
    Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value) &&
    (!terms || terms.some((term) => matchesNodeTerm(term, node)))
  );
}

function hasPortConflict(pod: Pod, others: Others): boolean {
  const wanted = [...hostPorts(pod)];
  if (wanted.length === 0) return false;
  for (const other of others)
    for (const [port, address] of hostPorts(other))
      if (wanted.some(([mine, at]) => mine === port && (at === address || at === anywhere || address === anywhere))) return true;
  return false;
}

const anywhere = "0.0.0.0";

function* hostPorts({ spec }: Pod): Iterable<readonly [port: string, address: string]> {
  for (const { ports } of [...spec.containers, ...(spec.initContainers ?? [])])
    for (const { hostPort, protocol = "TCP", hostIP } of ports ?? []) if (hostPort) yield [`${protocol}/${hostPort}`, hostIP || anywhere];
}
