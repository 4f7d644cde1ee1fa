import type { AdmissionNames } from "#machinery/cel/admission.ts";
import type { MatchResources, MutatingAdmissionPolicySpec } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { goType, judge } from "./expressions.ts";
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
  for (const [i, mutation] of mutations.entries()) checkMutation(field.at("mutations", i), mutation, { params: spec.paramKind !== undefined });
  const policies = ["IfNeeded", "Never"];
  if (!again) field.at("reinvocationPolicy").required();
  else if (!policies.includes(again)) field.at("reinvocationPolicy").notSupported(again, policies);
}

function checkMutation(field: Field, mutation: NonNullable<Spec["mutations"]>[number], names: AdmissionNames): void {
  const { patchType } = mutation;
  if (!patchType) field.at("patchType").required();
  else if (!patchTypes.includes(patchType)) field.at("patchType").notSupported(patchType, patchTypes);
  else {
    const [own, other] = patchType === "JSONPatch" ? (["jsonPatch", "applyConfiguration"] as const) : (["applyConfiguration", "jsonPatch"] as const);
    if (!mutation[own]) field.at(own).required(`must be specified when patchType is ${patchType}`);
    else if (!mutation[own].expression?.trim()) field.at(own, "expression").required();
    else checkResult(field.at(own, "expression"), mutation[own].expression, names, own === "jsonPatch" ? "list(JSONPatch)" : "Object");
    if (mutation[other]) field.at(other).invalid(`{${other}}`, `must not be specified when patchType is ${patchType}`);
  }
}

/** What makes a value of the wanted types, or may hold one that was made elsewhere. Such expressions are judged when they are used. */
const mayMake = /\b(?:Object|JSONPatch)\b|\{\s*$|\bvariables\.|\bjsonpatch\./;

/** An expression that cannot make what a mutation is made of is refused. */
function checkResult(field: Field, text: string, names: AdmissionNames, wanted: string): void {
  if (mayMake.test(text)) return;
  const judged = judge(text, { ...names, authorizer: true });
  field.invalid(text, "problem" in judged ? judged.problem : `must evaluate to ${wanted} but got ${goType(judged.type)}`);
}
