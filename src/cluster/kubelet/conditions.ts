import type { ContainerStatus, Pod, PodCondition, PodStatus } from "#machinery/types.ts";
import { isSidecar } from "./containers.ts";
import { isResizeCondition } from "./resize.ts";

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

const yes: Verdict = { status: "True" };

/** The conditions that a kubelet owns, in the order in which it writes them. */
export const ownConditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"] as const;

/**
 * The conditions of a pod whose containers stand as given. Those that others set come first; a transition time changes only with the condition's status.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
 */
export function conditionsOf(pod: Pod, status: PodStatus, sandboxReady: boolean, resizing: readonly PodCondition[], now: string): PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const containersReady = containersReadiness(pod, status);
  const verdicts: Readonly<Record<string, Verdict>> = {
    PodReadyToStartContainers: { status: sandboxReady ? "True" : "False" },
    Initialized: initialization(pod, status),
    Ready: readiness(pod, containersReady),
    ContainersReady: containersReady,
    PodScheduled: yes,
  };

  const foreign = before.filter((one) => verdicts[one.type] === undefined && !isResizeCondition(one));
  const own = ownConditions.map((type) => condition(type, verdicts[type] ?? yes, before, pod.metadata.generation, now));
  return [...foreign, ...resizing, ...own];
}

/** One condition as it is now, given the ones before. */
export function condition(
  type: string,
  verdict: Verdict,
  before: readonly PodCondition[],
  generation: number | undefined,
  now: string,
): PodCondition {
  const last = before.find((c) => c.type === type);
  const unchanged = last?.status === verdict.status && last.lastTransitionTime !== undefined;
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: verdict.status,
    // The API shows a probe time on every condition, and nobody ever sets it.
    lastProbeTime: null as unknown as string,
    lastTransitionTime: unchanged ? (last.lastTransitionTime as string) : now,
    ...(verdict.reason ? { reason: verdict.reason } : {}),
    ...(verdict.message ? { message: verdict.message } : {}),
  };
}

function initialization(pod: Pod, status: PodStatus): Verdict {
  const statuses = status.initContainerStatuses ?? [];
  const incomplete = (pod.spec.initContainers ?? []).filter((container) => {
    const one = statuses.find(({ name }) => name === container.name);
    return isSidecar(container) ? !one?.started : !one?.ready;
  });

  if (status.phase === "Succeeded" && incomplete.every(isSidecar)) return { status: "True", reason: "PodCompleted" };
  if (incomplete.length === 0 || anyStarted(status.containerStatuses)) return yes;
  return { status: "False", reason: "ContainersNotInitialized", message: `containers with incomplete status: [${names(incomplete)}]` };
}

function containersReadiness(pod: Pod, status: PodStatus): Verdict {
  if (status.phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (status.phase === "Failed") return { status: "False", reason: "PodFailed" };

  const unready = [
    ...(pod.spec.initContainers ?? []).filter((container) => isSidecar(container) && !isReady(container.name, status.initContainerStatuses)),
    ...pod.spec.containers.filter((container) => !isReady(container.name, status.containerStatuses)),
  ];
  return unready.length === 0
    ? yes
    : { status: "False", reason: "ContainersNotReady", message: `containers with unready status: [${names(unready)}]` };
}

function readiness(pod: Pod, containersReady: Verdict): Verdict {
  if (containersReady.status !== "True") return containersReady;
  const messages: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const gate = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (!gate) messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (gate.status !== "True") messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`);
  }
  return messages.length === 0 ? yes : { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

const isReady = (name: string, statuses: readonly ContainerStatus[] | undefined) => statuses?.some((one) => one.name === name && one.ready) ?? false;

/** Whether a container has run before: then its pod was initialized, whatever its sidecars do now. */
export const anyStarted = (statuses: readonly ContainerStatus[] | undefined): boolean =>
  statuses?.some(({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated) ?? false;

const names = (containers: readonly { name: string }[]) => containers.map(({ name }) => name).join(" ");
