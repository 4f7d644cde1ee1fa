import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Role } from "#machinery/types.ts";
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
  createOnUpdate: true,
});
