import { isMap } from "./conform.ts";
import { type FieldSet, fieldSet, itemElement, leaf, namelessness, union } from "./field-set.ts";
import { type ListSchema, type Schema, type StructSchema, schemaAt } from "./schema.ts";

/** What tells a new value from an old one. */
export interface Comparison {
  /** Fields that are new or differ. */
  changed: FieldSet | undefined;
  /** Fields that are gone. */
  removed: FieldSet | undefined;
}

const same: Comparison = Object.freeze({ changed: undefined, removed: undefined });
const different: Comparison = Object.freeze({ changed: leaf, removed: undefined });

/** Thrown where a list's items cannot be told apart: who owns what in such an object is not known. */
export class Incomparable extends Error {}

/** Parts of metadata that nobody owns. */
const unowned: ReadonlySet<string> = new Set([
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "generation",
  "managedFields",
  "resourceVersion",
]);
const head: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);
const nothing: ReadonlySet<string> = new Set();

type Values = Readonly<Record<string, unknown>>;

/** Compares two objects field by field, without what nobody owns; throws `Incomparable`. Descends only where they do not share. */
export function compareObjects(schema: Schema, old: object, next: object): Comparison {
  if (old === next) return same;
  const [before, after] = [old as Values, next as Values];
  const rest = compareMaps(schema, before, after, head);
  const metadata = compareMaps(schemaAt(schema, ["metadata"]), mapOf(before["metadata"]), mapOf(after["metadata"]), unowned);
  return {
    changed: union(rest.changed, metadata.changed && { "f:metadata": metadata.changed }),
    removed: union(rest.removed, metadata.removed && { "f:metadata": metadata.removed }),
  };
}

/** Compares two values that are there; null is one. */
function compare(schema: Schema | undefined, old: unknown, next: unknown): Comparison {
  if (old === next) return same;
  const type = typeOf(schema, next ?? old);
  if (type === "leaf" || (isEmpty(old) && isEmpty(next))) return equal(old, next) ? same : different;
  if (type === "list") return compareLists(schema as ListSchema, listOf(old), listOf(next));
  return compareMaps(schema, mapOf(old), mapOf(next), nothing);
}

/** How a value is owned: as a whole, or by its parts. What has no schema is owned by its maps' parts. */
function typeOf(schema: Schema | undefined, value: unknown): "leaf" | "list" | "map" {
  switch (schema?.type) {
    case "struct":
    case "map":
      return schema.atomic ? "leaf" : "map";
    case "list":
      return schema.merge === "atomic" ? "leaf" : "list";
    case undefined:
    case "any":
      return isMap(value) ? "map" : "leaf";
    default:
      return "leaf";
  }
}

const noValues: Values = Object.freeze({});
const noItems: readonly unknown[] = Object.freeze([]);
const mapOf = (value: unknown): Values => (isMap(value) ? value : noValues);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : noItems);

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== "object") return false;
  for (const _ in value) return false;
  return true;
}

/** Whether two JSON values are equal; shared parts are not looked at. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  let left = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !equal(a[key], b[key])) return false;
    left++;
  }
  for (const _ in b) left--;
  return left === 0;
}

/** Everything at and under a value that is new, or gone. */
function whole(schema: Schema | undefined, value: unknown): FieldSet {
  const type = typeOf(schema, value);
  if (type === "leaf" || isEmpty(value)) return leaf;
  if (type === "list") {
    const result: Record<string, FieldSet> = { ".": leaf };
    const elements = byElement(schema as ListSchema, listOf(value));
    for (const element of sorted(elements)) {
      const items = elements.get(element);
      result[element] = items?.length === 1 ? whole((schema as ListSchema).items, items[0]) : leaf;
    }
    return result;
  }
  const map = mapOf(value);
  const children: [string, FieldSet][] = [];
  for (const key in map) {
    const inner = map[key];
    const part = inner === undefined ? undefined : partOf(schema, key);
    if (part) children.push([part.element, whole(part.schema, inner)]);
  }
  return fieldSet(true, children) ?? leaf;
}

interface Part {
  element: string;
  schema: Schema | undefined;
}

const partsOfStructs = new WeakMap<StructSchema, ReadonlyMap<string, Part>>();

/** A part that a map may have; those of a struct are known beforehand, and it has no others. */
function partOf(schema: Schema | undefined, key: string): Part | undefined {
  if (schema?.type !== "struct" || schema.open) {
    const inner = schema?.type === "map" ? schema.values : schema?.type === "struct" ? schema.fields.get(key)?.schema : undefined;
    return { element: `f:${key}`, schema: inner };
  }
  let parts = partsOfStructs.get(schema);
  if (!parts) {
    parts = new Map([...schema.fields.values()].map((field) => [field.name, { element: `f:${field.name}`, schema: field.schema }]));
    partsOfStructs.set(schema, parts);
  }
  return parts.get(key);
}

/** What a map holds under a key itself. JSON holds no functions: one is what every object inherits. */
function own(map: Values, key: string): unknown {
  const value = key === "__proto__" && !Object.hasOwn(map, key) ? undefined : map[key];
  return typeof value === "function" ? undefined : value;
}

function compareMaps(schema: Schema | undefined, old: Values, next: Values, skipped: ReadonlySet<string>): Comparison {
  let changed: [string, FieldSet][] | undefined;
  let removed: [string, FieldSet][] | undefined;
  for (const key in next) {
    const after = next[key];
    // What a map does not hold itself is a function that every object inherits, if it is anything; JSON holds none.
    const before = old[key] === after ? after : own(old, key);
    if (before === after || after === undefined || skipped.has(key)) continue;
    const part = partOf(schema, key);
    if (!part) continue;
    if (before === undefined) {
      changed ??= [];
      changed.push([part.element, whole(part.schema, after)]);
      continue;
    }
    const result = compare(part.schema, before, after);
    if (result.changed) {
      changed ??= [];
      changed.push([part.element, result.changed]);
    }
    if (result.removed) {
      removed ??= [];
      removed.push([part.element, result.removed]);
    }
  }
  for (const key in old) {
    if (old[key] === undefined || own(next, key) !== undefined || skipped.has(key)) continue;
    const part = partOf(schema, key);
    if (!part) continue;
    removed ??= [];
    removed.push([part.element, whole(part.schema, old[key])]);
  }
  if (!changed && !removed) return same;
  return { changed: changed && fieldSet(false, changed), removed: removed && fieldSet(false, removed) };
}

const sorted = (map: ReadonlyMap<string, unknown>): string[] => [...map.keys()].sort();

function compareLists(schema: ListSchema, old: readonly unknown[], next: readonly unknown[]): Comparison {
  return compareInPlace(schema, old, next) ?? compareByElement(schema, old, next);
}

/** Longer lists are looked up. */
const longest = 32;

/** Most lists keep their items where they are: then nothing needs to be looked up. Gives nothing where that is not so. */
function compareInPlace(schema: ListSchema, old: readonly unknown[], next: readonly unknown[]): Comparison | undefined {
  if (old.length !== next.length || next.length > longest) return undefined;
  const changed: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  const seen: string[] = [];
  for (let i = 0; i < next.length; i++) {
    const element = itemElement(schema, next[i]);
    if (element === undefined || seen.includes(element) || (old[i] !== next[i] && itemElement(schema, old[i]) !== element)) return undefined;
    seen.push(element);
    const result = compare(schema.items, old[i], next[i]);
    if (result.changed) changed.push([element, result.changed]);
    if (result.removed) removed.push([element, result.removed]);
  }
  return { changed: fieldSet(false, changed), removed: fieldSet(false, removed) };
}

function compareByElement(schema: ListSchema, old: readonly unknown[], next: readonly unknown[]): Comparison {
  const [before, after] = [byElement(schema, old), byElement(schema, next)];
  const changed: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  for (const [element, items] of after) {
    const was = before.get(element);
    const result = was ? compareItems(schema, was, items) : { changed: items.length > 1 ? leaf : whole(schema.items, items[0]), removed: undefined };
    if (result.changed) changed.push([element, result.changed]);
    if (result.removed) removed.push([element, result.removed]);
  }
  for (const [element, items] of before) if (!after.has(element)) removed.push([element, items.length > 1 ? leaf : whole(schema.items, items[0])]);
  return { changed: fieldSet(false, changed), removed: fieldSet(false, removed) };
}

/** The items of a list by what names them; usually one each. */
function byElement(schema: ListSchema, list: readonly unknown[]): Map<string, unknown[]> {
  const result = new Map<string, unknown[]>();
  for (const [i, item] of list.entries()) {
    const element = itemElement(schema, item);
    if (element === undefined) throw new Incomparable(namelessness(schema, i));
    const alike = result.get(element);
    if (alike) alike.push(item);
    else result.set(element, [item]);
  }
  return result;
}

/** Items that have one name together are owned as a whole. */
function compareItems(schema: ListSchema, old: readonly unknown[], next: readonly unknown[]): Comparison {
  if (old.length === 1 && next.length === 1) return compare(schema.items, old[0], next[0]);
  if (old.length > 1 && next.length > 1) return equal(old, next) ? same : different;
  if (old.length > 1) return { changed: whole(schema.items, next[0]), removed: leaf };
  return { changed: leaf, removed: whole(schema.items, old[0]) };
}

/** The fields that a client names when it applies a value: leaves, and the items of lists themselves. */
export function fieldsOf(schema: Schema | undefined, value: unknown): FieldSet | undefined {
  const type = typeOf(schema, value);
  if (type === "leaf") return leaf;
  if (type === "list") {
    const items = byElement(schema as ListSchema, listOf(value));
    const children = [...items].map(([element, alike]) => {
      const inner = alike.length === 1 ? fieldsOf((schema as ListSchema).items, alike[0]) : undefined;
      return [element, asMember(inner)] as [string, FieldSet];
    });
    return fieldSet(false, children);
  }
  const children: [string, FieldSet][] = [];
  for (const [key, given] of Object.entries(mapOf(value))) {
    const declared = schema?.type === "struct" ? schema.fields.get(key)?.schema : undefined;
    const inner = declared ?? (schema?.type === "map" ? schema.values : undefined);
    const under = fieldsOf(inner, given);
    const member = given === null || (isMap(given) && isEmpty(given)) || !declared;
    const set = member ? asMember(under) : under;
    if (set) children.push([`f:${key}`, set]);
  }
  return fieldSet(false, children);
}

const asMember = (set: FieldSet | undefined): FieldSet => (set === undefined || set === leaf ? leaf : { ".": leaf, ...set });

/** The fields of an object that is applied, without those that nobody owns. */
export function fieldsOfObject(schema: Schema, object: object): FieldSet | undefined {
  const { apiVersion: _, kind: __, metadata, ...rest } = object as Values;
  const owned = Object.fromEntries(Object.entries(mapOf(metadata)).filter(([key]) => !unowned.has(key)));
  return fieldsOf(schema, isEmpty(owned) ? rest : { ...rest, metadata: owned });
}
