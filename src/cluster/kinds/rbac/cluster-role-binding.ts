import { checkBoundRole } from "#cluster/apiserver/authorization/escalation.ts";
import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ClusterRoleBinding } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { validation } from "../shared/field.ts";
import { bindingColumns, defaultBinding } from "./binding.ts";
import { checkBinding } from "./validate.ts";

const clusterrolebindings = { group: "rbac.authorization.k8s.io", resource: "clusterrolebindings" };

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
  prepareCreate(binding, { api, user }) {
    checkBoundRole({ api, user, namespace: "", name: binding.metadata.name ?? "" }, clusterrolebindings, binding.roleRef);
  },
  prepareUpdate(binding, old, { api, user }) {
    if (same(binding.roleRef, old.roleRef) && same(binding.subjects, old.subjects)) return;
    checkBoundRole({ api, user, namespace: "", name: binding.metadata.name ?? "" }, clusterrolebindings, binding.roleRef);
  },
  createOnUpdate: true,
});
