import type { Api } from "#machinery/client.ts";
import { StatusError } from "#machinery/status.ts";
import { parseTime } from "#machinery/time.ts";
import type { ContainerStatus, Job, Pod } from "#machinery/types.ts";
import { conditionOf } from "../pods.ts";

/** Keeps a pod that ended from vanishing before its job has counted it. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
export const indexKey = "batch.kubernetes.io/job-completion-index";
export const failuresKey = "batch.kubernetes.io/job-index-failure-count";
export const ignoredFailuresKey = "batch.kubernetes.io/job-index-ignored-failure-count";

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === "Indexed";

/** Whether a pod that goes away is replaced only when it has really ended. */
export const replacesFailedOnly = ({ spec }: Job): boolean => spec.podReplacementPolicy === "Failed" || spec.podFailurePolicy !== undefined;

/** Whether a pod is still to be counted. */
export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;

/** Which of the completions a pod works on; undefined where that is not one of the job's. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[indexKey] ?? "";
  return /^\d+$/.test(text) && Number(text) < (spec.completions ?? 0) ? Number(text) : undefined;
}

/** Whether a pod has failed, or goes away without having succeeded, where that counts as failure. */
export function isFailed({ metadata, status }: Pod, job: Job): boolean {
  if (status.phase === "Failed") return true;
  return !replacesFailedOnly(job) && metadata.deletionTimestamp !== undefined && status.phase !== "Succeeded";
}

/** How often an index had failed before this pod was made: as far as that counts, and in all. */
export function failuresBefore({ metadata }: Pod): { counted: number; all: number } {
  const read = (key: string) => {
    const text = metadata.annotations?.[key] ?? "";
    return /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : 0;
  };
  const counted = read(failuresKey);
  return { counted, all: counted + read(ignoredFailuresKey) };
}

/** When a pod ended, as well as that can be told. */
export function finishedAt(pod: Pod): number {
  const { metadata, spec, status } = pod;
  const sidecars = new Set(spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name));
  const ends = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))].map(endOf);
  if (ends.length > 0 && ends.every((end) => end !== undefined)) return Math.max(...ends);
  const ready = conditionOf(pod, "Ready");
  if (ready?.status === "False" && ready.lastTransitionTime) return parseTime(ready.lastTransitionTime);
  if (metadata.deletionTimestamp) return parseTime(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return parseTime(metadata.creationTimestamp ?? "");
}

function endOf({ state }: ContainerStatus): number | undefined {
  const time = state?.terminated?.finishedAt;
  return time ? parseTime(time) : undefined;
}

/** Lets a pod go that has been counted, or need not be. */
export async function untrack(pod: Pod, api: Api): Promise<void> {
  const latest = api.get<Pod>("pods", pod.metadata.name, pod.metadata.namespace);
  if (!latest || latest.metadata.uid !== pod.metadata.uid || !isTracked(latest)) return;
  const { finalizers = [], ...metadata } = latest.metadata;
  const others = finalizers.filter((name) => name !== trackingFinalizer);
  try {
    await api.update<Pod>("pods", { ...latest, metadata: { ...metadata, ...(others.length > 0 ? { finalizers: others } : {}) } });
  } catch (error) {
    if (!(error instanceof StatusError && error.code === 404)) throw error;
  }
}
