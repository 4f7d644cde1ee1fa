import { applyMergePatch as merged } from "#machinery/merge-patch.ts";
import { controllerOf } from "#machinery/object.ts";
import { formatRequirements, requirementsOf } from "#machinery/selector.ts";
import type { ControllerRevision, DaemonSet, Deployment, PodTemplateSpec, ReplicaSet, StatefulSet } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import { changeCause } from "../record.ts";
import type { Target } from "../resources/target.ts";
import type { Session } from "../session.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";

/** One revision of a workload's pods. */
export interface Revision {
  number: number;
  cause: string;
  template: PodTemplateSpec;
  /** The ReplicaSet or ControllerRevision that keeps it. */
  holder: Thing;
}

/** The revisions of a Deployment, DaemonSet or StatefulSet that the server still has, oldest first. */
export async function revisionsOf(kube: Session, target: Target): Promise<Revision[]> {
  const object = target.object;
  if (!object) return [];
  switch (target.resource.kind) {
    case "Deployment":
      return ofDeployment(kube, object as unknown as Deployment);
    case "DaemonSet":
    case "StatefulSet":
      return ofControllerRevisions(kube, object as unknown as DaemonSet | StatefulSet);
    default:
      throw new CommandError(`no history viewer has been implemented for ${JSON.stringify(groupKind(target))}`);
  }
}

export const groupKind = ({ resource }: Target): string => (resource.group ? `${resource.kind}.${resource.group}` : resource.kind);

async function owned<T>(kube: Session, owner: Deployment | DaemonSet | StatefulSet, plural: string): Promise<T[]> {
  const labelSelector = formatRequirements(requirementsOf(owner.spec.selector));
  const path = pathOf({ group: "apps", version: "v1", plural, namespaced: true }, owner.metadata.namespace);
  const list = await kube.server.get<{ items: (T & { metadata: ReplicaSet["metadata"] })[] }>(path, { query: { labelSelector } });
  return list.items.filter((item) => controllerOf(item as unknown as ReplicaSet)?.uid === owner.metadata.uid);
}

/** The ReplicaSets of a Deployment, by its selector and by who controls them. */
export const replicaSetsOf = (kube: Session, deployment: Deployment): Promise<ReplicaSet[]> => owned<ReplicaSet>(kube, deployment, "replicasets");

async function ofDeployment(kube: Session, deployment: Deployment): Promise<Revision[]> {
  const sets = await replicaSetsOf(kube, deployment);
  return sets
    .map((set) => ({
      number: Number(set.metadata.annotations?.[revisionAnnotation] ?? Number.NaN),
      cause: set.metadata.annotations?.[changeCause] ?? "",
      template: set.spec.template ?? {},
      holder: { ...set, apiVersion: "apps/v1", kind: "ReplicaSet" } as unknown as Thing,
    }))
    .filter(({ number }) => !Number.isNaN(number))
    .sort((a, b) => a.number - b.number);
}

async function ofControllerRevisions(kube: Session, owner: DaemonSet | StatefulSet): Promise<Revision[]> {
  const revisions = await owned<ControllerRevision>(kube, owner, "controllerrevisions");
  return revisions
    .map((revision) => ({
      number: Number(revision.revision),
      cause: revision.metadata.annotations?.[changeCause] ?? "",
      template: (merged(owner, revision.data) as DaemonSet).spec.template,
      holder: { ...revision, apiVersion: "apps/v1", kind: "ControllerRevision" } as unknown as Thing,
    }))
    .sort((a, b) => a.number - b.number);
}
