import { equal } from "#base/equal.ts";
import { setKey } from "./json.ts";
import { canonicalQuantity } from "./quantity.ts";
import type { Field, ListSchema, MapSchema, Schema, StructSchema } from "./schema.ts";

/**
 * A value that this program made, as the real server's own types would hold it: fields in their order, zeros left out or written as each field
 * wants, defaults filled in, what the schema does not know dropped. What is the same in `old`, which conforms already, is `old`'s own object, so
 * that comparing by `===` finds what changed; what differs is new and may be mutated.
 */
export function conform<T>(schema: Schema, value: T, old?: unknown): T {
  return conformed(schema, value, old) as T;
}

function conformed(schema: Schema, value: unknown, old: unknown): unknown {
  if (value === old) return value;
  switch (schema.type) {
    case "struct":
      return isMap(value) ? conformedStruct(schema, value, isMap(old) ? old : undefined) : value;
    case "list":
      return Array.isArray(value) ? conformedList(schema, value, old) : value;
    case "map":
      return isMap(value) ? conformedMap(schema, value, old) : value;
    case "quantity":
      return canonicalQuantity(String(value)) ?? value;
    case "any":
    case "raw":
    case "schema-or-list":
    case "schema-or-boolean":
    case "schema-or-strings":
      return sharedJson(value, old);
    case "fields":
      // Sets of fields are never changed: who has one may hold it.
      return equal(value, old) ? old : value;
    default:
      return value;
  }
}

/** A struct's fields by their places, and which of them are there even when they were not given. */
interface Layout {
  readonly fields: readonly Field[];
  readonly places: ReadonlyMap<string, number>;
  readonly forced: readonly number[];
}

const layouts = new WeakMap<StructSchema, Layout>();

function layoutOf(schema: StructSchema): Layout {
  let layout = layouts.get(schema);
  if (!layout) {
    const fields = [...schema.fields.values()];
    layout = {
      fields,
      places: new Map(fields.map(({ name }, place) => [name, place])),
      forced: fields.flatMap((field, place) => (field.always || field.default !== undefined ? [place] : [])),
    };
    layouts.set(schema, layout);
  }
  return layout;
}

/** The places of the fields that a value may hold, in order. Most structs have many more fields than their values give. */
function placesIn({ places, forced }: Layout, value: Record<string, unknown>): readonly number[] {
  const found: number[] = [];
  let next = 0;
  for (const key in value) {
    const place = places.get(key);
    if (place === undefined) continue;
    for (let must = forced[next]; must !== undefined && must < place; must = forced[++next]) insert(found, must);
    insert(found, place);
  }
  for (let must = forced[next]; must !== undefined; must = forced[++next]) insert(found, must);
  return found;
}

/** Puts a number where it belongs, which is nearly always the end; once. */
function insert(ordered: number[], number: number): void {
  let at = ordered.length;
  while (at > 0 && (ordered[at - 1] as number) > number) at--;
  if (at > 0 && ordered[at - 1] === number) return;
  for (let i = ordered.length; i > at; i--) ordered[i] = ordered[i - 1] as number;
  ordered[at] = number;
}

function conformedStruct(schema: StructSchema, value: Record<string, unknown>, old: Record<string, unknown> | undefined): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const layout = layoutOf(schema);
  let same = old !== undefined;
  let count = 0;
  for (const place of placesIn(layout, value)) {
    const field = layout.fields[place] as Field;
    const given = value[field.name];
    if (given === undefined && !field.always && field.default === undefined) continue;
    const before = old?.[field.name];
    const held = given === undefined || given === null ? (field.nullable ? given : undefined) : conformed(field.schema, given, before);
    const kept = keptValue(field, held, before);
    if (kept === undefined) {
      noteLeftOut(result, field.name, held);
      continue;
    }
    result[field.name] = kept;
    count++;
    if (kept !== before) same = false;
  }
  if (schema.open) {
    for (const key in value) {
      if (schema.fields.has(key) || value[key] === undefined) continue;
      const kept = sharedJson(value[key], old?.[key]);
      setKey(result, key, kept);
      count++;
      if (kept !== old?.[key]) same = false;
    }
  }
  keepLeftOut(value, result);
  return same && old && count === Object.keys(old).length ? old : result;
}

/** The empty lists, maps and bytes that structs do not hold. */
const leftOut = new WeakMap<object, Record<string, unknown>>();

/** Notes what a field of a struct was given, if that is one of the things that a struct does not hold when they are empty. */
export function noteLeftOut(struct: object, field: string, given: unknown): void {
  if (given === undefined || given === null || given === false || given === 0) return;
  leftOut.set(struct, { ...leftOut.get(struct), [field]: given });
}

function keepLeftOut(before: object, after: Record<string, unknown>): void {
  const noted = leftOut.get(before);
  for (const field in noted) if (after[field] === undefined) noteLeftOut(after, field, noted[field]);
}

/** A struct with other values in some of its fields; what was left out of it stays known. */
export function withFields<T extends object>(struct: T, fields: Partial<T>): T {
  const next = { ...struct, ...fields };
  keepLeftOut(struct, next as Record<string, unknown>);
  return next;
}

/** What a field was given: until an object is stored, the real server's types tell an empty list or map from none, and say so. */
export function asGiven<T extends object, K extends keyof T>(struct: T | undefined, field: K): T[K] | undefined {
  return struct && (struct[field] ?? (leftOut.get(struct)?.[field as string] as T[K] | undefined));
}

/** What a field holds in the end: what was given, its default, its zero, or nothing. */
export function keptValue(field: Field, given: unknown, old: unknown): unknown {
  if (given !== undefined && (field.pointer || !isZero(field.schema, given))) return given;
  if (field.default !== undefined) return field.default;
  if (!field.always) return undefined;
  return given !== undefined && field.schema.type !== "struct" ? given : zeroOf(field, old);
}

/** What a struct holds before anything was set or defaulted: the parts that are always written. */
export function blank(schema: StructSchema): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of schema.fields.values()) {
    if (!field.always) continue;
    result[field.name] = field.schema.type === "struct" && !field.pointer ? blank(field.schema) : zeroOf(field, undefined);
  }
  return result;
}

/** Whether the server's type would not tell the value from one that was never set. */
function isZero(schema: Schema, value: unknown): boolean {
  switch (schema.type) {
    case "struct":
      return false;
    case "list":
      return Array.isArray(value) && value.length === 0;
    case "map":
      return isMap(value) && Object.keys(value).length === 0;
    default:
      return value === "" || value === 0 || value === false;
  }
}

/** What is written for a field that was never set. */
function zeroOf(field: Field, old: unknown): unknown {
  if (field.pointer) return null;
  switch (field.schema.type) {
    case "struct":
      return conformedStruct(field.schema, {}, isMap(old) ? old : undefined);
    case "list":
      return field.nullList ? null : Array.isArray(old) && old.length === 0 ? old : [];
    case "bytes":
      return field.nullList ? null : "";
    case "string":
      return "";
    case "boolean":
      return false;
    case "int32":
    case "int64":
    case "float64":
    case "int-or-string":
      return 0;
    case "quantity":
      return "0";
    default:
      return null;
  }
}

function conformedList(schema: ListSchema, value: readonly unknown[], old: unknown): readonly unknown[] {
  const before: readonly unknown[] = Array.isArray(old) ? old : [];
  // Items of a list that is a map are compared with those of the same key, wherever they stood: one that was added in front changes nothing else.
  const byKey = schema.merge === "map" && value.length !== before.length ? itemsByKey(schema.keys, before) : undefined;
  let same = Array.isArray(old) && before.length === value.length;
  const result = value.map((item, i) => {
    const was = byKey && isMap(item) ? byKey.get(keyText(schema.keys, item)) : before[i];
    const kept = conformed(schema.items, item, was);
    if (kept !== before[i]) same = false;
    return kept;
  });
  return same ? before : result;
}

const keyText = (keys: readonly string[], item: Record<string, unknown>) => keys.map((key) => item[key]).join("\0");

function itemsByKey(keys: readonly string[], items: readonly unknown[]): Map<string, unknown> {
  return new Map(items.filter(isMap).map((item) => [keyText(keys, item), item]));
}

function conformedMap(schema: MapSchema, value: Record<string, unknown>, old: unknown): Record<string, unknown> {
  const before = isMap(old) ? old : undefined;
  const result: Record<string, unknown> = {};
  let same = before !== undefined;
  let count = 0;
  for (const key of sortedKeys(value)) {
    const given = value[key];
    if (given === undefined) continue;
    const was = before && Object.hasOwn(before, key) ? before[key] : undefined;
    if (given === null && schema.loose && !schema.nullableValues) continue;
    const kept = given === null ? (schema.nullableValues ? null : emptyOf(schema.values)) : conformed(schema.values, given, was);
    setKey(result, key, kept);
    count++;
    if (kept !== was) same = false;
  }
  return same && before && count === Object.keys(before).length ? before : result;
}

/** What null is in a map: the zero of what the map holds. */
export function emptyOf(schema: Schema): unknown {
  return zeroOf({ name: "", schema, required: false, pointer: false, always: true, nullList: schema.type !== "bytes" }, undefined);
}

/** JSON that nobody knows the shape of, sharing what is the same. */
function sharedJson(value: unknown, old: unknown): unknown {
  if (value === old || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const before: readonly unknown[] = Array.isArray(old) ? old : [];
    const result = value.map((item, i) => sharedJson(item, before[i]));
    return Array.isArray(old) && before.length === result.length && result.every((item, i) => item === before[i]) ? before : result;
  }
  const before = isMap(old) ? old : undefined;
  const result: Record<string, unknown> = {};
  let same = before !== undefined;
  let count = 0;
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner === undefined) continue;
    const was = before && Object.hasOwn(before, key) ? before[key] : undefined;
    const kept = sharedJson(inner, was);
    setKey(result, key, kept);
    count++;
    if (kept !== was) same = false;
  }
  return same && before && count === Object.keys(before).length ? before : result;
}

/** Maps are written in the order of their keys. */
export function sortedKeys(map: Record<string, unknown>): string[] {
  const keys = Object.keys(map);
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  return keys;
}

export const isMap = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
