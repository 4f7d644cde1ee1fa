import type { WatchEvent } from "#machinery/client.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import { controllerOf, type KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { LabelSelector, Pod, PodTemplateSpec, ReplicaSetCondition, ReplicaSetStatus } from "#machinery/types.ts";
import { inDeletionOrder } from "./deletion-order.ts";
import { availableAt, isActive, isReady, isTerminating, podFromTemplate } from "./pods.ts";

/** Pods made or deleted in one look, at most. */
const burst = 500;

export interface Replicated {
  owner: KubeObject;
  /** What belongs to it now. */
  pods: readonly Pod[];
  replicas: number;
  template: PodTemplateSpec | undefined;
  /** Pods that do the same work: one stands first in line to go where they crowd. */
  related(): readonly Pod[];
}

export interface Failure {
  reason: "FailedCreate" | "FailedDelete";
  error: unknown;
}

/** Makes the number of active pods what it should be, as far as it can. */
export async function replicate(wanted: Replicated, context: ControllerContext): Promise<Failure | undefined> {
  const active = wanted.pods.filter(isActive);
  const missing = wanted.replicas - active.length;
  if (missing > 0) return await create(Math.min(missing, burst), wanted, context);
  if (missing < 0) return await remove(surplus(active, -missing, wanted, context.clock.now()).slice(0, burst), wanted.owner, context);
  return undefined;
}

async function create(count: number, { owner, template }: Replicated, { api, event }: ControllerContext): Promise<Failure | undefined> {
  const pod = podFromTemplate(template, owner);
  // In batches of 1, 2, 4 …, so that what cannot be made, for a quota say, is not tried five hundred times. The first failure ends the batch's successors.
  for (let batch = 1, made = 0; made < count; made += batch, batch = Math.min(2 * batch, count - made)) {
    let failure: Failure | undefined;
    for (let i = 0; i < batch; i++) {
      try {
        const created = await api.create<Pod>("pods", pod);
        await event(owner, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating")) throw error;
        failure = { reason: "FailedCreate", error };
        await event(owner, "Warning", "FailedCreate", `Error creating: ${error.message}`);
      }
    }
    if (failure) return failure;
  }
  return undefined;
}

async function remove(pods: readonly Pod[], owner: KubeObject, { api, event }: ControllerContext): Promise<Failure | undefined> {
  for (const { metadata } of pods) {
    try {
      await api.delete("pods", metadata.name, metadata.namespace, { preconditions: metadata.uid ? { uid: metadata.uid } : {} });
      await event(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${metadata.name}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code === 404) continue;
      await event(owner, "Warning", "FailedDelete", `Error deleting: ${error.message}`);
      return { reason: "FailedDelete", error };
    }
  }
  return undefined;
}

function surplus(active: readonly Pod[], count: number, { related }: Replicated, now: number): readonly Pod[] {
  if (count >= active.length) return active;
  const crowd = new Map<string, number>();
  for (const pod of related()) if (isActive(pod) && pod.spec.nodeName) crowd.set(pod.spec.nodeName, (crowd.get(pod.spec.nodeName) ?? 0) + 1);
  return inDeletionOrder(active, crowd, now).slice(0, count);
}

/** What the status of a replica set counts; zeros are left out as in Kubernetes' own objects. */
export function statusOf(
  pods: readonly Pod[],
  template: PodTemplateSpec | undefined,
  minReadySeconds: number,
  now: number,
): Omit<ReplicaSetStatus, "conditions" | "observedGeneration"> {
  const labels = Object.entries(template?.metadata?.labels ?? {});
  let [replicas, labelled, ready, available, terminating] = [0, 0, 0, 0, 0];
  for (const pod of pods) {
    if (isTerminating(pod)) terminating++;
    if (!isActive(pod)) continue;
    replicas++;
    if (labels.every(([key, value]) => pod.metadata.labels?.[key] === value)) labelled++;
    if (!isReady(pod)) continue;
    ready++;
    if ((availableAt(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY) <= now) available++;
  }
  return {
    replicas,
    ...(labelled ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready ? { readyReplicas: ready } : {}),
    ...(available ? { availableReplicas: available } : {}),
    terminatingReplicas: terminating,
  };
}

/** The conditions with ReplicaFailure as it is now. */
export function withFailure(
  conditions: readonly ReplicaSetCondition[] = [],
  failure: Failure | undefined,
  now: number,
): { conditions?: ReplicaSetCondition[] } {
  const old = conditions.find(({ type }) => type === "ReplicaFailure");
  const others = conditions.filter((condition) => condition !== old);
  if (!failure) return others.length ? { conditions: others } : {};
  if (old?.reason === failure.reason) return { conditions: [...conditions] };
  const message = failure.error instanceof Error ? failure.error.message : String(failure.error);
  return {
    conditions: [...others, { type: "ReplicaFailure", status: "True", lastTransitionTime: formatTime(now), reason: failure.reason, message }],
  };
}

/** When the next ready pod will have been so for `minReadySeconds`. */
export function nextAvailable(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of pods) {
    const at = isActive(pod) ? availableAt(pod, minReadySeconds) : undefined;
    if (at !== undefined && at > now && (next === undefined || at < next)) next = at;
  }
  return next;
}

/** Which owners might adopt a pod that nobody controls. */
export const adopters = <T extends KubeObject>(resource: string, selectorOf: (owner: T) => LabelSelector | undefined) =>
  function* ({ type, object }: WatchEvent, { api }: ControllerContext): Iterable<string> {
    if (type === "DELETED" || controllerOf(object)) return;
    const { namespace, labels = {} } = object.metadata;
    for (const owner of api.list<T>(resource, { namespace })) {
      const selector = selectorOf(owner);
      if (selector && matcher(selector)(labels)) yield `${namespace}/${owner.metadata.name}`;
    }
  };
