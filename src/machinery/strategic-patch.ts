import { isMap } from "./conform.ts";
import { NumberText, setKey } from "./json.ts";
import type { Field, Schema } from "./schema.ts";
import { badRequest, rejected } from "./status.ts";

// A strategic merge patch knows the schema: lists of things with names merge by name. Directives begin with `$`.
// https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md

type Values = Record<string, unknown>;

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";

/** What a strategic merge patch makes of a value of that schema. What was given stays as it is. */
export function applyStrategicPatch(schema: Schema, value: unknown, patch: unknown): unknown {
  return mergeMap(schema, isMap(value) ? value : {}, patch as Values);
}

function mergeMap(schema: Schema | undefined, original: Values, given: Values): Values {
  const directive = given["$patch"];
  if (directive !== undefined) {
    if (directive === "delete") return {};
    if (directive === "replace") return without(given, "$patch");
    if (directive !== "merge") throw badRequest(`unknown patch type: ${String(directive)} in map: ${goMap(given)}`);
  }

  const patch = retained(original, given);
  const result = patch.original;
  const rest = ordered(schema, result, patch.rest);
  for (const [key, change] of Object.entries(rest)) {
    if (key.startsWith(deletePrefix)) removePrimitives(result, key.slice(deletePrefix.length), change);
    else if (key !== "$patch") mergeKey(schema, result, key, change);
  }
  return result;
}

function mergeKey(schema: Schema | undefined, result: Values, key: string, change: unknown): void {
  if (change === null) {
    delete result[key];
    return;
  }
  const field = fieldOf(schema, key);
  const was = Object.hasOwn(result, key) ? result[key] : undefined;
  // A map that is replaced is taken as it stands: what looks like a directive in it is an unknown field.
  if (isObject(was) && isObject(change)) setKey(result, key, field?.patch?.replace ? change : mergeMap(inner(schema, field), was, change));
  else if (Array.isArray(was) && Array.isArray(change)) setKey(result, key, mergeList(field, was, change));
  else setKey(result, key, plain(change));
}

const isObject = (value: unknown): value is Values => isMap(value) && !(value instanceof NumberText);

const fieldOf = (schema: Schema | undefined, key: string): Field | undefined => (schema?.type === "struct" ? schema.fields.get(key) : undefined);

const inner = (schema: Schema | undefined, field: Field | undefined): Schema | undefined =>
  field?.schema ?? (schema?.type === "map" ? schema.values : undefined);

const without = (map: Values, key: string): Values => Object.fromEntries(Object.entries(map).filter(([each]) => each !== key));

/** `$retainKeys`: all other keys of the original go. */
function retained(original: Values, patch: Values): { original: Values; rest: Values } {
  const keys = patch["$retainKeys"];
  if (keys === undefined) return { original: { ...original }, rest: patch };
  if (!Array.isArray(keys)) throw badRequest("invalid patch format of retainKeys");
  const rest = without(patch, "$retainKeys");
  for (const key of Object.keys(rest)) if (rest[key] !== null && !key.startsWith("$") && !keys.includes(key)) throw rejected();
  return { original: Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key))), rest };
}

function removePrimitives(result: Values, key: string, items: unknown): void {
  if (!Array.isArray(items)) throw badRequest("invalid patch format of primitive list");
  const was = result[key];
  if (Array.isArray(was))
    setKey(
      result,
      key,
      was.filter((item) => !items.some((each) => sameScalar(each, item))),
    );
}

/** `$setElementOrder/x`: merges x at once and puts it into that order. Gives what of the patch is left to do. */
function ordered(schema: Schema | undefined, result: Values, patch: Values): Values {
  const directives = Object.keys(patch).filter((key) => key.startsWith(orderPrefix));
  if (directives.length === 0) return patch;
  const rest = { ...patch };
  for (const directive of directives) {
    const key = directive.slice(orderPrefix.length);
    const order = rest[directive];
    delete rest[directive];
    if (!Array.isArray(order)) throw badRequest("invalid patch format of setElementOrder list");
    const field = fieldOf(schema, key);
    const [was, change] = [result[key], rest[key]];
    if (!Array.isArray(was) && !Array.isArray(change)) continue;
    // The real server fails where a list is replaced as a whole.
    if (!field?.patch?.merge)
      throw badRequest(`invalid patch: ${directive}: the list is not merged, so that its elements have no order of their own`);
    const identity = identityOf(field);
    if (Array.isArray(change)) mustFollow(change, order, identity);
    // What is left of a list of scalars after `$deleteFromPrimitiveList` is what is put in order.
    if (Object.hasOwn(rest, deletePrefix + key)) {
      removePrimitives(result, key, rest[deletePrefix + key]);
      delete rest[deletePrefix + key];
    }
    const base = Array.isArray(result[key]) ? (result[key] as unknown[]) : [];
    const merged = Array.isArray(change) ? mergeList(field, base, change) : base;
    setKey(result, key, arranged(merged, order, base, identity));
    delete rest[key];
  }
  return rest;
}

/** A list of the patch must stand in the order that it asks for. */
function mustFollow(change: readonly unknown[], order: readonly unknown[], identity: Identity): void {
  const wanted = order.map(identity);
  let from = 0;
  for (const item of change) {
    if (isObject(item) && item["$patch"] !== undefined) continue;
    const place = wanted.indexOf(identity(item), from);
    if (place < 0) throw badRequest("The order in patch list doesn't match $setElementOrder list");
    from = place + 1;
  }
}

type Identity = (item: unknown) => string;

/** What tells the items of a list apart: their merge key, or their value. */
function identityOf(field: Field | undefined): Identity {
  const key = field?.patch?.mergeKey;
  return (item) => JSON.stringify(key !== undefined && isObject(item) ? (scalar(item[key]) ?? null) : scalar(item)) ?? "";
}

const scalar = (value: unknown) => (value instanceof NumberText ? value.value : value);

const sameScalar = (a: unknown, b: unknown) => scalar(a) === scalar(b);

function mergeList(field: Field | undefined, was: readonly unknown[], change: readonly unknown[]): unknown[] {
  // A list that is replaced is taken as it stands: what looks like a directive in it is an unknown field.
  if (!field?.patch?.merge) return [...change];
  if (was.length === 0 && change.length === 0) return [];
  const all = [...was, ...change];
  if (all.some(Array.isArray)) throw rejected();
  const maps = all.filter(isObject).length;
  if (maps === 0) {
    const merged = [...new Map([...was, ...change].map((item) => [scalar(item), item])).values()];
    return arranged(merged, change, was, identityOf(field));
  }
  if (maps < all.length) throw badRequest(`list element types are not identical`);
  return mergeMaps(field, was as readonly Values[], change as readonly Values[]);
}

function mergeMaps(field: Field, was: readonly Values[], change: readonly Values[]): unknown[] {
  const identity = identityOf(field);
  const mergeKey = field.patch?.mergeKey ?? "";
  const must = (item: Values) => {
    if (!Object.hasOwn(item, mergeKey)) throw badRequest(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`);
    return identity(item);
  };

  const patches = change.filter((item) => item["$patch"] === undefined);
  if (change.some((item) => item["$patch"] === "replace")) return patches.map(plain);
  const gone = new Set<string>();
  for (const item of change) {
    const directive = item["$patch"];
    if (directive === undefined) continue;
    if (directive !== "delete") throw badRequest(`unknown patch type: ${String(directive)} in map: ${goMap(item)}`);
    gone.add(must(item));
  }
  const kept = was.filter((item) => !gone.has(identity(item)));

  const items = field.schema.type === "list" ? field.schema.items : undefined;
  const merged: Values[] = [...kept];
  const places = new Map<string, number>();
  kept.forEach((item, i) => {
    if (!places.has(identity(item))) places.set(identity(item), i);
  });
  for (const item of patches) {
    const place = places.get(must(item));
    if (place !== undefined) {
      merged[place] = mergeMap(items, merged[place] ?? {}, item);
    } else {
      places.set(identity(item), merged.length);
      merged.push(plain(item) as Values);
    }
  }
  return arranged(merged, patches, kept, identity);
}

/**
 * The items that `order` names in that order, the others in the order that they had. Where the two lists meet, an item that only the server
 * has goes first if it stood before the other one.
 */
function arranged(items: readonly unknown[], order: readonly unknown[], server: readonly unknown[], identity: Identity): unknown[] {
  const placeIn = (list: readonly unknown[]) => {
    const places = new Map<string, number>();
    list.forEach((item, i) => {
      if (!places.has(identity(item))) places.set(identity(item), i);
    });
    return (item: unknown) => places.get(identity(item)) ?? -1;
  };
  const [wanted, before] = [placeIn(order), placeIn(server)];
  const named = items.filter((item) => wanted(item) >= 0).sort((a, b) => wanted(a) - wanted(b));
  const others = items.filter((item) => wanted(item) < 0).sort((a, b) => before(a) - before(b));

  const result: unknown[] = [];
  let [i, j] = [0, 0];
  while (i < others.length && j < named.length) {
    const [left, right] = [before(others[i]), before(named[j])];
    if (left >= 0 && right >= 0 && left < right) result.push(others[i++]);
    else result.push(named[j++]);
  }
  return [...result, ...others.slice(i), ...named.slice(j)];
}

/** A value of the patch that meets nothing: its nulls remove nothing, and what is no `$patch` is taken for a field that nobody knows. */
function plain(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !(isObject(item) && (item["$patch"] === "delete" || item["$patch"] === "replace"))).map(plain);
  if (!isObject(value)) return value;
  if (value["$patch"] === "delete") return {};
  const result: Values = {};
  for (const [key, item] of Object.entries(value)) if (item !== null && key !== "$patch") setKey(result, key, plain(item));
  return result;
}

/** A value as Go prints it with %v: `map[a:1 b:[x y]]`. */
export function goMap(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (value instanceof NumberText) return String(value.value);
  if (Array.isArray(value)) return `[${value.map(goMap).join(" ")}]`;
  if (!isMap(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goMap(value[key])}`)
    .join(" ")}]`;
}
