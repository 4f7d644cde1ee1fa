import { pathSegmentProblems } from "#machinery/names.ts";
import type { MatchResources, NamedRuleWithOperations, RuleWithOperations } from "#machinery/types.ts";
import { checkOptionalChoice, checkSelector } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";

export const failurePolicies = ["Fail", "Ignore"];
export const matchPolicies = ["Equivalent", "Exact"];
const operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const scopes = ["*", "Cluster", "Namespaced"];

/** Of which requests somebody wants to hear. */
export function checkRule(field: Field, rule: RuleWithOperations): void {
  checkList(field.at("operations"), rule.operations, "operations");
  for (const [i, operation] of (rule.operations ?? []).entries())
    if (!operations.includes(operation)) field.at("operations", i).notSupported(operation, operations);
  checkList(field.at("apiGroups"), rule.apiGroups, "API groups");
  checkList(field.at("apiVersions"), rule.apiVersions, "API versions");
  for (const [i, version] of (rule.apiVersions ?? []).entries()) if (!version) field.at("apiVersions", i).required();
  checkResources(field.at("resources"), rule.resources ?? []);
  checkOptionalChoice(field.at("scope"), rule.scope, scopes);
}

function checkList(field: Field, list: readonly string[] | null | undefined, others: string): void {
  if (!list?.length) field.required();
  else if (list.length > 1 && list.includes("*")) field.invalid(list, `if '*' is present, must not specify other ${others}`);
}

/** Resources with subresources and wildcards: none may be covered by another. */
function checkResources(field: Field, resources: readonly string[]): void {
  if (resources.length === 0) field.required();
  const wholes = new Set<string>();
  const parts = new Set<string>();
  let isLastPlain = false;
  for (const [i, name] of resources.entries()) {
    const slash = name.indexOf("/");
    if (!name) field.at(i).required();
    else if (slash < 0) isLastPlain = name !== "*";
    else {
      const [resource, part] = [name.slice(0, slash), name.slice(slash + 1)];
      if (wholes.has(resource)) field.at(i).invalid(name, `if '${resource}/*' is present, must not specify ${name}`);
      if (parts.has(part)) field.at(i).invalid(name, `if '*/${part}' is present, must not specify ${name}`);
      if (part === "*") wholes.add(resource);
      if (resource === "*") parts.add(part);
    }
  }
  if (resources.length > 1 && resources.includes("*/*")) field.invalid(resources, "if '*/*' is present, must not specify other resources");
  if (resources.includes("*") && isLastPlain) field.invalid(resources, "if '*' is present, must not specify other resources without subresources");
}

/** What a policy applies to. */
export function checkMatchResources(field: Field, match: MatchResources): void {
  if (match.matchPolicy === undefined) field.at("matchPolicy").required();
  else checkOptionalChoice(field.at("matchPolicy"), match.matchPolicy, matchPolicies);
  for (const part of ["namespaceSelector", "objectSelector"] as const) {
    if (!match[part]) field.at(part).required();
    else checkSelector(field.at(part), match[part]);
  }
  for (const part of ["resourceRules", "excludeResourceRules"] as const)
    for (const [i, rule] of (match[part] ?? []).entries()) checkNamedRule(field.at(part, i), rule);
}

function checkNamedRule(field: Field, rule: NamedRuleWithOperations): void {
  const names = rule.resourceNames ?? [];
  for (const [i, name] of names.entries()) {
    field.at("resourceNames", i).problems(name, pathSegmentProblems(name));
    if (names.indexOf(name) < i) field.at("resourceNames", i).duplicate(name);
  }
  checkRule(field, rule);
}
