import type { KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import type { MatchResources, NamedRuleWithOperations, Namespace } from "#machinery/types.ts";
import type { AdmissionRequest } from "../plugin.ts";

/** Whether a policy, or its binding, concerns a request. */
export function concerns(match: MatchResources | undefined, request: AdmissionRequest, needsRules: boolean): boolean {
  if (!match) return !needsRules;
  const { resourceRules, excludeResourceRules = [], matchPolicy } = match;
  const isExact = matchPolicy === "Exact";
  if (resourceRules && resourceRules.length > 0 ? !resourceRules.some((rule) => isOf(rule, request, isExact)) : needsRules) return false;
  if (excludeResourceRules.some((rule) => isOf(rule, request, isExact))) return false;
  return isInNamespaces(match, request) && isSelected(match, request);
}

function isOf(rule: NamedRuleWithOperations, { resource, subresource, operation, name }: AdmissionRequest, isExact: boolean): boolean {
  const { apiGroups = [], apiVersions = [], operations = [], resources = [], resourceNames = [], scope = "*" } = rule;
  const has = (list: readonly string[], value: string) => list.includes("*") || list.includes(value);
  if (!has(operations, operation) || !has(apiGroups, resource.gvk.group)) return false;
  // A policy for one version of a kind holds for the others, unless it says otherwise.
  if (isExact && !has(apiVersions, resource.gvk.version)) return false;
  if (scope !== "*" && (scope === "Namespaced") !== resource.namespaced) return false;
  if (resourceNames.length > 0 && !resourceNames.includes(name)) return false;
  const { plural } = resource.kind;
  return resources.some((each) => {
    const [wanted, part = ""] = each.split("/");
    if (each === "*/*") return true;
    return (wanted === "*" || wanted === plural) && (part === subresource || (part === "*" && (subresource !== "" || wanted === plural)));
  });
}

const isEmpty = (selector: MatchResources["namespaceSelector"]) => !selector || (!selector.matchLabels && !selector.matchExpressions);

function isInNamespaces({ namespaceSelector }: MatchResources, { resource, namespace, object, api }: AdmissionRequest): boolean {
  if (isEmpty(namespaceSelector)) return true;
  if (resource.name === "namespaces") return matcher(namespaceSelector)(object.metadata.labels);
  if (!resource.namespaced) return true;
  return matcher(namespaceSelector)(api.get<Namespace>("namespaces", namespace)?.metadata.labels);
}

function isSelected({ objectSelector }: MatchResources, { object, old, operation }: AdmissionRequest): boolean {
  if (isEmpty(objectSelector)) return true;
  const fits = matcher(objectSelector);
  const has = (of: KubeObject | undefined) => of !== undefined && fits(of.metadata?.labels);
  return (operation !== "DELETE" && has(object)) || has(old);
}
