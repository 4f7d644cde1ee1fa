import type { ControllerContext } from "#machinery/controller.ts";
import type { Job, JobStatus, Pod } from "#machinery/types.ts";
import { isActive, isReady, isTerminating } from "../pods.ts";
import { nextAttempt } from "./back-off.ts";
import { Indexes } from "./indexes.ts";
import { countsAsFailure, verdictOn } from "./pod-failure-policy.ts";
import { failuresBefore, finishedAt, indexOf, isFailed, isIndexed, isTracked } from "./pods.ts";

/** What one look at a job sees of it. */
export interface Look {
  readonly job: Job;
  readonly context: ControllerContext;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  /** Those that have ended and are not in the status yet, not even as uncounted. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  /** How many have succeeded and failed in all. */
  readonly succeeded: number;
  readonly failed: number;
  readonly indexes: IndexedLook | undefined;
  /** No pod is made before: pods have failed. */
  readonly nextAttempt: number;
  /** The status as it becomes. */
  readonly status: JobStatus;
  /** How many are active, ready and going away, as of what this look has done. */
  readonly counts: { active: number; ready: number; terminating: number };
}

export interface IndexedLook {
  /** What the status says has succeeded, and what has by now. */
  readonly before: Indexes;
  readonly succeeded: Indexes;
  /** Only where each index has a limit of its own. */
  readonly failed: Indexes | undefined;
  /** By index the pod that failed last, which waits for its successor to take over how often the index has failed. */
  readonly waiting: ReadonlyMap<number, Pod>;
}

export function lookAt(job: Job, pods: readonly Pod[], context: ControllerContext): Look {
  const uncounted = job.status.uncountedTerminatedPods ?? {};
  const [countedAsSucceeded, countedAsFailed] = [new Set(uncounted.succeeded), new Set(uncounted.failed)];
  const isValid = (pod: Pod) => isTracked(pod) && (!isIndexed(job) || indexOf(pod, job) !== undefined);
  const active = pods.filter(isActive);
  const newlySucceeded = pods.filter((pod) => isValid(pod) && pod.status.phase === "Succeeded" && !countedAsSucceeded.has(pod.metadata.uid ?? ""));
  const newlyFailed = pods.filter((pod) => isValid(pod) && isFailed(pod, job) && !countedAsFailed.has(pod.metadata.uid ?? ""));
  const indexes = isIndexed(job) ? indexedLook(job, pods, active) : undefined;
  return {
    job,
    context,
    pods,
    active,
    newlySucceeded,
    newlyFailed,
    succeeded: indexes ? indexes.succeeded.size : (job.status.succeeded ?? 0) + newlySucceeded.length + countedAsSucceeded.size,
    failed: (job.status.failed ?? 0) + newlyFailed.filter((pod) => countsAsFailure(pod, job)).length + countedAsFailed.size,
    indexes,
    nextAttempt: indexes?.failed ? 0 : attemptAfter(job, pods, newlySucceeded, newlyFailed, context),
    status: { ...job.status, uncountedTerminatedPods: uncounted },
    counts: { active: active.length, ready: active.filter(isReady).length, terminating: pods.filter(isTerminating).length },
  };
}

function attemptAfter(job: Job, pods: readonly Pod[], succeeded: readonly Pod[], failed: readonly Pod[], { clock }: ControllerContext): number {
  const before = () => ({
    succeeded: pods.filter((pod) => pod.status.phase === "Succeeded" && !succeeded.includes(pod)),
    failed: pods.filter((pod) => isFailed(pod, job) && !failed.includes(pod)),
  });
  return nextAttempt(job.metadata.uid ?? "", { succeeded, failed, before }, clock);
}

function indexedLook(job: Job, pods: readonly Pod[], active: readonly Pod[]): IndexedLook {
  const end = job.spec.completions ?? 0;
  const before = Indexes.parse(job.status.completedIndexes ?? "", end);
  const tracked = pods.filter(isTracked);
  const indexesOf = (some: readonly Pod[]) => Indexes.of(some.flatMap((pod) => indexOf(pod, job) ?? []));
  const succeeded = before.union(indexesOf(tracked.filter(({ status }) => status.phase === "Succeeded")));
  if (job.spec.backoffLimitPerIndex === undefined) return { before, succeeded, failed: undefined, waiting: new Map() };

  const failed = Indexes.parse(job.status.failedIndexes ?? "", end).union(indexesOf(tracked.filter((pod) => hasFailedIndex(pod, job))));
  const busy = indexesOf(active);
  const waiting = new Map<number, Pod>();
  for (const pod of tracked) {
    const index = indexOf(pod, job);
    if (index === undefined || !isFailed(pod, job) || succeeded.has(index) || failed.has(index) || busy.has(index)) continue;
    const other = waiting.get(index);
    if (!other || (failuresBefore(other).all <= failuresBefore(pod).all && finishedAt(pod) >= finishedAt(other))) waiting.set(index, pod);
  }
  return { before, succeeded, failed, waiting };
}

/** Whether a pod's index is given up by its failure. */
function hasFailedIndex(pod: Pod, job: Job): boolean {
  if (!isFailed(pod, job)) return false;
  const verdict = verdictOn(pod, job);
  if (verdict?.action === "FailIndex") return true;
  return (verdict?.counts ?? true) && failuresBefore(pod).counted >= (job.spec.backoffLimitPerIndex ?? 0);
}
