import type { Clock } from "#base/clock.ts";
import { withFields } from "#machinery/conform.ts";
import { type Managers, setOf, trackUpdate, withFields as withSet } from "#machinery/field-manager.ts";
import { difference, type FieldSet, fieldAt, intersection, union } from "#machinery/field-set.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Schema } from "#machinery/schema.ts";
import { formatTime } from "#machinery/time.ts";
import type { ManagedFieldsEntry } from "#machinery/types.ts";
import type { WriteOptions } from "./core.ts";
import type { Resource } from "./registry.ts";

const rewritten = new WeakMap<KubeObject, FieldSet>();

/** Notes which fields count as changed in an object that was sent, whatever was there before. */
export function noteRewritten(schema: Schema, sent: KubeObject, paths: readonly (readonly (string | number)[])[]): void {
  let set: FieldSet | undefined;
  for (const path of paths) set = union(set, fieldAt(schema, sent, path));
  if (set) rewritten.set(sent, set);
}

export const rewrittenIn = (sent: KubeObject): FieldSet | undefined => rewritten.get(sent);

/** The object that is about to replace `old`, with `metadata.managedFields` saying who wrote what differs. */
export function tracked(
  clock: Clock,
  resource: Pick<Resource, "schema" | "apiVersion"> & Partial<Pick<Resource, "kind" | "statusApart" | "subresource">>,
  old: KubeObject | undefined,
  object: KubeObject,
  subresource: string,
  { manager, applies }: WriteOptions,
  changedAnyway?: FieldSet,
): KubeObject {
  if (applies) return object;
  const stored = old?.metadata.managedFields;
  if (!manager) return withManagers(object, stored);
  const { schema, apiVersion, kind, statusApart } = resource;
  const writer = {
    manager,
    subresource,
    apiVersion,
    time: formatTime(clock.now()),
    ...(changedAnyway ? { rewritten: changedAnyway } : {}),
    reset: kind?.unowned ?? (statusApart && !subresource ? statusAlone : undefined),
  };
  const isScale = subresource === "scale" && old !== undefined && kind?.scale !== undefined;
  const size = isScale ? resource.subresource?.("scale")?.owns?.[0] : undefined;
  if (size === undefined) return withManagers(object, trackUpdate(schema, old, object, writer));
  return withManagers(
    object,
    trackScale(stored ?? [], () => trackUpdate(schema, old, object, writer), setOfPath(size), kind?.scale?.replicas(object)),
  );
}

/**
 * Who owns what once a Scale was written: nothing changes while nobody owns the size, since a Scale with no owners is as one that nobody tracks;
 * a size of zero, which a Scale leaves out, is owned by nobody.
 */
function trackScale(stored: Managers, track: () => Managers, size: FieldSet, replicas: number | undefined): Managers {
  if (!stored.some((entry) => intersection(setOf(entry), size))) return stored;
  const managers = track();
  if (replicas !== 0) return managers;
  return managers.flatMap((entry) => {
    const kept = difference(setOf(entry), size);
    return kept ? [withSet(entry, kept)] : [];
  });
}

const setOfPath = (path: string): FieldSet => path.split(".").reduceRight<FieldSet>((set, step) => ({ [`f:${step}`]: set }), {});

/** A status that comes with a new object belongs to nobody: it is written apart. */
const statusAlone = { "f:status": {} };

/** The object with these managers. Of writes through its scale the real server does not keep the time. */
export function withManagers(object: KubeObject, managers: Managers | undefined): KubeObject {
  const isTimed = ({ subresource, time }: ManagedFieldsEntry) => subresource === "scale" && time !== undefined;
  const managedFields = managers?.some(isTimed) ? managers.map((entry) => (isTimed(entry) ? untimed(entry) : entry)) : managers;
  if (object.metadata.managedFields === managedFields) return object;
  if (managedFields?.length) return withFields(object, { metadata: { ...object.metadata, managedFields: managedFields as ManagedFieldsEntry[] } });
  const { managedFields: _, ...metadata } = object.metadata;
  return withFields(object, { metadata });
}

function untimed({ time: _, ...entry }: ManagedFieldsEntry): ManagedFieldsEntry {
  return entry;
}
