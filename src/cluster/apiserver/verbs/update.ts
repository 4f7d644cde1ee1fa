import { withFields } from "#machinery/conform.ts";
import { invalidValue } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import { conflict, invalid, notFound } from "#machinery/status.ts";
import type { ObjectMeta } from "#machinery/types.ts";
import { sameAs } from "../adopt.ts";
import { admissionRequest, type Core, strategyContext, type Target, type WriteOptions } from "../core.ts";
import type { Kind } from "../kind.ts";
import { rewrittenIn, tracked, withManagers } from "../managed-fields.ts";
import type { Resource } from "../registry.ts";
import { create } from "./create.ts";
import { isHeld, problemsOf } from "./object.ts";
import { remove } from "./remove.ts";

export interface UpdateResult {
  object: KubeObject;
  created: boolean;
}

/** How an update comes to its object: given what is there; undefined when nothing is. */
export type Transform = (old: KubeObject | undefined) => KubeObject | Promise<KubeObject>;

/**
 * Replaces an object, or a part of it, by what `transform` makes of it; gives what is stored then (or would be: dry run). Where nothing changes
 * nothing is written. Somebody else's write in between makes it start again, unless the caller named the version that it replaces.
 */
export async function update(core: Core, target: Target, transform: Transform, options: WriteOptions): Promise<UpdateResult> {
  for (;;) {
    const result = await updateOnce(core, target, transform, options);
    if (result) return result;
  }
}

async function updateOnce(core: Core, target: Target, transform: Transform, options: WriteOptions): Promise<UpdateResult | undefined> {
  const { resource, namespace, name, subresource } = target;
  const { kind } = resource;
  const entry = resource.collection.get(namespace, name);
  if (!entry) {
    if (subresource || !(kind.createOnUpdate || options.createsMissing)) throw notFound(resource.on, name);
    return { object: await create(core, resource, namespace, await transform(undefined), options), created: true };
  }

  const old = resource.read(entry.value);
  const sent = await transform(old);
  const version = sent.metadata.resourceVersion;
  const whole = sameMetadata(resource, resource.conform(sent, old), old);
  const tracksWhole = subresource !== "" && resource.subresource(subresource)?.tracksWhole === true;
  let object = partOf(resource, subresource, whole, old);
  if (options.checksUid) checkUid(target, sent, old);
  checkVersion(resource, name, version, old);
  if (tracksWhole) object = withManagers(object, tracked(core.clock, resource, old, whole, subresource, options).metadata.managedFields);
  const changedAnyway = rewrittenIn(sent);
  const same = () => {
    const isRewritten = core.isStale?.(entry) && !options.dryRun;
    return unchanged(kind, isRewritten ? resource.read(core.store.put(entry.key, entry.value).value) : old, target, options);
  };
  if (object === old && !changedAnyway) return same();
  if (!tracksWhole) object = tracked(core.clock, resource, old, object, subresource, options, changedAnyway);

  const request = admissionRequest(core, "UPDATE", target, object, old, options);
  await core.admission.mutate(request);
  object = request.object;

  const context = strategyContext(core, subresource, options);
  const before = object;
  if (kind.prepareUpdate) {
    object = { ...before };
    const prepared = kind.prepareUpdate(object, old, context);
    if (prepared) await prepared;
  }
  object = resource.normalise(object, before, old);
  if (object === old || resource.settled(object, old) === old) return same();
  if (resource.raisesGeneration(object, old, subresource))
    object = { ...object, metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 } };

  const problems = problemsOf(core, resource, object, old, subresource);
  if (problems.length > 0) throw invalid(resource.judgedAs, name, problems);
  if (!options.unheard) for (const text of kind.warnings?.(object, old, subresource) ?? []) options.warn(text);
  await core.admission.validate({ ...request, object });
  object = resource.settled(object, old);

  if (resource.collection.get(namespace, name) !== entry) return undefined;
  if (options.dryRun) return { object, created: false };
  const goes = isGoing(old) && !isHeld(resource, object);
  if (goes) {
    await remove(core, target, object, options);
    return { object, created: false };
  }
  const stored = core.store.put(entry.key, resource.stored(object)).value;
  const after = kind.afterWrite?.(stored as KubeObject, old, context);
  if (after) await after;
  return { object: resource.read(stored), created: false };
}

/** Nothing is written; what there is to say of the object is said all the same. */
function unchanged(kind: Kind, object: KubeObject, { subresource }: Target, options: WriteOptions): UpdateResult {
  if (!options.unheard) for (const text of kind.warnings?.(object, object, subresource) ?? []) options.warn(text);
  return { object, created: false };
}

/** A delete was asked for, and only finalizers held it up. */
const isGoing = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined && !metadata.deletionGracePeriodSeconds;

function checkVersion(resource: Resource, name: string, version: string | undefined, old: KubeObject): void {
  if (!version || version === "0") {
    if (!resource.kind.updateNeedsVersion) return;
    const { group, resource: kind } = resource.on;
    throw invalid({ group, kind }, name, [invalidValue(["metadata", "resourceVersion"], 0, "must be specified for an update")]);
  }
  if (version !== old.metadata.resourceVersion) throw conflict(resource.on, name);
}

/** Who names another uid means another object. */
function checkUid({ resource, namespace, name }: Target, { metadata: { uid } }: KubeObject, old: KubeObject): void {
  if (!uid || uid === old.metadata.uid) return;
  const key = resource.collection.key(namespace, name);
  throw conflict(
    resource.on,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
  );
}

/** What the server alone decides stays as it was. */
function sameMetadata(resource: Resource, object: KubeObject, old: KubeObject): KubeObject {
  const was = old.metadata;
  const { metadata } = object;
  const kept: ObjectMeta = { ...metadata, name: metadata.name ?? was.name, uid: metadata.uid || was.uid };
  for (const field of serverOwned) keep(kept, was, field);
  if (!metadata.creationTimestamp) keep(kept, was, "creationTimestamp");
  if (resource.namespaced) kept.namespace ??= was.namespace;
  return sameAs(withFields(object, { metadata: kept }), old);
}

const serverOwned = ["resourceVersion", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] as const;

function keep(metadata: ObjectMeta, was: ObjectMeta, field: keyof ObjectMeta): void {
  if (metadata[field] === was[field]) return;
  if (was[field] === undefined) delete metadata[field];
  else Object.assign(metadata, { [field]: was[field] });
}

function partOf(resource: Resource, subresource: string, object: KubeObject, old: KubeObject): KubeObject {
  if (object === old) return old;
  const part = subresource ? resource.subresource(subresource)?.part?.(object, old) : resource.withStatusOf(object, old);
  if (!part) return object;
  return sameAs(resource.kind.statusAlone && subresource === "status" ? withMetadataOf(part, old) : part, old);
}

/** Nothing of the metadata changes but who manages which field. */
function withMetadataOf(part: KubeObject, { metadata }: KubeObject): KubeObject {
  const { managedFields } = part.metadata;
  return { ...part, metadata: managedFields ? { ...metadata, managedFields } : metadata };
}
