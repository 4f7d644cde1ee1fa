import { asGiven } from "#machinery/conform.ts";
import type { ResourceQuota } from "#machinery/types.ts";
import { sortedKeys } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { checkAmount, compare } from "../shared/quantities.ts";
import { checkQuotaResourceName, isStandardQuotaResource } from "../shared/resource-names.ts";

type Spec = NonNullable<ResourceQuota["spec"]>;

/** Objects, and what pods ask for. */
const ofPods = ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

/** What quotas of each scope can count. */
const countedIn: Readonly<Record<string, readonly string[]>> = {
  Terminating: ofPods,
  NotTerminating: ofPods,
  BestEffort: ["pods"],
  NotBestEffort: ofPods,
  PriorityClass: ofPods,
  VolumeAttributesClass: ["persistentvolumeclaims", "requests.storage"],
  CrossNamespacePodAffinity: ofPods,
};

const opposites = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;

export function checkAmounts(field: Field, amounts: Readonly<Record<string, string>> | undefined): void {
  for (const resource of sortedKeys(amounts)) {
    checkQuotaResourceName(field.key(resource), resource);
    checkAmount(field.key(resource), resource, amounts?.[resource] ?? "0");
  }
}

export function checkQuota(field: Field, spec: Spec, old: Spec | undefined): void {
  checkAmounts(field.at("hard"), spec.hard);
  checkScopes(field.at("scopes"), spec);
  checkSelector(field.at("scopeSelector", "matchExpressions"), spec);
  if (!old) return;
  const [now, before] = [new Set(spec.scopes), new Set(old.scopes)];
  if (now.symmetricDifference(before).size > 0) field.at("scopes").invalid(asGiven(spec, "scopes") ?? null, "field is immutable");
}

/** What the quota limits that the scope does not know. */
const misplaced = (scope: string, { hard }: Spec) =>
  sortedKeys(hard).filter((resource) => isStandardQuotaResource(resource) && countedIn[scope]?.includes(resource) === false);

function checkScopes(field: Field, spec: Spec): void {
  const scopes = spec.scopes ?? [];
  for (const scope of scopes) {
    if (!countedIn[scope]) field.invalid(scopes, "unsupported scope");
    for (const _ of misplaced(scope, spec)) field.invalid(scopes, "unsupported scope applied to resource");
  }
  checkOpposites(field, scopes, scopes);
}

function checkOpposites(field: Field, scopes: readonly string[], told: unknown): void {
  for (const pair of opposites) if (pair.every((scope) => scopes.includes(scope))) field.invalid(told, "conflicting scopes");
}

const withoutValues = ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];

/** The real server does not say which of the expressions it means. */
function checkSelector(field: Field, spec: Spec): void {
  if (!spec.scopeSelector) return;
  const requirements = spec.scopeSelector.matchExpressions ?? [];
  for (const requirement of requirements) checkRequirement(field, requirement, spec);
  checkOpposites(
    field,
    requirements.map(({ scopeName }) => scopeName),
    spec.scopes ?? null,
  );
}

function checkRequirement(
  field: Field,
  { scopeName, operator, values }: { scopeName: string; operator: string; values?: readonly string[] },
  spec: Spec,
): void {
  if (!countedIn[scopeName]) field.at("scopeName").invalid(scopeName, "unsupported scope");
  for (const _ of misplaced(scopeName, spec))
    field.invalid(goValue("*core.ScopeSelector", spec.scopeSelector), "unsupported scope applied to resource");
  const at = field.at("operator");
  if (withoutValues.includes(scopeName) && operator !== "Exists")
    at.invalid(
      operator,
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
    );
  if (operator === "In" || operator === "NotIn") {
    if (!values?.length) field.at("values").required("must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values?.length) field.at("values").invalid(values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
  } else at.invalid(operator, "not a valid selector operator");
}

/** Requests that are limited less than limits are. */
export function* quotaWarnings({ hard = {} }: Spec): Iterable<string> {
  for (const resource of ["cpu", "memory", "storage", "ephemeral-storage"]) {
    const short = resource === "cpu" || resource === "memory";
    const name = hard[`requests.${resource}`] === undefined && short ? resource : `requests.${resource}`;
    const [request, limit] = [hard[name], hard[`limits.${resource}`]];
    if (request !== undefined && limit !== undefined && compare(request, limit) > 0)
      yield `ResourceQuota ${name} (${request}) should be less than limits.${resource} (${limit})`;
  }
}
