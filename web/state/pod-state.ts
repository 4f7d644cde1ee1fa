import type { ContainerStatus, Pod } from "./objects.ts";

/** How a pod is doing, as a colour tells it. */
export type Tone = "waiting" | "creating" | "ready" | "running" | "failing" | "ending" | "done";

const failures = /BackOff|^Err|Error|Failed|Invalid|OOMKilled|Evicted|DeadlineExceeded|NeverPull|Unknown|NotFound|StartError|NodeLost/;

function wordOf(container: ContainerStatus): string | undefined {
  const { waiting, terminated } = container.state ?? {};
  if (waiting) return waiting.reason;
  if (terminated) return terminated.reason || (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`);
  return undefined;
}

/** The word that `kubectl get pods` shows under STATUS. */
export function statusOf(pod: Pod): string {
  const status = pod.status ?? {};
  let word = status.reason || status.phase || "Unknown";

  const sidecars = new Set(pod.spec.initContainers?.filter((container) => container.restartPolicy === "Always").map((container) => container.name));
  const initial = status.initContainerStatuses ?? [];
  const blocking = initial.findIndex((container) =>
    sidecars.has(container.name) ? !container.started : container.state?.terminated?.exitCode !== 0,
  );
  const stuck = initial[blocking];
  if (stuck) {
    const reason = wordOf(stuck);
    word = reason && reason !== "PodInitializing" ? `Init:${reason}` : `Init:${blocking}/${pod.spec.initContainers?.length ?? 0}`;
  } else {
    let running = false;
    for (const container of [...(status.containerStatuses ?? [])].reverse()) {
      word = wordOf(container) ?? word;
      running ||= container.ready && container.state?.running !== undefined;
    }
    if (word === "Completed" && running)
      word = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ? "Running" : "NotReady";
  }
  if (pod.metadata.deletionTimestamp) word = status.reason === "NodeLost" ? "Unknown" : "Terminating";
  return word;
}

export const restartsOf = (pod: Pod): number => pod.status?.containerStatuses?.reduce((sum, container) => sum + container.restartCount, 0) ?? 0;

export const isReady = (pod: Pod): boolean => pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

export function toneOf(pod: Pod): Tone {
  const word = statusOf(pod);
  if (word === "Terminating") return "ending";
  if (word === "Completed" || word === "Succeeded") return "done";
  if (failures.test(word) || pod.status?.phase === "Failed") return "failing";
  if (word === "Running") return isReady(pod) ? "ready" : "running";
  if (word === "NotReady") return "running";
  return pod.spec.nodeName ? "creating" : "waiting";
}

/** What stands in the way, in the cluster's own words. */
export function messageOf(pod: Pod): string | undefined {
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const stuck = containers.map(({ state }) => state?.waiting?.message ?? state?.terminated?.message).find(Boolean);
  return stuck ?? pod.status?.message ?? pod.status?.conditions?.find(({ status, message }) => status === "False" && message)?.message;
}
