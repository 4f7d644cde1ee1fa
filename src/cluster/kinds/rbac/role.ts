import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Role } from "#machinery/types.ts";

export const role = defineKind<Role>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  scope: "Namespaced",
  name: "path",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",

  createOnUpdate: true,
});
