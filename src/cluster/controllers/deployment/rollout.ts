import { equal } from "#base/equal.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import { parseTime } from "#machinery/time.ts";
import type { Deployment, PodTemplateSpec, ReplicaSet } from "#machinery/types.ts";
import { claim } from "../claim.ts";

/** A deployment in the middle of a look: itself and its replica sets as they are after what this look wrote. */
export interface Rollout {
  deployment: Deployment;
  /** The set that has the deployment's template, once there is one. */
  current: ReplicaSet | undefined;
  /** The other sets, oldest first. */
  old: ReplicaSet[];
  readonly context: ControllerContext;
}

export async function rolloutOf(deployment: Deployment, context: ControllerContext): Promise<Rollout> {
  const sets = [...(await claim<ReplicaSet>("replicasets.apps", deployment, deployment.spec.selector, context))].sort(byAge);
  const current = sets.find((set) => set.spec.template && sameTemplate(set.spec.template, deployment.spec.template));
  return { deployment, current, old: sets.filter((set) => set !== current), context };
}

/** All its replica sets, the current one last. */
export const setsOf = ({ current, old }: Rollout): readonly ReplicaSet[] => (current ? [...old, current] : old);

export const replicasOf = (set: ReplicaSet): number => set.spec.replicas ?? 0;

export const isActive = (set: ReplicaSet): boolean => replicasOf(set) > 0;

export const totalOf = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((total, set) => total + (count(set) ?? 0), 0);

export const hashLabel = "pod-template-hash";

/** Whether two templates make the same pods: the hash that a replica set adds does not count. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return equal(a.spec, b.spec) && equal(withoutHash(a), withoutHash(b));
}

function withoutHash({ metadata }: PodTemplateSpec) {
  const { [hashLabel]: _, ...labels } = metadata?.labels ?? {};
  return { ...metadata, labels: Object.keys(labels).length ? labels : undefined, creationTimestamp: undefined };
}

export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const difference = parseTime(a.metadata.creationTimestamp ?? "") - parseTime(b.metadata.creationTimestamp ?? "");
  return difference || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** Puts a replica set as it now is in the place of what it was. */
export function replaced(rollout: Rollout, set: ReplicaSet): void {
  if (rollout.current?.metadata.uid === set.metadata.uid) rollout.current = set;
  rollout.old = rollout.old.map((old) => (old.metadata.uid === set.metadata.uid ? set : old));
}
