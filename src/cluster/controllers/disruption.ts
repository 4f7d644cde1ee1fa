import { equal } from "#base/equal.ts";
import type { Api, WatchEvent } from "#machinery/client.ts";
import { type ControllerContext, defineController } from "#machinery/controller.ts";
import { controllerOf, type KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import { formatTime, parseTime } from "#machinery/time.ts";
import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from "#machinery/types.ts";
import { isReady } from "./pods.ts";
import { share } from "./share.ts";

const resource = "poddisruptionbudgets.policy";
/** A pod whose eviction was allowed counts as gone until then; if it is still there, nobody deleted it. */
const patience = 120_000;

/** Counts how many pods may still be evicted. https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export const disruptionController = defineController<PodDisruptionBudget>({
  name: "controllermanager",
  watches: resource,
  concerns: { pods: budgetsOf },

  async reconcile(budget, context) {
    const { api, clock, event } = context;
    const { namespace, generation } = budget.metadata;
    const matches = matcher(budget.spec.selector);
    const pods = api.list<Pod>("pods", { namespace }).filter(({ metadata }) => matches(metadata.labels));
    if (pods.length === 0) await event(budget, "Normal", "NoPods", "No matching pods found");

    const wanted = await wantedOf(budget, pods, context);
    const disruptedPods = await stillExpected(budget, pods, context);
    const currentHealthy = pods.filter((pod) => !pod.metadata.deletionTimestamp && !disruptedPods[pod.metadata.name] && isReady(pod)).length;
    const spare = wanted ? currentHealthy - wanted.desiredHealthy : 0;
    const disruptionsAllowed = wanted && wanted.expectedPods > 0 ? Math.max(0, spare) : 0;
    const status: PodDisruptionBudgetStatus = {
      conditions: withAllowed(budget, wanted ? (disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods") : "SyncFailed", clock.now()),
      currentHealthy,
      desiredHealthy: wanted?.desiredHealthy ?? 0,
      disruptionsAllowed,
      expectedPods: wanted?.expectedPods ?? 0,
      ...(Object.keys(disruptedPods).length ? { disruptedPods } : {}),
      observedGeneration: generation ?? 0,
    };
    if (!equal(status, budget.status)) await api.updateStatus<PodDisruptionBudget>(resource, { ...budget, status });
    const ends = Object.values(disruptedPods).map((time) => parseTime(time) + patience);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  },
});

function* budgetsOf({ object, old }: WatchEvent, { api }: ControllerContext): Iterable<string> {
  const { namespace } = object.metadata;
  for (const { metadata, spec } of api.list<PodDisruptionBudget>(resource, { namespace })) {
    const matches = matcher(spec.selector);
    if (matches(object.metadata.labels) || (old && matches(old.metadata.labels))) yield `${namespace}/${metadata.name}`;
  }
}

interface Wanted {
  expectedPods: number;
  desiredHealthy: number;
}

/** How many pods there should be and how many of them healthy; undefined where that cannot be said. */
async function wantedOf(budget: PodDisruptionBudget, pods: readonly Pod[], { api, event }: ControllerContext): Promise<Wanted | undefined> {
  const { minAvailable, maxUnavailable } = budget.spec;
  if (maxUnavailable === undefined && typeof minAvailable !== "string") return { expectedPods: pods.length, desiredHealthy: minAvailable ?? 0 };
  try {
    const expectedPods = scaleOf(pods, api);
    const desiredHealthy =
      maxUnavailable === undefined
        ? share(minAvailable, expectedPods, Math.ceil)
        : Math.max(0, expectedPods - share(maxUnavailable, expectedPods, Math.ceil));
    return { expectedPods, desiredHealthy };
  } catch (error) {
    if (!(error instanceof NoScale)) throw error;
    await event(budget, "Warning", "CalculateExpectedPodCountFailed", `Failed to calculate the number of expected pods: ${error.message}`);
    return undefined;
  }
}

class NoScale extends Error {}

const scalable = ["ReplicaSet", "ReplicationController", "StatefulSet", "Deployment"];

/** How many replicas those who made the pods want, each counted once. */
function scaleOf(pods: readonly Pod[], api: Api): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = ownerOf(pod, api);
    if (!owner) throw new NoScale(`found no controller ref for pod "${pod.metadata.name}"`);
    // The scale of a replica set that a deployment made is the deployment's.
    const above = owner.kind === "ReplicaSet" ? ownerOf(owner, api) : undefined;
    const scaled = above?.kind === "Deployment" ? above : owner;
    if (!scalable.includes(scaled.kind)) throw new NoScale(`${scaled.apiVersion}, Kind=${scaled.kind} does not implement the scale subresource`);
    scales.set(scaled.metadata.uid ?? "", (scaled as KubeObject & { spec: { replicas?: number } }).spec.replicas ?? 1);
  }
  return [...scales.values()].reduce((sum, scale) => sum + scale, 0);
}

function ownerOf(object: KubeObject, api: Api): KubeObject | undefined {
  const reference = controllerOf(object);
  const served = reference && api.resourceOf(reference.apiVersion, reference.kind);
  return served && api.get(served.resource, reference.name, object.metadata.namespace);
}

/** The pods whose eviction was allowed and that are still to go. */
async function stillExpected(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  { clock, event }: ControllerContext,
): Promise<Record<string, string>> {
  const expected: Record<string, string> = {};
  for (const [name, time] of Object.entries(budget.status.disruptedPods ?? {})) {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    if (!pod || pod.metadata.deletionTimestamp) continue;
    if (parseTime(time) + patience > clock.now()) expected[name] = time;
    else {
      const { namespace, name: of } = budget.metadata;
      await event(pod, "Warning", "NotDeleted", `Pod was expected by PDB ${namespace}/${of} to be deleted but it wasn't`);
    }
  }
  return expected;
}

function withAllowed(
  { metadata, status }: PodDisruptionBudget,
  reason: "SufficientPods" | "InsufficientPods" | "SyncFailed",
  now: number,
): Condition[] {
  const type = "DisruptionAllowed";
  const value = reason === "SufficientPods" ? "True" : "False";
  const old = status.conditions?.find((condition) => condition.type === type);
  const others = status.conditions?.filter((condition) => condition !== old) ?? [];
  const lastTransitionTime = old?.status === value ? old.lastTransitionTime : formatTime(now);
  return [...others, { type, status: value, observedGeneration: metadata.generation ?? 0, lastTransitionTime, reason, message: "" }];
}
