import { parseTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { conditionOf, isReady } from "./pods.ts";

/**
 * Which pods go first when there are too many: those that are worth least. `crowd` says how many related pods stand on a node.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export function inDeletionOrder(pods: readonly Pod[], crowd: ReadonlyMap<string, number>, now: number): Pod[] {
  const worth = pods.map((pod) => ({ pod, values: valuesOf(pod, crowd, now) }));
  return worth.sort((a, b) => compare(a.values, b.values)).map(({ pod }) => pod);
}

type Values = readonly (number | string)[];

function valuesOf(pod: Pod, crowd: ReadonlyMap<string, number>, now: number): Values {
  const { metadata, spec, status } = pod;
  const ready = conditionOf(pod, "Ready");
  return [
    spec.nodeName ? 1 : 0,
    phases[status.phase ?? "Pending"],
    isReady(pod) ? 1 : 0,
    deletionCost(metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"]),
    -(crowd.get(spec.nodeName ?? "") ?? 0),
    isReady(pod) ? ageRank(ready?.lastTransitionTime, now) : 0,
    -restarts(pod),
    ageRank(metadata.creationTimestamp, now),
    metadata.uid ?? "",
  ];
}

const phases = { Pending: 0, Unknown: 1, Running: 2, Succeeded: 2, Failed: 2 };

function deletionCost(annotation: string | undefined): number {
  return annotation !== undefined && /^(0|-?[1-9]\d*)$/.test(annotation) ? Number(annotation) : 0;
}

/** Ages count by their order of magnitude, so that the youngest go first but no age group empties before the next. */
function ageRank(since: string | undefined, now: number): number {
  const nanoseconds = since ? (now - parseTime(since)) * 1e6 : 0;
  return nanoseconds <= 0 ? -1 : Math.floor(Math.log2(nanoseconds));
}

const restarts = ({ status }: Pod) => Math.max(0, ...(status.containerStatuses ?? []).map((container) => container.restartCount));

function compare(a: Values, b: Values): number {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
