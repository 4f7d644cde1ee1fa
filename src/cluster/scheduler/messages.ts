import type { Refusal } from "./plugin.ts";

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
export function refusalText(refusals: Iterable<Refusal>, nodes: number): string {
  const counts = new Map<string, number>();
  for (const { reasons } of refusals) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available${parts.length > 0 ? `: ${parts.join(", ")}.` : "."}`;
}

/** What is said of a node that preemption cannot help. */
export const notHelpful = "Preemption is not helpful for scheduling";
export const noVictims = "No preemption victims found for incoming pod";

/** No claims of dynamically allocated devices could be given up, and no pods could make room, for the reasons by node. */
export function preemptionText(reasons: readonly string[], nodes: number): string {
  return `no new claims to deallocate, preemption: ${refusalText(
    reasons.map((reason) => ({ reasons: [reason], final: true })),
    nodes,
  )}`;
}
