import { withFields } from "#machinery/conform.ts";

/**
 * The value as something that nobody else holds, sharing with `old` whatever is the same there: `old` itself when nothing differs. So it may
 * be mutated where it is new, and what it shares can be told by `===`. What is undefined is left out, as in JSON.
 */
export function adopt<T>(value: T, old: unknown): T {
  if (value === old || typeof value !== "object" || value === null) return value;
  return (Array.isArray(value) ? adoptList(value, old) : adoptMap(value as Record<string, unknown>, old)) as T;
}

function adoptList(list: readonly unknown[], old: unknown): readonly unknown[] {
  const before: readonly unknown[] = Array.isArray(old) ? old : [];
  let same = Array.isArray(old) && old.length === list.length;
  const result = list.map((item, i) => {
    const adopted = adopt(item, before[i]);
    if (adopted !== before[i]) same = false;
    return adopted;
  });
  return same ? before : result;
}

function adoptMap(map: Readonly<Record<string, unknown>>, old: unknown): Readonly<Record<string, unknown>> {
  const isMap = typeof old === "object" && old !== null && !Array.isArray(old);
  const before = (isMap ? old : {}) as Readonly<Record<string, unknown>>;
  let same = isMap;
  let count = 0;
  const result: Record<string, unknown> = {};
  for (const key in map) {
    const value = map[key];
    if (value === undefined) continue;
    count++;
    const adopted = adopt(value, before[key]);
    if (adopted !== before[key]) same = false;
    // A key that is `__proto__` is data like any other.
    if (key === "__proto__") Object.defineProperty(result, key, { value: adopted, enumerable: true, configurable: true, writable: true });
    else result[key] = adopted;
  }
  return same && count === Object.keys(before).length ? before : result;
}

/** As `adopt`, for an object whose parts share already whatever is the same: looks at it and at its metadata, no deeper, and copies nothing. */
export function sameAs<T extends { metadata: object }>(object: T, old: T): T {
  if (object === old) return old;
  const metadata = haveSameParts(object.metadata, old.metadata) ? old.metadata : object.metadata;
  const next = metadata === object.metadata ? object : withFields(object, { metadata } as Partial<T>);
  return haveSameParts(next, old) ? old : next;
}

function haveSameParts(a: object, b: object): boolean {
  if (a === b) return true;
  let count = 0;
  for (const key in a) {
    const value = (a as Record<string, unknown>)[key];
    if (value === undefined) continue;
    if (value !== (b as Record<string, unknown>)[key]) return false;
    count++;
  }
  return count === Object.keys(b).length;
}
