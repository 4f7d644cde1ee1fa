import { humanDuration } from "#machinery/duration.ts";
import { controllerOf } from "#machinery/object.ts";
import { formatRequirements, requirementsOf } from "#machinery/selector.ts";
import { parseTime } from "#machinery/time.ts";
import type { CronJob, Job } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { longTime } from "../times.ts";
import { type DescribeContext, withEvents } from "./events.ts";
import { describePodTemplate } from "./pod-template.ts";
import { Report, yesNo } from "./report.ts";

const unset = "<unset>";
const fewestShown = 50;

export async function describeJob(object: Thing, context: DescribeContext): Promise<string> {
  const job = object as unknown as Job;
  const { metadata, spec } = job;
  const status = job.status ?? {};
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace);
  report.field(0, "Selector", formatRequirements(requirementsOf(spec.selector ?? {})));
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  const owner = controllerOf(job);
  if (owner) report.field(0, "Controlled By", `${owner.kind}/${owner.name}`);
  report.field(0, "Parallelism", spec.parallelism).field(0, "Completions", spec.completions ?? unset);
  report.field(0, "Completion Mode", spec.completionMode).field(0, "Suspend", spec.suspend).field(0, "Backoff Limit", spec.backoffLimit);
  report.field(0, "TTL Seconds After Finished", spec.ttlSecondsAfterFinished);
  report.time(0, "Start Time", status.startTime).time(0, "Completed At", status.completionTime);
  if (status.startTime && status.completionTime)
    report.field(0, "Duration", humanDuration(parseTime(status.completionTime) - parseTime(status.startTime)));
  if (spec.activeDeadlineSeconds !== undefined) report.field(0, "Active Deadline Seconds", `${spec.activeDeadlineSeconds}s`);
  const ready = status.ready === undefined ? "" : ` (${status.ready} Ready)`;
  report.field(0, "Pods Statuses", `${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`);
  if (spec.completionMode === "Indexed") report.field(0, "Completed Indexes", indexesText(status.completedIndexes ?? ""));
  describePodTemplate(report, spec.template);
  return withEvents(report, object, context);
}

/** Long lists of indexes end at the first comma after a while. */
function indexesText(indexes: string): string {
  if (indexes === "") return "<none>";
  const end = indexes.indexOf(",", fewestShown);
  return end < 0 ? indexes : `${indexes.slice(0, end + 1)}...`;
}

export async function describeCronJob(object: Thing, context: DescribeContext): Promise<string> {
  const { metadata, spec, status } = object as unknown as CronJob;
  const seconds = (value: number | undefined) => (value === undefined ? unset : `${value}s`);
  const report = new Report();
  report.head(metadata);
  report.field(0, "Schedule", spec.schedule).field(0, "Concurrency Policy", spec.concurrencyPolicy ?? "");
  report.field(0, "Suspend", yesNo(spec.suspend)).field(0, "Time Zone", spec.timeZone ?? unset);
  report.field(0, "Successful Job History Limit", spec.successfulJobsHistoryLimit ?? unset);
  report.field(0, "Failed Job History Limit", spec.failedJobsHistoryLimit ?? unset);
  report.field(0, "Starting Deadline Seconds", seconds(spec.startingDeadlineSeconds));
  const job = spec.jobTemplate.spec;
  report.field(0, "Selector", job?.selector ? formatRequirements(requirementsOf(job.selector)) : unset);
  report.field(0, "Parallelism", job?.parallelism ?? unset).field(0, "Completions", job?.completions ?? unset);
  if (job?.activeDeadlineSeconds !== undefined) report.field(0, "Active Deadline Seconds", seconds(job.activeDeadlineSeconds));
  describePodTemplate(report, job?.template);
  report.field(0, "Last Schedule Time", status?.lastScheduleTime ? longTime(parseTime(status.lastScheduleTime)) : unset);
  report.field(0, "Active Jobs", (status?.active ?? []).map(({ name }) => name).join(", ") || "<none>");
  return withEvents(report, object, context);
}
