import { parseSchedule, timeZoneProblem } from "#machinery/cron.ts";
import type { CronJob, CronJobSpec } from "#machinery/types.ts";
import { checkChoice, checkNonNegative } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { checkSelectorlessSpec } from "../job/validate.ts";

/** Jobs are called after it, with eleven characters more, and pods after them. */
const longestName = 52;

export function checkCronJob(field: Field, { metadata, spec }: CronJob, old: CronJob | undefined): void {
  checkSpec(field.at("spec"), spec, old?.spec);
  const { name = "" } = metadata;
  if (!old && name.length > longestName) field.at("metadata", "name").invalid(name, `must be no more than ${longestName} characters`);
}

function checkSpec(field: Field, spec: CronJobSpec, old: CronJobSpec | undefined): void {
  if (!spec.schedule) field.at("schedule").required();
  else checkSchedule(field.at("schedule"), spec, old?.schedule.includes("TZ") === true);
  checkNonNegative(field.at("startingDeadlineSeconds"), spec.startingDeadlineSeconds);
  if (!old || spec.timeZone !== old.timeZone) checkTimeZone(field.at("timeZone"), spec.timeZone);
  checkChoice(field.at("concurrencyPolicy"), spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]);

  const job = spec.jobTemplate.spec ?? { template: {} };
  const at = field.at("jobTemplate", "spec");
  checkSelectorlessSpec(at, job);
  if (job.selector) at.at("selector").invalid(job.selector, "`selector` will be auto-generated");
  if (job.manualSelector) at.at("manualSelector").notSupported(job.manualSelector, ["nil", "false"]);
  checkNonNegative(field.at("successfulJobsHistoryLimit"), spec.successfulJobsHistoryLimit);
  checkNonNegative(field.at("failedJobsHistoryLimit"), spec.failedJobsHistoryLimit);
}

function checkSchedule(field: Field, { schedule, timeZone }: CronJobSpec, mayNameZone: boolean): void {
  const parsed = parseSchedule(schedule);
  if ("problem" in parsed) field.invalid(schedule, parsed.problem);
  if (!schedule.includes("TZ")) return;
  if (!mayNameZone) field.invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  else if (timeZone !== undefined) field.invalid(schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
}

function checkTimeZone(field: Field, zone: string | undefined): void {
  if (zone === undefined) return;
  if (zone === "") {
    field.invalid(zone, "timeZone must be nil or non-empty string");
    return;
  }
  const isWritten = (part: string) => part !== "." && part !== ".." && !part.startsWith("-") && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part);
  if (!zone.split("/").every(isWritten)) {
    field.invalid(zone, `unknown time zone ${zone}`);
    return;
  }
  if (zone.toLowerCase() === "local") field.invalid(zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
  const problem = timeZoneProblem(zone);
  if (problem) field.invalid(zone, problem);
}
