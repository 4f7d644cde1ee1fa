import { componentRoles } from "./component-roles.ts";
import { controllerRoles } from "./controller-roles.ts";
import type { DefaultRole } from "./default-role.ts";
import { userRoles } from "./user-roles.ts";

/** The roles that every cluster starts with, by name. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings */
export const defaultClusterRoles: readonly DefaultRole[] = [...userRoles, ...controllerRoles, ...componentRoles];

export const defaultRoles: readonly DefaultRole[] = [
  {
    name: "system:controller:bootstrap-signer",
    namespace: "kube-public",
    rules: [
      ["get list watch", "core", "configmaps"],
      ["update", "core", "configmaps", "cluster-info"],
      ["create patch update", "core events.k8s.io", "events"],
    ],
  },
  {
    name: "extension-apiserver-authentication-reader",
    namespace: "kube-system",
    rules: [["get list watch", "core", "configmaps", "extension-apiserver-authentication"]],
  },
  {
    name: "system::leader-locking-kube-controller-manager",
    namespace: "kube-system",
    rules: [
      ["create get list update watch", "coordination.k8s.io", "leases"],
      ["create get list update watch", "coordination.k8s.io", "leasecandidates"],
    ],
  },
  {
    name: "system::leader-locking-kube-scheduler",
    namespace: "kube-system",
    rules: [
      ["create get list update watch", "coordination.k8s.io", "leases"],
      ["create get list update watch", "coordination.k8s.io", "leasecandidates"],
    ],
  },
  { name: "system:controller:bootstrap-signer", namespace: "kube-system", rules: [["get list watch", "core", "secrets"]] },
  { name: "system:controller:cloud-provider", namespace: "kube-system", rules: [["create get list watch", "core", "configmaps"]] },
  {
    name: "system:controller:token-cleaner",
    namespace: "kube-system",
    rules: [
      ["delete get list watch", "core", "secrets"],
      ["create patch update", "core events.k8s.io", "events"],
    ],
  },
];
