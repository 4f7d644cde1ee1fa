import { checkBoundRole } from "#cluster/apiserver/authorization/escalation.ts";
import { defineKind } from "#cluster/apiserver/kind.ts";
import type { RoleBinding } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { validation } from "../shared/field.ts";
import { bindingColumns, defaultBinding } from "./binding.ts";
import { checkBinding } from "./validate.ts";

const rolebindings = { group: "rbac.authorization.k8s.io", resource: "rolebindings" };

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
  prepareCreate(binding, { api, user }) {
    checkBoundRole({ api, user, namespace: binding.metadata.namespace ?? "", name: binding.metadata.name ?? "" }, rolebindings, binding.roleRef);
  },
  prepareUpdate(binding, old, { api, user }) {
    if (same(binding.roleRef, old.roleRef) && same(binding.subjects, old.subjects)) return;
    checkBoundRole({ api, user, namespace: binding.metadata.namespace ?? "", name: binding.metadata.name ?? "" }, rolebindings, binding.roleRef);
  },
  createOnUpdate: true,
});
