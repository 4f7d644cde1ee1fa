import { yamlText } from "#machinery/go-yaml.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import type { Configuration } from "./configuration.ts";
import { type FieldSpec, updatedAt } from "./field-specs.ts";
import { changed, type Item, idOf, idText, isOfKind, type Kinds, nameOf, originalId, placeOf } from "./resource.ts";

/** The items with names of others as those are called now. */
export function withReferences(items: readonly Item[], { nameReference }: Configuration): readonly Item[] {
  return items.map((item) => {
    const [id, near] = [originalId(item), nearOf(item, items)];
    let { object } = item;
    for (const { fieldSpecs, ...kind } of nameReference)
      for (const spec of fieldSpecs) if (isOfKind(spec, id)) object = withNames({ ...item, object }, spec, kind, near);
    return changed(item, object);
  });
}

function withNames(item: Item, spec: FieldSpec, target: Kinds, near: readonly Item[]): Thing {
  const { group, version, kind } = idOf(item.object);
  const one = (value: unknown): unknown => {
    if (typeof value === "object" && value !== null) return withName(value as Named, item, spec, target, near);
    if (value === null || value === undefined) return value;
    const found = referral(item, spec, target, near, String(value), (a, b) => nameOf(a) === nameOf(b));
    return found ? nameOf(found) : value;
  };
  const change = (value: unknown): unknown => (Array.isArray(value) ? value.map(one) : one(value));
  try {
    return updatedAt(item.object, { group, version, kind, path: spec.path }, change);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`updating name reference in '${spec.path}' field of '${idText(idOf(item.object))}': ${error.message}`);
  }
}

interface Named {
  name?: unknown;
  namespace?: unknown;
}

/** A name with a namespace beside it, both of which are another's. */
function withName(value: Named, item: Item, spec: FieldSpec, target: Kinds, near: readonly Item[]): unknown {
  if (value.name === undefined) throw new CommandError("path config error; no 'name' field in node");
  const named = (of: (item: Item) => string | undefined) => near.filter((other) => of(other) === value.namespace);
  const before = named((other) => placeOf(originalId(other)));
  const candidates = value.namespace === undefined ? near : before.length > 0 ? before : named((other) => placeOf(idOf(other.object)));
  const isSame = (a: Item, b: Item) => nameOf(a) === nameOf(b) && a.object.metadata.namespace === b.object.metadata.namespace;
  const found = referral(item, spec, target, candidates, String(value.name), isSame);
  if (!found) return value;
  const { namespace } = found.object.metadata;
  return { ...value, name: nameOf(found), ...(namespace ? { namespace } : {}) };
}

/** What an object may name at all: what is in no namespace, in its own, or in that of an account that it binds. */
function nearOf(item: Item, items: readonly Item[]): readonly Item[] {
  const here = placeOf(idOf(item.object));
  if (here === undefined) return items;
  const subjects = item.object.kind === "RoleBinding" ? ((item.object as unknown as { subjects?: Subject[] }).subjects ?? []) : [];
  const bound = new Set(subjects.filter(({ kind }) => kind === "ServiceAccount").map(({ namespace }) => namespace));
  return items.filter((other) => {
    const place = placeOf(idOf(other.object));
    return place === undefined || place === here || bound.has(other.object.metadata.namespace ?? "");
  });
}

interface Subject {
  kind?: string;
  namespace?: string;
}

/** The one object that a name means; where several were called so, one with the same prefixes and suffixes. */
function referral(
  item: Item,
  spec: FieldSpec,
  target: Kinds,
  near: readonly Item[],
  name: string,
  isSame: (a: Item, b: Item) => boolean,
): Item | undefined {
  const here = placeOf(idOf(item.object));
  const role = spec.path.endsWith("roleRef/name")
    ? (item.object as unknown as { roleRef?: { apiGroup?: string; kind?: string } }).roleRef
    : undefined;
  const could = near.filter((other) => {
    const place = placeOf(idOf(other.object));
    return (
      other.past.some((id) => id.name === name) &&
      other.past.some((id) => isOfKind(target, id)) &&
      (!role?.apiGroup || !role.kind || other.past.some((id) => id.group === role.apiGroup && id.kind === role.kind)) &&
      (here === undefined || place === undefined || other.object.kind === "ServiceAccount" || place === here)
    );
  });
  if (could.length === 1) return could[0];
  let like = could.filter((other) => isLike(item, other, true));
  if (like.length > 1) like = like.filter((other) => isLike(item, other, false));
  const [first, ...others] = like;
  if (!first || others.every((other) => isSame(first, other))) return first;
  const ids = like.map(({ object }) => idText(idOf(object))).join(", ");
  const details = like.map(({ object }, i) => `--- possible referral ${i}:\n${yamlText(object)}\n`).join("");
  throw new CommandError(
    `found multiple possible referrals: ${ids}\n\n**** Too many possible referral targets to referrer:\n${yamlText(item.object)}\n${details}`,
  );
}

/** Whether both were given the same prefixes and suffixes last; one that was given none is like any, if that is let pass. */
const isLike = (a: Item, b: Item, letsPass: boolean): boolean =>
  (["prefixes", "suffixes"] as const).every((part) => (letsPass && (a[part].length === 0 || b[part].length === 0)) || isSameEnd(a[part], b[part]));

function isSameEnd(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return short.length === long.length
    ? short.every((part, i) => part === long[i])
    : short.length > 0 && long.slice(-short.length).every((part, i) => part === short[i]);
}
