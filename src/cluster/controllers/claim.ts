import type { ControllerContext } from "#machinery/controller.ts";
import { controllerOf, controllerReference, type KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import type { LabelSelector } from "#machinery/types.ts";

/** Which selector an object was last found to match: neither changes without being another object. */
const matched = new WeakMap<KubeObject, LabelSelector>();

/**
 * What belongs to `owner`: what it controls and its selector still matches, and its name if `fits` asks for it. What no longer matches is released,
 * and what matches and has no controller is adopted.
 */
export async function claim<T extends KubeObject>(
  resource: string,
  owner: KubeObject,
  selector: LabelSelector,
  { api, orphans }: ControllerContext,
  fits: (name: string) => boolean = () => true,
): Promise<readonly T[]> {
  const matches = matcher(selector);
  const owned = api.owned<T>(resource, owner);
  const leaving = owned.filter((object) => {
    if (matched.get(object) === selector) return false;
    if (!matches(object.metadata.labels ?? {}) || !fits(object.metadata.name)) return true;
    matched.set(object, selector);
    return false;
  });
  for (const object of leaving)
    if (!object.metadata.deletionTimestamp)
      await api.update(
        resource,
        withOwners(
          object,
          object.metadata.ownerReferences?.filter((reference) => reference.uid !== owner.metadata.uid),
        ),
      );

  const adopted: T[] = [];
  if (!owner.metadata.deletionTimestamp)
    for (const object of orphans<T>(resource, owner.metadata.namespace))
      if (!object.metadata.deletionTimestamp && !controllerOf(object) && matches(object.metadata.labels ?? {}) && fits(object.metadata.name))
        adopted.push(await api.update(resource, withOwners(object, [...(object.metadata.ownerReferences ?? []), controllerReference(owner)])));

  if (leaving.length === 0 && adopted.length === 0) return owned;
  return [...owned.filter((object) => !leaving.includes(object)), ...adopted];
}

function withOwners<T extends KubeObject>(object: T, owners: KubeObject["metadata"]["ownerReferences"]): T {
  const { ownerReferences: _, ...metadata } = object.metadata;
  return { ...object, metadata: owners?.length ? { ...metadata, ownerReferences: owners } : metadata };
}
