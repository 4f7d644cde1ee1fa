import type { Node, Taint } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

const taint: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

/** A node that is new is not ready, until somebody has seen that it is. */
export const taintNodesByCondition = definePlugin<Node>({
  name: "TaintNodesByCondition",
  operations: ["CREATE"],
  resources: ["nodes"],

  mutate(request) {
    const node = request.object;
    const taints = node.spec.taints ?? [];
    if (taints.some(({ key, effect }) => key === taint.key && effect === taint.effect)) return;
    request.object = { ...node, spec: { ...node.spec, taints: [...taints, taint] } };
  },
});
