import { equal } from "#base/equal.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import { goJson } from "#machinery/go-json.ts";
import { fnv32, safeEncode } from "#machinery/hash.ts";
import { controllerReference, type KubeObject } from "#machinery/object.ts";
import { podTemplateHash } from "#machinery/pod-template-hash.ts";
import { StatusError } from "#machinery/status.ts";
import type { ControllerRevision, LabelSelector, PodTemplateSpec } from "#machinery/types.ts";
import { claim } from "./claim.ts";

export const revisionHashLabel = "controller-revision-hash";

/** A workload whose templates are kept as ControllerRevisions: DaemonSets, StatefulSets. */
export interface Revised extends KubeObject {
  spec: { selector: LabelSelector; template: PodTemplateSpec; revisionHistoryLimit?: number };
  status?: { collisionCount?: number };
}

type RevisionData = Record<string, unknown>;

/** How the revisions of a sort of workload are told apart: what is hashed, and under which label the hash stands. */
export interface Naming {
  label: string;
  hash(template: PodTemplateSpec, data: RevisionData, collisionCount: number | undefined): string;
}

/** As daemon sets do: by the template. */
export const byTemplate: Naming = {
  label: revisionHashLabel,
  hash: (template, _data, collisionCount) => podTemplateHash(template, collisionCount),
};

/** As stateful sets do: by the text of what is kept. */
export const byData: Naming = {
  label: "controller.kubernetes.io/hash",
  hash: (_template, data, collisionCount = 0) => safeEncode(String(fnv32(`${goJson(sorted(data))}${collisionCount}`))),
};

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

export interface Revisions {
  /** The one of the template as it is now. */
  current: ControllerRevision;
  /** All others, oldest first. */
  old: readonly ControllerRevision[];
  /** How often a name was taken by another template. */
  collisionCount: number;
}

export const hashOf = ({ metadata }: ControllerRevision): string => metadata.labels?.[revisionHashLabel] ?? "";

const resource = "controllerrevisions.apps";

/** The revisions of a workload, the present one being made, or made the latest again, where it was not. */
export async function revisionsOf(owner: Revised, context: ControllerContext, naming: Naming = byTemplate): Promise<Revisions> {
  const all = [...(await claim<ControllerRevision>(resource, owner, owner.spec.selector, context))].sort((a, b) => a.revision - b.revision);
  const data = dataOf(owner.spec.template);
  const there = all.findLast((revision) => equal(revision.data, data));
  const old = all.filter((revision) => revision !== there);
  const latest = Math.max(0, ...old.map(({ revision }) => revision));
  if (!there) return { ...(await make(owner, data, latest + 1, naming, context)), old };
  const collisionCount = owner.status?.collisionCount ?? 0;
  if (there.revision > latest) return { current: there, old, collisionCount };
  return { current: await context.api.update<ControllerRevision>(resource, { ...there, revision: latest + 1 }), old, collisionCount };
}

/** What a revision holds: a patch that puts the template back. */
const dataOf = (template: PodTemplateSpec): RevisionData => ({ spec: { template: { ...template, $patch: "replace" } } });

/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template;
  return template;
}

async function make(
  owner: Revised,
  data: RevisionData,
  revision: number,
  naming: Naming,
  { api }: ControllerContext,
): Promise<{ current: ControllerRevision; collisionCount: number }> {
  const { name, namespace, annotations } = owner.metadata;
  for (let collisionCount = owner.status?.collisionCount; ; collisionCount = (collisionCount ?? 0) + 1) {
    const hash = naming.hash(owner.spec.template, data, collisionCount);
    const metadata = {
      // The name must not become longer than names may be.
      name: `${name.slice(0, 223)}-${hash}`,
      ...(namespace ? { namespace } : {}),
      labels: { ...owner.spec.template.metadata?.labels, [naming.label]: hash },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(owner)],
    };
    const made = { apiVersion: "apps/v1", kind: "ControllerRevision", metadata, data, revision };
    try {
      return { current: await api.create<ControllerRevision>(resource, made), collisionCount: collisionCount ?? 0 };
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== "AlreadyExists") throw error;
      const there = api.get<ControllerRevision>(resource, metadata.name, namespace);
      if (there && equal(there.data, data)) return { current: there, collisionCount: collisionCount ?? 0 };
    }
  }
}

/** Forgets the oldest revisions beyond what is kept, but for those that are still of use. A negative limit keeps all. */
export async function forgetOldRevisions(
  owner: Revised,
  { old }: Revisions,
  isInUse: (revision: ControllerRevision) => boolean,
  { api }: ControllerContext,
): Promise<void> {
  const idle = old.filter((revision) => !isInUse(revision));
  const limit = owner.spec.revisionHistoryLimit ?? 10;
  if (limit < 0) return;
  for (const { metadata } of idle.slice(0, Math.max(0, idle.length - limit))) await api.delete(resource, metadata.name, metadata.namespace);
}
