import type { Clock } from "#base/clock.ts";
import type { Pod } from "#machinery/types.ts";
import { failuresBefore, finishedAt } from "./pods.ts";

const first = 10_000;
const longest = 600_000;

/** How often pods of a job failed in a row, and when the last of them did. */
interface Failures {
  count: number;
  last: number;
}

/**
 * Pods that are gone still count: that is remembered, though only for as long as nobody starts anew. What is forgotten is made up for from the pods that
 * are there.
 */
const memories = new WeakMap<Clock, Map<string, Failures>>();

/** When pods may be made again after so many failures in a row, the last of them at `failedAt`. */
export const afterFailures = (failures: number, failedAt: number): number =>
  failures === 0 ? 0 : failedAt + Math.min(first * 2 ** (failures - 1), longest);

/** Notes what has ended since the last look. Gives when the next pod of the job may be made: failures since one succeeded count. */
export function nextAttempt(uid: string, ended: { succeeded: readonly Pod[]; failed: readonly Pod[]; before: () => Ended }, clock: Clock): number {
  const known = memories.get(clock) ?? new Map<string, Failures>();
  memories.set(clock, known);
  const failures = after(known.get(uid) ?? after({ count: 0, last: 0 }, ended.before()), ended);
  known.set(uid, failures);
  return afterFailures(failures.count, failures.last);
}

export interface Ended {
  succeeded: readonly Pod[];
  failed: readonly Pod[];
}

function after(before: Failures, { succeeded, failed }: Ended): Failures {
  const lastSuccess = Math.max(Number.NEGATIVE_INFINITY, ...succeeded.map(finishedAt));
  const times = failed.map(finishedAt).filter((time) => time > lastSuccess);
  if (succeeded.length === 0 && times.length === 0) return before;
  return { count: (succeeded.length > 0 ? 0 : before.count) + times.length, last: Math.max(0, ...times) };
}

/** The job has ended. */
export function forgetFailures(uid: string, clock: Clock): void {
  memories.get(clock)?.delete(uid);
}

/** When the successor of a pod that failed may work on its index. */
export const nextAttemptAfter = (pod: Pod): number => afterFailures(failuresBefore(pod).all + 1, finishedAt(pod));
