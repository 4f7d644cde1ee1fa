import type { Api } from "#machinery/client.ts";
import { defineFreeController } from "#machinery/controller.ts";
import { addQuantities, formatQuantity, quantity, zero } from "#machinery/quantity.ts";
import { countedResource, isInScope, usageOf } from "#machinery/quota.ts";
import type { Pod, ResourceQuota } from "#machinery/types.ts";

/** Says in each quota's status how much of it is used: when it is new or changed, and when something that it counts has gone or ended. */
export const resourceQuotaController = defineFreeController({
  name: "resourcequota-controller",

  start({ api }, queue) {
    const looks = queue(async (key) => {
      const [namespace = "", name = ""] = key.split("/");
      await count(api, name, namespace);
    });
    const keyOf = ({ metadata }: ResourceQuota) => `${metadata.namespace}/${metadata.name}`;
    for (const quota of api.list<ResourceQuota>("resourcequotas")) looks.add(keyOf(quota));
    return api.watchAll(({ type, object, old }, resource) => {
      if (resource === "resourcequotas") {
        const quota = object as ResourceQuota;
        if (type !== "DELETED" && quota.spec !== (old as ResourceQuota | undefined)?.spec) looks.add(keyOf(quota));
        return;
      }
      const { namespace } = object.metadata;
      const hasEnded = resource === "pods" && type === "MODIFIED" && isOver(object as Pod) && !isOver(old as Pod);
      if (namespace === undefined || !(type === "DELETED" || hasEnded || (type === "MODIFIED" && resource === "services"))) return;
      for (const quota of api.list<ResourceQuota>("resourcequotas", { namespace })) if (concerns(quota, resource)) looks.add(keyOf(quota));
    });
  },
});

const isOver = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";
const concerns = ({ spec }: ResourceQuota, resource: string) => Object.keys(spec?.hard ?? {}).some((name) => countedResource(name) === resource);

async function count(api: Api, name: string, namespace: string): Promise<void> {
  const quota = api.get<ResourceQuota>("resourcequotas", name, namespace);
  if (!quota || quota.metadata.deletionTimestamp) return;
  const hard = quota.spec?.hard ?? {};
  const sums = new Map(Object.keys(hard).map((each) => [each, zero]));
  for (const resource of new Set([...sums.keys()].map(countedResource))) {
    if (resource === undefined) continue;
    for (const object of listOf(api, resource, namespace)) {
      if (!isInScope(quota, resource, object)) continue;
      for (const [each, amount] of usageOf(resource, object)) {
        const sum = sums.get(each);
        if (sum) sums.set(each, addQuantities(sum, amount));
      }
    }
  }
  const used = Object.fromEntries(
    [...sums].map(([each, sum]) => [each, formatQuantity(sum.nano === 0n ? { ...sum, format: quantity(hard[each]).format } : sum)]),
  );
  await api.updateStatus<ResourceQuota>("resourcequotas", { ...quota, status: { hard, used } });
}

/** What a quota names need not be served. */
function listOf(api: Api, resource: string, namespace: string) {
  try {
    return api.list(resource, { namespace });
  } catch {
    return [];
  }
}
