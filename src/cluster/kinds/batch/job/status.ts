import { parseTime } from "#machinery/time.ts";
import type { Job } from "#machinery/types.ts";
import { checkNonNegative, immutable, same } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { countIndexes, firstCommon } from "./indexes.ts";

const has = ({ status }: Job, type: string, value = "True") =>
  status.conditions?.some((condition) => condition.type === type && condition.status === value) === true;

const isFinished = (job: Job) => has(job, "Complete") || has(job, "Failed");

/** The status of a job: what was counted, and that what was once settled stays so. What did not change is not looked at again. */
export function checkJobStatus(field: Field, job: Job, old: Job): void {
  const { status } = job;
  for (const part of ["active", "succeeded", "failed", "ready", "terminating"] as const) checkNonNegative(field.at(part), status[part]);
  checkUncounted(field.at("uncountedTerminatedPods"), status);
  checkConditions(field, job, old);
  checkFinished(field, job, old);
  checkIndexes(field, job, old);
  checkRest(field, job, old);
  checkTransition(field, job, old);
}

function checkUncounted(field: Field, { uncountedTerminatedPods: pods }: Job["status"]): void {
  const seen = new Set<string>();
  for (const part of ["succeeded", "failed"] as const)
    for (const [i, uid] of (pods?.[part] ?? []).entries()) {
      if (uid === "") field.at(part, i).invalid(uid, "must not be empty");
      else if (seen.has(uid)) field.at(part, i).duplicate(uid);
      seen.add(uid);
    }
}

/** Whether any of some facts is another one than before. */
type Changed = (...facts: ((job: Job) => unknown)[]) => boolean;
const changedBetween =
  (job: Job, old: Job): Changed =>
  (...facts) =>
    facts.some((fact) => !same(fact(job), fact(old)));

const is = (type: string) => (job: Job) => has(job, type);

function checkConditions(field: Field, job: Job, old: Job): void {
  const { startTime, completionTime } = job.status;
  const changed = changedBetween(job, old);
  const complete = has(job, "Complete");
  const conditions = field.at("conditions");
  const ended = field.at("completionTime");

  if (changed(is("Complete"), is("Failed")) && complete && has(job, "Failed"))
    conditions.problem("cannot set Complete=True and Failed=true conditions");
  if (changed(is("Complete"), is("FailureTarget")) && complete && has(job, "FailureTarget"))
    conditions.problem("cannot set Complete=True and FailureTarget=true conditions");
  if (changed(is("Complete"), ({ status }) => status.completionTime)) {
    if (completionTime && !complete) ended.invalid(completionTime, "cannot set completionTime when there is no Complete=True condition");
    if (!completionTime && complete) ended.required("completionTime is required for Complete jobs");
  }
  const times = changed(
    ({ status }) => status.startTime,
    ({ status }) => status.completionTime,
  );
  if (times && startTime && completionTime && parseTime(completionTime) < parseTime(startTime))
    ended.invalid(completionTime, "must be equal to or after `startTime`");
  if (changed(is("Failed"), ({ status }) => status.failedIndexes) && has(job, "Failed") && !has(job, "FailureTarget"))
    conditions.problem("cannot set Failed=True condition without the FailureTarget=true condition");
  if (changed(is("Complete"), is("SuccessCriteriaMet")) && complete && !has(job, "SuccessCriteriaMet"))
    conditions.problem("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
}

/** A job that is over has no pods left. */
function checkFinished(field: Field, job: Job, old: Job): void {
  if (!isFinished(job)) return;
  const { spec, status } = job;
  const { active = 0, startTime, uncountedTerminatedPods: pods } = status;
  const changed = changedBetween(job, old);
  if (changed(isFinished, ({ status }) => status.active ?? 0) && active > 0)
    field.at("active").invalid(active, "active>0 is invalid for finished job");
  const neverRan = spec.suspend === true && spec.completions === 0;
  if (changed(isFinished, ({ status }) => status.startTime) && !neverRan && !startTime)
    field.at("startTime").required("startTime is required for finished job");
  if (changed(isFinished, ({ status }) => status.uncountedTerminatedPods) && (pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0) > 0)
    field.at("uncountedTerminatedPods").invalid(pods, "must be empty for finished job");
}

function checkIndexes(field: Field, { spec, status }: Job, { status: old }: Job): void {
  const { completions, backoffLimitPerIndex: perIndex } = spec;
  const { completedIndexes: completed = "", failedIndexes: failed } = status;
  const [otherCompleted, otherFailed] = [completed !== (old.completedIndexes ?? ""), failed !== old.failedIndexes];
  const check = (part: "completedIndexes" | "failedIndexes", text: string) => {
    const counted = countIndexes(text, completions ?? 0);
    if (typeof counted !== "number") field.at(part).invalid(text, `error parsing ${part}: ${counted.problem}`);
  };
  if (otherCompleted && completions !== undefined) check("completedIndexes", completed);
  if (otherFailed && completions !== undefined && perIndex !== undefined && failed !== undefined) check("failedIndexes", failed);
  if (otherCompleted && completed && spec.completionMode !== "Indexed")
    field.at("completedIndexes").invalid(completed, "cannot set non-empty completedIndexes when non-indexed completion mode");
  if (otherFailed && perIndex === undefined && failed !== undefined)
    field.at("failedIndexes").invalid(failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
  if ((!otherCompleted && !otherFailed) || completions === undefined || failed === undefined) return;
  const both = firstCommon(completed, failed, completions);
  if (both !== undefined) field.at("failedIndexes").invalid(failed, `failedIndexes and completedIndexes overlap at index: ${both}`);
}

function checkRest(field: Field, job: Job, old: Job): void {
  const { active = 0, ready = 0, terminating = 0 } = job.status;
  const changed = changedBetween(job, old);
  const met = has(job, "SuccessCriteriaMet");
  const conditions = field.at("conditions");
  if (changed(isFinished, ({ status }) => status.terminating) && terminating > 0 && isFinished(job))
    field.at("terminating").invalid(terminating, "terminating>0 is invalid for finished job");
  if (
    ready > active &&
    changed(
      ({ status }) => status.ready,
      ({ status }) => status.active ?? 0,
    )
  )
    field.at("ready").invalid(ready, "cannot set more ready pods than active");
  if (met && has(job, "Failed")) conditions.problem("cannot set SuccessCriteriaMet=True and Failed=true conditions");
  if (met && has(job, "FailureTarget")) conditions.problem("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
  if (job.spec.successPolicy && !met && has(job, "Complete"))
    conditions.problem("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
}

function checkTransition(field: Field, job: Job, old: Job): void {
  const [now, before] = [job.status, old.status];
  const conditions = field.at("conditions");
  for (const type of ["Failed", "Complete", "FailureTarget"])
    if (has(old, type) && !has(job, type)) conditions.problem(`cannot disable the terminal ${type}=True condition`);
  const scales = job.spec.completionMode === "Indexed" && job.spec.completions === job.spec.parallelism;
  for (const part of ["failed", "succeeded"] as const)
    if ((now[part] ?? 0) < (before[part] ?? 0) && !(part === "succeeded" && scales))
      field.at(part).invalid(now[part] ?? 0, `cannot decrease the ${part} counter`);
  if (now.completionTime && before.completionTime && now.completionTime !== before.completionTime)
    field.at("completionTime").invalid(now.completionTime, immutable);
  const resumes = has(old, "Suspended") && has(job, "Suspended", "False");
  if (before.startTime && before.startTime !== now.startTime && !resumes && !job.spec.suspend)
    field.at("startTime").invalid(now.startTime ?? null, "field is immutable for unsuspended job once set");
  if (has(old, "SuccessCriteriaMet") && !has(job, "SuccessCriteriaMet")) conditions.problem("cannot disable the SuccessCriteriaMet=True condition");
  if (has(old, "Complete") && !has(old, "SuccessCriteriaMet") && has(job, "SuccessCriteriaMet"))
    conditions.problem("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
}
