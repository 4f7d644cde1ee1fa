import { labelProblems, labelValueProblems, subdomainProblems } from "#machinery/names.ts";
import type { Affinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity, PodAffinityTerm } from "#machinery/types.ts";
import { checkQualifiedName, checkSelector } from "../checks.ts";
import type { Field } from "../field.ts";
import { checkLabelKeys } from "./topology-spread.ts";

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";

export function checkAffinity(field: Field, affinity: Affinity | undefined): void {
  if (!affinity) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) {
    const at = field.at("nodeAffinity");
    if (nodeAffinity[required]) checkNodeSelector(at.at(required), nodeAffinity[required]);
    for (const [i, { weight, preference }] of (nodeAffinity[preferred] ?? []).entries()) {
      checkWeight(at.at(preferred, i, "weight"), weight);
      checkNodeSelectorTerm(at.at(preferred, i, "preference"), preference, { values: false });
    }
  }
  if (podAffinity) checkPodTerms(field.at("podAffinity"), podAffinity);
  if (podAntiAffinity) checkPodTerms(field.at("podAntiAffinity"), podAntiAffinity);
}

function checkWeight(field: Field, weight: number): void {
  if (weight <= 0 || weight > 100) field.invalid(weight, "must be in the range 1-100");
}

export function checkNodeSelector(field: Field, { nodeSelectorTerms }: NodeSelector): void {
  const at = field.at("nodeSelectorTerms");
  if (!nodeSelectorTerms?.length) at.required("must have at least one node selector term");
  for (const [i, term] of (nodeSelectorTerms ?? []).entries()) checkNodeSelectorTerm(at.at(i), term);
}

/** `values` are looked at where a wrong one can never be met; for what is only preferred the real server does not mind. */
export function checkNodeSelectorTerm(field: Field, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { values = true } = {}): void {
  for (const [i, requirement] of matchExpressions.entries()) checkRequirement(field.at("matchExpressions", i), requirement, values);
  for (const [i, requirement] of matchFields.entries()) checkFieldRequirement(field.at("matchFields", i), requirement);
}

function checkRequirement(field: Field, { key, operator, values = [] }: NodeSelectorRequirement, checkValues: boolean): void {
  const at = field.at("values");
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) at.required("must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) at.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) at.required("must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else field.at("operator").invalid(operator ?? "", "not a valid selector operator");
  checkQualifiedName(field.at("key"), key ?? "");
  if (checkValues) for (const [i, value] of values.entries()) at.at(i).problems(value, labelValueProblems(value));
}

/** The one field that nodes are selected by is their name. */
function checkFieldRequirement(field: Field, { key, operator, values = [] }: NodeSelectorRequirement): void {
  if (operator !== "In" && operator !== "NotIn") field.at("operator").invalid(operator ?? "", "not a valid selector operator");
  else if (values.length !== 1) field.at("values").required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  if (key !== "metadata.name") field.at("key").invalid(key ?? "", "not a valid field selector key");
  else for (const [i, value] of values.entries()) field.at("values", i).problems(value, subdomainProblems(value));
}

function checkPodTerms(field: Field, affinity: PodAffinity): void {
  for (const [i, term] of (affinity[required] ?? []).entries()) checkPodTerm(field.at(required, i), term);
  for (const [i, { weight, podAffinityTerm }] of (affinity[preferred] ?? []).entries()) {
    checkWeight(field.at(preferred, i, "weight"), weight);
    checkPodTerm(field.at(preferred, i, "podAffinityTerm"), podAffinityTerm);
  }
}

function checkPodTerm(field: Field, term: PodAffinityTerm): void {
  checkSelector(field.at("labelSelector"), term.labelSelector);
  checkSelector(field.at("namespaceSelector"), term.namespaceSelector);
  for (const name of term.namespaces ?? []) field.at("namespace").problems(name, labelProblems(name));
  checkLabelKeys(field, term);
  if (!term.topologyKey) field.at("topologyKey").required("can not be empty");
  checkQualifiedName(field.at("topologyKey"), term.topologyKey ?? "");
}
