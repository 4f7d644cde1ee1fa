import type { ObjectMeta } from "#machinery/types.ts";

/** The metadata of an object whose status was written, for kinds that let nothing else of it change that way. */
export function statusMetadata(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const { managedFields } = metadata;
  if (managedFields === old.managedFields) return old;
  const { managedFields: _, ...kept } = old;
  return managedFields ? { ...kept, managedFields } : kept;
}
