import type { KubeObject } from "#machinery/object.ts";
import { type Core, strategyContext, type Target, type WriteOptions } from "../core.ts";

/** Takes the object out of the store: `last` is how it was at the end. Gives the revision of its end; none where this is a dry run. */
export async function remove(
  core: Core,
  { resource, namespace, name }: Target,
  last: KubeObject,
  options: WriteOptions,
): Promise<number | undefined> {
  if (options.dryRun) return undefined;
  const gone = core.store.delete(resource.collection.key(namespace, name));
  const after = resource.kind.afterDelete?.(last, strategyContext(core, "", options));
  if (after) await after;
  return gone?.revision;
}
