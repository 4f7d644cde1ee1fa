import { tolerates } from "#machinery/taints.ts";
import type { Taint, Toleration } from "#machinery/types.ts";
import { definePlugin, inProportion } from "../plugin.ts";

const refusal = { reasons: ["node(s) had untolerated taint(s)"], final: true };

/** Tainted nodes take only pods that tolerate it; taints that merely repel count against a node. */
export const taintToleration = definePlugin({
  name: "TaintToleration",
  weight: 3,

  filter({ pod }) {
    const tolerations = pod.spec.tolerations ?? [];
    return ({ hardTaints }) => (hardTaints.length > 0 && hardTaints.some((taint) => !isTolerated(taint, tolerations)) ? refusal : undefined);
  },

  score({ pod }, { nodes }) {
    let anySoft = false;
    for (const { softTaints } of nodes.values()) if (softTaints.length > 0) anySoft = true;
    if (!anySoft) return undefined;
    const tolerations = (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === "PreferNoSchedule");
    return ({ softTaints }) => softTaints.filter((taint) => !isTolerated(taint, tolerations)).length;
  },
  normalize: (scores) => inProportion(scores, true),
});

const isTolerated = (taint: Taint, tolerations: readonly Toleration[]) => tolerations.some((toleration) => tolerates(toleration, taint));
