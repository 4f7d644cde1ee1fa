import type { Field } from "../shared/field.ts";

type Check<T> = (field: Field, item: T) => void;
/** Lists that are always written are null where they are empty. */
type Items<T> = readonly T[] | null | undefined;

/** Each of a list, of which there may be so many. One that is too long is not looked into. Says whether it was. */
export function checkEach<T>(field: Field, items: Items<T>, most: number, check: Check<T>): boolean {
  if (items && items.length > most) {
    field.tooMany(items.length, most);
    return false;
  }
  for (const [i, item] of (items ?? []).entries()) check(field.at(i), item);
  return true;
}

/** Each of a list in which no two may have the same key. */
export function checkSet<T>(field: Field, items: Items<T>, most: number, check: Check<T>, keyOf: (item: T) => string): void {
  if (!checkEach(field, items, most, check)) return;
  const seen = new Set<string>();
  for (const [i, item] of (items ?? []).entries()) {
    const key = keyOf(item);
    if (seen.has(key)) field.at(i).duplicate(key);
    seen.add(key);
  }
}

/** Each entry of a map; `checkKey` notes what is wrong with keys on the map itself. */
export function checkMap<T>(field: Field, map: Readonly<Record<string, T>> = {}, most: number, checkKey: Check<string>, check: Check<T>): void {
  const all = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length > most) {
    field.tooMany(all.length, most);
    return;
  }
  for (const [key, item] of all) {
    checkKey(field, key);
    check(field.key(key), item);
  }
}
