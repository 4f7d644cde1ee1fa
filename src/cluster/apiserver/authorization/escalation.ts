import type { Api } from "#machinery/client.ts";
import { quoted } from "#machinery/field-error.ts";
import { forbidden, notFound, type ResourceName } from "#machinery/status.ts";
import type { PolicyRule, RoleRef } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import { Authorizer } from "./authorizer.ts";

// Nobody gives others more than they may do themselves.
// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping

const group = "rbac.authorization.k8s.io";

const everything: readonly PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  { nonResourceURLs: ["*"], verbs: ["*"] },
];

/** Who writes, and the object that is written: the namespace is empty for the whole cluster. */
interface Writer {
  readonly api: Api;
  readonly user: User;
  readonly namespace: string;
  readonly name: string;
}

/** A role may hold what its writer may do, and anything where the writer may `escalate` it. */
export function checkRole(writer: Writer, plural: "roles" | "clusterroles", rules: readonly PolicyRule[], aggregates: boolean): void {
  if (isTrusted(writer, "escalate", plural, writer.name)) return;
  const on = { group, resource: plural };
  const why = notHeld(writer, rules);
  if (why) throw forbidden(on, writer.name, why);
  if (aggregates && notHeld(writer, everything)) throw forbidden(on, writer.name, "must have cluster-admin privileges to use the aggregationRule");
}

/** A binding may name a role that its writer holds, or may `bind`. */
export function checkBoundRole(writer: Writer, on: ResourceName, { kind, name }: RoleRef): void {
  if (isTrusted(writer, "bind", kind === "Role" ? "roles" : "clusterroles", name)) return;
  const rules = new Authorizer(writer.api).rulesOf({ kind, name }, writer.namespace);
  if (!rules) throw notFound(on, name);
  const why = notHeld(writer, rules);
  if (why) throw forbidden(on, writer.name, why);
}

function isTrusted({ api, user, namespace }: Writer, verb: string, plural: string, name: string): boolean {
  return new Authorizer(api).decide({ user, verb, path: "", resource: { group, plural, subresource: "", name, namespace } }).allowed;
}

/** What of the rules the writer does not hold, told as the real server tells it; undefined where there is nothing. */
function notHeld({ api, user, namespace }: Writer, rules: readonly PolicyRule[]): string | undefined {
  const missingRoles: string[] = [];
  const held = [...new Authorizer(api).grants(user, namespace, missingRoles)].flatMap((grant) => grant.rules);
  const missing = rules.flatMap(singles).filter((single) => !held.some((rule) => holds(rule, single)));
  if (missing.length === 0) return undefined;
  const groups = `[${user.groups.map(quoted).join(" ")}]`;
  const errors = missingRoles.length > 0 ? `; resolution errors: [${missingRoles.join(", ")}]` : "";
  return `user ${quoted(user.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${described(missing).join("\n")}${errors}`;
}

/** A rule as rules of one resource, or path, and one verb each. */
function singles({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs = [] }: PolicyRule): PolicyRule[] {
  const ofResources = apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb): PolicyRule[] => {
        const single = { apiGroups: [apiGroup], resources: [resource], verbs: [verb] };
        return resourceNames.length > 0 ? resourceNames.map((name) => ({ ...single, resourceNames: [name] })) : [single];
      }),
    ),
  );
  const ofPaths = nonResourceURLs.flatMap((path) => verbs.map((verb) => ({ nonResourceURLs: [path], verbs: [verb] })));
  return [...ofResources, ...ofPaths];
}

function holds(rule: PolicyRule, single: PolicyRule): boolean {
  if (!hasAll(rule.verbs, single.verbs)) return false;
  if (single.nonResourceURLs) return single.nonResourceURLs.every((path) => rule.nonResourceURLs?.some((held) => holdsPath(held, path)));
  return (
    hasAll(rule.apiGroups, single.apiGroups) &&
    (single.resources ?? []).every((resource) => rule.resources?.some((held) => holdsResource(held, resource))) &&
    (!rule.resourceNames?.length || (single.resourceNames?.every((name) => rule.resourceNames?.includes(name)) ?? false))
  );
}

const hasAll = (held: readonly string[] = [], wanted: readonly string[] = []) => held.includes("*") || wanted.every((each) => held.includes(each));

const holdsResource = (held: string, wanted: string) => held === "*" || held === wanted || (held.startsWith("*/") && wanted.endsWith(held.slice(1)));

const holdsPath = (held: string, wanted: string) => held === wanted || (held.endsWith("*") && wanted.startsWith(held.replace(/\*+$/, "")));

/** The rules with the verbs of one resource together, in the order of their texts. */
function described(rules: readonly PolicyRule[]): string[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs: _, ...of } = rule;
    const key = rule.nonResourceURLs ? JSON.stringify(rule) : JSON.stringify(of);
    const before = merged.get(key);
    merged.set(key, before ? { ...before, verbs: [...before.verbs, ...rule.verbs] } : rule);
  }
  return [...new Set([...merged.values()].map(shown))].sort();
}

function shown({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = { APIGroups: apiGroups, Resources: resources, NonResourceURLs: nonResourceURLs, ResourceNames: resourceNames, Verbs: verbs };
  const texts = Object.entries(parts).flatMap(([name, list]) => (list?.length ? [`${name}:[${list.map(quoted).join(" ")}]`] : []));
  return `{${texts.join(", ")}}`;
}
