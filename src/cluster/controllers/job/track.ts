import type { Api } from "#machinery/client.ts";
import { StatusError } from "#machinery/status.ts";
import type { Job, JobStatus, Pod } from "#machinery/types.ts";
import { condition, ensure, holding, type Outcome } from "./conditions.ts";
import { Indexes } from "./indexes.ts";
import type { Look } from "./look.ts";
import { verdictOn } from "./pod-failure-policy.ts";
import { indexOf, isFailed, isTracked, untrack } from "./pods.ts";

/** Pods counted in one look, at most: their uids stand in the status for a while. */
const mostUncounted = 500;

/**
 * Counts the pods that have ended, so that none is counted twice or missed, whatever happens in between: their uids are written down, then their
 * finalizers are taken away, and only then they are counted. https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers
 */
export async function track(look: Look, outcome: Outcome | undefined, needsWriting: boolean): Promise<void> {
  const { job, status, context } = look;
  const { api, clock } = context;
  // What has lost its finalizer since it was written down.
  const tracked = new Set(look.pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ""));
  const counted = countGone(status, tracked);
  const { leaving, isFull, changed } = count(look, outcome);
  const ended = announce(status, outcome, clock.now());
  const needsFirst = needsWriting || counted || changed || ended.changed;
  let latest = needsFirst ? await write(api, job, status) : job;

  let failure: { error: unknown } | undefined;
  for (const pod of leaving) {
    try {
      await untrack(pod, api);
      tracked.delete(pod.metadata.uid ?? "");
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      failure ??= { error };
    }
  }
  const isCounted = countGone(status, tracked);
  const isDone = !failure && !isFull && ended.final !== undefined && mayEnd(look);
  if (isDone && ended.final) finish(status, ended.final);
  if (isCounted || isDone) latest = await write(api, latest, status);
  if (failure) throw failure.error;
  if (isDone && ended.final) await tell(look, latest, ended.final);
}

const write = (api: Api, job: Job, status: JobStatus): Promise<Job> => api.updateStatus<Job>("jobs.batch", { ...job, status: { ...status } });

/** Moves those from the uncounted to the numbers that need not be remembered any more. */
function countGone(status: JobStatus, tracked: ReadonlySet<string>): boolean {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const [succeededStill, failedStill] = [succeeded.filter((uid) => tracked.has(uid)), failed.filter((uid) => tracked.has(uid))];
  const [newSucceeded, newFailed] = [succeeded.length - succeededStill.length, failed.length - failedStill.length];
  if (newSucceeded === 0 && newFailed === 0) return false;
  if (newSucceeded > 0) status.succeeded = (status.succeeded ?? 0) + newSucceeded;
  if (newFailed > 0) status.failed = (status.failed ?? 0) + newFailed;
  remember(status, succeededStill, failedStill);
  return true;
}

function remember(status: JobStatus, succeeded: readonly string[], failed: readonly string[]): void {
  status.uncountedTerminatedPods = {
    ...(succeeded.length > 0 ? { succeeded: [...succeeded] } : {}),
    ...(failed.length > 0 ? { failed: [...failed] } : {}),
  };
}

/** Writes down which pods are to be counted. Gives those that may go then. */
function count(look: Look, outcome: Outcome | undefined): { leaving: Pod[]; isFull: boolean; changed: boolean } {
  const { job, status, indexes } = look;
  const uncounted = status.uncountedTerminatedPods ?? {};
  const [succeeded, failed] = [new Set(uncounted.succeeded), new Set(uncounted.failed)];
  const before = succeeded.size + failed.size;
  const newIndexes: number[] = [];
  const leaving: Pod[] = [];
  const isFailing = outcome !== undefined && outcome.type !== "SuccessCriteriaMet";
  const place = (pod: Pod) => indexOf(pod, job) ?? -1;
  let isFull = false;

  for (const pod of indexes ? look.pods.toSorted((a, b) => place(a) - place(b)) : look.pods) {
    if (!isTracked(pod) || !mayLeave(pod, look, outcome)) continue;
    leaving.push(pod);
    const uid = pod.metadata.uid ?? "";
    const index = indexOf(pod, job);
    if (pod.status.phase === "Succeeded" && !failed.has(uid)) {
      if (!indexes) succeeded.add(uid);
      else if (index !== undefined && !indexes.before.has(index)) newIndexes.push(index);
    } else if ((isFailed(pod, job) || isFailing) && (!indexes || index !== undefined) && (verdictOn(pod, job)?.counts ?? true)) failed.add(uid);
    isFull = newIndexes.length + succeeded.size + failed.size >= mostUncounted;
    if (isFull) break;
  }
  let changed = newIndexes.length > 0 || succeeded.size + failed.size > before;
  if (changed) remember(status, [...succeeded], [...failed]);
  if (indexes) {
    const all = indexes.succeeded.union(Indexes.of(newIndexes));
    changed = set(status, "completedIndexes", all.toString() || undefined) || changed;
    changed = set(status, "failedIndexes", indexes.failed?.toString()) || changed;
    set(status, "succeeded", all.size || undefined);
  }
  return { leaving, isFull, changed };
}

function set<K extends "completedIndexes" | "failedIndexes" | "succeeded">(status: JobStatus, key: K, value: JobStatus[K] | undefined): boolean {
  if (status[key] === value) return false;
  if (value === undefined) delete status[key];
  else status[key] = value;
  return true;
}

/** Whether a pod need not be kept: it has ended, and no successor has still to learn from it how often its index failed. */
function mayLeave(pod: Pod, { job, indexes }: Look, outcome: Outcome | undefined): boolean {
  if (job.metadata.deletionTimestamp || outcome || pod.status.phase === "Succeeded") return true;
  return isFailed(pod, job) && indexes?.waiting.get(indexOf(pod, job) ?? -1) !== pod;
}

/** Says in the status how the job will end, before it has. Gives how it ends. */
function announce(status: JobStatus, outcome: Outcome | undefined, now: number): { final: Outcome | undefined; changed: boolean } {
  if (outcome?.type !== "FailureTarget" && outcome?.type !== "SuccessCriteriaMet") return { final: outcome, changed: false };
  const changed = !holding(status, outcome.type);
  if (changed) status.conditions = [...(status.conditions ?? []), outcome];
  const type = outcome.type === "FailureTarget" ? "Failed" : "Complete";
  return { final: condition(type, "True", outcome.reason ?? "", outcome.message ?? "", now), changed };
}

/** A job has not ended before all of its pods have. */
function mayEnd({ status, counts }: Look): boolean {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  return succeeded.length + failed.length === 0 && counts.terminating === 0;
}

function finish(status: JobStatus, final: Outcome): void {
  ensure(status, final);
  if (final.type === "Complete" && final.lastTransitionTime) status.completionTime = final.lastTransitionTime;
}

async function tell({ context: { event } }: Look, job: Job, { type, reason, message }: Outcome): Promise<void> {
  if (type !== "Complete") {
    await event(job, "Warning", reason ?? "", message ?? "");
    return;
  }
  if (job.spec.completions !== undefined && (job.status.succeeded ?? 0) > job.spec.completions)
    await event(job, "Warning", "TooManySucceededPods", "Too many succeeded pods running after completion count reached");
  await event(job, "Normal", "Completed", "Job completed");
}
