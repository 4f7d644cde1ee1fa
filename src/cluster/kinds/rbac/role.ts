import { checkRole } from "#cluster/apiserver/authorization/escalation.ts";
import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Role } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { validation } from "../shared/field.ts";
import { checkRules } from "./validate.ts";

export const role = defineKind<Role>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  scope: "Namespaced",
  name: "path",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",

  revalidatesMetadata: true,
  validate: validation((field, { rules }) => checkRules(field.at("rules"), rules, true)),
  prepareCreate(role, { api, user }) {
    const writer = { api, user, namespace: role.metadata.namespace ?? "", name: role.metadata.name ?? "" };
    checkRole(writer, "roles", role.rules ?? [], false);
  },
  prepareUpdate(role, old, { api, user }) {
    if (same(role.rules, old.rules)) return;
    const writer = { api, user, namespace: role.metadata.namespace ?? "", name: role.metadata.name ?? "" };
    checkRole(writer, "roles", role.rules ?? [], false);
  },
  createOnUpdate: true,
});
