import { defineController } from "#machinery/controller.ts";
import type { Node } from "#machinery/types.ts";

const annotation = "node.alpha.kubernetes.io/ttl";

/** In larger clusters kubelets ask less often for config maps and secrets: by the number of nodes, in seconds. */
const steps = [
  [100, 0],
  [500, 15],
  [1000, 30],
  [2000, 60],
] as const;

/** Tells kubelets how long they may go on with what they know. */
export const ttlController = defineController<Node>({
  name: "ttl-controller",
  watches: "nodes",

  async reconcile(node, { api }) {
    const count = api.list("nodes").length;
    const seconds = String(steps.find(([most]) => count <= most)?.[1] ?? 300);
    const { annotations = {} } = node.metadata;
    if (annotations[annotation] === seconds || node.metadata.deletionTimestamp) return;
    await api.update("nodes", { ...node, metadata: { ...node.metadata, annotations: { ...annotations, [annotation]: seconds } } });
  },
});
