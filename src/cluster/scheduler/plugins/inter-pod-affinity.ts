import { formatRequirements, matcher, requirementsOf } from "#machinery/selector.ts";
import type { Namespace, Pod, PodAffinityTerm, WeightedPodAffinityTerm } from "#machinery/types.ts";
import type { NodeInfo } from "../node-info.ts";
import { definePlugin, type Filter, type Score, type Snapshot } from "../plugin.ts";
import type { PodInfo } from "../pod-info.ts";

const notNear = { reasons: ["node(s) didn't match pod affinity rules"], final: true };
const tooNear = { reasons: ["node(s) didn't match pod anti-affinity rules"], final: false };
const unwelcome = { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], final: false };

/** Pods that want to be near others, or far from them. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity */
export const interPodAffinity = definePlugin({
  name: "InterPodAffinity",
  weight: 2,
  hopes: ["pod-added", "pod-gone"],

  filter(info, snapshot) {
    const { podAffinity, podAntiAffinity } = info.pod.spec.affinity ?? {};
    const near = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const far = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const filters = [
      ...(near.length > 0 ? [nearFilter(near, info, snapshot)] : []),
      ...far.map((term) => farFilter(term, info, snapshot)),
      ...unwelcomeFilters(info, snapshot),
    ];
    if (filters.length === 0) return undefined;
    return (node) => {
      for (const filter of filters) {
        const refusal = filter(node);
        if (refusal) return refusal;
      }
      return undefined;
    };
  },

  score(info, snapshot) {
    const { podAffinity, podAntiAffinity } = info.pod.spec.affinity ?? {};
    const scores = [
      ...scoresOf(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, 1, info, snapshot),
      ...scoresOf(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution, -1, info, snapshot),
    ];
    return scores.length > 0 ? (node) => scores.reduce((sum, score) => sum + score(node), 0) : undefined;
  },

  normalize(scores) {
    const [least, greatest] = [Math.min(...scores), Math.max(...scores)];
    for (const [i, score] of scores.entries()) scores[i] = greatest > least ? Math.floor((100 * (score - least)) / (greatest - least)) : 0;
  },
});

/** The pods that a term of `owner` means, as a question that is kept up. */
function matchingOf(term: PodAffinityTerm, owner: Pod, { api }: Snapshot): { question: string; matches(pod: Pod): boolean } {
  const { namespace = "", labels = {} } = owner.metadata;
  const keys = Object.entries(labels);
  const selector = {
    ...term.labelSelector,
    matchLabels: { ...term.labelSelector?.matchLabels, ...Object.fromEntries(keys.filter(([key]) => term.matchLabelKeys?.includes(key))) },
    matchExpressions: [
      ...(term.labelSelector?.matchExpressions ?? []),
      ...keys.filter(([key]) => term.mismatchLabelKeys?.includes(key)).map(([key, value]) => ({ key, operator: "NotIn", values: [value] })),
    ],
  };
  const selected = matcher(term.labelSelector ? selector : undefined);
  const spaces = term.namespaceSelector ? matcher(term.namespaceSelector) : undefined;
  const named = term.namespaces?.length ? term.namespaces : spaces ? [] : [namespace];
  const inSpace = (space = "") => named.includes(space) || (spaces?.(api.get<Namespace>("namespaces", space)?.metadata.labels) ?? false);
  return {
    question: `near ${named.join(",")} ${JSON.stringify(term.namespaceSelector ?? null)} ${formatRequirements(requirementsOf(selector))}`,
    matches: ({ metadata }) => inSpace(metadata.namespace) && selected(metadata.labels),
  };
}

function countsOf(term: PodAffinityTerm, owner: Pod, snapshot: Snapshot): Map<string, number> {
  const { question, matches } = matchingOf(term, owner, snapshot);
  return snapshot.counts.byDomain(snapshot.counts.byNode(question, matches), term.topologyKey);
}

function nearFilter(terms: readonly PodAffinityTerm[], { pod }: PodInfo, snapshot: Snapshot): Filter {
  const counts = terms.map((term) => countsOf(term, pod, snapshot));
  const nobody = counts.every((byDomain) => [...byDomain.values()].every((count) => count === 0));
  // The first of a group that wants to be near itself may go anywhere.
  const isFirst = nobody && terms.every((term) => matchingOf(term, pod, snapshot).matches(pod));
  return ({ labels }) => {
    const isNear = terms.every(({ topologyKey }, i) => {
      const domain = labels[topologyKey];
      return domain !== undefined && (isFirst || (counts[i]?.get(domain) ?? 0) > 0);
    });
    return isNear ? undefined : notNear;
  };
}

function farFilter(term: PodAffinityTerm, { pod }: PodInfo, snapshot: Snapshot): Filter {
  const counts = countsOf(term, pod, snapshot);
  return ({ labels }) => ((counts.get(labels[term.topologyKey] ?? "") ?? 0) > 0 ? tooNear : undefined);
}

/** What pods that stand already will not have near them. */
function unwelcomeFilters({ pod }: PodInfo, snapshot: Snapshot): Filter[] {
  const filters: Filter[] = [];
  for (const { term, owner, byNode } of snapshot.repulsions.all()) {
    if (!matchingOf(term, owner, snapshot).matches(pod)) continue;
    const counts = snapshot.counts.byDomain(byNode, term.topologyKey);
    filters.push(({ labels }: NodeInfo) => ((counts.get(labels[term.topologyKey] ?? "") ?? 0) > 0 ? unwelcome : undefined));
  }
  return filters;
}

function scoresOf(terms: readonly WeightedPodAffinityTerm[] = [], sign: 1 | -1, { pod }: PodInfo, snapshot: Snapshot): Score[] {
  return terms.map(({ weight, podAffinityTerm }) => {
    const counts = countsOf(podAffinityTerm, pod, snapshot);
    return ({ labels }) => sign * weight * (counts.get(labels[podAffinityTerm.topologyKey] ?? "") ?? 0);
  });
}
