import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ClusterRoleBinding } from "#machinery/types.ts";
import { validation } from "../shared/field.ts";
import { bindingColumns, defaultBinding } from "./binding.ts";
import { checkBinding } from "./validate.ts";

export const clusterRoleBinding = defineKind<ClusterRoleBinding>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  scope: "Cluster",
  name: "path",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",

  columns: bindingColumns("ClusterRoleBinding"),
  default: defaultBinding,
  revalidatesMetadata: true,
  validate: validation((field, binding, old) => checkBinding(field, binding, old, ["ClusterRole"])),
  createOnUpdate: true,
});
