import { effective } from "#machinery/pod-amounts.ts";
import { compareQuantities, formatQuantity, type Quantity, quantity } from "#machinery/quantity.ts";
import { forbidden } from "#machinery/status.ts";
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

type Amounts = Readonly<Record<string, string>>;

/**
 * Gives containers what a namespace's LimitRanges give those that say nothing, and refuses who asks for too little or too much.
 * https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export const limitRanger = definePlugin<Pod | PersistentVolumeClaim>({
  name: "LimitRanger",
  operations: ["CREATE", "UPDATE"],
  resources: ["pods", "persistentvolumeclaims", "pods/resize"],

  mutate(request) {
    if (request.operation !== "CREATE" || request.resource.name !== "pods") return;
    for (const { spec } of request.api.list<LimitRange>("limitranges", { namespace: request.namespace }))
      request.object = withDefaults(request.object as Pod, spec.limits ?? []);
  },

  validate({ operation, resource, subresource, object, name, namespace, api }) {
    if (resource.name === "pods" && operation === "UPDATE" && subresource !== "resize") return;
    for (const { spec } of api.list<LimitRange>("limitranges", { namespace })) {
      const limits = spec.limits ?? [];
      const problems = [...(resource.name === "pods" ? podProblems(object as Pod, limits) : claimProblems(object as PersistentVolumeClaim, limits))];
      if (problems.length === 0) continue;
      const why = problems.length === 1 ? (problems[0] ?? "") : `[${[...new Set(problems)].join(", ")}]`;
      throw forbidden(resource.on, name || object.metadata.generateName || "", why);
    }
  },
});

function withDefaults(pod: Pod, limits: readonly LimitRangeItem[]): Pod {
  const ofContainers = limits.filter(({ type }) => type === "Container");
  const defaults = {
    requests: Object.assign({}, ...ofContainers.map(({ defaultRequest }) => defaultRequest)) as Amounts,
    limits: Object.assign({}, ...ofContainers.map((item) => item.default)) as Amounts,
  };
  const told: string[] = [];
  const filled = (containers: Container[] | undefined, what: string) => containers?.map((container) => withAmounts(container, defaults, what, told));
  const containers = filled(pod.spec.containers, "container") ?? [];
  const initContainers = filled(pod.spec.initContainers, "init container");
  if (told.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, "kubernetes.io/limit-ranger": `LimitRanger plugin set: ${told.join("; ")}` };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec: { ...pod.spec, containers, ...(initContainers ? { initContainers } : {}) } };
}

function withAmounts(container: Container, defaults: { requests: Amounts; limits: Amounts }, what: string, told: string[]): Container {
  let resources = container.resources ?? {};
  for (const [field, word] of [
    ["requests", "request"],
    ["limits", "limit"],
  ] as const) {
    const given = resources[field] ?? {};
    const missing = Object.keys(defaults[field]).filter((resource) => !Object.hasOwn(given, resource));
    if (missing.length === 0) continue;
    told.push(`${missing.sort().join(", ")} ${word} for ${what} ${container.name}`);
    resources = { ...resources, [field]: { ...defaults[field], ...given } };
  }
  return resources === container.resources ? container : { ...container, resources };
}

function* podProblems({ spec }: Pod, limits: readonly LimitRangeItem[]): Iterable<string> {
  for (const limit of limits) {
    if (limit.type === "Container")
      for (const { resources } of [...spec.containers, ...(spec.initContainers ?? [])])
        yield* outside(limit, quantities(resources?.requests), quantities(resources?.limits));
    if (limit.type !== "Pod") continue;
    const requests = effective(spec, (container) => container.resources?.requests);
    const most = effective(spec, (container) => container.resources?.limits);
    for (const [name, amount] of quantities(spec.resources?.requests)) requests.set(name, amount);
    for (const [name, amount] of quantities(spec.resources?.limits)) most.set(name, amount);
    yield* outside(limit, requests, most);
  }
}

type Found = ReadonlyMap<string, Quantity>;

const quantities = (amounts: Amounts | undefined): Found => new Map(Object.entries(amounts ?? {}).map(([name, amount]) => [name, quantity(amount)]));

/** What is outside an item's bounds. */
function* outside({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, requests: Found, limits: Found): Iterable<string> {
  for (const [resource, least] of sorted(min)) {
    const says = `minimum ${resource} usage per ${type} is ${least}`;
    const [request, limit] = [requests.get(resource), limits.get(resource)];
    if (!request) yield `${says}.  No request is specified`;
    else if (isLess(request, least)) yield `${says}, but request is ${formatQuantity(request)}`;
    else if (limit && isLess(limit, least)) yield `${says}, but limit is ${formatQuantity(limit)}`;
  }
  for (const [resource, most] of sorted(max)) {
    const says = `maximum ${resource} usage per ${type} is ${most}`;
    const [request, limit] = [requests.get(resource), limits.get(resource)];
    if (!limit) yield `${says}.  No limit is specified`;
    else if (isMore(limit, most)) yield `${says}, but limit is ${formatQuantity(limit)}`;
    else if (request && isMore(request, most)) yield `${says}, but request is ${formatQuantity(request)}`;
  }
  for (const [resource, most] of sorted(maxLimitRequestRatio)) {
    const says = `${resource} max limit to request ratio per ${type} is ${most}`;
    const [request, limit] = [requests.get(resource), limits.get(resource)];
    if (!request || request.nano === 0n) yield `${says}, but no request is specified or request is 0`;
    else if (!limit || limit.nano === 0n) yield `${says}, but no limit is specified or limit is 0`;
    else {
      const ratio = Number(limit.nano) / Number(request.nano);
      if (ratio > Number(quantity(most).nano) / 1e9) yield `${says}, but provided ratio is ${ratio.toFixed(6)}`;
    }
  }
}

function* claimProblems({ spec }: PersistentVolumeClaim, limits: readonly LimitRangeItem[]): Iterable<string> {
  const requests = quantities(spec.resources?.requests);
  for (const { type, min, max } of limits) {
    if (type !== "PersistentVolumeClaim") continue;
    for (const [bounds, word, isWrong] of [
      [min, "minimum", isLess],
      [max, "maximum", isMore],
    ] as const)
      for (const [resource, bound] of sorted(bounds)) {
        const request = requests.get(resource);
        const says = `${word} ${resource} usage per ${type} is ${bound}`;
        if (!request) yield `${says}.  No request is specified`;
        else if (isWrong(request, bound)) yield `${says}, but request is ${formatQuantity(request)}`;
      }
  }
}

const isLess = (amount: Quantity, than: string) => compareQuantities(amount, quantity(than)) < 0;
const isMore = (amount: Quantity, than: string) => compareQuantities(amount, quantity(than)) > 0;
const sorted = (amounts: Amounts | undefined) => Object.entries(amounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
