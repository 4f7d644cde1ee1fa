import { isMap } from "./conform.ts";
import type { Field, Schema } from "./schema.ts";

/**
 * A value as it comes back from storage, which does not tell an empty list from none: null stands where a list that is always written is
 * empty. The same value where there is nothing of the kind. What it shares with `old`, which is settled, is not looked at.
 */
export function settled<T>(schema: Schema, value: T, old?: unknown): T {
  return settledValue(schema, value, old) as T;
}

function settledValue(schema: Schema, value: unknown, old: unknown): unknown {
  if (value === old || !mayHoldNull(schema)) return value;
  switch (schema.type) {
    case "struct":
      return isMap(value) ? settledParts(value, old, (key) => schema.fields.get(key)) : value;
    case "list":
      return Array.isArray(value) ? settledItems(schema.items, value, old) : value;
    case "map":
      return isMap(value) ? settledParts(value, old, () => ({ schema: schema.values, always: false, nullList: false })) : value;
    default:
      return value;
  }
}

type Place = Pick<Field, "schema" | "always" | "nullList">;

function settledParts(value: Record<string, unknown>, old: unknown, placeOf: (key: string) => Place | undefined): Record<string, unknown> {
  const before = isMap(old) ? old : undefined;
  let changed: Record<string, unknown> | undefined;
  for (const key in value) {
    const place = placeOf(key);
    if (!place) continue;
    const part = value[key];
    const next = Array.isArray(part) && part.length === 0 && isNullWhenEmpty(place) ? null : settledValue(place.schema, part, before?.[key]);
    if (next === part) continue;
    changed ??= { ...value };
    changed[key] = next;
  }
  if (!changed) return value;
  return before && haveSameParts(changed, before) ? before : changed;
}

function haveSameParts(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function settledItems(schema: Schema, items: readonly unknown[], old: unknown): readonly unknown[] {
  const before: readonly unknown[] = Array.isArray(old) ? old : [];
  const next = items.map((item, i) => settledValue(schema, item, before[i]));
  return next.some((item, i) => item !== items[i]) ? next : items;
}

const isNullWhenEmpty = ({ schema, always, nullList }: Place) => always && nullList && schema.type === "list";

const known = new WeakMap<Schema, boolean>();

/** Whether such a list can stand anywhere under a schema: most objects have none, and are left alone. */
function mayHoldNull(schema: Schema): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  // A schema that holds itself is looked at once.
  known.set(schema, false);
  const may = holdsNull(schema);
  known.set(schema, may);
  return may;
}

function holdsNull(schema: Schema): boolean {
  if (schema.type === "struct") return [...schema.fields.values()].some((field) => isNullWhenEmpty(field) || mayHoldNull(field.schema));
  if (schema.type === "list") return mayHoldNull(schema.items);
  return schema.type === "map" && mayHoldNull(schema.values);
}
