import type { LabelSelector, PolicyRule } from "#machinery/types.ts";
import { pairs, strings } from "../../cli/flags.ts";
import { type Context, defineCommand } from "../command.ts";
import { CommandError, Exit } from "../errors.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

const standardVerbs = [
  "*",
  "get",
  "delete",
  "list",
  "create",
  "update",
  "patch",
  "watch",
  "proxy",
  "deletecollection",
  "use",
  "bind",
  "escalate",
  "impersonate",
];

/** Verbs that only some resources know. */
const specialVerbs: Readonly<Record<string, readonly string[]>> = {
  use: ["podsecuritypolicies.policy", "podsecuritypolicies.extensions"],
  bind: ["roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"],
  escalate: ["roles.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"],
  impersonate: ["users", "serviceaccounts", "groups", "userextras.authentication.k8s.io"],
};

const ruleFlags = {
  resource: strings({ help: "The resources that the rule is about." }),
  "resource-name": strings({ commas: false, help: "The objects that the rule is about, by name. May be given several times." }),
  verb: strings({ help: "The verbs that the rule allows." }),
} as const;

interface Wanted {
  resource: string;
  group: string;
  subresource: string;
}

function wantedOf(text: string): Wanted {
  const slash = text.indexOf("/");
  const [name, subresource] = slash < 0 ? [text, ""] : [text.slice(0, slash), text.slice(slash + 1)];
  const dot = name.indexOf(".");
  return { resource: dot < 0 ? name : name.slice(0, dot), group: dot < 0 ? "" : name.slice(dot + 1), subresource };
}

/** Verbs without repetition; `*` is all of them. */
const verbsOf = (verbs: readonly string[]): string[] => (verbs.includes("*") ? ["*"] : [...new Set(verbs)]);

/** The rules that the flags say: one for each API group. */
async function rulesOf(
  { kube, out }: Context,
  flags: { resource: readonly string[]; "resource-name": readonly string[] },
  verbs: readonly string[],
): Promise<PolicyRule[]> {
  for (const verb of verbs) if (!standardVerbs.includes(verb)) out.error(`Warning: '${verb}' is not a standard resource verb`);
  const all = flags.resource.map(wantedOf);
  const wanted = all.some(({ resource, group, subresource }) => resource === "*" && !group && !subresource)
    ? [{ resource: "*", group: "", subresource: "" }]
    : all;
  const byGroup = new Map<string, Set<string>>();
  for (const { resource, group, subresource } of wanted) {
    if (resource === "") throw new CommandError("resource must be specified if apiGroup/subresource specified");
    const known = resource === "*" ? undefined : (await kube.discovery()).find(group ? `${resource}.${group}` : resource);
    const [plural, realGroup] = [known?.plural ?? resource, known?.group ?? group];
    const full = realGroup ? `${plural}.${realGroup}` : plural;
    const special = verbs.filter((verb) => specialVerbs[verb]);
    const misfit = special.find((verb) => !specialVerbs[verb]?.includes(full));
    if (misfit !== undefined && resource !== "*") throw new CommandError(`can not perform '${misfit}' on '${plural}' in group '${realGroup}'`);
    if (!known && resource !== "*" && special.length === 0)
      throw new Exit(1, `the server doesn't have a resource type ${JSON.stringify(resource)}${group ? ` in group ${JSON.stringify(group)}` : ""}`);
    const resources = byGroup.get(realGroup) ?? new Set();
    resources.add(subresource ? `${plural}/${subresource}` : plural);
    byGroup.set(realGroup, resources);
  }
  const names = [...new Set(flags["resource-name"])];
  return [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, resources]) => ({
      verbs: [...verbs],
      apiGroups: [group],
      resources: [...resources],
      ...(names.length > 0 ? { resourceNames: names } : {}),
    }));
}

export const role = defineCommand({
  name: "role",
  usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
  summary: "Create a role with single rule",
  flags: { ...creationFlags, ...ruleFlags },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const verbs = verbsOf(flags.verb);
    if (verbs.length === 0) throw new CommandError("at least one verb must be specified");
    if (flags.resource.length === 0) throw new CommandError("at least one resource must be specified");
    const rules = await rulesOf(context, flags, verbs);
    await create(
      context,
      { kind: "Role", apiVersion: "rbac.authorization.k8s.io/v1", metadata: metadataOf(context, name), rules },
      { plural: "roles" },
    );
  },
});

export const clusterrole = defineCommand({
  name: "clusterrole",
  usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
  summary: "Create a cluster role",
  flags: {
    ...creationFlags,
    ...ruleFlags,
    "aggregation-rule": pairs({ help: "The labels, as key=value,..., of cluster roles whose rules it takes together." }),
    "non-resource-url": strings({ help: "Paths of the server that are no resources." }),
  },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const verbs = verbsOf(flags.verb);
    const metadata = metadataOf(context, name, false);
    const head = { kind: "ClusterRole", apiVersion: "rbac.authorization.k8s.io/v1", metadata };
    const where = { plural: "clusterroles", namespaced: false };
    if (flags["aggregation-rule"].size > 0) {
      if (flags["non-resource-url"].length > 0 || verbs.length > 0 || flags.resource.length > 0 || flags["resource-name"].length > 0)
        throw new CommandError("aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames");
      const selector: LabelSelector = { matchLabels: Object.fromEntries(flags["aggregation-rule"]) };
      return create(context, { ...head, rules: null, aggregationRule: { clusterRoleSelectors: [selector] } }, where);
    }
    if (verbs.length === 0) throw new CommandError("at least one verb must be specified");
    const urls = flags["non-resource-url"];
    if (flags.resource.length === 0 && urls.length === 0) throw new CommandError("one of resource or nonResourceURL must be specified");
    for (const url of urls) {
      for (const verb of verbs)
        if (!["get", "put", "post", "head", "options", "delete", "patch", "*"].includes(verb))
          throw new CommandError(`invalid verb: '${verb}' for nonResourceURL`);
      if (url === "*") continue;
      if (!url.startsWith("/")) throw new CommandError("nonResourceURL should start with /");
      if (url.slice(0, -1).includes("*")) throw new CommandError("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
    const rules = [
      ...(flags.resource.length > 0 ? await rulesOf(context, flags, verbs) : []),
      ...(urls.length > 0 ? [{ verbs, nonResourceURLs: [...urls] }] : []),
    ];
    return create(context, { ...head, rules }, where);
  },
});
