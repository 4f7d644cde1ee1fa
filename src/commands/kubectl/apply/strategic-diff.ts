import type { PatchRule, Schema } from "#machinery/schema.ts";

type Dict = Record<string, unknown>;

/** Which differences a patch is to hold. */
interface Kept {
  deletions: boolean;
  changes: boolean;
}

/**
 * The strategic merge patch by which an object follows its configuration: what differs between the object and the new configuration, and what
 * the new configuration no longer has of the one before. https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#merge-patch-calculation
 */
export function threeWayPatch(schema: Schema, original: unknown, modified: unknown, current: unknown): Dict {
  const delta = diffMaps(schema, dict(current), dict(modified), { deletions: false, changes: true });
  const gone = diffMaps(schema, dict(original), dict(modified), { deletions: true, changes: false });
  return mergePatches(schema, gone, delta);
}

/** The strategic merge patch that makes one object of another. */
export const twoWayPatch = (schema: Schema, original: unknown, modified: unknown): Dict =>
  diffMaps(schema, dict(original), dict(modified), { deletions: true, changes: true });

const isDict = (value: unknown): value is Dict => typeof value === "object" && value !== null && !Array.isArray(value);
const dict = (value: unknown): Dict => (isDict(value) ? value : {});

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isDict(a) || !isDict(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

function under(schema: Schema | undefined, key: string): { schema: Schema | undefined; patch: PatchRule | undefined } {
  if (schema?.type === "struct") {
    const field = schema.fields.get(key);
    return { schema: field?.schema, patch: field?.patch };
  }
  return { schema: schema?.type === "map" ? schema.values : undefined, patch: undefined };
}

function diffMaps(schema: Schema | undefined, original: Dict, modified: Dict, kept: Kept): Dict {
  const patch: Dict = {};
  for (const key of [...new Set([...Object.keys(original), ...Object.keys(modified)])].sort()) {
    const [before, after] = [original[key], modified[key]];
    const { schema: inner, patch: rule } = under(schema, key);
    if (!Object.hasOwn(modified, key)) {
      if (kept.deletions) patch[key] = null;
    } else if (!Object.hasOwn(original, key)) {
      if (kept.changes) patch[key] = after;
    } else if (isDict(before) && isDict(after) && rule?.replace) {
      // What is always replaced as a whole is always sent, changed or not.
      if (kept.changes) patch[key] = after;
    } else if (isDict(before) && isDict(after)) {
      const below = diffMaps(inner, before, after, kept);
      if (rule?.retainKeys && kept.changes && Object.keys(below).length > 0) below["$retainKeys"] = Object.keys(after).sort();
      if (Object.keys(below).length > 0) patch[key] = below;
    } else if (Array.isArray(before) && Array.isArray(after) && rule?.merge && inner?.type === "list")
      diffLists(patch, key, inner.items, rule, before, after, kept);
    else if (kept.changes && !equal(before, after)) patch[key] = after;
  }
  return patch;
}

function diffLists(
  patch: Dict,
  key: string,
  items: Schema,
  rule: PatchRule,
  before: readonly unknown[],
  after: readonly unknown[],
  kept: Kept,
): void {
  const { mergeKey } = rule;
  if (mergeKey === undefined) {
    const added = after.filter((item) => !before.includes(item));
    const removed = before.filter((item) => !after.includes(item));
    if (kept.changes && added.length > 0) patch[key] = added;
    if (kept.deletions && removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed;
    if ((kept.changes && added.length > 0) || (kept.changes && !sameOrder(before, after))) patch[`$setElementOrder/${key}`] = after;
    return;
  }
  const keyOf = (item: unknown) => dict(item)[mergeKey];
  const changes: Dict[] = [];
  for (const item of after) {
    const match = before.find((other) => equal(keyOf(other), keyOf(item)));
    if (match === undefined) {
      if (kept.changes) changes.push(dict(item));
      continue;
    }
    const change = diffMaps(items, dict(match), dict(item), kept);
    if (Object.keys(change).length > 0) changes.push({ ...change, [mergeKey]: keyOf(item) });
  }
  const gone = kept.deletions ? before.filter((item) => !after.some((other) => equal(keyOf(other), keyOf(item)))) : [];
  const list = [...changes, ...gone.map((item) => ({ $patch: "delete", [mergeKey]: keyOf(item) }))];
  const [olds, news] = [before.map(keyOf), after.map(keyOf)];
  if (list.length > 0) patch[key] = list;
  if (list.length > 0 || (kept.changes && !sameOrder(olds, news))) patch[`$setElementOrder/${key}`] = news.map((value) => ({ [mergeKey]: value }));
}

/** Whether what is in both lists stands in the same order in both. */
function sameOrder(before: readonly unknown[], after: readonly unknown[]): boolean {
  const common = before.filter((item) => after.some((other) => equal(item, other)));
  const also = after.filter((item) => before.some((other) => equal(item, other)));
  return equal(common, also);
}

/** Two patches as one; the second has the last word. */
function mergePatches(schema: Schema | undefined, first: Dict, second: Dict): Dict {
  const result: Dict = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const { schema: inner, patch: rule } = under(schema, key);
    const known = result[key];
    if (isDict(known) && isDict(value)) result[key] = mergePatches(inner, known, value);
    else if (Array.isArray(known) && Array.isArray(value) && rule?.merge && rule.mergeKey !== undefined && !key.startsWith("$")) {
      const { mergeKey } = rule;
      const items = inner?.type === "list" ? inner.items : undefined;
      const list = known.map(dict);
      for (const item of value.map(dict)) {
        const at = list.findIndex((other) => equal(other[mergeKey], item[mergeKey]));
        if (at < 0) list.push(item);
        else list[at] = mergePatches(items, list[at] ?? {}, item);
      }
      result[key] = [...list.filter((item) => item["$patch"] !== "delete"), ...list.filter((item) => item["$patch"] === "delete")];
    } else result[key] = value;
  }
  return result;
}

/** The JSON merge patch by which an object follows its configuration, for kinds whose lists are not merged. */
export function threeWayMergePatch(original: unknown, modified: unknown, current: unknown): Dict {
  const delta = mergeDiff(dict(current), dict(modified), { deletions: false, changes: true });
  const gone = mergeDiff(dict(original), dict(modified), { deletions: true, changes: false });
  return mergePatches(undefined, gone, delta);
}

/** The JSON merge patch that makes one object of another. */
export const twoWayMergePatch = (original: unknown, modified: unknown): Dict =>
  mergeDiff(dict(original), dict(modified), { deletions: true, changes: true });

const mergeDiff = (original: Dict, modified: Dict, kept: Kept): Dict => diffMaps(undefined, original, modified, kept);
