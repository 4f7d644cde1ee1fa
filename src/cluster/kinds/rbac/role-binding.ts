import { defineKind } from "#cluster/apiserver/kind.ts";
import type { RoleBinding } from "#machinery/types.ts";
import { bindingColumns, defaultBinding } from "./binding.ts";

export const roleBinding = defineKind<RoleBinding>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  scope: "Namespaced",
  name: "path",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",

  columns: bindingColumns("RoleBinding"),
  default: defaultBinding,
  createOnUpdate: true,
});
