import type { ControllerContext } from "#machinery/controller.ts";
import { offsetAt } from "#machinery/cron-next.ts";
import { controllerReference, type Draft } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { CronJob, Job, ObjectReference } from "#machinery/types.ts";
import { holding } from "../job/conditions.ts";

export const jobs = "jobs.batch";
const scheduledKey = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** The name of the job for a time: the same one however often it is tried. */
export const jobName = ({ metadata }: CronJob, time: number): string => `${metadata.name}-${Math.floor(time / 60_000)}`;

export function jobFor(cronJob: CronJob, time: number): Draft<Job> {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const { namespace } = cronJob.metadata;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, time),
      ...(namespace ? { namespace } : {}),
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      annotations: { ...metadata.annotations, [scheduledKey]: zonedTime(time, cronJob.spec.timeZone ?? "UTC") },
      ownerReferences: [controllerReference(cronJob)],
    },
    ...(spec ? { spec } : {}),
  };
}

/** A time as the clocks of a zone show it: `2026-11-23T15:04:00+09:00`. */
function zonedTime(time: number, zone: string): string {
  const offset = offsetAt(time, zone);
  if (offset === 0) return formatTime(time);
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${formatTime(time + offset).slice(0, -1)}${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

export function referenceTo({ apiVersion, kind, metadata }: Job): ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    ...(uid ? { uid } : {}),
    apiVersion,
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}

/** Deletes a job with its pods. Says whether it has gone. */
export async function removeJob(cronJob: CronJob, { metadata }: Job, { api, event }: ControllerContext): Promise<boolean> {
  try {
    await api.delete(jobs, metadata.name, metadata.namespace, { propagationPolicy: "Background" });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    await event(cronJob, "Warning", "FailedDelete", `Deleted job: ${error.message}`);
    return false;
  }
  await event(cronJob, "Normal", "SuccessfulDelete", `Deleted job ${metadata.name}`);
  return true;
}

/** Deletes the oldest of the finished jobs beyond what is kept of those that succeeded and those that failed. Gives those that went. */
export async function removeOldJobs(cronJob: CronJob, children: readonly Job[], context: ControllerContext): Promise<Job[]> {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  const gone: Job[] = [];
  for (const [type, limit] of [
    ["Complete", successfulJobsHistoryLimit],
    ["Failed", failedJobsHistoryLimit],
  ] as const) {
    if (limit === undefined) continue;
    const ended = children.filter(({ status }) => holding(status, type)).sort(byStart);
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) if (await removeJob(cronJob, job, context)) gone.push(job);
  }
  return gone;
}

function byStart(a: Job, b: Job): number {
  const [first, second] = [a.status.startTime ?? "~", b.status.startTime ?? "~"];
  if (first !== second) return first < second ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
