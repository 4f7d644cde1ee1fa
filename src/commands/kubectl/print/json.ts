/** JSON as Go writes it: keys sorted, `<`, `>` and `&` escaped. */
export function sortedJson(value: unknown, indent = 0): string {
  return goEscaped(JSON.stringify(sortedKeys(value), undefined, indent));
}

/** JSON in the order in which the keys stand, as Go writes structs. */
export const structJson = (value: unknown, indent = 0): string => goEscaped(JSON.stringify(value, undefined, indent));

const goEscaped = (text: string): string => text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The same value with the keys of all maps in order. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) sorted[key] = sortedKeys((value as Record<string, unknown>)[key]);
  return sorted;
}
