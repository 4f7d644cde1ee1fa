import type { Api, Located } from "#machinery/client.ts";
import { type ControllerContext, defineFreeController } from "#machinery/controller.ts";
import type { KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { OwnerReference } from "#machinery/types.ts";

const foreground = "foregroundDeletion";
const orphan = "orphan";
/** It asks the server about each object before it deletes it: whoever looks after what an owner leaves behind is quicker. */
const asking = 10;

/**
 * Deletes what lost its last owner, and lets owners go that wait for their dependents.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export const garbageCollector = defineFreeController({
  name: "garbage-collector-controller",

  start({ api, clock }, queue) {
    const objects = queue(async (key, context) => {
      const { resource, namespace, name } = parse(key);
      const object = context.api.get(resource, name, namespace || undefined);
      if (object) await collect({ resource, object }, context, lookSoon);
    });
    const lookSoon = (dependents: readonly Located[]) => {
      const keys = dependents.map(keyOf);
      if (keys.length > 0)
        clock.at(clock.now() + asking, () => {
          for (const key of keys) objects.add(key);
        });
    };

    for (const located of api.contents(undefined, (object) => object.metadata.ownerReferences !== undefined || isWaiting(object)))
      objects.add(keyOf(located));

    return api.watchAll(({ type, object, old }, resource) => {
      const { ownerReferences, uid = "" } = object.metadata;
      if (type === "DELETED") {
        lookSoon(api.dependents(uid));
        // An owner may have waited for it to go.
        for (const reference of ownerReferences ?? []) {
          const owner = ownerOf(api, reference, object);
          if (owner && isWaiting(owner.object)) objects.add(keyOf(owner));
        }
      } else if (isWaiting(object) || (ownerReferences && ownerReferences !== old?.metadata.ownerReferences))
        objects.add(keyOf({ resource, object }));
    });
  },
});

const keyOf = ({ resource, object: { metadata } }: Located) => `${resource} ${metadata.namespace ?? ""} ${metadata.name}`;

function parse(key: string): { resource: string; namespace: string; name: string } {
  const [resource = "", namespace = "", name = ""] = key.split(" ");
  return { resource, namespace, name };
}

/** Whether it was deleted and its dependents have to be dealt with first. */
const isWaiting = ({ metadata }: KubeObject) =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(foreground) || metadata.finalizers?.includes(orphan) || false);

async function collect(located: Located, context: ControllerContext, look: (dependents: readonly Located[]) => void): Promise<void> {
  const { finalizers, deletionTimestamp } = located.object.metadata;
  if (deletionTimestamp === undefined) await keepOrDelete(located, context);
  else if (finalizers?.includes(orphan)) await letDependentsLive(located, context);
  else if (finalizers?.includes(foreground)) await waitForDependents(located, context, look);
}

async function letDependentsLive(located: Located, { api }: ControllerContext): Promise<void> {
  const { uid = "" } = located.object.metadata;
  for (const dependent of api.dependents(uid)) await withoutOwners(dependent, (owner) => owner.uid === uid, api);
  await withoutFinalizer(located, orphan, api);
}

async function waitForDependents(located: Located, { api }: ControllerContext, look: (dependents: readonly Located[]) => void): Promise<void> {
  const { uid = "" } = located.object.metadata;
  const dependents = api.dependents(uid);
  const isBlocking = ({ object }: Located) => object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion);
  if (!dependents.some(isBlocking)) return await withoutFinalizer(located, foreground, api);
  look(dependents.filter(({ object }) => !object.metadata.deletionTimestamp));
}

async function keepOrDelete(located: Located, { api }: ControllerContext): Promise<void> {
  const { resource, object } = located;
  const { ownerReferences = [], uid = "", finalizers, name, namespace } = object.metadata;
  if (ownerReferences.length === 0) return;

  const states = new Map(ownerReferences.map((reference) => [reference.uid, stateOf(reference, object, api)]));
  const living = ownerReferences.filter((reference) => states.get(reference.uid) === "lives");
  if (living.length === ownerReferences.length) return;
  if (living.length > 0) return await withoutOwners(located, (owner) => states.get(owner.uid) !== "lives", api);

  const isWaitedFor = ownerReferences.some((reference) => states.get(reference.uid) === "waits");
  const own = finalizers?.includes(orphan) ? "Orphan" : finalizers?.includes(foreground) ? "Foreground" : "Background";
  const propagationPolicy = isWaitedFor && api.dependents(uid).length > 0 ? "Foreground" : own;
  try {
    await api.delete(resource, name, namespace, { propagationPolicy, preconditions: { uid } });
  } catch (error) {
    if (!(error instanceof StatusError && (error.code === 404 || error.code === 409))) throw error;
  }
}

/** An owner whose kind nobody serves is taken to live: nobody can say that it does not. */
function stateOf(reference: OwnerReference, dependent: KubeObject, api: Api): "lives" | "gone" | "waits" {
  if (!api.resourceOf(reference.apiVersion, reference.kind)) return "lives";
  const owner = ownerOf(api, reference, dependent);
  if (!owner) return "gone";
  const { deletionTimestamp, finalizers } = owner.object.metadata;
  return deletionTimestamp && finalizers?.includes(foreground) ? "waits" : "lives";
}

function ownerOf(api: Api, { apiVersion, kind, name, uid }: OwnerReference, { metadata }: KubeObject): Located | undefined {
  const served = api.resourceOf(apiVersion, kind);
  const object = served && api.get(served.resource, name, served.namespaced ? metadata.namespace : undefined);
  return served && object?.metadata.uid === uid ? { resource: served.resource, object } : undefined;
}

async function withoutOwners({ resource, object }: Located, goes: (owner: OwnerReference) => boolean, api: Api): Promise<void> {
  const { ownerReferences, ...metadata } = object.metadata;
  const staying = ownerReferences?.filter((owner) => !goes(owner)) ?? [];
  await api.update(resource, { ...object, metadata: staying.length ? { ...metadata, ownerReferences: staying } : metadata });
}

async function withoutFinalizer({ resource, object }: Located, finalizer: string, api: Api): Promise<void> {
  const { finalizers, ...metadata } = object.metadata;
  const staying = finalizers?.filter((each) => each !== finalizer) ?? [];
  await api.update(resource, { ...object, metadata: staying.length ? { ...metadata, finalizers: staying } : metadata });
}
