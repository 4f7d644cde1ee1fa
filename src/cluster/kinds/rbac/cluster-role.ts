import { checkRole } from "#cluster/apiserver/authorization/escalation.ts";
import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ClusterRole } from "#machinery/types.ts";
import { checkSelector, same } from "../shared/checks.ts";
import { validation } from "../shared/field.ts";
import { isReadable } from "../shared/pod-template.ts";
import { checkRules } from "./validate.ts";

export const clusterRole = defineKind<ClusterRole>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  scope: "Cluster",
  revalidatesMetadata: true,
  name: "path",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",

  validate: validation((field, { rules, aggregationRule }) => {
    checkRules(field.at("rules"), rules, false);
    if (!aggregationRule) return;
    const at = field.at("aggregationRule", "clusterRoleSelectors");
    const selectors = aggregationRule.clusterRoleSelectors ?? [];
    if (selectors.length === 0) at.required("at least one clusterRoleSelector required if aggregationRule is non-nil");
    for (const [i, selector] of selectors.entries()) {
      checkSelector(at.at(i), selector);
      if (!isReadable(selector)) at.at(i).invalid(null, "invalid label selector.");
    }
  }),
  prepareCreate(role, { api, user }) {
    const writer = { api, user, namespace: "", name: role.metadata.name ?? "" };
    checkRole(writer, "clusterroles", role.rules ?? [], role.aggregationRule !== undefined);
  },
  prepareUpdate(role, old, { api, user }) {
    if (same(role.rules, old.rules) && same(role.aggregationRule, old.aggregationRule)) return;
    const writer = { api, user, namespace: "", name: role.metadata.name ?? "" };
    checkRole(writer, "clusterroles", role.rules ?? [], role.aggregationRule !== undefined);
  },
  createOnUpdate: true,
});
