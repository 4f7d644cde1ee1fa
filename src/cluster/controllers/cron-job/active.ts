import type { ControllerContext } from "#machinery/controller.ts";
import { parseTime } from "#machinery/time.ts";
import type { CronJob, CronJobStatus, Job } from "#machinery/types.ts";
import { holding, isFinished } from "../job/conditions.ts";
import { jobs } from "./jobs.ts";

/** Brings up to date which jobs run and when one succeeded last. Gives the status as it is now. */
export async function followJobs(cronJob: CronJob, children: readonly Job[], { api, event }: ControllerContext): Promise<CronJobStatus> {
  let { active = [], lastSuccessfulTime } = cronJob.status;
  for (const job of children) {
    const { name, uid } = job.metadata;
    const isKnown = active.some((reference) => reference.uid === uid);
    if (!isFinished(job)) {
      if (!isKnown) await event(cronJob, "Warning", "UnexpectedJob", `Saw a job that the controller did not create or forgot: ${name}`);
      continue;
    }
    const succeeded = holding(job.status, "Complete") !== undefined;
    if (isKnown) {
      active = active.filter((reference) => reference.uid !== uid);
      await event(cronJob, "Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${succeeded ? "Complete" : "Failed"}`);
    }
    const { completionTime } = job.status;
    if (succeeded && completionTime && (!lastSuccessfulTime || parseTime(completionTime) > parseTime(lastSuccessfulTime)))
      lastSuccessfulTime = completionTime;
  }
  for (const { name = "", namespace, uid } of active) {
    if (children.some(({ metadata }) => metadata.uid === uid) || api.get(jobs, name, namespace)) continue;
    active = active.filter((reference) => reference.uid !== uid);
    await event(cronJob, "Normal", "MissingJob", `Active job went missing: ${name}`);
  }
  return statusWith(cronJob.status, active, lastSuccessfulTime);
}

export function statusWith(status: CronJobStatus, active: NonNullable<CronJobStatus["active"]>, lastSuccessfulTime?: string): CronJobStatus {
  const { active: _, ...others } = status;
  return { ...others, ...(active.length > 0 ? { active } : {}), ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}) };
}
