import type { TableRowCondition } from "#machinery/table.ts";
import type { Container, ContainerState, ContainerStatus, Pod } from "#machinery/types.ts";
import { columnsOf, orNone, since } from "../../shared/columns.ts";

export const podColumns = columnsOf<Pod>("Pod", [
  { name: "Ready", type: "string", cell: (pod) => `${summaryOf(pod).ready}/${totalContainers(pod)}` },
  { name: "Status", type: "string", cell: (pod) => summaryOf(pod).reason },
  { name: "Restarts", type: "string", cell: restarts },
  { name: "IP", type: "string", priority: 1, cell: (pod) => orNone(pod.status.podIPs?.[0]?.ip ?? pod.status.podIP) },
  { name: "Node", type: "string", priority: 1, cell: (pod) => orNone(pod.spec.nodeName) },
  { name: "Nominated Node", type: "string", priority: 1, cell: (pod) => orNone(pod.status.nominatedNodeName) },
  { name: "Readiness Gates", type: "string", priority: 1, cell: readinessGates },
]);

export function podRowConditions(pod: Pod): readonly TableRowCondition[] | undefined {
  if (pod.status.phase === "Succeeded") return succeeded;
  if (pod.status.phase === "Failed") return failed;
  return undefined;
}

const succeeded = [{ type: "Completed", status: "True", reason: "Succeeded", message: "The pod has completed successfully." }];
const failed = [{ type: "Completed", status: "True", reason: "Failed", message: "The pod failed." }];

interface Summary {
  reason: string;
  ready: number;
  restarts: number;
  lastRestart: string | undefined;
}

const isSidecar = (container: Container | undefined) => container?.restartPolicy === "Always";
const totalContainers = (pod: Pod) => (pod.spec.containers ?? []).length + (pod.spec.initContainers ?? []).filter(isSidecar).length;
const conditionIsTrue = (pod: Pod, type: string) => pod.status.conditions?.some((c) => c.type === type && c.status === "True") ?? false;

/** What STATUS, READY and RESTARTS say: the containers' states in one word, as far as the pod has come. */
function summaryOf(pod: Pod): Summary {
  const init = initSummary(pod);
  let { ready } = init;
  let reason = pod.status.reason || pod.status.phase || "";
  if (pod.status.conditions?.some((c) => c.type === "PodScheduled" && c.reason === "SchedulingGated")) reason = "SchedulingGated";
  let counted = init.all;

  if (init.blockedBy) reason = init.blockedBy;
  if (!init.blockedBy || conditionIsTrue(pod, "Initialized")) {
    const main = mainSummary(pod, reason);
    reason = main.reason;
    ready += main.ready;
    // Once the pod runs, only what still runs counts: init containers that are over do not.
    counted = countRestarts([...init.sidecars, ...(pod.status.containerStatuses ?? [])]);
  }

  if (pod.metadata.deletionTimestamp) {
    if (pod.status.reason === "NodeLost") reason = "Unknown";
    else if (pod.status.phase !== "Succeeded" && pod.status.phase !== "Failed") reason = "Terminating";
  }
  return { reason, ready, ...counted };
}

/** How far the init containers are: what holds the pod up, if anything does. Those after it are not looked at. */
function initSummary(pod: Pod) {
  const specs = new Map((pod.spec.initContainers ?? []).map((c) => [c.name, c]));
  const statuses = pod.status.initContainerStatuses ?? [];
  const seen: ContainerStatus[] = [];
  const sidecars: ContainerStatus[] = [];
  let ready = 0;
  let blockedBy: string | undefined;

  for (const [i, status] of statuses.entries()) {
    const sidecar = isSidecar(specs.get(status.name));
    seen.push(status);
    if (sidecar) sidecars.push(status);

    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) ready++;
      continue;
    }

    if (terminated) blockedBy = `Init:${exitReason(terminated)}`;
    else if (waiting?.reason && waiting.reason !== "PodInitializing") blockedBy = `Init:${waiting.reason}`;
    else blockedBy = `Init:${i}/${specs.size}`;
    break;
  }
  return { blockedBy, ready, sidecars, all: countRestarts(seen) };
}

/** What the main containers say; the first of them has the last word. */
function mainSummary(pod: Pod, before: string): { reason: string; ready: number } {
  let reason = before;
  let ready = 0;
  let error = "";
  for (const status of (pod.status.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) {
      reason = exitReason(terminated);
      if (terminated.exitCode !== 0) error = reason;
    } else if (status.ready && running) ready++;
  }

  // A container that completed does not hide one that failed or still runs.
  if (reason === "Completed") {
    if (ready > 0 && conditionIsTrue(pod, "Ready")) reason = "Running";
    else if (error) reason = error;
    else if (ready > 0) reason = "NotReady";
  }
  return { reason, ready };
}

function exitReason(terminated: NonNullable<ContainerState["terminated"]>): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

function countRestarts(statuses: readonly ContainerStatus[]): { restarts: number; lastRestart: string | undefined } {
  let restarts = 0;
  let lastRestart: string | undefined;
  for (const status of statuses) {
    restarts += status.restartCount ?? 0;
    const finished = status.lastState?.terminated?.finishedAt;
    if (finished && (!lastRestart || finished > lastRestart)) lastRestart = finished;
  }
  return { restarts, lastRestart };
}

function restarts(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summaryOf(pod);
  return restarts > 0 && lastRestart ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts);
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const passed = gates.filter((gate) => pod.status.conditions?.find((c) => c.type === gate.conditionType)?.status === "True");
  return `${passed.length}/${gates.length}`;
}
