import type { Entry } from "#cluster/store/store.ts";
import { type Core, strategyContext, type WriteOptions } from "./core.ts";
import type { Resource } from "./registry.ts";

/** What is seen of a kind that is nowhere stored, as if it were; undefined for those that are. */
export function computedEntries(core: Core, { kind, collection }: Resource, options: WriteOptions): readonly Entry[] | undefined {
  const { revision } = core.store;
  return kind.computed?.(strategyContext(core, "", options)).map((value) => ({
    key: collection.key(value.metadata.namespace, value.metadata.name ?? ""),
    value,
    like: value,
    createRevision: revision,
    revision,
    get json() {
      return JSON.stringify(value);
    },
  }));
}
