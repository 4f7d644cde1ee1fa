import type { ControllerContext } from "#machinery/controller.ts";
import { controllerOf, controllerReference, type KubeObject } from "#machinery/object.ts";
import { matcher } from "#machinery/selector.ts";
import type { LabelSelector } from "#machinery/types.ts";

/** Which selector an object was last found to match: neither changes without being another object. */
const matched = new WeakMap<KubeObject, LabelSelector>();

/**
 * What belongs to `owner`: what it controls and its selector still matches, and its name where one is asked for. What no longer matches is released,
 * and what matches and has no controller is adopted. A finalizer that is named comes and goes with that.
 */
export async function claim<T extends KubeObject>(
  resource: string,
  owner: KubeObject,
  selector: LabelSelector,
  { api, orphans }: ControllerContext,
  { fits = () => true, finalizer }: { fits?: (name: string) => boolean; finalizer?: string } = {},
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
          object.metadata.finalizers?.filter((name) => name !== finalizer),
        ),
      );

  const adopted: T[] = [];
  if (!owner.metadata.deletionTimestamp)
    for (const object of orphans<T>(resource, owner.metadata.namespace))
      if (!object.metadata.deletionTimestamp && !controllerOf(object) && matches(object.metadata.labels ?? {}) && fits(object.metadata.name))
        adopted.push(
          await api.update(
            resource,
            withOwners(
              object,
              [...(object.metadata.ownerReferences ?? []), controllerReference(owner)],
              [...new Set([...(object.metadata.finalizers ?? []), ...(finalizer ? [finalizer] : [])])],
            ),
          ),
        );

  if (leaving.length === 0 && adopted.length === 0) return owned;
  return [...owned.filter((object) => !leaving.includes(object)), ...adopted];
}

function withOwners<T extends KubeObject>(
  object: T,
  owners: KubeObject["metadata"]["ownerReferences"],
  finalizers: KubeObject["metadata"]["finalizers"],
): T {
  const { ownerReferences: _, finalizers: __, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(owners?.length ? { ownerReferences: owners } : {}), ...(finalizers?.length ? { finalizers } : {}) },
  };
}
