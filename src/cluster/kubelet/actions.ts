import type { Container, Pod } from "#machinery/types.ts";
import { hasStarted, isSidecar } from "./containers.ts";
import { type ContainerRecord, newest, type PodRecord, running } from "./record.ts";
import { mustRestart } from "./resize.ts";
import { restartsAfter } from "./restart.ts";

interface Kill {
  container: ContainerRecord;
  why: string;
}

/** What a sync finds to do. */
export interface Actions {
  /** Nothing of the pod is to run any more. */
  killPod?: boolean;
  sandbox?: boolean;
  /** Containers to kill first, and why. */
  kill: readonly Kill[];
  /** Containers to start, in order. */
  start: readonly string[];
}

/** Compares how a pod should be with how its containers are. */
export function actionsOf(pod: Pod, record: PodRecord): Actions {
  const { spec } = pod;
  const init = spec.initContainers ?? [];
  if (!record.sandbox?.ready) {
    const start = init.length > 0 ? init.slice(0, 1) : spec.containers.filter((container) => mayRun(pod, container, record));
    if (start.length === 0) return { killPod: running(record).length > 0, kill: [], start: [] };
    return { sandbox: true, kill: [], start: start.map(({ name }) => name) };
  }

  const start: string[] = [];
  const kill: Kill[] = [];
  for (const container of spec.ephemeralContainers ?? []) if (!newest(record, container.name)) start.push(container.name);

  const initialized = initialize(pod, record, start, kill);
  if (!initialized) return { kill, start };

  let wanted = 0;
  for (const container of spec.containers) {
    const last = newest(record, container.name);
    if (last?.state === "running") {
      const fails = failing(last);
      const resizes = !fails && !last.killing && mustRestart(record.resize, container);
      if (!fails && !resizes) {
        wanted++;
        continue;
      }
      const restarts = resizes || restartsWhenKilled(pod, container);
      kill.push({ container: last, why: resizes ? resizing : `${fails}${restarts ? willRestart : ""}` });
      if (restarts) start.push(container.name);
    } else if (mayRun(pod, container, record)) start.push(container.name);
  }
  if (wanted === 0 && kill.length === 0 && start.length === 0 && running(record).length > 0) return { killPod: true, kill: [], start: [] };
  return { kill, start };
}

/** Init containers run one after the other; sidecars among them need only to have started. Says whether the others may run. */
function initialize(pod: Pod, record: PodRecord, start: string[], kill: Kill[]): boolean {
  const anyRan = pod.spec.containers.some(({ name }) => newest(record, name));
  for (const container of pod.spec.initContainers ?? []) {
    const last = newest(record, container.name);
    if (isSidecar(container)) {
      const why = last?.state === "running" ? whySidecarEnds(last, container, record) : undefined;
      if (last && why) kill.push({ container: last, why });
      if (last?.state !== "running" || why) {
        start.push(container.name);
        if (!anyRan) return false;
      } else if (!hasStarted(last, container) && !anyRan) return false;
      continue;
    }
    if (anyRan) continue;
    if (last?.state === "exited" && last.exitCode === 0) continue;
    if (!last || last.state === "created" || (last.state === "exited" && restartsAfter(last.exitCode, initPolicy(pod, container), pod.spec)))
      start.push(container.name);
    return false;
  }
  return true;
}

/** An init container that failed is tried again unless its pod never restarts. */
const initPolicy = (pod: Pod, container: Container): Container => ({
  ...container,
  restartPolicy: container.restartPolicy ?? (pod.spec.restartPolicy === "Never" ? "Never" : "OnFailure"),
});

function mayRun(pod: Pod, container: Container, record: PodRecord): boolean {
  const last = newest(record, container.name);
  if (!last || last.state === "created") return true;
  return last.state === "exited" && restartsAfter(last.exitCode, container, pod.spec);
}

/** A container that is killed for its health ends with a failure. */
const restartsWhenKilled = (pod: Pod, container: Container) => restartsAfter(137, container, pod.spec);

const willRestart = ", will be restarted";
const resizing = "resize requires restart";

function whySidecarEnds(last: ContainerRecord, container: Container, record: PodRecord): string | undefined {
  const fails = failing(last);
  if (fails) return fails + willRestart;
  return !last.killing && mustRestart(record.resize, container) ? resizing : undefined;
}

function failing({ probes, killing }: ContainerRecord): string | undefined {
  if (killing) return undefined;
  if (probes.startup?.result === "failure") return "failed startup probe";
  if (probes.liveness?.result === "failure") return "failed liveness probe";
  return undefined;
}
