import { groupVersionOf } from "#machinery/object.ts";
import { type Schema, schemaOf } from "#machinery/schema.ts";

/** The object with its fields in the order of the server's types, as whoever holds typed objects writes them. */
export function typedOrder<T extends { apiVersion: string; kind: string }>(object: T): T {
  const { group, version } = groupVersionOf(object.apiVersion ?? "");
  const schema = schemaOf({ group, version, kind: object.kind });
  return schema ? (ordered(schema, object) as T) : object;
}

function ordered(schema: Schema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(schema?.type === "list" ? schema.items : undefined, item));
  if (typeof value !== "object" || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  if (schema?.type !== "struct")
    return Object.fromEntries(
      Object.keys(map)
        .sort()
        .map((key) => [key, ordered(schema?.type === "map" ? schema.values : undefined, map[key])]),
    );
  const result: Record<string, unknown> = {};
  const known = [...schema.fields.keys()].filter((key) => key in map);
  for (const key of [
    ...known,
    ...Object.keys(map)
      .filter((key) => !schema.fields.has(key))
      .sort(),
  ])
    result[key] = ordered(schema.fields.get(key)?.schema, map[key]);
  return result;
}
