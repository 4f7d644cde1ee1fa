import type { Clock } from "#base/clock.ts";
import { trackUpdate } from "#machinery/field-manager.ts";
import type { KubeObject } from "#machinery/object.ts";
import { formatTime } from "#machinery/time.ts";
import type { ManagedFieldsEntry } from "#machinery/types.ts";
import type { WriteOptions } from "./core.ts";
import type { Kind } from "./kind.ts";
import type { Resource } from "./registry.ts";

/** The object that is about to replace `old`, with `metadata.managedFields` saying who wrote what differs. */
export function tracked(
  clock: Clock,
  { schema, apiVersion, kind, statusApart }: Pick<Resource, "schema" | "apiVersion"> & { kind?: Kind; statusApart?: boolean },
  old: KubeObject | undefined,
  object: KubeObject,
  subresource: string,
  { manager, applies }: WriteOptions,
): KubeObject {
  if (applies) return object;
  const stored = old?.metadata.managedFields;
  if (!manager) return withManagers(object, stored);
  const writer = {
    manager,
    subresource,
    apiVersion,
    time: formatTime(clock.now()),
    reset: kind?.unowned ?? (statusApart && !subresource ? statusAlone : undefined),
  };
  return withManagers(object, trackUpdate(schema, old, object, writer) as ManagedFieldsEntry[]);
}

/** A status that comes with a new object belongs to nobody: it is written apart. */
const statusAlone = { "f:status": {} };

/** The object with these managers. Of writes through its scale the real server does not keep the time. */
export function withManagers(object: KubeObject, managers: ManagedFieldsEntry[] | undefined): KubeObject {
  const isTimed = ({ subresource, time }: ManagedFieldsEntry) => subresource === "scale" && time !== undefined;
  const managedFields = managers?.some(isTimed) ? managers.map((entry) => (isTimed(entry) ? untimed(entry) : entry)) : managers;
  if (object.metadata.managedFields === managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: managedFields?.length ? { ...metadata, managedFields } : metadata };
}

function untimed({ time: _, ...entry }: ManagedFieldsEntry): ManagedFieldsEntry {
  return entry;
}
