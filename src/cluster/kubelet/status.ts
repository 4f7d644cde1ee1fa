import { podLimits, podRequests, type Resources } from "#machinery/pod-resources.ts";
import { formatQuantity } from "#machinery/quantity.ts";
import { formatTime } from "#machinery/time.ts";
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from "#machinery/types.ts";
import { condition, conditionsOf } from "./conditions.ts";
import { type Declared, declared, declaredNamed, hasStarted, isReady, isSidecar, wouldStart } from "./containers.ts";
import { phaseOf } from "./phase.ts";
import { type ContainerKind, type ContainerRecord, newest, type PodRecord, previous, running } from "./record.ts";
import { resizeConditions } from "./resize.ts";
import { restartsAfter } from "./restart.ts";

/** What a status says of the node. */
export interface StatusContext {
  readonly now: number;
  readonly hostIP: string;
  /** Who a container runs as. */
  readonly user: (container: Container) => { uid: number; gid: number; groups: readonly number[] };
}

export interface StatusNow {
  readonly status: PodStatus;
  /** What the phase will be once nothing can run any more: Succeeded and Failed are shown only then. */
  readonly phase: NonNullable<PodStatus["phase"]>;
}

/** The status of a pod as it is to be written now. */
export function statusOf(pod: Pod, record: PodRecord, context: StatusContext): StatusNow {
  const phase = "Failed";
  if (record.rejected) return { phase, status: { ...rejectedStatus(pod, record), phase, ...record.rejected } };

  const before = pod.status ?? {};
  const over = record.stage !== "running" && !record.orphan;
  const statuses = allStatuses(pod, record, context);
  const natural = restarting(pod, record) ? "Running" : phaseOf(pod, statuses, over);
  const ended = endingOf(record, natural);
  const judged = ended && !ended.evicted ? "Failed" : natural;

  // Whoever is gone without having come to an end has failed.
  const final = ended ? "Failed" : record.stage === "terminated" && !isTerminal(natural) ? "Failed" : natural;
  const hidden = isTerminal(final) && !isDown(record);
  const shown = hidden ? (before.phase ?? "Pending") : final;
  const why = hidden ? undefined : ended;
  const conditions = conditionsNow(pod, record, { ...statuses, phase: judged }, context, hidden ? undefined : record.ended?.disruption);
  const ip = pod.spec.hostNetwork ? context.hostIP : record.sandbox?.ip || (isForgotten(record) ? undefined : before.podIP);

  const status: PodStatus = {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: shown,
    conditions,
    ...(why ? { message: why.message, reason: why.reason } : {}),
    hostIP: context.hostIP,
    hostIPs: [{ ip: context.hostIP }],
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: formatTime(record.startTime),
    ...(record.stage === "terminated" ? withLost(pod, record, statuses) : statuses),
    ...(before.qosClass ? { qosClass: before.qosClass } : {}),
    ...resourcesOf(pod),
  };
  return { status, phase: final };
}

const isTerminal = (phase: PodStatus["phase"]) => phase === "Failed" || phase === "Succeeded";

/** Whether nothing of a pod can run any more: only then it may be said to have come to an end. */
const isDown = (record: PodRecord) =>
  record.stage === "terminated" || (record.stage === "terminating" && running(record).length === 0 && !record.sandbox?.ready);

/** A kubelet that was started anew finds nothing any more of a pod that had come to its end. */
const isForgotten = ({ stage, sandbox }: PodRecord) => stage === "terminated" && !sandbox;

/** Why a pod ends before its time. Who is evicted and still ends well has come to a good end. */
const endingOf = ({ ended, stage }: PodRecord, natural: PodStatus["phase"]) =>
  ended?.evicted && stage !== "running" && natural === "Succeeded" ? undefined : ended;

function rejectedStatus(pod: Pod, { startTime }: PodRecord): PodStatus {
  const { qosClass } = pod.status ?? {};
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    startTime: formatTime(startTime),
    ...(qosClass ? { qosClass } : {}),
  };
}

function allStatuses(pod: Pod, record: PodRecord, context: StatusContext): Partial<PodStatus> {
  return {
    ...(pod.spec.initContainers?.length ? { initContainerStatuses: statusesOf("init", pod, record, context) } : {}),
    containerStatuses: statusesOf("container", pod, record, context).sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(pod.spec.ephemeralContainers?.length ? { ephemeralContainerStatuses: statusesOf("ephemeral", pod, record, context) } : {}),
  };
}

/** The conditions as they are now. What disrupted a pod is told with its end, not before. */
function conditionsNow(
  pod: Pod,
  record: PodRecord,
  status: PodStatus,
  { now }: StatusContext,
  disruption: string | undefined,
): PodStatus["conditions"] {
  const ready = record.sandbox?.ready === true && record.sandbox.ip !== "";
  const conditions = conditionsOf(pod, status, ready, resizeConditions(record.resize), formatTime(now));
  return disruption ? withDisruption(conditions, disruption, record.ended?.message ?? "", pod, now) : conditions;
}

/** Containers that should have been there when their pod ended, and were not. */
function withLost(pod: Pod, record: PodRecord, statuses: Partial<PodStatus>): Partial<PodStatus> {
  const marked = (kind: ContainerKind, list: readonly ContainerStatus[] | undefined) =>
    list?.map((status): ContainerStatus => {
      const container = declaredNamed(pod.spec, status.name)?.container;
      return status.state?.waiting && container && isMissed(kind, container, pod, record) ? { ...status, state: { terminated: lost } } : status;
    });
  const init = marked("init", statuses.initContainerStatuses);
  const plain = marked("container", statuses.containerStatuses);
  return { ...statuses, ...(init ? { initContainerStatuses: init } : {}), ...(plain ? { containerStatuses: plain } : {}) };
}

/** A container's own restart rule may keep a pod alive whose policy would let it end. */
function restarting(pod: Pod, record: PodRecord): boolean {
  if (record.stage !== "running" || pod.metadata.deletionTimestamp) return false;
  return pod.spec.containers.some((container) => {
    if (!container.restartPolicy && !container.restartPolicyRules) return false;
    const last = newest(record, container.name);
    return last?.state === "exited" && restartsAfter(last.exitCode, container, pod.spec);
  });
}

function withDisruption(conditions: PodStatus["conditions"], reason: string, message: string, pod: Pod, now: number) {
  const verdict = { status: "True", reason, message };
  const one = condition("DisruptionTarget", verdict, pod.status?.conditions ?? [], pod.metadata.generation, formatTime(now));
  return [one, ...(conditions ?? []).filter(({ type }) => type !== "DisruptionTarget")];
}

function statusesOf(kind: ContainerKind, pod: Pod, record: PodRecord, context: StatusContext): ContainerStatus[] {
  const statuses: ContainerStatus[] = [];
  for (const one of declared(pod.spec)) if (one.kind === kind) statuses.push(containerStatus(one, pod, record, context));
  return statuses;
}

function containerStatus({ kind, container }: Declared, pod: Pod, record: PodRecord, context: StatusContext): ContainerStatus {
  const last = newest(record, container.name);
  const ended = previous(record, container.name);
  const creating = pod.spec.initContainers?.length ? "PodInitializing" : "ContainerCreating";
  let state: ContainerState = last ? stateOf(last, creating) : { waiting: { reason: creating } };
  let lastState: ContainerState = ended && last ? { terminated: terminatedState(ended) } : {};

  const error = record.startErrors[container.name];
  const done = kind === "init" && !isSidecar(container) && last?.state === "exited" && last.exitCode === 0;
  const mayWait = record.stage === "running" && !done && (kind !== "ephemeral" || !last);
  if (error && mayWait && wouldStart(pod, container, record)) {
    if (state.terminated) lastState = state;
    state = { waiting: error.message ? { reason: error.reason, message: error.message } : { reason: error.reason } };
  }

  const plainInit = kind === "init" && !isSidecar(container);
  const ready = kind === "ephemeral" ? false : plainInit ? done : last !== undefined && isReady(last, container);
  const started = last === undefined ? false : plainInit ? last.state === "running" : hasStarted(last, container);
  const image = record.images[container.name];
  const wasCreated = last !== undefined && last.state !== "created";
  return {
    name: container.name,
    state,
    lastState,
    ready,
    restartCount: last ? last.attempt : 0,
    image: wasCreated && image ? image.name : (container.image ?? ""),
    imageID: wasCreated && image ? image.id : "",
    ...(wasCreated ? { containerID: `containerd://${last.id}` } : {}),
    ...(kind === "ephemeral" ? {} : { started }),
    ...(wasCreated ? { ...allocated(container, record), ...(last.state === "running" ? userOf(container, context) : {}) } : {}),
    ...mountsOf(container),
  };
}

const lost = {
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was terminated",
  exitCode: 137,
  // The API shows times that nobody knows as null.
  startedAt: null as unknown as string,
  finishedAt: null as unknown as string,
};

/** Whether a pod that ends should have had this container by now: then its absence is a failure. */
function isMissed(kind: ContainerKind, container: Container, pod: Pod, record: PodRecord): boolean {
  const inits = pod.spec.initContainers ?? [];
  if (kind === "init") {
    const reached = inits.findLastIndex(({ name }) => newest(record, name) !== undefined);
    return inits.indexOf(container) < reached;
  }
  return (
    kind === "container" &&
    inits.every((init) => {
      const last = newest(record, init.name);
      return last !== undefined && (isSidecar(init) ? hasStarted(last, init) : last.state === "exited" && last.exitCode === 0);
    })
  );
}

function stateOf(record: ContainerRecord, creating: string): ContainerState {
  if (record.state === "running") return { running: { startedAt: formatTime(record.startedAt) } };
  if (record.state === "exited") return { terminated: terminatedState(record) };
  return { waiting: { reason: creating } };
}

function terminatedState(record: ContainerRecord): NonNullable<ContainerState["terminated"]> {
  return {
    exitCode: record.exitCode,
    reason: record.reason,
    ...(record.message ? { message: record.message } : {}),
    startedAt: formatTime(record.startedAt),
    finishedAt: formatTime(record.finishedAt),
    containerID: `containerd://${record.id}`,
  };
}

/** What a container was granted, and what it runs with. */
function allocated({ name, resources }: Container, { resize }: PodRecord): Partial<ContainerStatus> {
  const { requests, limits } = resize?.actual[name] ?? resources ?? {};
  return {
    ...(resources?.requests ? { allocatedResources: resources.requests } : {}),
    resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
  };
}

function userOf(container: Container, context: StatusContext): Partial<ContainerStatus> {
  const { uid, gid, groups } = context.user(container);
  return { user: { linux: { uid, gid, supplementalGroups: [...groups] } } };
}

function mountsOf({ volumeMounts }: Container): Partial<ContainerStatus> {
  if (!volumeMounts?.length) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly ? { readOnly, recursiveReadOnly: "Disabled" } : {}),
    })),
  };
}

/** What a pod was granted as a whole, and what its control group then says: of limits those that all of its containers have. */
function resourcesOf(pod: Pod): Partial<PodStatus> {
  const { containers, initContainers = [], resources: own } = pod.spec;
  const all = [...containers, ...initContainers];
  if (!own && all.every(({ resources }) => !resources?.requests && !resources?.limits)) return { resources: {} };
  const granted = written(podRequests(pod));
  const limited = written(podLimits(pod), (name) => Boolean(own?.limits?.[name]) || all.every(({ resources }) => resources?.limits?.[name]));
  const requests = { ...own?.requests, ...only(granted, ["cpu", "memory"]) };
  const limits = { ...own?.limits, ...only(limited, ["cpu", "memory"]) };
  return {
    ...(isEmpty(granted) ? {} : { allocatedResources: granted }),
    resources: { ...(isEmpty(limits) ? {} : { limits }), ...(isEmpty(requests) ? {} : { requests }) },
  };
}

const isEmpty = (record: object) => Object.keys(record).length === 0;

const written = (amounts: Resources, counts = (_: string) => true): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).flatMap(([name, amount]) => (counts(name) ? [[name, formatQuantity(amount)]] : [])));

const only = (amounts: Record<string, string>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => names.includes(name)));
