import type { KubeObject } from "#machinery/object.ts";
import { type Core, strategyContext, type Target, type WriteOptions } from "../core.ts";

/** Takes the object out of the store: `last` is how it was at the end. */
export async function remove(core: Core, { resource, namespace, name }: Target, last: KubeObject, options: WriteOptions): Promise<KubeObject> {
  if (options.dryRun) return last;
  const gone = core.store.delete(resource.collection.key(namespace, name));
  const after = resource.kind.afterDelete?.(last, strategyContext(core, "", options));
  if (after) await after;
  // As it was last, under the revision of its end.
  return gone ? { ...last, metadata: { ...last.metadata, resourceVersion: String(gone.revision) } } : last;
}
