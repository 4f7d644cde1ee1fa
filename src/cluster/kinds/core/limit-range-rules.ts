import { qualifiedNameProblems } from "#machinery/names.ts";
import { milliUnits } from "#machinery/quantity.ts";
import type { LimitRange } from "#machinery/types.ts";
import { sortedKeys } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { compare } from "../shared/quantities.ts";
import { checkContainerResourceName, checkResourceName, isOvercommittable } from "../shared/resource-names.ts";

type Limit = NonNullable<LimitRange["spec"]>["limits"][number];

const parts = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;

/** What each kind of object in a namespace may have. `field` is the list. */
export function checkLimits(field: Field, limits: readonly Limit[] | undefined | null): void {
  const types = new Set<string>();
  for (const [i, limit] of (limits ?? []).entries()) {
    const { type = "" } = limit;
    const at = field.at(i);
    checkType(at.at("type"), type);
    if (types.has(type)) at.at("type").duplicate(type);
    types.add(type);
    checkLimit(at, limit);
  }
}

function checkType(field: Field, type: string): void {
  const problems = qualifiedNameProblems(type);
  field.problems(type, problems);
  const standard = ["Pod", "Container", "PersistentVolumeClaim"];
  if (problems.length === 0 && !type.includes("/") && !standard.includes(type))
    field.invalid(type, "must be a standard limit type or fully qualified");
}

function checkLimit(field: Field, limit: Limit): void {
  const { type } = limit;
  const resources = new Set<string>();
  for (const part of parts) {
    if (part === "maxLimitRequestRatio" && type === "PersistentVolumeClaim" && !limit.min?.storage && !limit.max?.storage)
      field.at("limits").required("either minimum or maximum storage value is required, but neither was provided");
    if (type === "Pod" && (part === "default" || part === "defaultRequest")) {
      if (sortedKeys(limit[part]).length > 0) field.at(part).forbidden("may not be specified when `type` is 'Pod'");
      continue;
    }
    for (const resource of sortedKeys(limit[part])) {
      const at = field.at(part).key(resource);
      if (type === "Pod" || type === "Container") checkContainerResourceName(at, resource);
      else checkResourceName(at, resource);
      resources.add(resource);
    }
  }
  const known: Limit = type === "Pod" ? { ...limit, default: undefined, defaultRequest: undefined } : limit;
  for (const resource of [...resources].sort()) checkResource(field, known, resource);
}

/** That the amounts of one resource go together. */
function checkResource(field: Field, limit: Limit, resource: string): void {
  const [max, min, limits, requests, ratio] = parts.map((part) => limit[part]?.[resource]);
  const at = (part: (typeof parts)[number]) => field.at(part).key(resource);
  const exceeds = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && compare(a, b) > 0;

  if (exceeds(min, max)) at("min").invalid(min, `min value ${min} is greater than max value ${max}`);
  if (exceeds(min, requests)) at("defaultRequest").invalid(requests, `min value ${min} is greater than default request value ${requests}`);
  if (exceeds(requests, max)) at("defaultRequest").invalid(requests, `default request value ${requests} is greater than max value ${max}`);
  if (exceeds(requests, limits))
    at("defaultRequest").invalid(requests, `default request value ${requests} is greater than default limit value ${limits}`);
  if (exceeds(min, limits)) at("default").invalid(min, `min value ${min} is greater than default value ${limits}`);
  if (exceeds(limits, max)) at("default").invalid(max, `default value ${limits} is greater than max value ${max}`);
  if (ratio !== undefined && compare(ratio, "1") < 0) at("maxLimitRequestRatio").invalid(ratio, `ratio ${ratio} is less than 1`);
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = milliUnits(max) / milliUnits(min);
    if (milliUnits(ratio) / 1000 > most) at("maxLimitRequestRatio").invalid(ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`);
  }
  if (!isOvercommittable(resource) && limits !== undefined && requests !== undefined && compare(limits, requests) !== 0)
    at("defaultRequest").invalid(requests, `default value ${limits} must equal to defaultRequest value ${requests} in ${resource}`);
}
