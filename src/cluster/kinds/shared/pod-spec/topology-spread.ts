import type { LabelSelector, TopologySpreadConstraint } from "#machinery/types.ts";
import { checkPositive, checkQualifiedName, checkSelector } from "../checks.ts";
import type { Field } from "../field.ts";

const actions = ["DoNotSchedule", "ScheduleAnyway"];
const policies = ["Honor", "Ignore"];

export function checkTopologySpread(field: Field, constraints: readonly TopologySpreadConstraint[]): void {
  for (const [i, constraint] of constraints.entries()) {
    const at = field.at(i);
    const { topologyKey, whenUnsatisfiable, minDomains } = constraint;
    checkPositive(at.at("maxSkew"), constraint.maxSkew);
    if (!topologyKey) at.at("topologyKey").required("can not be empty");
    if (!actions.includes(whenUnsatisfiable)) at.at("whenUnsatisfiable").notSupported(whenUnsatisfiable ?? "", actions);
    if (constraints.slice(i + 1).some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable))
      at.at("{topologyKey, whenUnsatisfiable}").duplicate(`{${topologyKey ?? ""}, ${whenUnsatisfiable ?? ""}}`);
    if (minDomains !== undefined) {
      checkPositive(at.at("minDomains"), minDomains);
      if (whenUnsatisfiable !== "DoNotSchedule")
        at.at("minDomains").invalid(minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ""}`);
    }
    for (const part of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
      const policy = constraint[part];
      if (policy !== undefined && !policies.includes(policy)) at.at(part).notSupported(policy, policies);
    }
    checkLabelKeys(at, constraint);
    checkSelector(at.at("labelSelector"), constraint.labelSelector);
  }
}

interface WithLabelKeys {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

/** Keys whose values the pod itself gives: not those that the selector says already. */
export function checkLabelKeys(field: Field, { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: WithLabelKeys): void {
  for (const [part, keys] of [
    ["matchLabelKeys", matchLabelKeys],
    ["mismatchLabelKeys", mismatchLabelKeys],
  ] as const) {
    if (keys.length === 0) continue;
    if (!labelSelector) field.at(part).forbidden("must not be specified when labelSelector is not set");
    else for (const [i, key] of keys.entries()) checkQualifiedName(field.at(part, i), key);
  }

  // A key that was given a value when the pod was made stands in the selector once, and may; twice it may not.
  const said = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && said.has(key)) field.at(i).invalid(key, "exists in both matchLabelKeys and labelSelector");
    said.add(key);
  }
  for (const [i, key] of matchLabelKeys.entries())
    if (mismatchLabelKeys.includes(key)) field.at("matchLabelKeys", i).invalid(key, "exists in both matchLabelKeys and mismatchLabelKeys");
}
