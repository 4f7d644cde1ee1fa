import type { MatchResources, MutatingAdmissionPolicySpec } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { checkPolicy } from "./policy.ts";

type Spec = MutatingAdmissionPolicySpec;

const operations = ["*", "CONNECT", "CREATE", "UPDATE"];
const patchTypes = ["ApplyConfiguration", "JSONPatch"];

/** What is deleted cannot be changed. `field` is where the resources are matched. */
export function checkMutable(field: Field, match: MatchResources | undefined): void {
  for (const rule of match?.resourceRules ?? [])
    for (const operation of rule.operations ?? [])
      if (!operations.includes(operation)) field.at("resourceRules", "operations").notSupported(operation, operations);
}

export function checkMutatingPolicy(field: Field, spec: Spec, old: Spec | undefined): void {
  checkPolicy(field, spec, old);
  checkMutable(field.at("matchConstraints"), spec.matchConstraints);
  const { mutations = [], reinvocationPolicy: again } = spec;
  if (mutations.length === 0) field.at("mutations").required("mutations must contain at least one item");
  for (const [i, mutation] of mutations.entries()) checkMutation(field.at("mutations", i), mutation);
  const policies = ["IfNeeded", "Never"];
  if (!again) field.at("reinvocationPolicy").required();
  else if (!policies.includes(again)) field.at("reinvocationPolicy").notSupported(again, policies);
}

function checkMutation(field: Field, mutation: NonNullable<Spec["mutations"]>[number]): void {
  const { patchType } = mutation;
  if (!patchType) field.at("patchType").required();
  else if (!patchTypes.includes(patchType)) field.at("patchType").notSupported(patchType, patchTypes);
  else {
    const [own, other] = patchType === "JSONPatch" ? (["jsonPatch", "applyConfiguration"] as const) : (["applyConfiguration", "jsonPatch"] as const);
    if (!mutation[own]) field.at(own).required(`must be specified when patchType is ${patchType}`);
    else if (!mutation[own].expression?.trim()) field.at(own, "expression").required();
    if (mutation[other]) field.at(other).invalid(`{${other}}`, `must not be specified when patchType is ${patchType}`);
  }
}
