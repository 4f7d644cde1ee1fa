import type { Draft } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { Container, Job, Pod } from "#machinery/types.ts";
import { inDeletionOrder } from "../deletion-order.ts";
import { isReady, isTerminating, podFromTemplate } from "../pods.ts";
import { nextAttemptAfter } from "./back-off.ts";
import { Indexes } from "./indexes.ts";
import type { Look } from "./look.ts";
import { countsAsFailure } from "./pod-failure-policy.ts";
import { failuresBefore, failuresKey, ignoredFailuresKey, indexKey, indexOf, replacesFailedOnly, trackingFinalizer, untrack } from "./pods.ts";

/** Pods made or deleted in one look, at most. */
const burst = 500;
const longestGeneratedName = 58;

export interface Managed {
  /** When pods may be made that have to wait now. */
  again?: number;
  /** What went wrong: the rest is done all the same. */
  error?: unknown;
}

/** Makes as many pods run as should. Where there are too many, none is made before they are gone. */
export async function manage(look: Look): Promise<Managed> {
  const { job, active, counts, succeeded } = look;
  if (job.spec.suspend) return await remove(active, look, { counted: false });

  const { completions, parallelism = 1 } = job.spec;
  const enough = completions === undefined ? (succeeded > 0 ? active.length : parallelism) : Math.min(completions - succeeded, parallelism);
  const wanted = Math.max(0, enough);
  const surplus = surplusOf(look, Math.max(0, active.length - wanted)).slice(0, burst);
  if (surplus.length > 0) return await remove(surplus, look, { counted: false });
  const missing = wanted - (replacesFailedOnly(job) ? counts.terminating : 0) - active.length;
  return missing > 0 ? await create(Math.min(missing, burst), look) : {};
}

/** Sends pods away. Those that are not to be counted are let go at once. */
export async function remove(
  pods: readonly Pod[],
  { job, counts, context: { api, event } }: Look,
  { counted }: { counted: boolean },
): Promise<Managed> {
  let failure: { error?: unknown } = {};
  for (const pod of pods) {
    const { name, namespace, uid } = pod.metadata;
    try {
      if (!counted) await untrack(pod, api);
      await api.delete("pods", name, namespace, { preconditions: uid ? { uid } : {} });
      await event(job, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code !== 404) {
        await event(job, "Warning", "FailedDelete", `Error deleting: ${error.message}`);
        failure = { error };
        continue;
      }
    }
    counts.active--;
    counts.terminating++;
    if (isReady(pod)) counts.ready--;
  }
  return failure;
}

/** Which active pods should not be there: all but one of an index, those of no index, and the least worth of the others. */
function surplusOf({ job, active, indexes, context }: Look, atLeast: number): Pod[] {
  const leastFirst = inDeletionOrder(active, new Map(), context.clock.now());
  if (!indexes) return leastFirst.slice(0, atLeast);
  const best = new Map<number, Pod>();
  for (const pod of leastFirst) best.set(indexOf(pod, job) ?? -1, pod);
  best.delete(-1);
  const kept = new Set(best.values());
  const doubled = leastFirst.filter((pod) => !kept.has(pod));
  return [...doubled, ...leastFirst.filter((pod) => kept.has(pod)).slice(0, Math.max(0, atLeast - doubled.length))];
}

async function create(count: number, look: Look): Promise<Managed> {
  const { job, indexes, counts, context } = look;
  const now = context.clock.now();
  let wanted: readonly (number | undefined)[] = new Array<undefined>(count).fill(undefined);
  if (look.nextAttempt > now) return { again: look.nextAttempt };
  if (indexes) {
    const pending = pendingIndexes(count, look);
    const times = pending.map((index) => ({ index, at: timeFor(indexes.waiting.get(index)) }));
    wanted = times.filter(({ at }) => at <= now).map(({ index }) => index);
    if (wanted.length === 0) return times.length > 0 ? { again: Math.min(...times.map(({ at }) => at)) } : {};
  }

  // In batches of 1, 2, 4 …, so that what cannot be made, for a quota say, is not tried five hundred times.
  for (let batch = 1, made = 0; made < wanted.length; made += batch, batch = Math.min(2 * batch, wanted.length - made)) {
    let failure: Managed | undefined;
    for (const index of wanted.slice(made, made + batch)) {
      try {
        const pod = await context.api.create<Pod>("pods", podFor(job, index, indexes?.waiting.get(index ?? -1)));
        counts.active++;
        await context.event(job, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating")) continue;
        failure = { error };
        await context.event(job, "Warning", "FailedCreate", `Error creating: ${error.message}`);
      }
    }
    if (failure) return failure;
  }
  return {};
}

const timeFor = (predecessor: Pod | undefined) => (predecessor ? nextAttemptAfter(predecessor) : 0);

function pendingIndexes(count: number, { job, pods, active, indexes }: Look): number[] {
  const indexesOf = (some: readonly Pod[]) => Indexes.of(some.flatMap((pod) => indexOf(pod, job) ?? []));
  const taken = [
    indexesOf(active),
    ...(indexes ? [indexes.succeeded] : []),
    ...(indexes?.failed ? [indexes.failed] : []),
    ...(replacesFailedOnly(job) ? [indexesOf(pods.filter(isTerminating))] : []),
  ];
  return taken.reduce((all, some) => all.union(some), Indexes.none).missing(count, job.spec.completions ?? 0);
}

function podFor(job: Job, index: number | undefined, predecessor: Pod | undefined): Draft<Pod> {
  const pod = podFromTemplate(job.spec.template, job);
  const finalizers = [...new Set([...(pod.metadata.finalizers ?? []), trackingFinalizer])];
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const { spec = { containers: [] } } = pod;
  const { name } = job.metadata;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${name.slice(0, longestGeneratedName - `-${index}-`.length)}-${index}-`,
      labels: { ...pod.metadata.labels, [indexKey]: String(index) },
      annotations: { ...pod.metadata.annotations, [indexKey]: String(index), ...failures(job, predecessor) },
      finalizers,
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndex) } : {}),
      containers: spec.containers.map(withIndex),
    },
  };
}

/** How often the index has failed up to now, for the pod that takes it over. */
function failures(job: Job, predecessor: Pod | undefined): Record<string, string> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (!predecessor) return { [failuresKey]: "0" };
  const { counted, all } = failuresBefore(predecessor);
  const isCounted = countsAsFailure(predecessor, job);
  const ignored = all - counted + (isCounted ? 0 : 1);
  return { [failuresKey]: String(counted + (isCounted ? 1 : 0)), ...(ignored > 0 ? { [ignoredFailuresKey]: String(ignored) } : {}) };
}

const indexVariable = "JOB_COMPLETION_INDEX";

function withIndex(container: Container): Container {
  if (container.env?.some(({ name }) => name === indexVariable)) return container;
  const variable = { name: indexVariable, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexKey}']` } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}
