import { equal } from "#base/equal.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import { controllerReference, type KubeObject } from "#machinery/object.ts";
import { podTemplateHash } from "#machinery/pod-template-hash.ts";
import type { ControllerRevision, LabelSelector, PodTemplateSpec } from "#machinery/types.ts";
import { claim } from "./claim.ts";

export const revisionHashLabel = "controller-revision-hash";

/** A workload whose templates are kept as ControllerRevisions: DaemonSets, StatefulSets. */
export interface Revised extends KubeObject {
  spec: { selector: LabelSelector; template: PodTemplateSpec; revisionHistoryLimit?: number };
  status?: { collisionCount?: number };
}

export interface Revisions {
  /** The one of the template as it is now. */
  current: ControllerRevision;
  /** All others, oldest first. */
  old: readonly ControllerRevision[];
}

export const hashOf = ({ metadata }: ControllerRevision): string => metadata.labels?.[revisionHashLabel] ?? "";

const resource = "controllerrevisions.apps";

/** The revisions of a workload, the present one being made, or made the latest again, where it was not. */
export async function revisionsOf(owner: Revised, context: ControllerContext): Promise<Revisions> {
  const all = [...(await claim<ControllerRevision>(resource, owner, owner.spec.selector, context))].sort((a, b) => a.revision - b.revision);
  const data = dataOf(owner.spec.template);
  const there = all.findLast((revision) => equal(revision.data, data));
  const old = all.filter((revision) => revision !== there);
  const latest = Math.max(0, ...old.map(({ revision }) => revision));
  if (!there) return { current: await make(owner, data, latest + 1, context), old };
  if (there.revision > latest) return { current: there, old };
  return { current: await context.api.update<ControllerRevision>(resource, { ...there, revision: latest + 1 }), old };
}

/** What a revision holds: a patch that puts the template back. */
const dataOf = (template: PodTemplateSpec): Record<string, unknown> => ({ spec: { template: { ...template, $patch: "replace" } } });

async function make(owner: Revised, data: Record<string, unknown>, revision: number, { api }: ControllerContext): Promise<ControllerRevision> {
  const hash = podTemplateHash(owner.spec.template, owner.status?.collisionCount);
  const { name, namespace, annotations } = owner.metadata;
  return await api.create<ControllerRevision>(resource, {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace ? { namespace } : {}),
      labels: { ...owner.spec.template.metadata?.labels, [revisionHashLabel]: hash },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  });
}

/** Forgets the oldest revisions beyond what is kept, but for those that a pod still has. */
export async function forgetOldRevisions(owner: Revised, { old }: Revisions, inUse: ReadonlySet<string>, { api }: ControllerContext): Promise<void> {
  const idle = old.filter((revision) => !inUse.has(hashOf(revision)));
  for (const { metadata } of idle.slice(0, Math.max(0, idle.length - (owner.spec.revisionHistoryLimit ?? 10))))
    await api.delete(resource, metadata.name, metadata.namespace);
}
