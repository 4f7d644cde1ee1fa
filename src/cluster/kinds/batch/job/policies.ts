import { asGiven } from "#machinery/conform.ts";
import type { JobSpec, PodFailurePolicyRule, SuccessPolicyRule } from "#machinery/types.ts";
import { checkNonNegative, checkQualifiedName } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { countIndexes } from "./indexes.ts";

const mostRules = 20;
const mostValues = 255;
const mostPatterns = 20;
const mostIndexBytes = 64 * 1024;

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const operators = ["In", "NotIn"];
const statuses = ["False", "True", "Unknown"];
const listed = (values: readonly string[]) => `valid values: [${values.map((value) => JSON.stringify(value)).join(" ")}]`;

/** What a failed pod means for the job. */
export function checkFailurePolicy(field: Field, spec: JobSpec): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > mostRules) field.at("rules").tooMany(rules.length, mostRules);
  const pod = spec.template.spec;
  const containers = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name);
  for (const [i, rule] of rules.entries()) checkFailureRule(field.at("rules", i), rule, spec, containers);
}

function checkFailureRule(field: Field, rule: PodFailurePolicyRule, spec: JobSpec, containers: readonly string[]): void {
  const { action, onExitCodes, onPodConditions } = rule;
  const at = field.at("action");
  if (!action) at.required(listed(actions));
  else if (action === "FailIndex") {
    if (spec.backoffLimitPerIndex === undefined) at.invalid(action, "requires the backoffLimitPerIndex to be set");
  } else if (!actions.includes(action)) at.notSupported(action, actions);

  if (onExitCodes) checkExitCodes(field.at("onExitCodes"), onExitCodes, containers);
  if (onPodConditions?.length) checkConditions(field.at("onPodConditions"), onPodConditions);
  if (onExitCodes && onPodConditions?.length) field.problem("specifying both OnExitCodes and OnPodConditions is not supported");
  if (!onExitCodes && !onPodConditions?.length) field.problem("specifying one of OnExitCodes and OnPodConditions is required");
}

function checkConditions(field: Field, patterns: NonNullable<PodFailurePolicyRule["onPodConditions"]>): void {
  if (patterns.length > mostPatterns) field.tooMany(patterns.length, mostPatterns);
  for (const [i, { type, status }] of patterns.entries()) {
    checkQualifiedName(field.at(i, "type"), type);
    if (!status) field.at(i, "status").required(listed(statuses));
    else if (!statuses.includes(status)) field.at(i, "status").notSupported(status, statuses);
  }
}

function checkExitCodes(field: Field, codes: NonNullable<PodFailurePolicyRule["onExitCodes"]>, containers: readonly string[]): void {
  const { operator, containerName } = codes;
  const values = codes.values ?? [];
  if (!operator) field.at("operator").required(listed(operators));
  else if (!operators.includes(operator)) field.at("operator").notSupported(operator, operators);
  if (containerName !== undefined && !containers.includes(containerName))
    field.at("containerName").invalid(containerName, "must be one of the container or initContainer names in the pod template");

  const at = field.at("values");
  if (values.length === 0) at.invalid(asGiven(codes, "values") ?? null, "at least one value is required");
  else if (values.length > mostValues) at.tooMany(values.length, mostValues);
  const seen = new Set<number>();
  for (const [i, value] of values.entries()) {
    if (operator === "In" && value === 0) at.at(i).invalid(value, "must not be 0 for the In operator");
    if (seen.has(value)) at.at(i).duplicate(value);
    seen.add(value);
  }
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? 0) > value)) at.invalid(values, "must be ordered");
}

/** When a job is done before all its indexes are. */
export function checkSuccessPolicy(field: Field, { successPolicy, completions = 0 }: JobSpec): void {
  const rules = successPolicy?.rules ?? [];
  if (rules.length === 0) field.at("rules").required("at least one rules must be specified when the successPolicy is specified");
  if (rules.length > mostRules) field.at("rules").tooMany(rules.length, mostRules);
  for (const [i, rule] of rules.entries()) checkSuccessRule(field.at("rules", i), rule, completions);
}

function checkSuccessRule(field: Field, { succeededIndexes, succeededCount }: SuccessPolicyRule, completions: number): void {
  if (succeededCount === undefined && succeededIndexes === undefined)
    field.required("at least one of succeededCount or succeededIndexes must be specified");
  let total = 0;
  if (succeededIndexes !== undefined) {
    const at = field.at("succeededIndexes");
    if (succeededIndexes.length > mostIndexBytes) at.tooLong(mostIndexBytes);
    const counted = countIndexes(succeededIndexes, completions);
    if (typeof counted === "number") total = counted;
    else at.invalid(succeededIndexes, `error parsing succeededIndexes: ${counted.problem}`);
  }
  if (succeededCount === undefined) return;
  const at = field.at("succeededCount");
  checkNonNegative(at, succeededCount);
  if (succeededCount > completions) at.invalid(succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`);
  if (succeededIndexes !== undefined && succeededCount > total)
    at.invalid(succeededCount, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`);
}
