import { tolerates } from "#machinery/taints.ts";
import { definePlugin } from "../plugin.ts";

const refusal = { reasons: ["node(s) were unschedulable"], final: true };
const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;

/** Cordoned nodes take only pods that tolerate it. */
export const nodeUnschedulable = definePlugin({
  name: "NodeUnschedulable",
  filter({ pod }) {
    const tolerated = pod.spec.tolerations?.some((toleration) => tolerates(toleration, cordon)) ?? false;
    return tolerated ? undefined : ({ node }) => (node?.spec.unschedulable ? refusal : undefined);
  },
});
