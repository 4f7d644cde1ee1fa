import type { Json } from "./syntax.ts";
import { isObject, JqError, type JsonObject, ordered, shown, typeName } from "./values.ts";

/** A place within a value: keys, indexes, slices. */
export type Path = readonly Json[];

/** A value, and where it stands when places are asked for. */
export interface Place {
  value: Json;
  path: Path | undefined;
}

/** Every element of a value. */
export function* each({ value, path }: Place, optional: boolean): Generator<Place> {
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield { value: one, path: path && [...path, i] };
  else if (isObject(value)) for (const key of Object.keys(value)) yield { value: value[key] ?? null, path: path && [...path, key] };
  else if (!optional)
    throw new JqError(
      value === null
        ? "Cannot iterate over null (null)"
        : `Cannot iterate over ${typeName(value)}${typeof value === "object" ? "" : ` (${shown(value)})`}`,
    );
}

/** What a key leads to: a member, an element, a part. */
export function step({ value, path }: Place, key: Json): Place[] {
  const at = (found: Json | undefined): Place[] => [{ value: found ?? null, path: path && [...path, key] }];
  if (typeof key === "string") {
    if (value === null) return at(null);
    if (isObject(value)) return at(Object.hasOwn(value, key) ? value[key] : null);
    throw new JqError(`Cannot index ${typeName(value)} with string "${key}"`);
  }
  if (typeof key === "number") {
    if (value === null) return at(null);
    if (Array.isArray(value)) {
      const index = Math.floor(key);
      return at(value[index < 0 ? value.length + index : index]);
    }
    throw new JqError(`Cannot index ${typeName(value)} with number`);
  }
  if (isObject(key)) {
    if (value === null) return at(null);
    if (typeof value !== "string" && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with object`);
    const whole = typeof value === "string" ? [...value] : value;
    const [start, end] = boundsOf(key, whole.length);
    const part = whole.slice(start, Math.max(start, end));
    return at(typeof value === "string" ? part.join("") : (part as Json[]));
  }
  if (Array.isArray(key) && Array.isArray(value)) return at(placesOf(value, key));
  throw new JqError(`Cannot index ${typeName(value)} with ${typeName(key)}`);
}

function boundsOf(key: JsonObject, length: number): [number, number] {
  const bound = (given: Json | undefined, otherwise: number, round: (value: number) => number) => {
    if (given === null || given === undefined) return otherwise;
    if (typeof given !== "number") throw new JqError("Start and end indices of an array slice must be numbers");
    const value = given < 0 ? length + given : given;
    return Math.max(0, Math.min(length, round(value)));
  };
  return [bound(key["start"], 0, Math.floor), bound(key["end"], length, Math.ceil)];
}

/** Where a list stands in another. */
export function placesOf(whole: readonly Json[], part: readonly Json[]): number[] {
  const places: number[] = [];
  if (part.length > 0)
    for (let at = 0; at + part.length <= whole.length; at++) if (part.every((one, i) => ordered(one, whole[at + i] ?? null) === 0)) places.push(at);
  return places;
}

export function valueAt(value: Json, path: Path): Json {
  let place: Place = { value, path: undefined };
  for (const key of path) place = step(place, key)[0] ?? { value: null, path: undefined };
  return place.value;
}

const mostIndex = 1_000_000;

/** The value with another one at a place. */
export function withValue(value: Json, path: Path, put: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  if (typeof key === "string") {
    if (value !== null && !isObject(value)) throw new JqError(`Cannot index ${typeName(value)} with "${key}"`);
    return { ...value, [key]: withValue(value && Object.hasOwn(value, key) ? (value[key] ?? null) : null, rest, put) };
  }
  if (typeof key === "number") {
    if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
    const list = value ? [...value] : [];
    const at = key < 0 ? list.length + key : key;
    if (at < 0) throw new JqError("Out of bounds negative array index");
    if (at > mostIndex) throw new JqError("Array index too large");
    while (list.length < at) list.push(null);
    list[at] = withValue(list[at] ?? null, rest, put);
    return list;
  }
  if (isObject(key)) {
    if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot update field at object index of ${typeName(value)}`);
    const list = value ?? [];
    const [start, end] = boundsOf(key, list.length);
    const part = withValue(list.slice(start, end), rest, put);
    if (!Array.isArray(part)) throw new JqError("A slice of an array can only be assigned another array");
    return [...list.slice(0, start), ...part, ...list.slice(Math.max(start, end))];
  }
  throw new JqError(`Invalid path component ${shown(key)}`);
}

/** The value without what stands at some places. */
export function withoutPaths(value: Json, paths: readonly Path[]): Json {
  let result = value;
  for (const path of [...paths].sort((a, b) => ordered([...b], [...a]))) result = without(result, path);
  return result;
}

function without(value: Json, path: Path): Json {
  const [key, ...rest] = path;
  if (key === undefined || value === null) return null;
  if (typeof key === "string") {
    if (!isObject(value)) throw new JqError(`Cannot delete field at object index of ${typeName(value)}`);
    if (!Object.hasOwn(value, key)) return value;
    if (rest.length > 0) return { ...value, [key]: without(value[key] ?? null, rest) };
    const { [key]: _gone, ...kept } = value;
    return kept;
  }
  if (!Array.isArray(value)) throw new JqError(`Cannot delete field at ${isObject(key) ? "object" : "array"} index of ${typeName(value)}`);
  if (typeof key === "number") {
    const at = key < 0 ? value.length + key : key;
    if (at < 0 || at >= value.length) return value;
    return rest.length > 0 ? value.map((one, i) => (i === at ? without(one, rest) : one)) : value.filter((_, i) => i !== at);
  }
  if (!isObject(key)) throw new JqError(`Invalid path component ${shown(key)}`);
  const [start, end] = boundsOf(key, value.length);
  return value.filter((_, i) => i < start || i >= end);
}
