import { isMap } from "./conform.ts";
import type { ListSchema, Schema } from "./schema.ts";

/**
 * Which fields somebody owns: a tree as `managedFields` writes it. `f:` is a field, `k:` an item of a list by its keys, `v:` an item by its
 * value. A node without children is owned itself; one with children only if it holds `.`. Trees are never changed, and share what they can.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A field that is owned and has nothing under it. */
export const leaf: FieldSet = Object.freeze({});

/** Whether the field at the root of the tree is owned itself. */
export function isMember(set: FieldSet): boolean {
  if ("." in set) return true;
  for (const _ in set) return false;
  return true;
}

export const hasChildren = (set: FieldSet): boolean => {
  for (const element in set) if (element !== ".") return true;
  return false;
};

/** A tree of these children, in order; nothing where it would own nothing. */
export function fieldSet(member: boolean, children: readonly (readonly [string, FieldSet])[]): FieldSet | undefined {
  if (children.length === 0) return member ? leaf : undefined;
  const place = placeOf(member, children);
  if (place?.set) return place.set;
  const ordered = inOrder(children);
  const canonical = ordered === children ? place : placeOf(member, ordered);
  if (place && canonical) {
    canonical.set ??= shared(made(member, ordered));
    place.set = canonical.set;
    return place.set;
  }
  return made(member, ordered);
}

function made(member: boolean, children: readonly (readonly [string, FieldSet])[]): FieldSet {
  const result: Record<string, FieldSet> = {};
  if (member) result["."] = leaf;
  for (const [element, child] of children) result[element] = child;
  return result;
}

/**
 * Where a tree is remembered by what is in it: of many objects that are alike the same fields are owned, and then it is the same tree, which costs no
 * memory and whose unions and differences are known. What was made before is found along the children, one step each.
 */
class Place {
  readonly after = new Map<string, Place>();
  readonly under = new Map<FieldSet, Place>();
  set: FieldSet | undefined;
}

/** Beyond so many everything is forgotten and begins anew. */
const mostPlaces = 4000;
const mostSeen = 2000;

let places = 0;
let roots = { member: new Place(), other: new Place() };
/** The elements that were met once: those of an address, say, are met no second time, and are not worth a place. */
const seen = new Set<string>();
interface Known {
  unions: WeakMap<FieldSet, FieldSet>;
  differences: WeakMap<FieldSet, { left: FieldSet | undefined }>;
}
/** The trees that are shared, with what came of them together with others. */
let pool = new WeakMap<FieldSet, Known>();

function placeOf(member: boolean, children: readonly (readonly [string, FieldSet])[]): Place | undefined {
  let place = member ? roots.member : roots.other;
  for (const [element, child] of children) {
    if (child !== leaf && !pool.has(child)) return undefined;
    const next = place.after.get(element) ?? newPlace(element);
    if (!next) return undefined;
    place.after.set(element, next);
    place = next;
    if (child === leaf) continue;
    let under = place.under.get(child);
    if (!under) {
      under = new Place();
      place.under.set(child, under);
    }
    place = under;
  }
  return place;
}

function newPlace(element: string): Place | undefined {
  if (!seen.has(element)) {
    if (seen.size >= mostSeen) seen.clear();
    seen.add(element);
    return undefined;
  }
  if (++places <= mostPlaces) return new Place();
  places = 0;
  roots = { member: new Place(), other: new Place() };
  pool = new WeakMap();
  return undefined;
}

function shared(set: FieldSet): FieldSet {
  pool.set(set, { unions: new WeakMap(), differences: new WeakMap() });
  return Object.freeze(set);
}

/** The same tree, shared if it can be. */
const sharing = (set: FieldSet): FieldSet => fieldSet(isMember(set), childrenOf(set)) ?? set;

/** Few children, nearly in order as a rule. */
function inOrder(children: readonly (readonly [string, FieldSet])[]): readonly (readonly [string, FieldSet])[] {
  for (let i = 1; i < children.length; i++)
    if ((children[i - 1]?.[0] ?? "") > (children[i]?.[0] ?? "")) return children.length > 24 ? children.toSorted(byElement) : inserted(children);
  return children;
}

const byElement = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

function inserted<T>(children: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  const ordered: (readonly [string, T])[] = [];
  for (const child of children) {
    let place = ordered.length;
    for (let before = ordered[place - 1]; before && before[0] > child[0]; before = ordered[place - 1]) ordered[place--] = before;
    ordered[place] = child;
  }
  return ordered;
}

const childrenOf = (set: FieldSet): [string, FieldSet][] => Object.entries(set).filter(([element]) => element !== ".");

/** All that one or the other owns. */
export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || a === b) return b;
  if (!b) return a;
  const before = pool.has(b) ? pool.get(a)?.unions : undefined;
  const found = before?.get(b);
  if (found) return found;
  const both = unionOf(a, b);
  if (!before) return both;
  const result = sharing(both);
  before.set(b, result);
  return result;
}

function unionOf(a: FieldSet, b: FieldSet): FieldSet {
  const member = isMember(b) && !isMember(a);
  let result: Record<string, FieldSet> | undefined;
  let outOfOrder = false;
  for (const element in b) {
    if (element === ".") continue;
    const before = a[element];
    const both = union(before, b[element]);
    if (both === before || !both) continue;
    result ??= { ...a };
    result[element] = both;
    if (!before) outOfOrder = true;
  }
  if (!result) return member ? (fieldSet(true, childrenOf(a)) ?? a) : a;
  // A leaf that gets children says that it is owned itself, too.
  if (member || (isMember(a) && !("." in result))) return fieldSet(true, childrenOf(result)) ?? result;
  return outOfOrder ? (fieldSet(isMember(result), childrenOf(result)) ?? result) : result;
}

/** What `a` owns and `b` does not. */
export function difference(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || !b) return a;
  if (a === b) return undefined;
  const before = pool.has(b) ? pool.get(a)?.differences : undefined;
  const found = before?.get(b);
  if (found) return found.left;
  const rest = changed(a, isMember(a) && isMember(b), b, difference);
  const left = before && rest ? sharing(rest) : rest;
  before?.set(b, { left });
  return left;
}

/** What is left of `a` without all that is at or under what `b` owns. */
export function without(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || !b) return a;
  return changed(a, false, b, (mine, theirs) => (isMember(theirs) ? undefined : without(mine, theirs)));
}

/** The tree with some children changed, and perhaps not owning itself any more. */
function changed(
  a: FieldSet,
  disowned: boolean,
  b: FieldSet,
  change: (mine: FieldSet, theirs: FieldSet) => FieldSet | undefined,
): FieldSet | undefined {
  let gone: Set<string> | undefined;
  let result: Record<string, FieldSet> | undefined;
  for (const element in b) {
    const [mine, theirs] = [a[element], b[element]];
    if (element === "." || !mine || !theirs) continue;
    const left = change(mine, theirs);
    if (left === mine) continue;
    if (left) {
      result ??= { ...a };
      result[element] = left;
    } else {
      gone ??= new Set();
      gone.add(element);
    }
  }
  if (!gone && !disowned) return result ?? a;
  return fieldSet(
    isMember(a) && !disowned,
    childrenOf(result ?? a).filter(([element]) => !gone?.has(element)),
  );
}

/** What both own. */
export function intersection(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || !b || a === b) return a && b;
  const shared: [string, FieldSet][] = [];
  for (const element in b) {
    if (element === ".") continue;
    const both = intersection(a[element], b[element]);
    if (both) shared.push([element, both]);
  }
  return fieldSet(isMember(a) && isMember(b), shared);
}

/** Every owned field as conflicts spell it: `.spec.template.spec.containers[name="web"].image`. Those of one level come before those under them. */
export function* pathsOf(set: FieldSet, prefix = ""): Iterable<string> {
  const children = childrenOf(set);
  for (const [element, child] of children) if (isMember(child)) yield prefix + elementText(element);
  for (const [element, child] of children) if (hasChildren(child)) yield* pathsOf(child, prefix + elementText(element));
}

function elementText(element: string): string {
  const name = element.slice(2);
  if (element.startsWith("f:")) return `.${name}`;
  if (element.startsWith("v:")) return `[=${name}]`;
  if (element.startsWith("i:")) return `[${name}]`;
  const keys = JSON.parse(name) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(",")}]`;
}

/** How an item of a list that merges is called; undefined where it lacks what would name it. */
export function itemElement(schema: ListSchema, item: unknown): string | undefined {
  if (schema.merge === "set") return typeof item === "object" ? undefined : `v:${JSON.stringify(item)}`;
  if (!isMap(item)) return undefined;
  const keys = keysOf(schema);
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only) return elementOfKey(only, item[only.name] ?? only.fallback);
  let text = "";
  for (const { name, fallback } of keys) {
    const value = item[name] ?? fallback;
    if (value !== undefined) text += `${text ? "," : ""}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return text ? `k:{${text}}` : undefined;
}

/** What is wrong with an item that nothing names. */
export const namelessness = ({ keys }: ListSchema, place: number): string =>
  `element ${place}: associative list with keys has an element that omits all key fields [${keys.map((key) => `"${key}"`).join(" ")}] (and doesn't have default values for any key fields)`;

interface Key {
  name: string;
  /** What stands for a key that the item does not give. */
  fallback: unknown;
  /** Elements that were made before: most items are called alike. */
  made: Map<unknown, string>;
}

function elementOfKey({ name, made }: Key, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const before = made.get(value);
  if (before) return before;
  const element = `k:{${JSON.stringify(name)}:${JSON.stringify(value)}}`;
  if (made.size > 500) made.clear();
  made.set(value, element);
  return element;
}

const known = new WeakMap<ListSchema, readonly Key[]>();

function keysOf(schema: ListSchema): readonly Key[] {
  const before = known.get(schema);
  if (before) return before;
  const { items } = schema;
  const keys = schema.keys.toSorted().map((name) => {
    const field = items.type === "struct" ? items.fields.get(name) : undefined;
    return { name, fallback: field?.keyDefault, made: new Map<unknown, string>() };
  });
  known.set(schema, keys);
  return keys;
}

/** The field at the end of a path through a value. */
export function fieldAt(schema: Schema | undefined, value: unknown, [step, ...rest]: readonly (string | number)[]): FieldSet {
  if (step === undefined) return {};
  const inner = (value as Record<string | number, unknown> | undefined)?.[step];
  if (schema?.type === "list") return { [itemElement(schema, inner) ?? `i:${step}`]: fieldAt(schema.items, inner, rest) };
  const of = schema?.type === "struct" ? schema.fields.get(String(step))?.schema : schema?.type === "map" ? schema.values : undefined;
  return { [`f:${step}`]: fieldAt(of, inner, rest) };
}
