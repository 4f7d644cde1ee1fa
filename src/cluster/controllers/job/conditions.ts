import { formatTime } from "#machinery/time.ts";
import type { Job, JobCondition, JobStatus } from "#machinery/types.ts";

/** How a job ends, or begins to. */
export type Outcome = JobCondition & { type: "FailureTarget" | "Failed" | "SuccessCriteriaMet" | "Complete" };

export function condition<T extends string>(
  type: T,
  status: "True" | "False",
  reason: string,
  message: string,
  now: number,
): JobCondition & { type: T } {
  const time = formatTime(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** The condition of a type, if it holds. */
export const holding = ({ conditions }: JobStatus, type: string): JobCondition | undefined =>
  conditions?.find((found) => found.type === type && found.status === "True");

export const isFinished = ({ status }: Job): boolean => holding(status, "Complete") !== undefined || holding(status, "Failed") !== undefined;

/** Whether a job is left to a controller of somebody's own. */
export const isManagedElsewhere = ({ spec }: Job): boolean => (spec.managedBy ?? ownName) !== ownName;
const ownName = "kubernetes.io/job-controller";

/** When a job that is finished was so. */
export const finishTime = ({ status }: Job): string | undefined => (holding(status, "Complete") ?? holding(status, "Failed"))?.lastTransitionTime;

/** Puts a condition into a status; what never held needs no saying that it does not. Says whether that changed anything. */
export function ensure(status: JobStatus, wanted: JobCondition): boolean {
  const conditions = status.conditions ?? [];
  const i = conditions.findIndex(({ type }) => type === wanted.type);
  const old = conditions[i];
  if (!old && wanted.status === "False") return false;
  if (old && old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return false;
  status.conditions = old ? conditions.with(i, wanted) : [...conditions, wanted];
  return true;
}
