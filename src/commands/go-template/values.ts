/**
 * Values as a template sees them: text, `number` for Go's float64, `bigint` for its int, `Int64` for its other whole numbers, booleans, null for
 * a nil that stands in a map or a list, undefined for no value at all, lists, maps (plain objects or `Map`s), `GoObject`s for structs with their
 * methods, and functions, which are methods without declared arguments.
 */
export type Value = unknown;

export type Callable = (...args: Value[]) => Value;

/** A type of Go that an argument may have to be of. */
export type GoType = "interface {}" | "string" | "int" | "int64" | "float64" | "bool" | "map[string]interface {}" | "[]interface {}" | "[]string";

/** A function of a template: how many arguments it takes (without an upper bound any number), and of which types; the last type is that of all that follow. */
export interface TemplateFunction {
  least: number;
  most?: number;
  types?: readonly GoType[];
  run: Callable;
}

/** A whole number of Go that is no `int`. */
export class Int64 {
  readonly value: bigint;
  readonly type: string;

  constructor(value: bigint | number, type = "int64") {
    this.value = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
    this.type = type;
  }
}

/** A struct of a Go program: fields and methods by name, and how it prints. */
export abstract class GoObject {
  abstract readonly type: string;
  /** A field's value, or a `TemplateFunction` in a `Method`; undefined where the type has no such field. */
  abstract field(name: string): Value | Method;
  abstract toGoString(): string;
}

/** A map whose Go type has methods. */
export interface WithMethods {
  readonly goMethods: Readonly<Record<string, TemplateFunction>>;
}

/** A method of a `GoObject`. */
export class Method {
  readonly fn: TemplateFunction;
  constructor(fn: TemplateFunction) {
    this.fn = fn;
  }
}

/** A Go value's whole number, of whatever size; undefined where it is none. */
export const wholeOf = (value: Value): bigint | undefined => (typeof value === "bigint" ? value : value instanceof Int64 ? value.value : undefined);

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isNil = (value: Value): value is null | undefined => value === null || value === undefined;

export const isMap = (value: Value): value is Readonly<Record<string, Value>> | ReadonlyMap<string, Value> =>
  typeof value === "object" &&
  value !== null &&
  !isList(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Int64) &&
  !(value instanceof GoObject);

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
  if (isNil(value)) return false;
  if (isList(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Int64) return value.value !== 0n;
  if (isMap(value) && Object.getPrototypeOf(value) === Object.prototype) return Object.keys(value).length > 0;
  return value !== false && value !== "" && value !== 0 && value !== 0n;
}

/** JSON as a template of kubectl sees it: whole numbers are whole, as Kubernetes' JSON reader keeps them. */
export function fromJson(value: unknown): Value {
  if (typeof value === "number") return Number.isInteger(value) ? new Int64(value) : value;
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)]));
}

/** The type's name in Go. */
export function typeName(value: Value): string {
  if (isNil(value)) return "<nil>";
  if (typeof value === "string") return "string";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  if (value instanceof Int64 || value instanceof GoObject) return value.type;
  if (value instanceof Uint8Array) return "[]uint8";
  if (isList(value)) return "[]interface {}";
  if (typeof value === "function") return "func()";
  return "map[string]interface {}";
}

/** Whether a value may be given where a type is asked for. */
export function fits(value: Value, type: GoType): boolean {
  if (type === "interface {}") return true;
  if (isNil(value)) return false;
  if (type === "[]string") return isList(value) && value.every((item) => typeof item === "string");
  return typeName(value) === type;
}
