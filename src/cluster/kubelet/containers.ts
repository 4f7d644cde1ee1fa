import type { Container, Pod, PodSpec } from "#machinery/types.ts";
import { type ContainerKind, type ContainerRecord, newest, type PodRecord } from "./record.ts";
import { restartsAfter } from "./restart.ts";

/** A container of a pod's spec, whichever list it stands in. */
export interface Declared {
  readonly kind: ContainerKind;
  readonly container: Container;
}

/** All containers that a spec declares: init containers, the others, ephemeral ones. */
export function* declared(spec: PodSpec): Iterable<Declared> {
  for (const container of spec.initContainers ?? []) yield { kind: "init", container };
  for (const container of spec.containers) yield { kind: "container", container };
  for (const container of spec.ephemeralContainers ?? []) yield { kind: "ephemeral", container };
}

export function declaredNamed(spec: PodSpec, name: string): Declared | undefined {
  for (const one of declared(spec)) if (one.container.name === name) return one;
  return undefined;
}

/** Where events say a container stands: `spec.containers{nginx}`. */
export const fieldPathOf = ({ kind, container }: Declared): string => `spec.${listOf[kind]}{${container.name}}`;

const listOf: Readonly<Record<ContainerKind, string>> = { init: "initContainers", container: "containers", ephemeral: "ephemeralContainers" };

/** An init container that keeps running beside the others. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
export const isSidecar = (container: Container): boolean => container.restartPolicy === "Always";

/** `web_default(7312423f-…)`, as back-off messages name a pod. */
export const podText = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** Whether probes and the running process say that a container has started. */
export const hasStarted = (record: ContainerRecord, container: Container): boolean =>
  record.state === "running" && (!container.startupProbe || record.probes.startup?.result === "success");

export const isReady = (record: ContainerRecord, container: Container): boolean =>
  hasStarted(record, container) && (!container.readinessProbe || record.probes.readiness?.result === "success");

/** Whether the next sync would start the container again. */
export function wouldStart(pod: Pod, container: Container, record: PodRecord): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const last = newest(record, container.name);
  if (!last || last.state === "created") return true;
  return last.state === "exited" && restartsAfter(last.exitCode, container, pod.spec);
}
