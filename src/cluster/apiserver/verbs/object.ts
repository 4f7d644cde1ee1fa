import { validateMetadata, validateMetadataUpdate } from "#machinery/metadata.ts";
import { nameForms } from "#machinery/names.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { FieldError } from "#machinery/status.ts";
import type { Core } from "../core.ts";
import type { Resource } from "../registry.ts";

/** Everything that is wrong with an object as it would be written. */
export function problemsOf(
  core: Core,
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
  subresource: string,
): readonly FieldError[] {
  const { kind, namespaced } = resource;
  const metadata = old ? updateProblems(object, old) : validateMetadata(object.metadata, namespaced, nameForms[kind.name ?? "subdomain"]);
  return [...metadata, ...(kind.validate?.(object, old, { subresource, api: core.api }) ?? [])];
}

/** The real server looks at the metadata of an update twice, and tells of each problem twice: for all kinds, and for each kind. */
function updateProblems(object: KubeObject, old: KubeObject): readonly FieldError[] {
  const problems = [...validateMetadataUpdate(object.metadata, old.metadata)];
  return [...problems, ...problems];
}

/** Whether an object that is to go is still held: by finalizers, its own or its kind's. */
export const isHeld = (resource: Resource, object: KubeObject): boolean =>
  (object.metadata.finalizers?.length ?? 0) > 0 || (resource.kind.heldBy?.(object).length ?? 0) > 0;
