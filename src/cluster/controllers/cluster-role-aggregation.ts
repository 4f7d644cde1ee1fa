import { equal } from "#base/equal.ts";
import { defineController } from "#machinery/controller.ts";
import type { KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import type { ClusterRole, PolicyRule } from "#machinery/types.ts";

const roles = "clusterroles.rbac.authorization.k8s.io";

/**
 * Puts the rules of other roles together, by their labels.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
 */
export const clusterRoleAggregationController = defineController<ClusterRole>({
  name: "clusterrole-aggregation-controller",
  watches: roles,
  matters: isAggregated,
  concerns: {
    [roles]: ({ object, old, type }, { api }) => {
      const [role, before] = [object as ClusterRole, old as ClusterRole | undefined];
      if (type === "MODIFIED" && role.rules === before?.rules && role.metadata.labels === before?.metadata.labels) return [];
      return api.list<ClusterRole>(roles, { matters: isAggregated }).map(({ metadata }) => metadata.name);
    },
  },

  async reconcile(role, { api }) {
    if (!isAggregated(role)) return;
    const rules: PolicyRule[] = [];
    for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
      const matches = matcher(selector);
      const others = api.list<ClusterRole>(roles, { matters: ({ metadata }) => metadata.name !== role.metadata.name && matches(metadata.labels) });
      for (const other of others.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)))
        for (const rule of other.rules ?? []) if (!rules.some((each) => equal(each, rule))) rules.push(rule);
    }
    if (!equal(rules, role.rules ?? [])) await api.update<ClusterRole>(roles, { ...role, rules });
  },
});

function isAggregated(role: KubeObject): boolean {
  return (role as ClusterRole).aggregationRule !== undefined;
}
