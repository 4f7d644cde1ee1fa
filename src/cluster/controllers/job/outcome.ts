import { parseTime } from "#machinery/time.ts";
import type { Job, Pod } from "#machinery/types.ts";
import { condition, holding, type Outcome } from "./conditions.ts";
import type { Look } from "./look.ts";
import { verdictOn } from "./pod-failure-policy.ts";
import { isFailed } from "./pods.ts";
import { successRule } from "./success-policy.ts";

/**
 * Whether a job has to end, before its completions are counted: what was decided before holds; then failures come before success.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
 */
export function outcomeOf(look: Look): Outcome | undefined {
  const { job, pods, failed, indexes, status, context } = look;
  const now = context.clock.now();
  const met = holding(status, "SuccessCriteriaMet");
  if (met) return { ...met, type: "SuccessCriteriaMet" };
  const target = holding(status, "FailureTarget");
  if (target) return condition("Failed", "True", target.reason ?? "", target.message ?? "", now);

  const fail = (reason: string, message: string) => condition("FailureTarget", "True", reason, message, now);
  for (const pod of pods) {
    const message = isFailed(pod, job) ? verdictOn(pod, job)?.fails : undefined;
    if (message) return fail("PodFailurePolicy", message);
  }
  if (failed > (job.spec.backoffLimit ?? 6) || hasRestartedTooOften(job, pods))
    return fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  if ((deadlineOf(look) ?? Number.POSITIVE_INFINITY) <= now) return fail("DeadlineExceeded", "Job was active longer than specified deadline");
  if (!indexes) return undefined;

  if (indexes.failed) {
    const { maxFailedIndexes = Number.POSITIVE_INFINITY, completions = 0 } = job.spec;
    if (indexes.failed.size > maxFailedIndexes)
      return fail("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
    if (indexes.failed.size > 0 && indexes.failed.size + indexes.succeeded.size >= completions)
      return fail("FailedIndexes", "Job has failed indexes");
  }
  const rule = successRule(job, indexes.succeeded);
  return rule === undefined ? undefined : condition("SuccessCriteriaMet", "True", "SuccessPolicy", `Matched rules at index ${rule}`, now);
}

/** When a job has been active for as long as it may. */
export function deadlineOf({ job, status }: Look): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  if (activeDeadlineSeconds === undefined || suspend || !status.startTime) return undefined;
  return parseTime(status.startTime) + activeDeadlineSeconds * 1000;
}

/** Where containers are restarted in their pods, these restarts are the failures. */
function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of pods)
    if (status.phase === "Running" || status.phase === "Pending")
      for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) restarts += restartCount;
  return restarts >= Math.max(1, spec.backoffLimit ?? 6);
}
