import type { KubeObject } from "#machinery/object.ts";
import { conflict, notFound, StatusError } from "#machinery/status.ts";
import { formatTime, parseTime } from "#machinery/time.ts";
import type { DeleteOptions, ObjectMeta } from "#machinery/types.ts";
import { adopt } from "../adopt.ts";
import { admissionRequest, type Core, strategyContext, type Target, type WriteOptions } from "../core.ts";
import type { Resource } from "../registry.ts";
import { isHeld } from "./object.ts";
import { remove } from "./remove.ts";

export interface DeleteResult {
  /** As it was at the end, or as it waits for its end. */
  object: KubeObject;
  gone: boolean;
}

/** Deletes an object, or begins to: a grace period and finalizers let it live on with a deletionTimestamp. */
export async function deleteObject(core: Core, target: Target, asked: Partial<DeleteOptions>, options: WriteOptions): Promise<DeleteResult> {
  const { resource, namespace, name } = target;
  for (;;) {
    const entry = resource.collection.get(namespace, name);
    if (!entry) throw notFound(resource.on, name);
    const old = resource.read(entry.value);
    const check = resource.kind.storagePreconditions ? checkStored : checkPreconditions;
    check(resource, old.metadata, asked.preconditions);
    await core.admission.validate(admissionRequest(core, "DELETE", target, old, old, options));
    const before = resource.kind.beforeDelete?.(old, strategyContext(core, "", options));
    if (before) await before;
    if (resource.collection.get(namespace, name) !== entry) continue;

    const next = adopt(deleting(core, resource, old, asked), old);
    const { deletionTimestamp, deletionGracePeriodSeconds } = next.metadata;
    const waits = deletionTimestamp !== undefined && (isHeld(resource, next) || (deletionGracePeriodSeconds ?? 0) > 0);
    if (waits && (next === old || options.dryRun)) return { object: next, gone: false };
    // A grace period that is over is written before the object goes: who watches sees both.
    const isWritten = next !== old && !options.dryRun && (waits || resource.kind.gracePeriod !== undefined);
    const object = isWritten ? resource.read(core.store.put(entry.key, resource.stored(next)).value) : next;
    if (waits) return { object, gone: false };
    const end = await remove(core, target, object, options);
    // As it was last, under the revision of its end.
    const last = end === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion: String(end) } };
    return { object: last, gone: true };
  }
}

/** The object with its end set as far as can be said now; without a deletionTimestamp where it may go at once. */
function deleting(core: Core, resource: Resource, old: KubeObject, asked: Partial<DeleteOptions>): KubeObject {
  const graceful = resource.kind.gracePeriod;
  if (graceful && old.metadata.deletionTimestamp && old.metadata.deletionGracePeriodSeconds !== undefined) return shortened(old, asked);

  const seconds = old.metadata.deletionTimestamp ? 0 : (graceful?.(old, asked.gracePeriodSeconds) ?? 0);
  const finalizers = finalizersFor(resource, old, asked);
  const metadata: ObjectMeta = { ...old.metadata };
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  const next = { ...old, metadata };
  if (seconds === 0 && !isHeld(resource, next) && !old.metadata.deletionTimestamp) return graceful ? marked(core, resource, next, 0) : next;
  return marked(core, resource, next, seconds);
}

function marked(core: Core, resource: Resource, object: KubeObject, seconds: number): KubeObject {
  const { metadata } = object;
  const end = core.clock.now() + seconds * 1000;
  const wasMarked = metadata.deletionTimestamp !== undefined && parseTime(metadata.deletionTimestamp) <= end;
  const next = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: wasMarked ? metadata.deletionTimestamp : formatTime(end),
      deletionGracePeriodSeconds: seconds,
      ...(metadata.generation && metadata.deletionTimestamp === undefined ? { generation: metadata.generation + 1 } : {}),
    },
  };
  return resource.kind.terminating?.(next) ?? next;
}

/** A grace period that runs may only be shortened. */
function shortened(old: KubeObject, { gracePeriodSeconds: asked }: Partial<DeleteOptions>): KubeObject {
  const { deletionGracePeriodSeconds: now = 0, deletionTimestamp = "" } = old.metadata;
  if (asked === undefined || asked >= now) return old;
  const end = parseTime(deletionTimestamp) - (now - asked) * 1000;
  return { ...old, metadata: { ...old.metadata, deletionTimestamp: formatTime(end), deletionGracePeriodSeconds: asked } };
}

const orphan = "orphan";
const foreground = "foregroundDeletion";

/** The finalizers that the garbage collector takes away again, as the options or the kind's default want them. */
function finalizersFor(resource: Resource, old: KubeObject, asked: Partial<DeleteOptions>): string[] {
  const present = old.metadata.finalizers ?? [];
  if (resource.kind.defaultPropagation === "Unsupported") return [...present];
  const policy = policyOf(resource, present, asked);
  const rest = present.filter((each) => each !== orphan && each !== foreground);
  if (policy === "Orphan") rest.push(orphan);
  if (policy === "Foreground") rest.push(foreground);
  return rest;
}

function policyOf(resource: Resource, present: readonly string[], { propagationPolicy, orphanDependents }: Partial<DeleteOptions>): string {
  if (propagationPolicy) return propagationPolicy;
  if (orphanDependents !== undefined) return orphanDependents ? "Orphan" : "Background";
  if (present.includes(orphan)) return "Orphan";
  if (present.includes(foreground)) return "Foreground";
  return resource.kind.defaultPropagation ?? "Background";
}

type Preconditions = NonNullable<DeleteOptions["preconditions"]>;

function checkPreconditions({ judgedAs: { group, kind } }: Resource, metadata: ObjectMeta, { uid, resourceVersion }: Preconditions = {}): void {
  const refuse = (why: string) => {
    const details = { name: metadata.name ?? "", ...(group ? { group } : {}), kind };
    const of = group ? `${kind}.${group}` : kind;
    throw new StatusError(409, "Conflict", `Operation cannot be fulfilled on ${of} "${metadata.name}": ${why}`, details);
  };
  if (uid !== undefined && uid !== metadata.uid)
    refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

function checkStored({ on }: Resource, metadata: ObjectMeta, { uid, resourceVersion }: Preconditions = {}): void {
  const failed = (what: string, wanted: string, is: string | undefined) =>
    conflict(on, metadata.name ?? "", `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`);
  if (uid !== undefined && uid !== metadata.uid) throw failed("UID", uid, metadata.uid);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw failed("ResourceVersion", resourceVersion, metadata.resourceVersion);
}
