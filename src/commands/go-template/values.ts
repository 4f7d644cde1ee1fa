/**
 * Values as a template sees them: text, `number` for Go's float64, `bigint` for its whole numbers, booleans, null for nil, undefined for
 * no value at all, lists, maps (plain objects or `Map`s) and functions, which are what Go calls methods.
 */
export type Value = unknown;

export type Callable = (...args: Value[]) => Value;

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isMap = (value: Value): value is Readonly<Record<string, Value>> | ReadonlyMap<string, Value> =>
  typeof value === "object" && value !== null && !isList(value) && !(value instanceof Uint8Array);

/** What a map holds under a key; undefined where nothing is. */
export function entryOf(map: Readonly<Record<string, Value>> | ReadonlyMap<string, Value>, key: string): Value {
  if (map instanceof Map) return map.get(key);
  const plain = map as Readonly<Record<string, Value>>;
  return Object.hasOwn(plain, key) || (key in plain && Object.getPrototypeOf(plain) !== Object.prototype) ? plain[key] : undefined;
}

/** A map's keys in the order in which Go ranges over and prints them. */
export const keysOf = (map: Readonly<Record<string, Value>> | ReadonlyMap<string, Value>): string[] =>
  (map instanceof Map ? [...map.keys()] : Object.keys(map)).sort(byBytes);

/** Text in the order of its code points. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [high, low] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
    return high === low ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}

/** Whether `if` takes it for true: not empty, not zero. */
export function truth(value: Value): boolean {
  if (value === null || value === undefined) return false;
  if (isList(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (isMap(value) && Object.getPrototypeOf(value) === Object.prototype) return Object.keys(value).length > 0;
  return value !== false && value !== "" && value !== 0 && value !== 0n;
}

/** JSON as a template sees it: whole numbers are whole, as Kubernetes' JSON reader keeps them. */
export function fromJson(value: unknown): Value {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)]));
}

/** The type's name in Go. */
export function typeName(value: Value): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "string") return "string";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return "[]interface {}";
  if (typeof value === "function") return "func()";
  return "map[string]interface {}";
}
