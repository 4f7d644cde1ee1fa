import { controllerReference, type Draft, type KubeObject } from "#machinery/object.ts";
import { parseTime } from "#machinery/time.ts";
import type { Pod, PodCondition, PodTemplateSpec } from "#machinery/types.ts";

export const conditionOf = (pod: Pod, type: string): PodCondition | undefined => pod.status?.conditions?.find((condition) => condition.type === type);

interface Standing {
  terminal: boolean;
  deleted: boolean;
  ready: boolean;
  /** When it became ready, in milliseconds. */
  readyAt: number | undefined;
}

/** How each pod stands, worked out once for each of its versions: who counts a large set asks again and again of pods that did not change. */
const standings = new WeakMap<Pod, Standing>();

function standingOf(pod: Pod): Standing {
  const known = standings.get(pod);
  if (known) return known;
  const ready = conditionOf(pod, "Ready");
  const standing: Standing = {
    terminal: pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed",
    deleted: pod.metadata.deletionTimestamp !== undefined,
    ready: ready?.status === "True",
    readyAt: ready?.lastTransitionTime ? parseTime(ready.lastTransitionTime) : undefined,
  };
  standings.set(pod, standing);
  return standing;
}

/** A pod whose containers will not run again. */
export const isTerminal = (pod: Pod): boolean => standingOf(pod).terminal;

/** A pod that counts as a replica. */
export function isActive(pod: Pod): boolean {
  const { terminal, deleted } = standingOf(pod);
  return !terminal && !deleted;
}

export function isTerminating(pod: Pod): boolean {
  const { terminal, deleted } = standingOf(pod);
  return !terminal && deleted;
}

export const isReady = (pod: Pod): boolean => standingOf(pod).ready;

/** When a ready pod counts as available: `minReadySeconds` after it became so. Undefined while it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): number | undefined {
  const { ready, readyAt } = standingOf(pod);
  if (!ready) return undefined;
  if (minReadySeconds === 0) return 0;
  return readyAt === undefined ? undefined : readyAt + minReadySeconds * 1000;
}

/** The pod that `owner` makes of its template. */
export function podFromTemplate(template: PodTemplateSpec | undefined, owner: KubeObject): Draft<Pod> {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    ...(template?.spec ? { spec: template.spec } : {}),
  };
}
