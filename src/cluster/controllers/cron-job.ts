import { type ControllerContext, defineController, TryAgain } from "#machinery/controller.ts";
import { parseSchedule, type Schedule, timeZoneProblem } from "#machinery/cron.ts";
import { controllerOf } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { CronJob, CronJobStatus, Job } from "#machinery/types.ts";
import { followJobs, statusWith } from "./cron-job/active.ts";
import { dueOf, nextLook } from "./cron-job/due.ts";
import { jobFor, jobName, jobs, referenceTo, removeJob, removeOldJobs } from "./cron-job/jobs.ts";
import { hasNewSchedule } from "./cron-job/schedule-change.ts";
import { skipped } from "./cron-job/skip.ts";

const resource = "cronjobs.batch";

/** Makes jobs at set times. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
export const cronJobController = defineController<CronJob>({
  name: "cronjob-controller",
  watches: resource,
  owns: [jobs],

  async reconcile(cronJob, context) {
    const children = context.api.owned<Job>(jobs, cronJob);
    const gone = await removeOldJobs(cronJob, children, context);
    // Jobs of which nothing was heard before they went are told of by their deletion alone.
    const active = cronJob.status.active?.filter(({ uid }) => !gone.some(({ metadata }) => metadata.uid === uid)) ?? [];
    const before = gone.length > 0 ? { ...cronJob, status: statusWith(cronJob.status, active) } : cronJob;
    const look: Look = { cronJob, status: await followJobs(before, children, context), context };
    try {
      return await act(look);
    } finally {
      await context.api.updateStatus<CronJob>(resource, { ...cronJob, status: look.status });
    }
  },
});

interface Look {
  cronJob: CronJob;
  /** As it becomes. */
  status: CronJobStatus;
  context: ControllerContext;
}

/** Starts what is due. Gives when to look again. */
async function act(look: Look): Promise<number | undefined> {
  const { cronJob, context } = look;
  const { spec, metadata } = cronJob;
  if (metadata.deletionTimestamp) return undefined;
  const warn = (reason: string, message: string) => context.event(cronJob, "Warning", reason, message);
  const zoneProblem = spec.timeZone === undefined ? undefined : timeZoneProblem(spec.timeZone);
  if (zoneProblem) {
    await warn("UnknownTimeZone", `invalid timeZone: "${spec.timeZone}": ${zoneProblem}`);
    return undefined;
  }
  if (spec.suspend) return undefined;
  if (spec.schedule.includes("TZ"))
    await warn(
      "UnsupportedSchedule",
      `CRON_TZ or TZ used in schedule "${spec.schedule}" is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`,
    );
  const schedule = parseSchedule(spec.schedule);
  if ("problem" in schedule) {
    await warn("UnparseableSchedule", `unparseable schedule: "${spec.schedule}" : ${schedule.problem}`);
    return undefined;
  }
  const now = context.clock.now();
  const due = dueOf(cronJob, schedule, now, true);
  if (!due) {
    await warn("InvalidSchedule", `invalid schedule: ${spec.schedule} : time difference between two schedules is less than 1 second`);
    return undefined;
  }
  // A schedule that was changed counts from now on.
  const isNew = hasNewSchedule(cronJob, context.clock);
  if (due.time !== undefined && !isNew) {
    if (due.isLate)
      await warn("TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
    await start(look, due.time);
  } else look.status = skipped(cronJob, look.status, schedule, context.clock) ?? look.status;
  return again(look, schedule);
}

function again({ cronJob, status, context }: Look, schedule: Schedule): number | undefined {
  return nextLook({ ...cronJob, status }, schedule, context.clock.now());
}

/** Makes the job of a time, unless it is too late for that, another one is in its way, or it was made before. */
async function start(look: Look, time: number): Promise<void> {
  const { cronJob, context } = look;
  const { api, clock, event } = context;
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  const { namespace } = cronJob.metadata;
  const active = look.status.active ?? [];
  if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < clock.now()) {
    const when = new Date(time).toUTCString().replace("GMT", "+0000");
    await event(cronJob, "Warning", "MissSchedule", `Missed scheduled time to start a job: ${when}`);
    return;
  }
  const name = jobName(cronJob, time);
  if (look.status.lastScheduleTime === formatTime(time) || active.some((reference) => reference.name === name)) return;
  if (concurrencyPolicy === "Forbid" && active.length > 0) {
    const why = "Not starting job because prior execution is running and concurrency policy is Forbid";
    await event(cronJob, "Normal", "JobAlreadyActive", why);
    return;
  }
  if (concurrencyPolicy === "Replace") await replaceActive(look);

  let job: Job | undefined;
  try {
    job = await api.create<Job>(jobs, jobFor(cronJob, time));
    await event(cronJob, "Normal", "SuccessfulCreate", `Created job ${job.metadata.name}`);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== "AlreadyExists") {
      const isEnding = error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating");
      if (!isEnding) await event(cronJob, "Warning", "FailedCreate", `Error creating job: ${error.message}`);
      throw error;
    }
    job = api.get<Job>(jobs, name, namespace);
    // Somebody else's job of the name stands for it.
    if (!job || controllerOf(job)?.uid !== cronJob.metadata.uid) return;
  }
  look.status = { ...statusWith(look.status, [...(look.status.active ?? []), referenceTo(job)]), lastScheduleTime: formatTime(time) };
}

async function replaceActive(look: Look): Promise<void> {
  const { cronJob, context } = look;
  for (const { name = "", namespace, uid } of look.status.active ?? []) {
    const job = context.api.get<Job>(jobs, name, namespace);
    if (!job) {
      await context.event(cronJob, "Warning", "FailedGet", `Get job: jobs.batch "${name}" not found`);
      throw new TryAgain(`${namespace}/${name} has gone`);
    }
    if (!(await removeJob(cronJob, job, context))) throw new TryAgain(`could not replace job ${namespace}/${name}`);
    look.status = statusWith(look.status, look.status.active?.filter((reference) => reference.uid !== uid) ?? []);
  }
}
