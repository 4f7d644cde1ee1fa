import type { Api } from "#machinery/client.ts";
import { matcher } from "#machinery/selector.ts";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RbacSubject, Role, RoleBinding, RoleRef } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import type { Attributes } from "./attributes.ts";
import { covers } from "./rules.ts";

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** A binding that holds for somebody, and what it lets them do. */
export interface Grant {
  readonly rules: readonly PolicyRule[];
  /** Empty for the whole cluster. */
  readonly namespace: string;
  readonly reason: string;
}

/** Whoever only watches a cluster sees its nodes beside what the role `view` shows, which is in namespaces. */
const watcherRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["nodes", "persistentvolumes"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
];

const clusterRoles = "clusterroles.rbac.authorization.k8s.io";

/** Decides by Role, ClusterRole and their bindings who may do what. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export class Authorizer {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  decide(attributes: Attributes): Decision {
    const { user, resource } = attributes;
    if (user.groups.includes("system:masters")) return { allowed: true, reason: "" };
    const missing: string[] = [];
    for (const grant of this.grants(user, resource?.namespace ?? "", missing))
      if (grant.rules.some((rule) => covers(rule, attributes))) return { allowed: true, reason: grant.reason };
    return { allowed: false, reason: missing.length > 0 ? `RBAC: ${listed(missing)}` : "" };
  }

  /** Everything that lets the user do something, in the cluster and in one namespace; roles that bindings name and that are not there go to `missing`. */
  *grants(user: User, namespace: string, missing: string[] = []): Iterable<Grant> {
    if (user.name === "viewer") {
      yield { rules: [...this.#gathered("view"), ...watcherRules], namespace: "", reason: "" };
    }
    for (const binding of this.#api.list<ClusterRoleBinding>("clusterrolebindings.rbac.authorization.k8s.io"))
      yield* this.#granted(binding, user, "", missing);
    if (!namespace) return;
    for (const binding of this.#api.list<RoleBinding>("rolebindings.rbac.authorization.k8s.io", { namespace }))
      yield* this.#granted(binding, user, namespace, missing);
  }

  *#granted(
    { kind, metadata, roleRef, subjects }: ClusterRoleBinding | RoleBinding,
    user: User,
    namespace: string,
    missing: string[],
  ): Iterable<Grant> {
    const subject = subjects?.find((each) => isMeant(each, user, namespace));
    if (!subject) return;
    const rules = this.rulesOf(roleRef, namespace);
    if (!rules) {
      missing.push(`${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`);
      return;
    }
    const binding = namespace ? `${metadata.name}/${namespace}` : metadata.name;
    const whom = subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace}` : subject.name;
    const reason = `RBAC: allowed by ${kind} ${JSON.stringify(binding)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${subject.kind} ${JSON.stringify(whom)}`;
    yield { rules, namespace, reason };
  }

  /** What a role holds; undefined where there is no such role. */
  rulesOf({ kind, name }: Pick<RoleRef, "kind" | "name">, namespace: string): readonly PolicyRule[] | undefined {
    if (kind === "Role") {
      const role = this.#api.get<Role>("roles.rbac.authorization.k8s.io", name, namespace);
      return role && (role.rules ?? []);
    }
    const role = this.#api.get<ClusterRole>(clusterRoles, name);
    return role && (role.rules ?? []);
  }

  /** What a role that gathers others would gather, though no controller has written it there: there are clusters without controllers. */
  #gathered(name: string): readonly PolicyRule[] {
    const role = this.#api.get<ClusterRole>(clusterRoles, name);
    const selects = (role?.aggregationRule?.clusterRoleSelectors ?? []).map(matcher);
    const others = this.#api
      .list<ClusterRole>(clusterRoles)
      .filter((each) => each !== role && selects.some((selected) => selected(each.metadata.labels)));
    return [...(role?.rules ?? []), ...others.flatMap(({ rules }) => rules ?? [])];
  }
}

function isMeant({ kind, name, namespace }: RbacSubject, user: User, bindingNamespace: string): boolean {
  if (kind === "User") return user.name === name;
  if (kind === "Group") return user.groups.includes(name);
  return kind === "ServiceAccount" && user.name === `system:serviceaccount:${namespace || bindingNamespace}:${name}`;
}

const listed = (texts: readonly string[]): string => (texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`);
