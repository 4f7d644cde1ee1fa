import { invalidValue } from "#machinery/field-error.ts";
import { validateAnnotations, validateLabels, validateMetadata, validateMetadataUpdate } from "#machinery/metadata.ts";
import { type NameProblems, nameForms, pathSegmentProblems } from "#machinery/names.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { FieldError } from "#machinery/status.ts";
import type { Core } from "../core.ts";
import type { Kind } from "../kind.ts";
import type { Resource } from "../registry.ts";

const none: readonly FieldError[] = Object.freeze([]);

/** Everything that is wrong with an object as it would be written. */
export function problemsOf(
  core: Core,
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
  subresource: string,
): readonly FieldError[] {
  const metadata = old ? updateProblems(resource, object, old) : createProblems(resource, object);
  const problems = [...metadata, ...(resource.kind.validate?.(object, old, { subresource, api: core.api }) ?? [])];
  return problems.length === 0 && !old ? pathProblems(object) : problems;
}

/** Whatever a kind allows its objects to be called, each has to have a path. */
function pathProblems({ metadata: { name = "" } }: KubeObject): readonly FieldError[] {
  return pathSegmentProblems(name).map((problem) => invalidValue(["metadata", "name"], name, problem));
}

function createProblems({ kind, namespaced }: Resource, object: KubeObject): readonly FieldError[] {
  const { metadata } = object;
  return [...validateMetadata(metadata, namespaced, namesOf(kind, object)), ...unknownFinalizers(kind, metadata.finalizers)];
}

const namesOf = ({ name = "subdomain" }: Kind, object: KubeObject): NameProblems =>
  typeof name === "function" ? (text, prefix) => name(text, prefix, object) : nameForms[name];

/** The real server looks at the metadata of an update for all kinds, and again for each kind, and tells of each problem as often as it sees it. */
function updateProblems({ kind }: Resource, { metadata }: KubeObject, { metadata: was }: KubeObject): readonly FieldError[] {
  const problems = [...validateMetadataUpdate(metadata, was)];
  const again = [
    ...(metadata.labels === was.labels ? none : validateLabels(metadata.labels, ["metadata", "labels"])),
    ...(metadata.annotations === was.annotations ? none : validateAnnotations(metadata.annotations, ["metadata", "annotations"])),
  ];
  const finalizers = metadata.finalizers === was.finalizers ? none : unknownFinalizers(kind, metadata.finalizers);
  if (problems.length + again.length + finalizers.length === 0) return none;
  return [...problems, ...problems, ...again, ...(kind.revalidatesMetadata ? again : none), ...finalizers];
}

const knownFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

/** Finalizers without a domain that Kubernetes does not know. */
function unknownFinalizers({ anyFinalizers }: Kind, finalizers: readonly string[] = []): readonly FieldError[] {
  if (anyFinalizers || finalizers.length === 0) return none;
  return finalizers.flatMap((finalizer, i) =>
    finalizer.includes("/") || knownFinalizers.includes(finalizer)
      ? []
      : [invalidValue(["metadata", "finalizers", i], finalizer, "name is neither a standard finalizer name nor is it fully qualified")],
  );
}

/** Whether an object that is to go is still held: by finalizers, its own or its kind's. */
export const isHeld = (resource: Resource, object: KubeObject): boolean =>
  (object.metadata.finalizers?.length ?? 0) > 0 || (resource.kind.heldBy?.(object).length ?? 0) > 0;
