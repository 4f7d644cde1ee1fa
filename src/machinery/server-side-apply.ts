import { merged, mustFit, NotAppliable, pruned } from "./apply-merge.ts";
import { isMap, sortedKeys } from "./conform.ts";
import { compareObjects, equal, fieldsOfObject, Incomparable } from "./field-comparison.ts";
import { emptyObject, entryOf, isSameManager, type Managers, setOf, sorted, trackUpdate, type Writer, withFields } from "./field-manager.ts";
import { difference, type FieldSet, intersection, pathsOf, union, without } from "./field-set.ts";
import { JsonError, parseJson, plainNumbers } from "./json.ts";
import type { KubeObject } from "./object.ts";
import type { Schema } from "./schema.ts";
import { badRequest, StatusError } from "./status.ts";
import type { ManagedFieldsEntry, StatusCause } from "./types.ts";

/** What came of an apply: an object that is still to be read by its schema, and who owns what in it. */
export interface Applied {
  object: unknown;
  managers: Managers;
}

/**
 * Applies what a client wants of an object (`config`) to what is there: its fields are set and owned, those that it applied before and no longer
 * names are given up and go unless somebody else owns them. Throws a conflict where another manager owns a field that would change, unless forced.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applied(schema: Schema, live: KubeObject | undefined, config: KubeObject, writer: Writer, force: boolean): Applied {
  if (config.metadata?.managedFields) throw badRequest("metadata.managedFields must be nil");
  try {
    mustFit(schema, config);
  } catch (error) {
    if (error instanceof NotAppliable) throw badRequest(`failed to create typed patch object (${nameOf(config)}): ${error.message}`);
    throw error;
  }
  try {
    return appliedTo(schema, live, config, writer, force);
  } catch (error) {
    if (error instanceof Incomparable)
      throw new StatusError(500, "", `failed to create typed live object (${nameOf(live ?? config)}): ${error.message}`);
    throw error;
  }
}

function appliedTo(schema: Schema, live: KubeObject | undefined, config: KubeObject, writer: Writer, force: boolean): Applied {
  const start = live ?? emptyObject(schema);
  const before = live ? managersOf(schema, live, writer) : [];
  const { managedFields: _, ...metadata } = start.metadata;
  const there: KubeObject = { ...start, metadata };
  const self = entryOf(writer, "Apply");
  const last = before.find((entry) => isSameManager(entry, self));
  const set = without(fieldsOfObject(schema, plainNumbers(config) as KubeObject), writer.reset);
  const others = before.filter((entry) => entry !== last);

  const whole = merged(schema, there, plainNumbers(config));
  const owned = [...others, ...(set ? [{ fieldsV1: set as Record<string, unknown> }] : [])].reduce<FieldSet | undefined>(
    (all, entry) => union(all, setOf(entry)),
    undefined,
  );
  const object = last ? pruned(schema, whole, setOf(last), owned) : whole;

  const comparison = compareObjects(schema, there, object as object);
  const changed = without(comparison.changed, writer.reset);
  const removed = without(comparison.removed, writer.reset);
  if (!force) mustNotConflict(others, difference(changed, knownToKubectl(schema, there, writer)), writer);

  const entries: ManagedFieldsEntry[] = [];
  for (const entry of others) {
    const kept = entry.apiVersion === writer.apiVersion ? difference(difference(setOf(entry), changed), removed) : setOf(entry);
    if (kept) entries.push(withFields(entry, kept));
  }
  // Applying what is there already leaves no time behind.
  const time = live && equal(there, object) ? last?.time : writer.time;
  if (set) entries.push({ ...self, ...(time ? { time } : {}), fieldsV1: set as Record<string, unknown> });
  return { object: rememberedByKubectl(object, config, writer), managers: sorted(entries) };
}

/** An object that nobody tracked is owned by those who came before. */
function managersOf(schema: Schema, live: KubeObject, writer: Writer): Managers {
  const stored = live.metadata.managedFields ?? [];
  if (stored.length > 0) return stored;
  const { uid: _, managedFields: __, ...metadata } = live.metadata;
  return trackUpdate(schema, undefined, { ...live, metadata }, { ...writer, manager: "before-first-apply" });
}

const nameOf = ({ apiVersion, kind, metadata }: KubeObject) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}; ${apiVersion}, Kind=${kind}`;

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Fields that client-side `kubectl apply` set and that are still so: kubectl may take them over when it begins to apply on the server's side. */
function knownToKubectl(schema: Schema, live: KubeObject, { manager, apiVersion }: Writer): FieldSet | undefined {
  const text = manager === "kubectl" ? live.metadata.annotations?.[lastApplied] : undefined;
  if (!text) return undefined;
  try {
    const before = plainNumbers(parseJson(text).value) as KubeObject;
    if (before.apiVersion !== apiVersion) return undefined;
    const { changed, removed } = compareObjects(schema, before, live);
    return difference(difference(fieldsOfObject(schema, before), changed), removed);
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** What kubectl remembers of its client-side applies is kept up to date, so that one can go back to them. */
function rememberedByKubectl(object: unknown, config: KubeObject, { manager }: Writer): unknown {
  const { metadata } = object as KubeObject;
  if (manager !== "kubectl" || !metadata.annotations?.[lastApplied]) return object;
  const annotations = { ...metadata.annotations, [lastApplied]: `${JSON.stringify(ordered(plainNumbers(config)))}\n` };
  return { ...(object as KubeObject), metadata: { ...metadata, annotations } };
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isMap(value)) return value;
  return Object.fromEntries(sortedKeys(value).map((key) => [key, ordered(value[key])]));
}

function mustNotConflict(others: Managers, changed: FieldSet | undefined, writer: Writer): void {
  const conflicts = others
    .filter((entry) => entry.apiVersion === writer.apiVersion)
    .map((entry) => ({ entry, paths: [...pathsOf(intersection(setOf(entry), changed) ?? {})] }))
    .filter(({ paths }) => paths.length > 0)
    .sort((a, b) => (textOf(a.entry) < textOf(b.entry) ? -1 : 1));
  if (conflicts.length === 0) return;

  const causes: StatusCause[] = conflicts.flatMap(({ entry, paths }) =>
    paths.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${textOf(entry)}`, field })),
  );
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${causes[0]?.message}: ${causes[0]?.field}`
      : `Apply failed with ${causes.length} conflicts: ${conflicts
          .map(({ entry, paths }) => [`conflicts with ${textOf(entry)}:`, ...paths.map((path) => `- ${path}`)].join("\n"))
          .join("\n")}`;
  throw new StatusError(409, "Conflict", message, { causes });
}

/** A manager as a conflict names it: `"kubectl-edit" with subresource "status" using apps/v1`. */
function textOf({ manager, subresource, operation, apiVersion }: ManagedFieldsEntry): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ""}`;
  if (operation !== "Update") return name;
  return `${name} using ${apiVersion}`;
}
