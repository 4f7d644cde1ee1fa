import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ClusterRole } from "#machinery/types.ts";

export const clusterRole = defineKind<ClusterRole>({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  scope: "Cluster",
  revalidatesMetadata: true,
  name: "path",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",

  createOnUpdate: true,
});
