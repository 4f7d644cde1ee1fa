import type { WatchEvent } from "#machinery/client.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import type { Pod, Service, ServicePort } from "#machinery/types.ts";
import { isReady, isTerminal } from "./pods.ts";

/** Services that a change of a pod concerns: those that select it now, or did before. */
export function* servicesOf({ type, object, old }: WatchEvent, { api }: ControllerContext): Iterable<string> {
  const [now, before] = [object as Pod, old as Pod | undefined];
  if (type === "MODIFIED" && before && !mattersToServices(before, now)) return;
  for (const service of api.list<Service>("services", { namespace: now.metadata.namespace }))
    if (selects(service, now) || (before && selects(service, before))) yield `${now.metadata.namespace}/${service.metadata.name}`;
}

export function selects({ spec }: Service, { metadata }: Pod): boolean {
  if (!hasPods(spec)) return false;
  for (const key in spec.selector) if (metadata.labels?.[key] !== spec.selector[key]) return false;
  return true;
}

/** Whether a service's endpoints are those of the pods that it selects; others are written by hand, or elsewhere. */
export const hasPods = (spec: Service["spec"]): boolean =>
  spec.selector !== undefined && Object.keys(spec.selector).length > 0 && spec.type !== "ExternalName";

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === "None";

function mattersToServices(before: Pod, now: Pod): boolean {
  return (
    before.status.podIP !== now.status.podIP ||
    before.metadata.labels !== now.metadata.labels ||
    before.metadata.deletionTimestamp !== now.metadata.deletionTimestamp ||
    isReady(before) !== isReady(now) ||
    isTerminal(before) !== isTerminal(now)
  );
}

/** The number behind a service's port on this pod: itself, or what the container port of that name says. Undefined where the pod has none. */
export function targetPort(pod: Pod, { targetPort: target, port, protocol = "TCP" }: ServicePort): number | undefined {
  if (target === undefined || target === 0 || target === "") return port;
  if (typeof target === "number") return target;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars])
    for (const named of container.ports ?? []) if (named.name === target && (named.protocol ?? "TCP") === protocol) return named.containerPort;
  return undefined;
}

/** The name that a pod has below its headless service, if it asked for one. */
export function hostnameIn(service: Service, { spec }: Pod): string | undefined {
  return spec.hostname && spec.subdomain === service.metadata.name ? spec.hostname : undefined;
}

/** Since when what changed has been so: the annotation by which the delay of the network's programming is measured. */
export const triggerTime = "endpoints.kubernetes.io/last-change-trigger-time";
export const headlessLabel = "service.kubernetes.io/headless";

/** The annotations of a service's endpoints, with what set off this change. */
export function withTrigger(annotations: Record<string, string> | undefined, service: Service, changed: readonly Pod[], isNew: boolean) {
  const { [triggerTime]: _, ...others } = annotations ?? {};
  const times = changed.flatMap((pod) => pod.status.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime ?? []);
  if (isNew && service.metadata.creationTimestamp) times.push(service.metadata.creationTimestamp);
  const earliest = times.sort()[0];
  return earliest ? { ...others, [triggerTime]: earliest } : others;
}

/** The metadata with these annotations, without the field when there are none. */
export function annotated<M extends object>(metadata: M, annotations: Record<string, string>): M & { annotations?: Record<string, string> } {
  const { annotations: _, ...rest } = metadata as M & { annotations?: Record<string, string> };
  return (Object.keys(annotations).length ? { ...rest, annotations } : rest) as M & { annotations?: Record<string, string> };
}
