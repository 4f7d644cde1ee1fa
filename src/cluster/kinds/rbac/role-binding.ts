import { defineKind } from "#cluster/apiserver/kind.ts";
import type { RoleBinding } from "#machinery/types.ts";
import { validation } from "../shared/field.ts";
import { bindingColumns, defaultBinding } from "./binding.ts";
import { checkBinding } from "./validate.ts";

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
  revalidatesMetadata: true,
  validate: validation((field, binding, old) => checkBinding(field, binding, old, ["Role", "ClusterRole"])),
  createOnUpdate: true,
});
