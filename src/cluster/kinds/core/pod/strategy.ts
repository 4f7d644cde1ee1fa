import type { StrategyContext } from "#cluster/apiserver/kind.ts";
import { formatTime } from "#machinery/time.ts";
import type { Affinity, LabelSelector, Pod, PodAffinityTerm, PodCondition } from "#machinery/types.ts";
import { withoutDisabledFields } from "../../shared/pod-spec/disabled.ts";
import { takeAppArmorAnnotations } from "./app-armor.ts";
import { qosClass } from "./resources.ts";

/** A new pod: its status begins, and what refers to its own labels is spelled out. */
export function preparePodCreate(pod: Pod, { warn, now }: StrategyContext): void {
  pod.spec = withoutDisabledFields(pod.spec);
  takeAppArmorAnnotations(pod, warn);
  pod.status = { phase: "Pending", qosClass: qosClass(pod.spec) };
  if (pod.spec.schedulingGates?.length) pod.status.conditions = [{ ...gated, lastTransitionTime: formatTime(now) }];
  if (pod.spec.affinity) pod.spec = { ...pod.spec, affinity: withLabelKeys(pod.spec.affinity, pod.metadata.labels ?? {}) };
  if (pod.spec.topologySpreadConstraints?.some((constraint) => constraint.matchLabelKeys?.length)) {
    const topologySpreadConstraints = pod.spec.topologySpreadConstraints.map((constraint) =>
      constraint.labelSelector
        ? { ...constraint, labelSelector: withKeys(constraint.labelSelector, constraint.matchLabelKeys, "In", pod.metadata.labels ?? {}) }
        : constraint,
    );
    pod.spec = { ...pod.spec, topologySpreadConstraints };
  }
}

const gated: PodCondition = {
  type: "PodScheduled",
  status: "False",
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};

export function preparePodUpdate(pod: Pod, old: Pod, { subresource }: StrategyContext): void {
  if (subresource !== "status") {
    pod.spec = withoutDisabledFields(pod.spec);
    return;
  }
  // Old kubelets lose these, and they are not a kubelet's to change.
  if (pod.metadata.ownerReferences !== old.metadata.ownerReferences) {
    const { ownerReferences: _, ...metadata } = pod.metadata;
    pod.metadata = old.metadata.ownerReferences ? { ...metadata, ownerReferences: old.metadata.ownerReferences } : metadata;
  }
  if (!pod.status.qosClass && old.status.qosClass) pod.status = { ...pod.status, qosClass: old.status.qosClass };
  keepObservedGenerations(pod, old);
}

/** Clients that know nothing of `observedGeneration` do not take it away. */
function keepObservedGenerations(pod: Pod, old: Pod): void {
  if (!pod.status.observedGeneration && old.status.observedGeneration) {
    pod.status = { ...pod.status, observedGeneration: old.status.observedGeneration };
  }
  if (pod.status.conditions === old.status.conditions) return;

  const before = Map.groupBy(old.status.conditions ?? [], (condition) => condition.type);
  const lost = (condition: PodCondition) => {
    const generation = before.get(condition.type)?.shift()?.observedGeneration;
    return condition.observedGeneration || !generation ? condition : { ...condition, observedGeneration: generation };
  };
  const conditions = (pod.status.conditions ?? []).map(lost);
  if (conditions.some((condition, i) => condition !== pod.status.conditions?.[i])) pod.status = { ...pod.status, conditions };
}

/** `matchLabelKeys` and `mismatchLabelKeys` mean the pod's own values of those labels. */
function withLabelKeys(affinity: Affinity, labels: Readonly<Record<string, string>>): Affinity {
  const term = (term: PodAffinityTerm): PodAffinityTerm => {
    if (!term.labelSelector || !(term.matchLabelKeys?.length || term.mismatchLabelKeys?.length)) return term;
    const matched = withKeys(term.labelSelector, term.matchLabelKeys, "In", labels);
    return { ...term, labelSelector: withKeys(matched, term.mismatchLabelKeys, "NotIn", labels) };
  };
  const both = (side: Affinity["podAffinity"]) =>
    side && {
      ...side,
      ...(side.requiredDuringSchedulingIgnoredDuringExecution && {
        requiredDuringSchedulingIgnoredDuringExecution: side.requiredDuringSchedulingIgnoredDuringExecution.map(term),
      }),
      ...(side.preferredDuringSchedulingIgnoredDuringExecution && {
        preferredDuringSchedulingIgnoredDuringExecution: side.preferredDuringSchedulingIgnoredDuringExecution.map((weighted) => ({
          ...weighted,
          podAffinityTerm: term(weighted.podAffinityTerm),
        })),
      }),
    };
  return {
    ...affinity,
    ...(affinity.podAffinity && { podAffinity: both(affinity.podAffinity) }),
    ...(affinity.podAntiAffinity && { podAntiAffinity: both(affinity.podAntiAffinity) }),
  };
}

function withKeys(
  selector: LabelSelector,
  keys: readonly string[] = [],
  operator: "In" | "NotIn",
  labels: Readonly<Record<string, string>>,
): LabelSelector {
  const added = keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  return added.length > 0 ? { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] } : selector;
}
