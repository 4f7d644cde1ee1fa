import { sprint, sprintf, valueText } from "./format.ts";
import { TemplateProblem } from "./problem.ts";
import {
  byBytes,
  type Callable,
  entryOf,
  type GoType,
  isList,
  isMap,
  type TemplateFunction,
  truth,
  typeName,
  type Value,
  wholeOf,
} from "./values.ts";

/** A function that takes values of any type. */
export const takes = (least: number, most: number | undefined, run: Callable): TemplateFunction =>
  most === undefined ? { least, run } : { least, most, run };

/** A function whose arguments must be of these types; a type with dots before it is that of any number of further ones. */
export function typed(types: readonly (GoType | `...${GoType}`)[], run: Callable): TemplateFunction {
  const variadic = types.at(-1)?.startsWith("...") ?? false;
  const bare = types.map((type) => type.replace("...", "") as GoType);
  return variadic ? { least: types.length - 1, types: bare, run } : { least: types.length, most: types.length, types: bare, run };
}

/** The functions that every Go template has; `and` and `or` are the engine's, since they do not look at all their arguments. */
export const builtins: Readonly<Record<string, TemplateFunction>> = {
  not: takes(1, 1, (value) => !truth(value)),
  len: takes(1, 1, size),
  index: takes(1, undefined, index),
  slice: takes(1, undefined, slice),
  print: takes(0, undefined, (...args) => sprint(args)),
  printf: typed(["string", "...interface {}"], (format, ...args) => sprintf(format as string, args)),
  println: takes(0, undefined, (...args) => `${args.map(valueText).join(" ")}\n`),
  html: takes(0, undefined, (...args) =>
    joined(args).replace(/[&<>'"\0]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;" })[c] ?? "\ufffd"),
  ),
  js: takes(0, undefined, (...args) => joined(args).replace(/[\\'"<>&=\x00-\x1f]/g, escapedForJs)),
  urlquery: takes(0, undefined, (...args) =>
    encodeURIComponent(joined(args))
      .replaceAll("%20", "+")
      .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
  ),
  call: takes(1, undefined, (fn, ...args) => {
    if (typeof fn !== "function")
      throw new TemplateProblem(fn === undefined || fn === null ? "call of nil" : `non-function ${valueText(fn)} of type ${typeName(fn)}`);
    return (fn as Callable)(...args);
  }),
  eq: takes(1, undefined, (first, ...others) => {
    if (others.length === 0) throw new TemplateProblem("missing argument for comparison");
    return others.some((other) => equal(first, other));
  }),
  ne: takes(2, 2, (a, b) => !equal(a, b)),
  lt: takes(2, 2, (a, b) => compare(a, b) < 0),
  le: takes(2, 2, (a, b) => compare(a, b) <= 0),
  gt: takes(2, 2, (a, b) => compare(a, b) > 0),
  ge: takes(2, 2, (a, b) => compare(a, b) >= 0),
};

const joined = (args: readonly Value[]): string => (args.length === 1 && typeof args[0] === "string" ? args[0] : sprint(args));

function escapedForJs(c: string): string {
  const short: Readonly<Record<string, string>> = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "<": "\\u003C",
    ">": "\\u003E",
    "&": "\\u0026",
    "=": "\\u003D",
    "\n": "\\u000A",
    "\r": "\\u000D",
    "\t": "\\u0009",
  };
  return short[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function size(value: Value): bigint {
  if (typeof value === "string") return BigInt(new TextEncoder().encode(value).length);
  if (isList(value)) return BigInt(value.length);
  if (value instanceof Map) return BigInt(value.size);
  if (isMap(value)) return BigInt(Object.keys(value).length);
  if (value === null) throw new TemplateProblem("len of nil pointer");
  if (value === undefined) throw new TemplateProblem("reflect: call of reflect.Value.Type on zero Value");
  throw new TemplateProblem(`len of type ${typeName(value)}`);
}

function place(value: Value, length: number): number {
  const whole = wholeOf(value);
  if (whole === undefined)
    throw new TemplateProblem(
      value === null || value === undefined ? "cannot index slice/array with nil" : `cannot index slice/array with type ${typeName(value)}`,
    );
  const at = Number(whole);
  if (at < 0 || at >= length) throw new TemplateProblem(`index out of range: ${at}`);
  return at;
}

function index(on: Value, ...steps: Value[]): Value {
  let value = on;
  if (value === undefined || value === null) throw new TemplateProblem("index of untyped nil");
  for (const step of steps) {
    if (value === null || value === undefined) throw new TemplateProblem("index of nil pointer");
    if (isList(value)) value = value[place(step, value.length)];
    else if (typeof value === "string") value = BigInt(new TextEncoder().encode(value)[place(step, value.length)] ?? 0);
    else if (isMap(value)) {
      if (typeof step !== "string") throw new TemplateProblem(`value has type ${typeName(step)}; should be string`);
      value = entryOf(value, step);
    } else throw new TemplateProblem(`can't index item of type ${typeName(value)}`);
  }
  return value;
}

function slice(on: Value, ...places: Value[]): Value {
  if (places.length > 3) throw new TemplateProblem(`too many slice indexes: ${places.length}`);
  if (!isList(on) && typeof on !== "string")
    throw new TemplateProblem(on === undefined || on === null ? "slice of untyped nil" : `can't slice item of type ${typeName(on)}`);
  if (typeof on === "string" && places.length === 3) throw new TemplateProblem("cannot 3-index slice a string");
  const [from = 0n, to = BigInt(on.length)] = places;
  const [start, end] = [place(from, on.length + 1), place(to, on.length + 1)];
  if (start > end) throw new TemplateProblem(`invalid slice index: ${start} > ${end}`);
  return on.slice(start, end);
}

type Kind = "bool" | "int" | "float" | "string";

function kindOf(value: Value): Kind | undefined {
  if (typeof value === "boolean") return "bool";
  if (wholeOf(value) !== undefined) return "int";
  if (typeof value === "number") return "float";
  return typeof value === "string" ? "string" : undefined;
}

function equal(a: Value, b: Value): boolean {
  const [x, y] = [kindOf(a), kindOf(b)];
  if (x === undefined || y === undefined) {
    const absent = (value: Value) => value === null || value === undefined;
    if (absent(a) || absent(b)) return absent(a) && absent(b);
    if (x === undefined && y === undefined && a === b) return true;
    throw new TemplateProblem(
      x !== undefined || y !== undefined
        ? `incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`
        : `non-comparable type ${sprintf("%s", [x === undefined ? a : b])}: ${typeName(x === undefined ? a : b)}`,
    );
  }
  if (x !== y) throw new TemplateProblem(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  return x === "int" ? wholeOf(a) === wholeOf(b) : a === b;
}

function compare(a: Value, b: Value): number {
  const [x, y] = [kindOf(a), kindOf(b)];
  if (x === undefined || y === undefined) throw new TemplateProblem("invalid type for comparison");
  if (x !== y) throw new TemplateProblem(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  if (x === "bool") throw new TemplateProblem("invalid type for comparison");
  if (x === "string") return byBytes(a as string, b as string);
  const [m, n] = [wholeOf(a) ?? (a as number), wholeOf(b) ?? (b as number)];
  return m < n ? -1 : m > n ? 1 : 0;
}
