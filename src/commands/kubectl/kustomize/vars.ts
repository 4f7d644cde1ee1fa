import { groupVersionOf } from "#machinery/object.ts";
import { goMap } from "#machinery/strategic-patch.ts";
import { CommandError } from "../errors.ts";
import type { Configuration } from "./configuration.ts";
import { updatedAtAll } from "./field-specs.ts";
import { changed, type Id, type Item, idsOf, isSameId, kindText, placeOf } from "./resource.ts";
import type { Var } from "./shapes.ts";

/** Those of a kustomization beside those of what it is made of, each name once. */
export function togetherVars(vars: readonly Var[], more: readonly Var[]): Var[] {
  const result = [...vars];
  for (const one of more) {
    if (result.some(({ name }) => name === one.name)) throw new CommandError(`var '${one.name}' already encountered`);
    result.push(one);
  }
  return result;
}

/** The items, those marked that vars take their values from. */
export function withVars(items: readonly Item[], vars: readonly Var[]): readonly Item[] {
  return vars.reduce((all, one) => {
    const wanted = targetOf(one);
    const isMeant = (id: Id) =>
      wanted.namespace || placeOf(wanted) === undefined ? isSameId(id, wanted) : id.name === wanted.name && kindText(id) === kindText(wanted);
    const found = all.filter((item) => idsOf(item).some(isMeant));
    if (found.length > 1) throw new CommandError(`found ${found.length} resId matches for var ${varText(one, true)} (unable to disambiguate)`);
    return all.map((item) => (item === found[0] ? { ...item, vars: [...item.vars, one.name] } : item));
  }, items);
}

const targetOf = ({ objref = {} }: Var): Id => {
  const { group = "", version = "", kind = "", name = "", namespace = "", apiVersion } = objref;
  const of = apiVersion ? groupVersionOf(apiVersion) : { group, version };
  return { group: of.group || group, version: of.version, kind, name, namespace };
};

/** As Go prints one: its object is asked for its kind alone, which it knows once it was looked for. */
const varText = (one: Var, isResolved: boolean): string => {
  const { objref = {}, fieldref = {} } = one;
  return `{${one.name} ${kindText(isResolved ? targetOf(one) : objref)} {${fieldref.fieldPath ?? ""}}}`;
};

export const varsText = (vars: readonly Var[]): string => `[${vars.map((one) => varText(one, false)).join(" ")}]`;

/** The items with the values of vars where `$(NAME)` stands, in the places that the configuration names. */
export function resolvedVars(
  items: readonly Item[],
  vars: readonly Var[],
  { varReference }: Configuration,
  note: (text: string) => void,
): readonly Item[] {
  if (vars.length === 0) return items;
  const values = new Map([...vars].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, fieldOf(items, one)]));
  const unused = new Set(values.keys());
  const valueFor = (name: string): unknown => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    if (typeof value === "object") {
      note(`MakePrimitiveReplacer: bad replacement type=${Array.isArray(value) ? "[]interface {}" : "map[string]interface {}"} val=${goMap(value)}`);
      return undefined;
    }
    unused.delete(name);
    return value;
  };
  const inText = (text: unknown) => (typeof text === "string" ? expanded(text, valueFor) : text);
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      if (value.some((item) => typeof item !== "string")) throw new CommandError("invalid value type expect a string");
      return value.map(inText);
    }
    if (typeof value !== "object" || value === null) return inText(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inText(item)]));
  };
  const result = items.map((item) => changed(item, updatedAtAll(item.object, varReference, change)));
  if (unused.size > 0) note(`well-defined vars that were never replaced: ${[...unused].join(",")}`);
  return result;
}

function fieldOf(items: readonly Item[], one: Var): unknown {
  const path = one.fieldref?.fieldPath || "metadata.name";
  const told = varText({ ...one, fieldref: { fieldPath: path } }, true);
  const from = items.find(({ vars }) => vars.includes(one.name));
  if (!from) throw new CommandError(`var '${told}' cannot be mapped to a field in the set of known resources`);
  let value: unknown = from.object;
  for (const step of path.match(/(?:\\.|[^.[\]])+/g) ?? [])
    value = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[step.replaceAll("\\.", ".")] : undefined;
  if (value === undefined) throw new CommandError(`field specified in var '${told}' not found in corresponding resource`);
  return value;
}

/** A text with values for `$(NAME)`; `$$` is a dollar. A text that is nothing else becomes the value itself. */
export function expanded(text: string, valueFor: (name: string) => unknown): unknown {
  let whole: { value: unknown } | undefined;
  const result = text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (found, name: string | undefined) => {
    if (name === undefined) return "$";
    const value = valueFor(name);
    if (value === undefined) return found;
    if (found === text) whole = { value };
    return String(value);
  });
  return whole ? whole.value : result;
}
