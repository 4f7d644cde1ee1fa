import { subdomainProblems } from "#machinery/names.ts";
import type { RbacSubject, Role, RoleRef } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { checkSegment } from "../shared/references.ts";

export const rbacGroup = "rbac.authorization.k8s.io";

type Rule = NonNullable<Role["rules"]>[number];

/** What somebody may do: to resources, or to paths that are none. */
export function checkRules(field: Field, rules: readonly Rule[] | undefined | null, namespaced: boolean): void {
  for (const [i, { verbs, nonResourceURLs, apiGroups, resources, resourceNames }] of (rules ?? []).entries()) {
    const at = field.at(i);
    if (!verbs?.length) at.at("verbs").required("verbs must contain at least one value");
    if (nonResourceURLs?.length) {
      if (namespaced) at.at("nonResourceURLs").invalid(nonResourceURLs, "namespaced rules cannot apply to non-resource URLs");
      if (apiGroups?.length || resources?.length || resourceNames?.length)
        at.at("nonResourceURLs").invalid(nonResourceURLs, "rules cannot apply to both regular resources and non-resource URLs");
      continue;
    }
    if (!apiGroups?.length) at.at("apiGroups").required("resource rules must supply at least one api group");
    if (!resources?.length) at.at("resources").required("resource rules must supply at least one resource");
  }
}

interface Bound {
  roleRef: RoleRef;
  subjects?: readonly RbacSubject[] | null;
}

/** Who gets which role. `kinds` are the kinds of role that there are here. */
export function checkBinding(field: Field, { roleRef, subjects }: Bound, old: Bound | undefined, kinds: readonly string[]): void {
  const at = field.at("roleRef");
  if (roleRef.apiGroup !== rbacGroup) at.at("apiGroup").notSupported(roleRef.apiGroup ?? "", [rbacGroup]);
  if (!kinds.includes(roleRef.kind)) at.at("kind").notSupported(roleRef.kind ?? "", kinds);
  checkSegment(at.at("name"), roleRef.name);
  for (const [i, subject] of (subjects ?? []).entries()) checkSubject(field.at("subjects", i), subject, kinds.includes("Role"));
  if (old) checkSame(at, "rbac.RoleRef", roleRef, old.roleRef, "cannot change roleRef");
}

function checkSubject(field: Field, { kind, name, apiGroup = "", namespace }: RbacSubject, namespaced: boolean): void {
  if (!name) field.at("name").required();
  if (kind === "ServiceAccount") {
    if (name) field.at("name").problems(name, subdomainProblems(name));
    if (apiGroup) field.at("apiGroup").notSupported(apiGroup, [""]);
    if (!namespaced && !namespace) field.at("namespace").required();
  } else if (kind === "User" || kind === "Group") {
    if (apiGroup !== rbacGroup) field.at("apiGroup").notSupported(apiGroup, [rbacGroup]);
  } else field.at("kind").notSupported(kind ?? "", ["ServiceAccount", "User", "Group"]);
}
