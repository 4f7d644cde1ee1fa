import { forbiddenField, internalFieldError, invalidValue, quoted, required, tooLong } from "./field-error.ts";
import { byteLength, labelProblems, labelValueProblems, type NameProblems, qualifiedNameProblems } from "./names.ts";
import { groupVersionOf } from "./object.ts";
import type { FieldError, FieldPath } from "./status.ts";
import type { LabelSelector, ManagedFieldsEntry, ObjectMeta, OwnerReference } from "./types.ts";

const mostAnnotationBytes = 256 * 1024;
const here: FieldPath = ["metadata"];

/** What is wrong with the metadata of an object that is created, in the real server's order. Names are generated already. */
export function* validateMetadata(meta: ObjectMeta, namespaced: boolean, names: NameProblems): Iterable<FieldError> {
  if (meta.generateName)
    for (const problem of names(meta.generateName, true)) yield invalidValue([...here, "generateName"], meta.generateName, problem);
  if (!meta.name) yield required([...here, "name"], "name or generateName is required");
  else for (const problem of names(meta.name, false)) yield invalidValue([...here, "name"], meta.name, problem);

  if (!namespaced) {
    if (meta.namespace) yield forbiddenField([...here, "namespace"], "not allowed on this type");
  } else if (!meta.namespace) {
    yield required([...here, "namespace"]);
  } else {
    for (const problem of labelProblems(meta.namespace)) yield invalidValue([...here, "namespace"], meta.namespace, problem);
  }

  if ((meta.generation ?? 0) < 0) yield invalidValue([...here, "generation"], meta.generation, "must be greater than or equal to 0");
  if (meta.labels) yield* validateLabels(meta.labels, [...here, "labels"]);
  if (meta.annotations) yield* validateAnnotations(meta.annotations, [...here, "annotations"]);
  if (meta.ownerReferences) yield* validateOwners(meta.ownerReferences, [...here, "ownerReferences"]);
  if (meta.finalizers) yield* validateFinalizers(meta.finalizers, [...here, "finalizers"]);
  if (meta.managedFields) yield* validateManagers(meta.managedFields, [...here, "managedFields"]);
}

const immutable = ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] as const;

/** What is wrong with the metadata of an object that replaces `old`. */
export function* validateMetadataUpdate(meta: ObjectMeta, old: ObjectMeta): Iterable<FieldError> {
  if (meta === old) return;
  if (old.deletionTimestamp) {
    const before = new Set(old.finalizers);
    const added = [...new Set(meta.finalizers)].filter((each) => !before.has(each)).sort();
    if (added.length > 0)
      yield forbiddenField(
        [...here, "finalizers"],
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(quoted).join(", ")}}`,
      );
  }
  if (!meta.resourceVersion) yield invalidValue([...here, "resourceVersion"], meta.resourceVersion ?? "", "must be specified for an update");
  if ((meta.generation ?? 0) < (old.generation ?? 0)) yield invalidValue([...here, "generation"], meta.generation ?? 0, "must not be decremented");
  for (const field of immutable)
    if ((meta[field] ?? null) !== (old[field] ?? null)) yield invalidValue([...here, field], meta[field] ?? null, "field is immutable");

  // What did not change was good before.
  if (meta.labels && meta.labels !== old.labels) yield* validateLabels(meta.labels, [...here, "labels"]);
  if (meta.annotations && meta.annotations !== old.annotations) yield* validateAnnotations(meta.annotations, [...here, "annotations"]);
  if (meta.ownerReferences && meta.ownerReferences !== old.ownerReferences) yield* validateOwners(meta.ownerReferences, [...here, "ownerReferences"]);
  if (meta.managedFields && meta.managedFields !== old.managedFields) yield* validateManagers(meta.managedFields, [...here, "managedFields"]);
}

/** A generated name that was not generated: a defect of the server, told as the real one tells it. */
export const notGenerated = (meta: ObjectMeta): FieldError =>
  internalFieldError([...here, "name"], `generateName was specified (${quoted(meta.generateName ?? "")}), but no name was generated`);

export function* validateLabels(labels: Readonly<Record<string, string>> | undefined, path: FieldPath): Iterable<FieldError> {
  for (const key in labels) {
    for (const problem of qualifiedNameProblems(key)) yield invalidValue(path, key, problem);
    const value = labels[key] ?? "";
    for (const problem of labelValueProblems(value)) yield invalidValue(path, value, problem);
  }
}

export function* validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: FieldPath): Iterable<FieldError> {
  let bytes = 0;
  for (const key in annotations) {
    // The case of a key does not matter.
    for (const problem of qualifiedNameProblems(key.toLowerCase())) yield invalidValue(path, key, problem);
    bytes += byteLength(key) + byteLength(annotations[key] ?? "");
  }
  if (bytes > mostAnnotationBytes) yield tooLong(path, mostAnnotationBytes);
}

export function* validateOwners(owners: readonly OwnerReference[] | undefined, path: FieldPath): Iterable<FieldError> {
  let controller = "";
  for (const owner of owners ?? []) {
    const { group, version } = groupVersionOf(owner.apiVersion ?? "");
    // What has two slashes is no group and version at all.
    if (!version || version.includes("/")) yield invalidValue([...path, "apiVersion"], owner.apiVersion, "version must not be empty");
    for (const field of ["kind", "name", "uid"] as const)
      if (!owner[field]) yield invalidValue([...path, field], owner[field] ?? "", "must not be empty");
    if (group === "" && version === "v1" && owner.kind === "Event")
      yield invalidValue(path, owner, "/v1, Kind=Event is disallowed from being an owner");
    if (!owner.controller) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller)
      yield invalidValue(
        path,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
      );
    else controller = name;
  }
}

const orphan = "orphan";
const foreground = "foregroundDeletion";

export function* validateFinalizers(finalizers: readonly string[] | undefined, path: FieldPath): Iterable<FieldError> {
  for (const finalizer of finalizers ?? []) for (const problem of qualifiedNameProblems(finalizer)) yield invalidValue(path, finalizer, problem);
  if (finalizers?.includes(orphan) && finalizers.includes(foreground))
    yield invalidValue(path, finalizers, `finalizer ${orphan} and ${foreground} cannot be both set`);
}

function* validateManagers(managedFields: readonly ManagedFieldsEntry[], path: FieldPath): Iterable<FieldError> {
  for (let i = 0; i < managedFields.length; i++) {
    const { operation, fieldsType, manager = "", subresource = "" } = managedFields[i] ?? {};
    if (operation !== "Apply" && operation !== "Update")
      yield invalidValue([...path, i, "operation"], operation ?? "", "must be `Apply` or `Update`");
    if (fieldsType && fieldsType !== "FieldsV1") yield invalidValue([...path, i, "fieldsType"], fieldsType, "must be `FieldsV1`");
    if (!isPlainManager(manager)) yield* validateManagerName(manager, [...path, i, "manager"]);
    if (byteLength(subresource) > 256) yield tooLong([...path, i, "subresource"], 256);
  }
}

/** What most names are made of. */
const plainName = /^[ -~]*$/;

const isPlainManager = (manager: string) => manager.length <= 128 && plainName.test(manager);

/** The name under which somebody writes (`fieldManager`). */
export function* validateManagerName(manager: string, path: FieldPath): Iterable<FieldError> {
  if (isPlainManager(manager)) return;
  if (byteLength(manager) > 128) yield tooLong(path, 128);
  let at = 0;
  for (const char of manager) {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)) yield invalidValue(path, manager, `invalid character ${codePoint(char)} (at position ${at})`);
    at += byteLength(char);
  }
}

/** U+0041 'A': a character as Go shows it, without itself where it cannot be seen. */
function codePoint(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char) ? `U+${code} '${char}'` : `U+${code}`;
}

/** What is wrong with a LabelSelector. */
export function* validateLabelSelector(selector: LabelSelector | undefined | null, path: FieldPath): Iterable<FieldError> {
  if (!selector) return;
  yield* validateLabels(selector.matchLabels, [...path, "matchLabels"]);
  for (const [i, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at: FieldPath = [...path, "matchExpressions", i];
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) yield required([...at, "values"], "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0) yield forbiddenField([...at, "values"], "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else {
      yield invalidValue([...at, "operator"], operator ?? "", "not a valid selector operator");
    }
    for (const problem of qualifiedNameProblems(key ?? "")) yield invalidValue([...at, "key"], key ?? "", problem);
    for (const [j, value] of values.entries())
      for (const problem of labelValueProblems(value)) yield invalidValue([...at, "values", j], value, problem);
  }
}
