import { addQuantities, compareQuantities, formatQuantity, type Quantity, quantity, subtractQuantities, zero } from "#machinery/quantity.ts";
import { isInScope, type Usage, usageOf } from "#machinery/quota.ts";
import { forbidden, StatusError } from "#machinery/status.ts";
import type { Pod, ResourceQuota } from "#machinery/types.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";

/** Refuses what would use more than a namespace's quotas leave, and charges them with what is let in. */
export const resourceQuota = definePlugin({
  name: "ResourceQuota",
  operations: ["CREATE", "UPDATE"],

  validate(request) {
    const { resource, namespace, api, operation } = request;
    if (!resource.namespaced || (operation === "UPDATE" && !changing.has(resource.name))) return;
    if (api.list("resourcequotas", { namespace }).length > 0) return account(request);
  },
});

async function account(request: AdmissionRequest): Promise<void> {
  const { resource, namespace, api, object, old } = request;
  const requested = old ? difference(usageOf(resource.name, object), usageOf(resource.name, old)) : usageOf(resource.name, object);
  for (let attempt = 1; ; attempt++) {
    const quotas = api
      .list<ResourceQuota>("resourcequotas", { namespace })
      .filter((quota) => counts(quota, requested) && isInScope(quota, resource.name, object));
    for (const quota of quotas) mustFit(quota, requested, request);
    if (request.dryRun) return;
    try {
      for (const quota of quotas) await charge(quota, requested, request);
      return;
    } catch (error) {
      // Somebody else was charged at the same time: whether it still fits is seen by what is used now.
      if (!(error instanceof StatusError && error.reason === "Conflict") || attempt === 4) throw error;
    }
  }
}

/** Resources of which an update may use more than before. */
const changing = new Set(["services", "persistentvolumeclaims", "pods"]);

const difference = (now: Usage, before: Usage): Usage =>
  new Map([...now].map(([name, amount]) => [name, subtractQuantities(amount, before.get(name) ?? zero)]));

const counts = ({ status }: ResourceQuota, requested: Usage) => Object.keys(status?.hard ?? {}).some((name) => requested.has(name));

const names = (amounts: readonly (readonly [string, Quantity])[]) => amounts.map(([name, amount]) => `${name}=${formatQuantity(amount)}`).join(",");

function mustFit(quota: ResourceQuota, requested: Usage, { resource, object, operation, name }: AdmissionRequest): void {
  const { hard = {}, used = {} } = quota.status ?? {};
  const refuse = (why: string) => forbidden(resource.on, name || object.metadata.generateName || "", why);
  const quotaName = quota.metadata.name ?? "";
  if (resource.name === "pods" && operation === "CREATE") {
    const missing = unsaid(object as Pod, Object.keys(hard));
    if (missing) throw refuse(`failed quota: ${quotaName}: must specify ${missing}`);
  }
  const unknown = Object.keys(hard).filter((each) => requested.has(each) && used[each] === undefined);
  if (unknown.length > 0) throw refuse(`status unknown for quota: ${quotaName}, resources: ${unknown.sort().join(",")}`);

  const exceeded = Object.keys(hard)
    .sort()
    .filter((each) => {
      const amount = requested.get(each);
      return amount && amount.nano > 0n && compareQuantities(addQuantities(quantity(used[each]), amount), quantity(hard[each])) > 0;
    });
  if (exceeded.length === 0) return;
  const of = (amount: (each: string) => Quantity) => names(exceeded.map((each) => [each, amount(each)] as const));
  throw refuse(
    `exceeded quota: ${quotaName}, requested: ${of((each) => requested.get(each) ?? zero)}, used: ${of((each) => quantity(used[each]))}, limited: ${of((each) => quantity(hard[each]))}`,
  );
}

const mustBeSaid = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

/** What a quota counts and containers leave open. */
function unsaid({ spec }: Pod, hard: readonly string[]): string | undefined {
  if (spec.resources) return undefined;
  const wanted = mustBeSaid.filter((name) => hard.includes(name)).sort();
  const missing = wanted.flatMap((name) => {
    const containers = [...spec.containers, ...(spec.initContainers ?? [])].filter(({ resources }) => {
      const [kind, resource = ""] = name.includes(".") ? name.split(".") : ["requests", name];
      return (kind === "limits" ? resources?.limits : resources?.requests)?.[resource] === undefined;
    });
    const who = [...new Set(containers.map((container) => container.name))].sort();
    return who.length > 0 ? [`${name} for: ${who.join(",")}`] : [];
  });
  return missing.length > 0 ? missing.join("; ") : undefined;
}

async function charge(quota: ResourceQuota, requested: Usage, { api }: AdmissionRequest): Promise<void> {
  const { hard = {}, used = {} } = quota.status ?? {};
  const next: Record<string, string> = { ...used };
  for (const name of Object.keys(hard)) {
    const amount = requested.get(name);
    if (amount && amount.nano !== 0n) next[name] = formatQuantity(addQuantities(quantity(used[name]), amount));
  }
  await api.updateStatus<ResourceQuota>("resourcequotas", { ...quota, status: { ...quota.status, used: next } });
}
