import type { Api } from "#machinery/client.ts";
import { deleteOptionsProblems } from "#machinery/delete-options.ts";
import type { KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import { badRequest, conflict, forbidden, internalError, invalid, notFound, type StatusError, tooManyRequests } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Condition, Eviction, Pod, PodCondition, PodDisruptionBudget } from "#machinery/types.ts";
import { defineSubresource } from "../kind.ts";

const budgets = "poddisruptionbudgets.policy";
const tooManyWhy = "Cannot evict pod as it would violate the pod's disruption budget.";

/** Deletes a pod where its disruption budget lets it go. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export const eviction = defineSubresource<Pod>({
  name: "eviction",
  verbs: ["create"],
  sends: { group: "policy", version: "v1", kind: "Eviction" },
  aliases: ["policy/v1beta1"],

  async create(pod, sent, context) {
    const { name, namespace, api, now } = context;
    const { metadata, deleteOptions = {} } = sent as Eviction;
    if (metadata.name !== name) throw badRequest("name in URL does not match name in Eviction object");
    const errors = [...deleteOptionsProblems(deleteOptions)];
    const asked = deleteOptions.dryRun ?? [];
    if (context.dryRun && asked.length > 0 && asked[0] !== "All")
      throw badRequest(`Non-matching dry-run options in request and content: [All] and [${asked.join(" ")}]`);
    if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
    const dryRun = context.dryRun || asked.length > 0;
    if (!pod) throw notFound({ group: "", resource: "pods" }, name);
    checkPreconditions(pod, deleteOptions.preconditions);

    const budget = isOver(pod) ? undefined : budgetOf(api, pod, namespace);
    if (budget && !isUnhealthyEnough(pod, budget)) {
      check(budget);
      if (!dryRun) await api.updateStatus<PodDisruptionBudget>(budgets, spent(budget, name, now));
    }
    if (!dryRun) {
      await context.write(disrupted(pod, now));
      await api.delete("pods", name, namespace, deleteOptions);
    }
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as unknown as KubeObject;
  },
});

function checkPreconditions({ metadata }: Pod, { uid, resourceVersion }: { uid?: string; resourceVersion?: string } = {}): void {
  const on = { group: "", resource: "Pod" };
  if (uid !== undefined && uid !== metadata.uid)
    throw conflict(
      on,
      metadata.name ?? "",
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw conflict(
      on,
      metadata.name ?? "",
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

/** Pods that serve nobody any more, or not yet, or are going anyway: no budget protects them. */
function isOver({ metadata, status: { phase } }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || phase === "Succeeded" || phase === "Failed" || phase === "Pending";
}

function budgetOf(api: Api, { metadata }: Pod, namespace: string): PodDisruptionBudget | undefined {
  const all = api.list<PodDisruptionBudget>(budgets, { namespace }).filter(({ spec }) => matcher(spec?.selector)(metadata.labels));
  if (all.length > 1) throw internalError("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
  return all[0];
}

/** A pod that is not ready may go while enough others are healthy, or always if the budget says so. */
function isUnhealthyEnough({ status: { conditions = [] } }: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (conditions.some(({ type, status }) => type === "Ready" && status === "True")) return false;
  if (spec?.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function check({ metadata, status }: PodDisruptionBudget): void {
  const { observedGeneration = 0, disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status ?? {};
  const refused = (message: string, retryAfterSeconds?: number): StatusError =>
    tooManyRequests(tooManyWhy, { causes: [{ reason: "DisruptionBudget", message }], ...(retryAfterSeconds ? { retryAfterSeconds } : {}) });
  if (observedGeneration < (metadata.generation ?? 0))
    throw refused(`The disruption budget ${metadata.name} is still being processed by the server.`, 10);
  if (disruptionsAllowed < 0)
    throw forbidden({ group: "policy", resource: "poddisruptionbudget" }, metadata.name ?? "", "pdb disruptions allowed is negative");
  if (disruptionsAllowed === 0)
    throw refused(`The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`);
}

/** The budget with one disruption less to give. */
function spent(budget: PodDisruptionBudget, pod: string, now: number): PodDisruptionBudget {
  const { status } = budget;
  const disruptionsAllowed = (status?.disruptionsAllowed ?? 0) - 1;
  const allowed: Condition = {
    type: "DisruptionAllowed",
    status: disruptionsAllowed > 0 ? "True" : "False",
    reason: disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods",
    message: "",
    observedGeneration: status?.observedGeneration ?? 0,
    lastTransitionTime: formatTime(now),
  };
  const conditions = status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === allowed.type);
  const next = before?.status === allowed.status ? { ...allowed, lastTransitionTime: before.lastTransitionTime } : allowed;
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed,
      disruptedPods: { ...status?.disruptedPods, [pod]: formatTime(now) },
      conditions: before ? conditions.map((each) => (each === before ? next : each)) : [...conditions, next],
    } as NonNullable<PodDisruptionBudget["status"]>,
  };
}

/** The pod as it is marked before it goes: whoever replaces it sees that this was no failure of its own. */
function disrupted(pod: Pod, now: number): Pod {
  const target: PodCondition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime: formatTime(now),
  };
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== target.type);
  return { ...pod, status: { ...pod.status, conditions: [...others, target] } };
}
