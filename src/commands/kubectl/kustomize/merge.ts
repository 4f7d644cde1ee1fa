import { yamlText } from "#machinery/go-yaml.ts";
import type { Schema } from "#machinery/schema.ts";
import { CommandError } from "../errors.ts";

// Kustomize has a strategic merge of its own, other than the API server's: what a patch names in a list comes first, nulls only remove what is there, and
// what it does not know it keeps.

type Values = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

const nodeKind = (value: unknown): string => (Array.isArray(value) ? "SequenceNode" : isMap(value) ? "MappingNode" : "ScalarNode");

/** What a patch makes of a value; undefined where it removes it. */
export function merged(value: unknown, patch: unknown, schema: Schema | undefined): unknown {
  if (patch === undefined) return value;
  if (patch === null) return undefined;
  if (value !== undefined && value !== null && nodeKind(value) !== nodeKind(patch))
    throw new CommandError(`wrong node kind: expected ${nodeKind(value)} but got ${nodeKind(patch)}: node contents:\n${yamlText(patch).trimEnd()}`);
  if (isMap(patch)) return mergedMap(isMap(value) ? value : undefined, patch, schema);
  if (Array.isArray(patch)) return mergedList(Array.isArray(value) ? value : undefined, patch, schema, undefined);
  return patch;
}

function mergedMap(value: Values | undefined, given: Values, schema: Schema | undefined): unknown {
  const { $patch: directive, ...patch } = given;
  if (directive === "delete") return undefined;
  if (directive !== undefined && directive !== "replace" && directive !== "merge")
    throw new CommandError(`unknown patch strategy '${String(directive)}'`);
  const base = directive === "replace" ? {} : (value ?? {});
  const result: Record<string, unknown> = { ...base };
  for (const [key, change] of Object.entries(patch)) {
    const field = schema?.type === "struct" ? schema.fields.get(key) : undefined;
    const inner = field?.schema ?? (schema?.type === "map" ? schema.values : undefined);
    const keys = field?.patch?.merge ? keysOf(field.patch.mergeKey, inner) : undefined;
    const was = base[key];
    const now =
      Array.isArray(change) && (was === undefined || was === null || Array.isArray(was))
        ? mergedList(Array.isArray(was) ? was : undefined, change, inner, keys)
        : merged(was, change, inner);
    if (now === undefined) delete result[key];
    else result[key] = now;
  }
  return result;
}

/** By what the items of a list are told apart: some fields, or themselves. */
function keysOf(mergeKey: string | undefined, schema: Schema | undefined): readonly string[] {
  if (schema?.type === "list" && schema.merge === "map" && (mergeKey === undefined || schema.keys.includes(mergeKey))) return schema.keys;
  return mergeKey === undefined ? [] : [mergeKey];
}

function mergedList(
  value: readonly unknown[] | undefined,
  given: readonly unknown[],
  schema: Schema | undefined,
  keys: readonly string[] | undefined,
): unknown {
  const items = schema?.type === "list" ? schema.items : undefined;
  if (!keys) return given.map((item) => fresh(item, items)).filter((item) => item !== undefined);
  const strategy = given.find((item) => isMap(item) && Object.keys(item).length === 1 && item["$patch"] !== undefined) as Values | undefined;
  const directive = strategy?.["$patch"];
  if (directive === "delete") return undefined;
  const patch = given.filter((item) => item !== strategy);
  const base = directive === "replace" ? [] : (value ?? []);
  if (keys.length === 0) return [...patch, ...base.filter((item) => !patch.includes(item))];
  const identity = (item: unknown) => JSON.stringify(keys.map((key) => (isMap(item) ? (item[key] ?? null) : null)));
  // What the patch names comes first, in its order.
  const result = new Map<string, unknown>([...patch, ...base].map((item) => [identity(item), undefined]));
  for (const item of base) result.set(identity(item), item);
  for (const item of patch) result.set(identity(item), merged(result.get(identity(item)), item, items));
  return [...result.values()].filter((item) => item !== undefined);
}

/** A value of the patch that meets nothing. */
const fresh = (item: unknown, schema: Schema | undefined): unknown => (isMap(item) ? mergedMap(undefined, item, schema) : item);
