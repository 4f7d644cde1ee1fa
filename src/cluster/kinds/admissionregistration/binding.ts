import { pathSegmentProblems, subdomainProblems } from "#machinery/names.ts";
import type { MatchResources, ParamRef } from "#machinery/types.ts";
import { checkSelector } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkMatchResources } from "./rules.ts";

interface Binding {
  policyName?: string;
  paramRef?: ParamRef;
  matchResources?: MatchResources;
}

/** Where a policy applies, and with which parameters. */
export function checkPolicyBinding(field: Field, { policyName, paramRef, matchResources }: Binding): void {
  if (!policyName) field.at("policyName").required();
  else field.at("policyName").problems(policyName, subdomainProblems(policyName));
  if (paramRef) checkParamRef(field.at("paramRef"), paramRef);
  if (matchResources) checkMatchResources(field.at("matchResources"), matchResources);
}

function checkParamRef(field: Field, { name = "", selector, parameterNotFoundAction: action }: ParamRef): void {
  const either = "name and selector are mutually exclusive";
  if (name) {
    field.at("name").problems(name, pathSegmentProblems(name));
    if (selector) field.at("name").forbidden(either);
  }
  if (selector) {
    checkSelector(field.at("selector"), selector);
    if (name) field.at("selector").forbidden(either);
  }
  if (!name && !selector) field.required("one of name or selector must be specified");
  const actions = ["Deny", "Allow"];
  if (!action) field.at("parameterNotFoundAction").required();
  else if (!actions.includes(action)) field.at("parameterNotFoundAction").notSupported(action, actions);
}

const actions = ["Audit", "Deny", "Warn"];

/** What becomes of requests that a policy does not like. */
export function checkActions(field: Field, chosen: readonly string[] = []): void {
  for (const [i, action] of chosen.entries()) {
    if (!actions.includes(action)) field.at(i).notSupported(action, actions);
    if (chosen.indexOf(action) < i) field.at(i).duplicate(action);
  }
  if (chosen.includes("Deny") && chosen.includes("Warn"))
    field.invalid(
      chosen,
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
    );
  if (chosen.length === 0) field.required("at least one validation action is required");
}
