import { matchesNodeTerm } from "#machinery/node-selector.ts";
import type { NodeSelectorTerm } from "#machinery/types.ts";
import { definePlugin, inProportion } from "../plugin.ts";

const refusal = { reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true };

/** Node selector and node affinity: what a pod requires of a node, and what it would like. */
export const nodeAffinity = definePlugin({
  name: "NodeAffinity",
  weight: 2,

  filter({ pod: { spec } }) {
    const selector = Object.entries(spec.nodeSelector ?? {});
    const terms: readonly NodeSelectorTerm[] | undefined =
      spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    if (selector.length === 0 && !terms) return undefined;
    return (node) => {
      const selected = selector.every(([key, value]) => node.labels[key] === value);
      return selected && (!terms || terms.some((term) => matchesNodeTerm(term, node))) ? undefined : refusal;
    };
  },

  score({ pod: { spec } }) {
    const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    if (!preferred?.length) return undefined;
    return (node) => preferred.reduce((sum, { weight, preference }) => (matchesNodeTerm(preference, node) ? sum + weight : sum), 0);
  },
  normalize: (scores) => inProportion(scores),
});
