import { asGiven } from "#machinery/conform.ts";
import { labelProblems } from "#machinery/names.ts";
import { matcher } from "#machinery/selector.ts";
import type { Job, JobSpec } from "#machinery/types.ts";
import { checkDomainPrefixedPath, checkNonNegative, checkSelector } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { goValue } from "../../shared/go-value.ts";
import { checkPodTemplate, isReadable, mismatch, selects } from "../../shared/pod-template.ts";
import { checkFailurePolicy, checkSuccessPolicy } from "./policies.ts";
import { controllerUid, jobName } from "./selector.ts";

/** Where so many numbers would no longer fit into the status. */
const mostIndexed = 100_000;
const manyCompletions = 100_000;
const mostForMany = 10_000;
const longestManager = 63;

export function checkJob(field: Field, job: Job): void {
  const { name = "" } = job.metadata;
  const { completionMode, completions = 0 } = job.spec;
  checkGeneratedSelector(field, job);
  checkJobSpec(field.at("spec"), job.spec);
  if (completionMode !== "Indexed" || completions <= 0) return;
  const last = `${name}-${completions - 1}`;
  if (labelProblems(last).length > 0) field.at("metadata", "name").invalid(name, `will not able to create pod with invalid DNS label: ${last}`);
}

/** A job that selects by its uid cannot be told to select otherwise. */
function checkGeneratedSelector(field: Field, { metadata, spec: { manualSelector, selector, template } }: Job): void {
  if (manualSelector || !selector) return;
  const { name = "", uid = "" } = metadata;
  const wanted: Readonly<Record<string, string>> = { "controller-uid": uid, "job-name": name, [controllerUid]: uid, [jobName]: name };
  const labels = template.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(wanted)) {
    const at = field.at("spec", "template", "metadata", "labels").key(key);
    if (labels[key] === undefined) at.required(`must be '${value}'`);
    else if (labels[key] !== value) at.invalid(labels, `must be '${value}'`);
  }
  if (isReadable(selector) && !matcher(selector)(wanted)) field.at("spec", "selector").invalid(selector, "`selector` not auto-generated");
}

export function checkJobSpec(field: Field, spec: JobSpec): void {
  checkSelectorlessSpec(field, spec);
  const { selector, template } = spec;
  if (!selector) field.at("selector").required();
  else checkSelector(field.at("selector"), selector);
  if (isReadable(selector) && !selects(selector, template))
    field.at("template", "metadata", "labels").invalid(asGiven(template.metadata, "labels") ?? null, mismatch);
}

/** The spec of a job that is yet to be made. */
export function checkSelectorlessSpec(field: Field, spec: JobSpec): void {
  for (const part of [
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
  ] as const)
    checkNonNegative(field.at(part), spec[part]);
  if (spec.maxFailedIndexes !== undefined) {
    checkNonNegative(field.at("maxFailedIndexes"), spec.maxFailedIndexes);
    if (spec.backoffLimitPerIndex === undefined) field.at("backoffLimitPerIndex").required("when maxFailedIndexes is specified");
  }
  if (spec.managedBy !== undefined) {
    checkDomainPrefixedPath(field.at("managedBy"), spec.managedBy);
    if (spec.managedBy.length > longestManager) field.at("managedBy").tooLong(longestManager);
  }
  checkCompletionMode(field, spec);
  if (spec.podFailurePolicy) checkFailurePolicy(field.at("podFailurePolicy"), spec);
  if (spec.successPolicy) {
    const at = field.at("successPolicy");
    if (spec.completionMode === "Indexed") checkSuccessPolicy(at, spec);
    else at.invalid(goValue("*batch.SuccessPolicy", spec.successPolicy), "requires indexed completion mode");
  }
  checkReplacement(field.at("podReplacementPolicy"), spec);
  checkPodTemplate(field.at("template"), spec.template);
  checkRestarts(field.at("template", "spec", "restartPolicy"), spec);
}

function checkCompletionMode(field: Field, spec: JobSpec): void {
  const { completionMode: mode } = spec;
  if (mode === "Indexed") checkIndexed(field, spec);
  else if (mode === undefined || mode === "NonIndexed") {
    for (const part of ["backoffLimitPerIndex", "maxFailedIndexes"] as const)
      if (spec[part] !== undefined) field.at(part).invalid(spec[part], "requires indexed completion mode");
  } else field.at("completionMode").notSupported(mode, ["NonIndexed", "Indexed"]);
}

function checkIndexed(field: Field, { completions, parallelism = 0, maxFailedIndexes: failures, backoffLimitPerIndex }: JobSpec): void {
  if (completions === undefined) field.at("completions").required("when completion mode is Indexed");
  if (parallelism > mostIndexed)
    field.at("parallelism").invalid(parallelism, `must be less than or equal to ${mostIndexed} when completion mode is Indexed`);
  const at = field.at("maxFailedIndexes");
  if (failures !== undefined && completions !== undefined && failures > completions)
    at.invalid(failures, "must be less than or equal to completions");
  if ((failures ?? 0) > mostIndexed) at.invalid(failures, `must be less than or equal to ${mostIndexed}`);

  if (backoffLimitPerIndex === undefined || (completions ?? 0) <= manyCompletions) return;
  const most = `must be less than or equal to ${mostForMany} when completions are above ${manyCompletions} and used with backoff limit per index`;
  if (failures === undefined) at.required(`must be specified when completions is above ${manyCompletions}`);
  if (parallelism > mostForMany) field.at("parallelism").invalid(parallelism, most);
  if ((failures ?? 0) > mostForMany) at.invalid(failures, most);
}

function checkReplacement(field: Field, { podReplacementPolicy: policy, podFailurePolicy }: JobSpec): void {
  const known = podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (policy !== undefined && !known.includes(policy)) field.notSupported(policy, known);
}

function checkRestarts(field: Field, { template, podFailurePolicy }: JobSpec): void {
  const policy = template.spec?.restartPolicy ?? "";
  const known = ["OnFailure", "Never"];
  if (policy === "" || policy === "Always") field.required('valid values: "OnFailure", "Never"');
  else if (!known.includes(policy)) field.notSupported(policy, known);
  else if (podFailurePolicy && policy !== "Never") field.invalid(policy, 'only "Never" is supported when podFailurePolicy is specified');
}
