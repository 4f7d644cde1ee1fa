import type { Container, ContainerStatus, Pod, PodStatus } from "#machinery/types.ts";
import { anyStarted } from "./conditions.ts";
import { isSidecar } from "./containers.ts";

/**
 * The phase that follows from how the containers stand. `over` says that none will be started again, whatever the restart policy.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
 */
export function phaseOf(pod: Pod, status: PodStatus, over: boolean): NonNullable<PodStatus["phase"]> {
  const policy = pod.spec.restartPolicy ?? "Always";
  const init = initializing(pod.spec.initContainers ?? [], status.initContainerStatuses ?? []);
  if (init.failed && policy === "Never") return "Failed";

  let running = init.runningSidecars;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const container of pod.spec.containers) {
    const one = status.containerStatuses?.find(({ name }) => name === container.name);
    const ended = one?.state?.terminated ?? (one?.state?.waiting ? one.lastState?.terminated : undefined);
    if (one?.state?.running) running++;
    else if (!ended) waiting++;
    else {
      stopped++;
      if (ended.exitCode === 0) succeeded++;
    }
  }

  if (init.pending || (init.pendingSidecar && !anyStarted(status.containerStatuses))) return "Pending";
  if (waiting > 0) return "Pending";
  if (running > 0) return "Running";
  if (stopped === 0) return "Pending";

  if (over) return stopped === succeeded ? "Succeeded" : "Failed";
  // A container that restarts by a rule of its own keeps the pod running; who calls knows whether one still will.
  if (policy === "Always") return "Running";
  if (stopped === succeeded) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}

function initializing(containers: readonly Container[], statuses: readonly ContainerStatus[]) {
  let pending = false;
  let pendingSidecar = false;
  let failed = false;
  let runningSidecars = 0;
  for (const container of containers) {
    const one = statuses.find(({ name }) => name === container.name);
    if (isSidecar(container)) {
      if (one?.state?.running) runningSidecars++;
      const wasUp = one?.state?.terminated || one?.lastState?.terminated;
      if (one?.state?.running ? !one.started : !wasUp) pendingSidecar = true;
      continue;
    }
    const ended = one?.state?.terminated ?? (one?.state?.waiting ? one.lastState?.terminated : undefined);
    if (!ended) pending = true;
    else if (ended.exitCode !== 0) {
      failed = true;
      pending = true;
    }
  }
  return { pending, pendingSidecar, failed, runningSidecars };
}
