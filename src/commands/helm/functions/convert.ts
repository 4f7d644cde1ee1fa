import { valueText } from "../../go-template/format.ts";
import { goSyntaxQuoted } from "../../go-template/quote.ts";
import { entryOf, GoObject, Int64, isList, isMap, isNil, keysOf, truth, typeName, type Value, wholeOf } from "../../go-template/values.ts";

// What a chart's functions make of a value of another type: nothing fails, what does not fit is zero.

/** A value as text. */
export const textOf = (value: Value): string =>
  typeof value === "string" ? value : value instanceof Uint8Array ? new TextDecoder().decode(value) : valueText(value);

/** Text in the double quotes of Go's `%q`. */
export const inQuotes = (text: string): string => goSyntaxQuoted(text);

const wholeText = /^[+-]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*)$/;

/** A value as a whole number. */
export function wholeNumber(value: Value): bigint {
  const whole = wholeOf(value);
  if (whole !== undefined) return whole;
  if (typeof value === "number") return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : -(2n ** 63n);
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value !== "string") return 0n;
  // `3.0` is 3, `3.5` is nothing.
  const text = value.replace(/\.0*$/, "");
  if (!wholeText.test(text)) return 0n;
  const digits = text.replace(/^[+-]/, "").replaceAll("_", "");
  if (/^0\d/.test(digits) && !/^0[0-7]+$/.test(digits)) return 0n;
  const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return text.startsWith("-") ? -size : size;
}

export const int64Of = (value: Value): Int64 => new Int64(BigInt.asIntN(64, wholeNumber(value)));

/** A value as a float. */
export function floatNumber(value: Value): number {
  const whole = wholeOf(value);
  if (whole !== undefined) return Number(whole);
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string" || value.trim() !== value || value === "") return 0;
  const number = Number(value);
  return Number.isNaN(number) ? 0 : number;
}

/** Whether a value says nothing: zero, false, no text, no entries. */
export const isEmpty = (value: Value): boolean => (value instanceof GoObject ? false : !truth(value));

/** A list's items as texts, without nils; anything else is a list of itself. */
export function texts(value: Value): string[] {
  if (isList(value)) return value.filter((item) => !isNil(item)).map(textOf);
  return isNil(value) ? [] : [textOf(value)];
}

/** Whether two values are of the same type and the same all through. */
export function same(a: Value, b: Value): boolean {
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (typeName(a) !== typeName(b)) return false;
  const whole = wholeOf(a);
  if (whole !== undefined) return whole === wholeOf(b);
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (a instanceof GoObject && b instanceof GoObject) return a === b || a.toGoString() === b.toGoString();
  if (isMap(a) && isMap(b)) {
    const keys = keysOf(a);
    return keys.length === keysOf(b).length && keys.every((key) => entryOf(b, key) !== undefined && same(entryOf(a, key), entryOf(b, key)));
  }
  return a === b;
}

/** The kind of a value's type, in Go's words. */
export function kindName(value: Value): string {
  if (isNil(value)) return "invalid";
  if (value instanceof GoObject) return value.type.startsWith("*") ? "ptr" : value.type.endsWith("APIVersions") ? "slice" : "struct";
  const type = typeName(value);
  if (type.startsWith("[]")) return "slice";
  return type.startsWith("map[") ? "map" : type.startsWith("func") ? "func" : type;
}

/** A copy that shares nothing that could be changed. */
export function copied(value: Value): Value {
  if (isList(value)) return value.map(copied);
  if (isMap(value) && !(value instanceof Map)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]));
  return value;
}
