import { matchesNodeTerm } from "#machinery/node-selector.ts";
import { tolerates } from "#machinery/taints.ts";
import type { DaemonSet, Node, Pod, Toleration } from "#machinery/types.ts";

export interface Place {
  /** Whether the set should have a pod there. */
  runs: boolean;
  /** Whether a pod that is there already may stay. */
  stays: boolean;
}

const always: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];
const onHostNetwork: Toleration = { key: "node.kubernetes.io/network-unavailable", operator: "Exists", effect: "NoSchedule" };

/** What a daemon set's pods tolerate: what they say, and what would only keep them from looking after a node in trouble. */
export function tolerationsOf({ spec }: DaemonSet): Toleration[] {
  const { tolerations = [], hostNetwork } = spec.template.spec ?? {};
  const added = [...always, ...(hostNetwork ? [onHostNetwork] : [])];
  return [
    ...tolerations,
    ...added.filter(
      ({ key, effect }) => !tolerations.some((own) => own.key === key && own.effect === effect && own.operator === "Exists" && !own.value),
    ),
  ];
}

/** Whether a pod of the set belongs on a node. */
export function placeOn(set: DaemonSet, { metadata, spec }: Node): Place {
  const { nodeName, nodeSelector = {}, affinity } = set.spec.template.spec ?? {};
  const { name, labels = {} } = metadata;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const isMeant =
    (!nodeName || nodeName === name) &&
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) &&
    (!terms || terms.some((term) => matchesNodeTerm(term, { name, labels })));
  if (!isMeant) return { runs: false, stays: false };

  const tolerations = tolerationsOf(set);
  const against = (spec.taints ?? []).filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  return { runs: against.length === 0, stays: against.every(({ effect }) => effect !== "NoExecute") };
}

/** The node that a pod of a daemon set is for: where it is, or the only one that it may go to. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms)
    for (const { key, operator, values = [] } of matchFields)
      if (key === "metadata.name" && operator === "In" && values.length === 1) return values[0];
  return undefined;
}

/** The pods of each node, the oldest first. */
export function byNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod);
    if (node !== undefined) found.set(node, [...(found.get(node) ?? []), pod]);
  }
  for (const on of found.values()) on.sort((a, b) => ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? -1 : 1));
  return found;
}
