import type { Container, Pod, PodSpec } from "#machinery/types.ts";
import { defaultPodSpec } from "../../shared/pod-spec-defaults.ts";
import { defaultPodResources } from "./resources.ts";

/** What a pod gets that a pod template does not: it is settled when the pod is made. */
export function defaultPod(pod: Pod, old?: Pod): void {
  if (pod.spec === old?.spec) return;
  defaultPodSpec(pod.spec);
  pod.spec.enableServiceLinks ??= true;
  // A negative time is what clients of long ago wrote for "hardly any".
  if ((pod.spec.terminationGracePeriodSeconds ?? 0) < 0) pod.spec.terminationGracePeriodSeconds = 1;
  for (const container of allContainers(pod.spec)) requestWhatIsLimited(container);
  defaultPodResources(pod.spec);
  if (pod.spec.hostNetwork) takeHostPorts(pod.spec);
}

const allContainers = (spec: PodSpec): readonly Container[] => [...(spec.containers ?? []), ...(spec.initContainers ?? [])];

/** A limit without a request is a request as well. */
function requestWhatIsLimited(container: Container): void {
  const { limits, requests } = container.resources ?? {};
  if (!limits) return;
  const missing = Object.entries(limits).filter(([name]) => requests?.[name] === undefined);
  if (missing.length > 0) container.resources = { ...container.resources, requests: { ...requests, ...Object.fromEntries(missing) } };
}

/** On the host's network a container port is a port of the host. */
function takeHostPorts(spec: PodSpec): void {
  for (const part of ["containers", "initContainers"] as const) {
    const containers = spec[part];
    if (!containers?.some(({ ports }) => ports?.some((port) => !port.hostPort))) continue;
    spec[part] = containers.map((container) => {
      if (!container.ports) return container;
      return { ...container, ports: container.ports.map((port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort })) };
    });
  }
}
