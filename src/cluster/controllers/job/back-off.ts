import type { Pod } from "#machinery/types.ts";
import { failuresBefore, finishedAt } from "./pods.ts";

const first = 10_000;
const longest = 600_000;

/** When a pod may be made after so many failures in a row, the last of them at `failedAt`. */
export const afterFailures = (failures: number, failedAt: number): number =>
  failures === 0 ? 0 : failedAt + Math.min(first * 2 ** (failures - 1), longest);

/** When the next pod of a job may be made: its failures since one succeeded count. */
export function nextAttempt(succeeded: readonly Pod[], failed: readonly Pod[]): number {
  const lastSuccess = Math.max(Number.NEGATIVE_INFINITY, ...succeeded.map(finishedAt));
  const since = failed.map(finishedAt).filter((time) => time > lastSuccess);
  return since.length === 0 ? 0 : afterFailures(since.length, Math.max(...since));
}

/** When the successor of a pod that failed may work on its index. */
export const nextAttemptAfter = (pod: Pod): number => afterFailures(failuresBefore(pod).all + 1, finishedAt(pod));
