import { formatRequirements, matcher, requirementsOf } from "#machinery/selector.ts";
import { tolerates } from "#machinery/taints.ts";
import type { LabelSelector, Node, TopologySpreadConstraint } from "#machinery/types.ts";
import type { NodeInfo } from "../node-info.ts";
import { definePlugin, type Score, type Snapshot } from "../plugin.ts";
import type { PodInfo } from "../pod-info.ts";
import { nodeAffinity } from "./node-affinity.ts";

const skewed = { reasons: ["node(s) didn't match pod topology spread constraints"], final: false };
const unlabelled = { reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"], final: true };

const hostname = "kubernetes.io/hostname";
const zone = "topology.kubernetes.io/zone";

/** A constraint with the pods that it counts. */
interface Spread {
  key: string;
  maxSkew: number;
  minDomains: number;
  byNode: ReadonlyMap<string, number>;
  /** Whether the pod that is placed is one of those counted. */
  self: number;
  counts(node: NodeInfo): boolean;
}

/**
 * Pods of a sort are spread over zones and nodes, as they ask, or, where they do not, so that replicas of one set do not crowd.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
 */
export const podTopologySpread = definePlugin({
  name: "PodTopologySpread",
  weight: 2,
  hopes: ["pod-added", "pod-gone"],

  stirs(info, old, node) {
    const keys = constraintsOf(info, "DoNotSchedule").map(({ topologyKey }) => topologyKey);
    const counted = (one: Node | undefined) => one !== undefined && keys.every((key) => one.metadata.labels?.[key] !== undefined);
    if (counted(old) !== counted(node)) return true;
    if (!counted(node)) return false;
    return old?.spec.taints !== node?.spec.taints || keys.some((key) => old?.metadata.labels?.[key] !== node?.metadata.labels?.[key]);
  },

  filter(info, snapshot) {
    const hard = constraintsOf(info, "DoNotSchedule");
    if (hard.length === 0) return undefined;
    const filters = hard.map((constraint) => filterOf(spreadOf(constraint, info, snapshot), hard, snapshot));
    return (node) => {
      if (hard.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) return unlabelled;
      return filters.some((accepts) => !accepts(node)) ? skewed : undefined;
    };
  },

  score(info, snapshot) {
    if (info.pod.spec.topologySpreadConstraints?.length) {
      const soft = constraintsOf(info, "ScheduleAnyway");
      return soft.length > 0
        ? scoreOf(
            soft.map((constraint) => spreadOf(constraint, info, snapshot)),
            snapshot,
          )
        : undefined;
    }
    return info.owner ? scoreOf(usualSpreads(info, info.owner, snapshot), snapshot) : undefined;
  },

  // The fewest pods of its sort is the best; how much better, in proportion.
  normalize(scores) {
    const [least, greatest] = [Math.min(...scores), Math.max(...scores)];
    for (const [i, score] of scores.entries()) scores[i] = greatest === 0 ? 100 : Math.floor((100 * (greatest + least - score)) / greatest);
  },
});

const constraintsOf = ({ pod }: PodInfo, when: TopologySpreadConstraint["whenUnsatisfiable"]) =>
  (pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when);

function spreadOf(constraint: TopologySpreadConstraint, info: PodInfo, { counts }: Snapshot): Spread {
  const { topologyKey: key, maxSkew, minDomains = 1, matchLabelKeys = [], nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" } = constraint;
  const { namespace, labels = {} } = info.pod.metadata;
  const selector: LabelSelector = {
    ...constraint.labelSelector,
    matchLabels: {
      ...constraint.labelSelector?.matchLabels,
      ...Object.fromEntries(matchLabelKeys.flatMap((name) => (labels[name] ? [[name, labels[name]]] : []))),
    },
  };
  const matches = matcher(constraint.labelSelector ? selector : undefined);
  const question = `spread ${namespace} ${formatRequirements(requirementsOf(selector))}`;
  const byNode = counts.byNode(
    question,
    ({ metadata }) => metadata.namespace === namespace && metadata.deletionTimestamp === undefined && matches(metadata.labels),
  );
  const affine = nodeAffinityPolicy === "Honor" ? nodeAffinity.filter?.(info, {} as Snapshot) : undefined;
  const tolerations = info.pod.spec.tolerations ?? [];
  return {
    key,
    maxSkew,
    minDomains,
    byNode,
    self: matches(labels) ? 1 : 0,
    counts: (node) =>
      !affine?.(node) &&
      (nodeTaintsPolicy === "Ignore" || node.hardTaints.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)))),
  };
}

function filterOf(spread: Spread, all: readonly TopologySpreadConstraint[], { counts }: Snapshot): (node: NodeInfo) => boolean {
  const isEligible = (node: NodeInfo) => all.every(({ topologyKey }) => node.labels[topologyKey] !== undefined) && spread.counts(node);
  const byDomain = counts.byDomain(spread.byNode, spread.key, isEligible);
  const least = byDomain.size < spread.minDomains ? 0 : Math.min(...byDomain.values());
  return ({ labels }) => (byDomain.get(labels[spread.key] ?? "") ?? 0) + spread.self - least <= spread.maxSkew;
}

/** Pods that ask for nothing are spread by what made them. */
function usualSpreads({ pod }: PodInfo, owner: string, { counts }: Snapshot): Spread[] {
  const byNode = counts.byNode(`owner ${owner}`, ({ metadata }, info) => info.owner === owner && metadata.deletionTimestamp === undefined);
  const usual = { minDomains: 1, byNode, self: pod ? 1 : 0, counts: () => true };
  return [
    { ...usual, key: hostname, maxSkew: 3 },
    { ...usual, key: zone, maxSkew: 5 },
  ];
}

function scoreOf(spreads: readonly Spread[], { counts, nodes }: Snapshot): Score {
  const parts = spreads.flatMap((spread): Score[] => {
    if (spread.key === hostname) {
      const weight = Math.log(nodes.size + 2);
      return [({ name }) => (spread.byNode.get(name) ?? 0) * weight + spread.maxSkew - 1];
    }
    const byDomain = counts.byDomain(spread.byNode, spread.key, spread.counts);
    if (byDomain.size === 0) return [];
    const weight = Math.log(byDomain.size + 2);
    return [({ labels }) => (byDomain.get(labels[spread.key] ?? "") ?? 0) * weight + spread.maxSkew - 1];
  });
  return (node) => Math.round(parts.reduce((sum, part) => sum + part(node), 0));
}
