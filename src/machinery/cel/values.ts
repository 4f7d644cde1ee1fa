/** JSON as expressions see it where nothing says its type: whole numbers are ints, the rest doubles. The same value for the same object. */
export function celOf(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  const result = Array.isArray(value) ? value.map(celOf) : new Map(Object.entries(value).map(([key, inner]) => [key, celOf(inner)]));
  made.set(value, result);
  return result;
}

const made = new WeakMap<object, object>();

/** What an expression gave, as JSON. */
export function jsonOf(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].filter(([, inner]) => inner !== undefined).map(([key, inner]) => [String(key), jsonOf(inner)]));
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor === Object) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonOf(inner)]));
  return textOfValue(value);
}

/** A value as text: what `%s` writes. */
export function textOfValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(textOfValue).join(", ")}]`;
  const entries = value instanceof Map ? [...value] : typeof value === "object" && value?.constructor === Object ? Object.entries(value) : undefined;
  if (entries) {
    const sorted = entries.map(([key, inner]) => [textOfValue(key), textOfValue(inner)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, inner]) => `${key}: ${inner}`).join(", ")}}`;
  }
  return String(value);
}
