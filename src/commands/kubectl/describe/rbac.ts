import type { ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { Report } from "./report.ts";

/** Roles and cluster roles: their rules, one resource a line. */
export async function describeRole(object: Thing): Promise<string> {
  const { metadata, rules } = object as unknown as ClusterRole;
  const report = new Report().head(metadata, false);
  report.line(0, "PolicyRule:");
  report.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
  report.line(1, "---------\t-----------------\t--------------\t-----");
  for (const { resources, apiGroups, nonResourceURLs, resourceNames, verbs } of simpleRules(rules ?? []))
    report.line(1, [resourceText(resources, apiGroups), listText(nonResourceURLs), listText(resourceNames), listText(verbs)].join("\t"));
  return report.text;
}

export async function describeBinding(object: Thing): Promise<string> {
  const { metadata, roleRef, subjects } = object as unknown as RoleBinding | ClusterRoleBinding;
  const report = new Report().head(metadata, false);
  report.line(0, "Role:").field(1, "Kind", roleRef.kind).field(1, "Name", roleRef.name);
  report.line(0, "Subjects:").line(1, "Kind\tName\tNamespace").line(1, "----\t----\t---------");
  for (const { kind, name, namespace = "" } of subjects ?? []) report.line(1, `${kind}\t${name}\t${namespace}`);
  return report.text;
}

export const listText = (list: readonly string[] | undefined): string => `[${(list ?? []).join(" ")}]`;

/** `deployments.apps/scale` */
export function resourceText(resources: readonly string[] | undefined, groups: readonly string[] | undefined): string {
  const [text] = resources ?? [];
  if (text === undefined) return "";
  const slash = text.indexOf("/");
  const [name, part] = slash < 0 ? [text, ""] : [text.slice(0, slash), text.slice(slash)];
  return `${groups?.[0] ? `${name}.${groups[0]}` : name}${part}`;
}

/** Rules taken apart so that each is about one resource, and name, or one path; the verbs for one resource stand together. In the order of their text. */
export function simpleRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const byResource = new Map<string, PolicyRule & { verbs: string[] }>();
  const paths: PolicyRule[] = [];
  for (const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } of rules) {
    for (const group of apiGroups)
      for (const resource of resources)
        for (const verb of verbs)
          for (const name of resourceNames.length > 0 ? resourceNames : [undefined]) {
            const key = JSON.stringify([group, resource, name]);
            const known = byResource.get(key);
            if (!known) {
              const names = name === undefined ? {} : { resourceNames: [name] };
              byResource.set(key, { verbs: [verb], apiGroups: [group], resources: [resource], ...names });
            } else if (!known.verbs.includes(verb)) known.verbs.push(verb);
          }
    for (const url of nonResourceURLs) for (const verb of verbs) paths.push({ verbs: [verb], nonResourceURLs: [url] });
  }
  return [...paths, ...byResource.values()].sort((a, b) => compare(ruleText(a), ruleText(b)));
}

const ruleText = (rule: PolicyRule): string =>
  `&PolicyRule{Verbs:${listText(rule.verbs)},APIGroups:${listText(rule.apiGroups)},Resources:${listText(rule.resources)},ResourceNames:${listText(rule.resourceNames)},NonResourceURLs:${listText(rule.nonResourceURLs)},}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
