import type { PolicyRule } from "#machinery/types.ts";
import { type Attributes, withSubresource } from "./attributes.ts";

/** Whether a role's rule lets something be done. */
export function covers(rule: PolicyRule, { verb, resource, path }: Attributes): boolean {
  if (!includes(rule.verbs, verb)) return false;
  if (!resource)
    return rule.nonResourceURLs?.some((url) => url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)))) ?? false;
  return (
    includes(rule.apiGroups, resource.group) &&
    coversResource(rule, withSubresource(resource), resource.subresource) &&
    coversName(rule, resource.name)
  );
}

const includes = (list: readonly string[] | undefined, value: string): boolean => list?.some((each) => each === "*" || each === value) ?? false;

function coversResource({ resources = [] }: PolicyRule, wanted: string, subresource: string): boolean {
  return resources.some((each) => each === "*" || each === wanted || (subresource !== "" && each === `*/${subresource}`));
}

const coversName = ({ resourceNames = [] }: PolicyRule, name: string): boolean => resourceNames.length === 0 || resourceNames.includes(name);
