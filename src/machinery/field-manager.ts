import { blank } from "./conform.ts";
import { compareObjects, Incomparable } from "./field-comparison.ts";
import { difference, type FieldSet, union, without } from "./field-set.ts";
import type { KubeObject } from "./object.ts";
import type { Schema } from "./schema.ts";
import type { ManagedFieldsEntry } from "./types.ts";

/** Who writes, and how: what tells one entry of managedFields from another. */
export interface Writer {
  manager: string;
  /** `status`, `scale`; "" for the object itself. */
  subresource: string;
  apiVersion: string;
  /** Now, as managedFields write it. */
  time: string;
  /** Fields that this way of writing does not set, whatever is sent: `{"f:status": {}}`. */
  reset?: FieldSet | undefined;
  /** Fields that count as changed whatever was there before. */
  rewritten?: FieldSet;
}

export type Managers = readonly ManagedFieldsEntry[];

/** Entries of updates beyond this number are put together, oldest first. */
const mostUpdaters = 10;

/** What an entry owns. */
export const setOf = (entry: ManagedFieldsEntry): FieldSet => (entry.fieldsV1 ?? {}) as FieldSet;

/** Whether two entries are of one manager writing in one way. */
export const isSameManager = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  // Who applies is the same whichever version it speaks.
  (a.operation === "Apply" || a.apiVersion === b.apiVersion) &&
  (a.subresource ?? "") === (b.subresource ?? "");

/** The entry of a writer, owning nothing yet. */
export const entryOf = ({ manager, subresource, apiVersion }: Writer, operation: "Apply" | "Update"): ManagedFieldsEntry => ({
  manager: manager || "unknown",
  operation,
  apiVersion,
  fieldsType: "FieldsV1",
  ...(subresource ? { subresource } : {}),
});

/** An entry that owns a set since `time`, in the order in which entries are written. */
function entrySince(
  time: string,
  set: FieldSet,
  { manager, operation, apiVersion, fieldsType, subresource }: ManagedFieldsEntry,
): ManagedFieldsEntry {
  const entry: ManagedFieldsEntry = { manager, operation, apiVersion, time, fieldsType, fieldsV1: set as Record<string, unknown> };
  if (subresource) entry.subresource = subresource;
  return entry;
}

const empties = new WeakMap<Schema, KubeObject>();

/** What the server holds of an object before anybody set anything: the parts that are always there. */
export function emptyObject(schema: Schema): KubeObject {
  const known = empties.get(schema);
  if (known) return known;
  const empty = { metadata: {}, ...(schema.type === "struct" ? blank(schema) : {}) } as KubeObject;
  empties.set(schema, empty);
  return empty;
}

/**
 * The managers of `next`, which is about to replace `live` (or to be created): the writer owns what it changed, others lose that. The entries,
 * and the sets in them, that stay as they are are the same objects. Costs what the change costs.
 */
export function trackUpdate(schema: Schema, live: KubeObject | undefined, next: KubeObject, writer: Writer): Managers {
  const before = startingManagers(live, next, writer);
  // An object that nobody tracks stays so until somebody applies.
  if (live?.metadata.uid && before.length === 0) return before;
  try {
    return tracked(schema, live ?? emptyObject(schema), next, before, writer, entryOf(writer, "Update"));
  } catch (error) {
    if (error instanceof Incomparable) return [];
    throw error;
  }
}

/** A client may send managers of its own, or none at all to have them forgotten; through a subresource it may not. */
function startingManagers(live: KubeObject | undefined, next: KubeObject, { subresource }: Writer): Managers {
  const stored = live?.metadata.managedFields ?? [];
  const sent = next.metadata.managedFields;
  if (subresource || sent === live?.metadata.managedFields || !sent) return stored;
  if (sent.length === 0 || (sent.length === 1 && isBlank(sent[0]))) return [];
  return sent.every((entry) => entry.fieldsType === "FieldsV1" && (entry.operation === "Apply" || entry.operation === "Update"))
    ? sent.map((entry) => stored.find((each) => each.fieldsV1 === entry.fieldsV1 && isSameManager(each, entry) && each.time === entry.time) ?? entry)
    : stored;
}

const isBlank = (entry: ManagedFieldsEntry | undefined) =>
  Object.values(entry ?? {}).every((value) => value === undefined || value === null || value === "");

/** Gives the fields in which `next` differs from `live` to one entry, and takes them from the others. */
function tracked(schema: Schema, live: KubeObject, next: KubeObject, before: Managers, writer: Writer, self: ManagedFieldsEntry): Managers {
  const comparison = compareObjects(schema, live, next);
  const changed = without(union(comparison.changed, writer.rewritten), writer.reset);
  const removed = without(comparison.removed, writer.reset);
  if (!changed && !removed) return before;

  const entries: ManagedFieldsEntry[] = [];
  let mine: ManagedFieldsEntry | undefined;
  let owned: FieldSet | undefined;
  for (const entry of before) {
    const isMine = isSameManager(entry, self);
    // What another version of the kind calls its fields cannot be told from here.
    const isComparable = entry.apiVersion === writer.apiVersion;
    const lost = isComparable ? difference(setOf(entry), removed) : setOf(entry);
    const kept = isComparable && !isMine ? difference(lost, changed) : lost;
    if (isMine) [mine, owned] = [entry, kept];
    else if (kept) entries.push(withFields(entry, kept));
  }
  owned = union(owned, changed);
  if (owned) entries.push(changed ? entrySince(writer.time, owned, self) : withFields(mine ?? self, owned));
  return sorted(capped(entries));
}

/** The entry, owning just that. */
export const withFields = (entry: ManagedFieldsEntry, set: FieldSet): ManagedFieldsEntry =>
  setOf(entry) === set ? entry : { ...entry, fieldsV1: set as Record<string, unknown> };

const byText = (a = "", b = "") => (a < b ? -1 : a > b ? 1 : 0);

/** In the order in which the server lists them: appliers first, then by time (whose texts sort as times do) and name. */
export function sorted(entries: ManagedFieldsEntry[]): Managers {
  if (entries.length < 2) return entries;
  return entries.sort(
    (a, b) =>
      byText(a.operation, b.operation) ||
      byText(a.time, b.time) ||
      byText(a.manager, b.manager) ||
      byText(a.apiVersion, b.apiVersion) ||
      byText(a.subresource, b.subresource),
  );
}

/** Puts the oldest updaters together, version by version, when there are too many. */
function capped(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  if (entries.length <= mostUpdaters) return entries;
  const updaters = entries.filter((entry) => entry.operation === "Update").sort((a, b) => byText(a.time, b.time) || byText(a.manager, b.manager));
  let tooMany = updaters.length - mostUpdaters;
  if (tooMany <= 0) return entries;
  const result = new Set(entries);
  const first = new Map<string, ManagedFieldsEntry>();
  for (const entry of updaters) {
    if (tooMany <= 0) break;
    const version = entry.apiVersion ?? "";
    const into = first.get(version);
    if (!into) {
      first.set(version, entry);
      continue;
    }
    const together: ManagedFieldsEntry = {
      manager: "ancient-changes",
      operation: "Update",
      apiVersion: version,
      fieldsType: "FieldsV1",
      ...(entry.time ? { time: entry.time } : {}),
      fieldsV1: (union(setOf(into), setOf(entry)) ?? {}) as Record<string, unknown>,
    };
    result.delete(into);
    result.delete(entry);
    result.add(together);
    first.set(version, together);
    tooMany--;
  }
  return [...result];
}
