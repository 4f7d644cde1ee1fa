import type { Api } from "#machinery/client.ts";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacSubject, Role, RoleBinding } from "#machinery/types.ts";
import { type DefaultBinding, defaultBindings } from "./default-bindings.ts";
import type { DefaultRole, RuleText } from "./default-role.ts";
import { defaultClusterRoles, defaultRoles } from "./default-roles.ts";

const group = "rbac.authorization.k8s.io";
const apiVersion = `${group}/v1`;

/** Makes the default roles and their bindings. */
export async function makeRoles(api: Api): Promise<void> {
  for (const role of defaultClusterRoles) await api.create<ClusterRole>(`clusterroles.${group}`, clusterRole(role));
  for (const { name, namespace = "", rules } of defaultRoles)
    await api.create<Role>(`roles.${group}`, {
      apiVersion,
      kind: "Role",
      metadata: { ...metadata(name), namespace },
      rules: rules?.map(ruleOf) ?? [],
    });
  for (const binding of defaultBindings) {
    if (binding.namespace) await api.create<RoleBinding>(`rolebindings.${group}`, { kind: "RoleBinding", ...bindingOf(binding) });
    else await api.create<ClusterRoleBinding>(`clusterrolebindings.${group}`, { kind: "ClusterRoleBinding", ...bindingOf(binding) });
  }
}

const metadata = (name: string) => ({
  name,
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
});

const aggregation = (role: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: "true" });

function clusterRole({ name, into = "", gathers = "", rules }: DefaultRole) {
  const { labels, ...rest } = metadata(name);
  return {
    apiVersion,
    kind: "ClusterRole",
    metadata: { ...rest, labels: Object.assign({}, labels, ...words(into).map(aggregation)) },
    ...(gathers ? { aggregationRule: { clusterRoleSelectors: words(gathers).map((role) => ({ matchLabels: aggregation(role) })) } } : {}),
    ...(rules ? { rules: rules.map(ruleOf) } : {}),
  };
}

function ruleOf([verbs, groupsOrPaths, resources, names]: RuleText): PolicyRule {
  if (resources === undefined) return { verbs: words(verbs), nonResourceURLs: words(groupsOrPaths) };
  const apiGroups = words(groupsOrPaths).map((each) => (each === "core" ? "" : each));
  return { verbs: words(verbs), apiGroups, resources: words(resources), ...(names ? { resourceNames: words(names) } : {}) };
}

function bindingOf({ name, namespace, role = name, to }: DefaultBinding) {
  return {
    apiVersion,
    metadata: namespace ? { ...metadata(name), namespace } : metadata(name),
    roleRef: { apiGroup: group, kind: namespace ? "Role" : "ClusterRole", name: role },
    ...(to.length > 0 ? { subjects: to.map(subjectOf) } : {}),
  };
}

function subjectOf(text: string): RbacSubject {
  const [kind = "", name = ""] = text.split(" ");
  return kind === "ServiceAccount" ? { kind, name, namespace: "kube-system" } : { apiGroup: group, kind, name };
}

const words = (text: string): string[] => text.split(" ").filter(Boolean);
