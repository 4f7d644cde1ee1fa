import type { Amounts } from "#machinery/pod-requests.ts";
import type { NodeInfo } from "../node-info.ts";
import { definePlugin, type Refusal } from "../plugin.ts";

/** There is room on a node for what a pod requests, and the emptier node is the better one. */
export const nodeResourcesFit = definePlugin({
  name: "NodeResourcesFit",
  weight: 1,
  hopes: ["pod-gone"],

  filter({ requests }) {
    const wanted = [...requests].filter(([, amount]) => amount > 0);
    return (node) => {
      if (node.pods.size + 1 <= node.allowedPods && wanted.every(([resource, amount]) => freeOf(node, resource) >= amount)) return undefined;
      return refusalOf(node, wanted);
    };
  },

  // Free shares of processor and memory after the pod, each from 0 to 100, weighed alike.
  score({ weightCpu, weightMemory }) {
    return ({ allocatable, weightCpu: cpu, weightMemory: memory }) =>
      Math.floor((freeShare(allocatable, "cpu", cpu + weightCpu) + freeShare(allocatable, "memory", memory + weightMemory)) / 2);
  },
});

const freeOf = ({ allocatable, requested }: NodeInfo, resource: string) => (allocatable.get(resource) ?? 0) - (requested.get(resource) ?? 0);

function refusalOf(node: NodeInfo, wanted: readonly (readonly [string, number])[]): Refusal {
  const reasons = node.pods.size + 1 > node.allowedPods ? ["Too many pods"] : [];
  let final = false;
  for (const [resource, amount] of wanted) {
    if (freeOf(node, resource) >= amount) continue;
    reasons.push(`Insufficient ${resource}`);
    // An empty node would not do either.
    if (amount > (node.allocatable.get(resource) ?? 0)) final = true;
  }
  return { reasons, final };
}

function freeShare(allocatable: Amounts, resource: string, taken: number): number {
  const all = allocatable.get(resource) ?? 0;
  return all === 0 || taken > all ? 0 : Math.floor(((all - taken) * 100) / all);
}
