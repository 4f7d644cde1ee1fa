import { formatRequirements, requirementsOf } from "#machinery/selector.ts";
import { parseTime } from "#machinery/time.ts";
import type { LabelSelector, Pod } from "#machinery/types.ts";
import type { Output } from "../cli/output.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { CommandError } from "./errors.ts";
import type { Session } from "./session.ts";
import { TimedOut } from "./waiting.ts";

export const podPath = (namespace: string | undefined, name?: string, subresource?: string): string =>
  pathOf({ group: "", version: "v1", plural: "pods", namespaced: true }, namespace, name, subresource);

/** The selector by which an object leads to pods. */
export function selectorOf(object: Thing): string {
  const spec = (object["spec"] ?? {}) as { selector?: LabelSelector | Record<string, string> };
  switch (object.kind) {
    case "ReplicaSet":
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
      return formatRequirements(requirementsOf((spec.selector ?? {}) as LabelSelector));
    case "ReplicationController":
      return formatRequirements(requirementsOf({ matchLabels: (spec.selector ?? {}) as Record<string, string> }));
    case "Service": {
      const labels = (spec.selector ?? {}) as Record<string, string>;
      if (Object.keys(labels).length === 0)
        throw new CommandError(`invalid service '${object.metadata.name}': Service is defined without a selector`);
      return formatRequirements(requirementsOf({ matchLabels: labels }));
    }
    default:
      throw new CommandError(`selector for *v1.${object.kind} not implemented`);
  }
}

/** The pods behind an object; itself, where it is one. */
export async function podsOf(kube: Session, object: Thing): Promise<Pod[]> {
  if (object.kind === "Pod") return [object as unknown as Pod];
  const query = { labelSelector: selectorOf(object) };
  return (await kube.server.get<{ items: Pod[] }>(podPath(object.metadata.namespace), { query })).items;
}

/** One pod of those behind an object, by an order; waits for the first where there is none yet. */
export async function firstPod(
  kube: Session,
  object: Thing,
  timeout: number,
  order: (a: Pod, b: Pod) => number,
): Promise<{ pod: Pod; count: number }> {
  const labelSelector = selectorOf(object);
  const path = podPath(object.metadata.namespace);
  const list = await kube.server.get<{ items: Pod[]; metadata: { resourceVersion?: string } }>(path, { query: { labelSelector } });
  const [pod] = [...list.items].sort(order);
  if (pod) return { pod, count: list.items.length };
  const { signal, end, expired } = kube.deadline(timeout);
  try {
    for await (const event of kube.server.watch<Pod>(path, { query: { labelSelector, resourceVersion: list.metadata.resourceVersion }, signal }))
      if (event.type === "ADDED" || event.type === "MODIFIED") return { pod: event.object, count: 1 };
    throw new TimedOut();
  } catch (error) {
    throw expired() ? new TimedOut() : error;
  } finally {
    end();
  }
}

const phases = ["Pending", "Unknown", "Running"];

const isReady = (pod: Pod): boolean => pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
const readySince = (pod: Pod): number => parseTime(pod.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime ?? "") || 0;
const restarts = (pod: Pod): number => Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
const created = (pod: Pod): number => parseTime(pod.metadata.creationTimestamp ?? "") || 0;

/** The pod whose logs say most comes first: on a node, running, ready, longest so, restarted least, oldest. */
export function byLogging(a: Pod, b: Pod): number {
  return (
    Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) ||
    phases.indexOf(b.status?.phase ?? "") - phases.indexOf(a.status?.phase ?? "") ||
    Number(isReady(b)) - Number(isReady(a)) ||
    (isReady(a) && isReady(b) ? readySince(b) - readySince(a) : 0) ||
    restarts(b) - restarts(a) ||
    created(b) - created(a)
  );
}

/** The pod that is most alive comes first: on a node, running, ready, longest so, restarted least, oldest. */
export function byActivity(a: Pod, b: Pod): number {
  return (
    Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) ||
    phases.indexOf(b.status?.phase ?? "") - phases.indexOf(a.status?.phase ?? "") ||
    Number(isReady(b)) - Number(isReady(a)) ||
    (isReady(a) && isReady(b) ? readySince(a) - readySince(b) : 0) ||
    restarts(a) - restarts(b) ||
    created(a) - created(b)
  );
}

export const containersOf = ({ spec }: Pod): { name: string; path: string }[] => [
  ...spec.containers.map(({ name }) => ({ name, path: `spec.containers{${name}}` })),
  ...(spec.initContainers ?? []).map(({ name }) => ({ name, path: `spec.initContainers{${name}}` })),
  ...(spec.ephemeralContainers ?? []).map(({ name }) => ({ name, path: `spec.ephemeralContainers{${name}}` })),
];

/** `web, sidecar, setup (init)` */
export function containerNames({ spec }: Pod): string {
  return [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(", ");
}

export const defaultContainer = "kubectl.kubernetes.io/default-container";

/** The container that a command means where none is named, with a note where there are several. */
export function chosenContainer(pod: Pod, wanted: string, out: Pick<Output, "error"> | undefined): string {
  if (wanted) {
    if (!containersOf(pod).some(({ name }) => name === wanted))
      throw new CommandError(`container ${wanted} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`);
    return wanted;
  }
  const annotated = pod.metadata.annotations?.[defaultContainer];
  if (annotated) {
    if (containersOf(pod).some(({ name }) => name === annotated)) return annotated;
    out?.error(`Default container name ${JSON.stringify(annotated)} not found in pod ${pod.metadata.name}`);
  }
  const first = pod.spec.containers[0]?.name ?? "";
  if (containersOf(pod).length > 1) out?.error(`Defaulted container ${JSON.stringify(first)} out of: ${containerNames(pod)}`);
  return first;
}
