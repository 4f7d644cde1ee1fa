import type { ClusterRole, PolicyRule, RoleBinding } from "#machinery/types.ts";
import { bool } from "../../cli/flags.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { type Context, defineCommand } from "../command.ts";
import { CommandError, isNotFound, ServerError } from "../errors.ts";
import { latePrinterFor, outputFlags } from "../print/formats.ts";
import { sortedJson } from "../print/json.ts";
import { doneText } from "../print/name.ts";
import { needFiles } from "../resources/files.ts";
import { find, visit } from "../resources/find.ts";
import { dryRunFlag, fileFlags } from "../resources/flags.ts";
import { type Target, targetPath } from "../resources/target.ts";

export const reconcile = defineCommand({
  name: "reconcile",
  usage: "-f FILENAME",
  summary: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
  description: `Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects.

 Roles and bindings are made where they are missing, and get what the files have besides. A binding that leads to another role is made anew. What the files do not have stays, unless the flags say that it goes.`,
  examples: `# Roles and bindings of a file
kubectl auth reconcile -f rbac.yaml

# And nothing but these
kubectl auth reconcile -f rbac.yaml --remove-extra-permissions --remove-extra-subjects`,
  flags: {
    ...outputFlags,
    ...fileFlags("of the roles and bindings."),
    "dry-run": dryRunFlag,
    "remove-extra-permissions": bool({ help: "Take away permissions of roles that no file has." }),
    "remove-extra-subjects": bool({ help: "Take away subjects of bindings that no file has." }),
  },

  async run(context) {
    const { flags, args, kube, process } = context;
    needFiles(flags);
    if (args.length > 0) throw new CommandError("no arguments are allowed");
    const dryRun = kube.dryRun(flags["dry-run"]);
    if (dryRun === "server") throw new CommandError("--dry-run=server for command reconcile is not supported yet");
    const print = latePrinterFor(process, flags, [], true);
    const found = await find(kube, process, { files: flags, enforceNamespace: true, continues: true });
    await visit(found, async (target) => {
      const { object, resource } = target;
      if (!object || resource.group !== "rbac.authorization.k8s.io") return;
      if (resource.version !== "v1") throw new CommandError(`only rbac.authorization.k8s.io/v1 is supported: not ${typeOf(target)}`);
      const plan = await planOf(context, target, object, flags["remove-extra-permissions"], flags["remove-extra-subjects"]);
      const stays = dryRun === "client" || plan.isProtected || plan.operation === "none";
      tell(context, plan, stays ? plan.result : await carriedOut(context, target, plan), print, dryRun);
    });
  },
});

const typeOf = ({ resource: { version, kind } }: Target) => `*${version}.${kind}`;

interface Plan {
  /** Whether what is there asks to be left as it is. */
  isProtected: boolean;
  operation: "create" | "update" | "recreate" | "none";
  result: Thing;
  rules: { missing: readonly PolicyRule[]; extra: readonly PolicyRule[]; removes: boolean };
  subjects: { missing: readonly Subject[]; extra: readonly Subject[]; removes: boolean };
}

type Subject = NonNullable<RoleBinding["subjects"]>[number];
type Role = Thing & Pick<ClusterRole, "rules" | "aggregationRule">;
type Binding = Thing & Pick<RoleBinding, "roleRef" | "subjects">;

async function planOf({ kube }: Context, target: Target, wanted: Thing, removesRules: boolean, removesSubjects: boolean): Promise<Plan> {
  let now: Thing | undefined;
  try {
    // The real one looks only where the file says that the object is.
    if (!target.isPlaced) now = await kube.server.get(targetPath(target));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const isBinding = wanted.kind.endsWith("Binding");
  const isProtected = now?.metadata.annotations?.[protection] === "false";
  const none = { missing: [], extra: [], removes: false };
  const metadata = now ? together(now, wanted) : wanted.metadata;
  if (isBinding) {
    const [a, b] = [now as Binding | undefined, wanted as Binding];
    if (a && sortedJson(a.roleRef) !== sortedJson(roleOf(b)))
      return { isProtected, operation: "recreate", result: wanted, rules: none, subjects: none };
    const [before, after] = [a?.subjects ?? [], (b.subjects ?? []).map(filled)];
    const missing = after.filter((subject) => !before.some((other) => sameSubject(subject, other)));
    const extra = before.filter((subject) => !after.some((other) => sameSubject(subject, other)));
    const subjects = removesSubjects ? (missing.length + extra.length > 0 ? after : before) : [...before, ...missing];
    const result = { ...(a ?? b), metadata, roleRef: roleOf(b), subjects: a ? subjects : after } as Thing;
    return { isProtected, operation: operationOf(now, result), result, rules: none, subjects: { missing, extra, removes: removesSubjects } };
  }
  const [a, b] = [now as Role | undefined, wanted as Role];
  const [before, after] = [(a?.rules ?? []).flatMap(single), (b.rules ?? []).flatMap(single)];
  const missing = a ? after.filter((rule) => !before.some((other) => covers(other, rule))) : (b.rules ?? []);
  const extra = before.filter((rule) => !after.some((other) => covers(other, rule)));
  const isWhole = !a || (removesRules && missing.length + extra.length > 0);
  const rules = isWhole ? (b.rules ?? null) : [...(a.rules ?? []), ...missing];
  const aggregation = b.aggregationRule ?? a?.aggregationRule;
  // Of a role that is put together of others, the rules are not its own.
  const own = aggregation ? { aggregationRule: aggregation, rules: a ? (a.rules?.length ? a.rules : null) : rules } : { rules };
  const result = { ...(a ?? b), metadata, ...own } as Thing;
  const told = aggregation ? none : { missing, extra, removes: removesRules };
  return { isProtected, operation: operationOf(now, result), result, rules: told, subjects: none };
}

const operationOf = (now: Thing | undefined, result: Thing): Plan["operation"] => {
  if (!now) return "create";
  return sortedJson(now) === sortedJson(result) ? "none" : "update";
};

/** The metadata with labels and annotations of both. */
function together(now: Thing, { metadata: { labels, annotations } }: Thing): Thing["metadata"] {
  return {
    ...now.metadata,
    ...(labels ? { labels: { ...now.metadata.labels, ...labels } } : {}),
    ...(annotations ? { annotations: { ...now.metadata.annotations, ...annotations } } : {}),
  };
}

const protection = "rbac.authorization.kubernetes.io/autoupdate";
const api = "rbac.authorization.k8s.io";
const roleOf = ({ roleRef }: Binding) => ({ apiGroup: roleRef.apiGroup || api, kind: roleRef.kind, name: roleRef.name });
const filled = (subject: Subject): Subject => (subject.kind === "ServiceAccount" || subject.apiGroup ? subject : { ...subject, apiGroup: api });
const sameSubject = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind && a.name === b.name && (a.namespace ?? "") === (b.namespace ?? "") && (a.apiGroup ?? "") === (b.apiGroup ?? "");

/** A rule as rules of one verb and one thing each. */
function single(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const names: (string | undefined)[] = resourceNames.length > 0 ? resourceNames : [undefined];
  const things = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.map((name) => ({ apiGroups: [group], resources: [resource], ...(name === undefined ? {} : { resourceNames: [name] }) })),
    ),
  );
  const urls = nonResourceURLs.map((url) => ({ nonResourceURLs: [url] }));
  return [...things, ...urls].flatMap((thing) => verbs.map((verb) => ({ verbs: [verb], ...thing })));
}

function covers(owner: PolicyRule, wanted: PolicyRule): boolean {
  const has = (list: readonly string[] | undefined, values: readonly string[] | undefined) =>
    (values ?? []).every((value) => list?.includes(value) || list?.includes("*"));
  const named =
    (owner.resourceNames ?? []).length === 0 || ((wanted.resourceNames ?? []).length > 0 && has(owner.resourceNames, wanted.resourceNames));
  return (
    has(owner.verbs, wanted.verbs) &&
    has(owner.apiGroups, wanted.apiGroups) &&
    has(owner.resources, wanted.resources) &&
    has(owner.nonResourceURLs, wanted.nonResourceURLs) &&
    named
  );
}

async function carriedOut({ kube }: Context, target: Target, { operation, result }: Plan): Promise<Thing> {
  if (target.isPlaced) throw new CommandError("resource name may not be empty");
  const path = targetPath(target);
  if (operation === "update") return kube.server.send("PUT", path, { body: result });
  if (operation === "recreate") await kube.server.send("DELETE", path, { body: { kind: "DeleteOptions", apiVersion: "v1" } });
  if (target.resource.namespaced) await ensureNamespace(kube, target.namespace);
  return kube.server.send("POST", pathOf(target.resource, target.namespace), { body: result });
}

/** Makes the namespace of a role where it is missing, for those who may. */
async function ensureNamespace({ server }: Context["kube"], name: string): Promise<void> {
  const may = (error: unknown) => error instanceof ServerError && ["NotFound", "Forbidden", "AlreadyExists"].includes(error.reason);
  try {
    await server.get(`/api/v1/namespaces/${name}`);
  } catch (error) {
    if (!may(error)) throw error;
    try {
      await server.send("POST", "/api/v1/namespaces", { body: { kind: "Namespace", apiVersion: "v1", metadata: { name } } });
    } catch (refused) {
      if (!may(refused)) throw refused;
    }
  }
}

function tell(
  { kube, out }: Context,
  { operation, rules, subjects, isProtected }: Plan,
  result: Thing,
  print: ((object: Thing) => string) | undefined,
  dryRun: "none" | "client",
): void {
  out.print(print ? print(result) : doneText(result, "reconciled", dryRun));
  if (operation === "none") return;
  const caveat = isProtected ? `, but object opted out (${protection}: false)` : "";
  kube.warn(`\treconciliation required ${operation}${caveat}`);
  const list = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    kube.warn(`\t${title}:`);
    for (const line of lines) kube.warn(`\t\t{${line}}`);
  };
  list("missing rules added", rules.missing.map(ruleText));
  if (rules.removes) list("extra rules removed", rules.extra.map(ruleText));
  list("missing subjects added", subjects.missing.map(subjectText));
  if (subjects.removes) list("extra subjects removed", subjects.extra.map(subjectText));
}

const ruleText = ({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string =>
  [
    `Verbs:[${verbs.join(" ")}]`,
    `APIGroups:[${apiGroups.join(" ")}]`,
    `Resources:[${resources.join(" ")}]`,
    `ResourceNames:[${resourceNames.join(" ")}]`,
    `NonResourceURLs:[${nonResourceURLs.join(" ")}]`,
  ].join(" ");

const subjectText = ({ kind, apiGroup = "", name, namespace = "" }: Subject): string =>
  `Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}`;
