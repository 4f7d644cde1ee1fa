import { isMap } from "./conform.ts";
import { type FieldSet, isMember, itemElement, namelessness } from "./field-set.ts";
import { NumberText, setKey } from "./json.ts";
import type { ListSchema, Schema } from "./schema.ts";

type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values => isMap(value) && !(value instanceof NumberText);

/** Why a value cannot be applied: what is wrong with its fields, one a line, in the real server's words. */
export class NotAppliable extends Error {
  constructor(problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
}

/** Throws `NotAppliable` where what is applied does not fit the schema. */
export function mustFit(schema: Schema, config: unknown): void {
  const problems = [...misfits(schema, config, "")];
  if (problems.length > 0) throw new NotAppliable(problems);
}

function* misfits(schema: Schema | undefined, value: unknown, path: string): Iterable<string> {
  if (value === null || !schema) return;
  switch (schema.type) {
    case "struct":
      if (!isValues(value)) return yield `${path}: expected map, got ${shown(value)}`;
      for (const [key, inner] of Object.entries(value)) {
        const field = schema.fields.get(key);
        if (!field && !schema.open) yield `${path}.${key}: field not declared in schema`;
        else yield* misfits(field?.schema, inner, `${path}.${key}`);
      }
      return;
    case "map":
      if (!isValues(value)) return yield `${path}: expected map, got ${shown(value)}`;
      for (const [key, inner] of Object.entries(value)) yield* misfits(schema.values, inner, `${path}.${key}`);
      return;
    case "list":
      if (!Array.isArray(value)) return yield `${path}: expected list, got ${shown(value)}`;
      yield* misfitsOfItems(schema, value, path);
      return;
    case "boolean":
      if (typeof value !== "boolean") yield `${path}: expected boolean, got ${shown(value)}`;
      return;
    case "int32":
    case "int64":
    case "float64":
      if (typeof value !== "number" && !(value instanceof NumberText)) yield `${path}: expected numeric (int or float), got ${goType(value)}`;
      return;
    case "string":
    case "bytes":
    case "time":
    case "micro-time":
      if (typeof value !== "string") yield `${path}: expected string, got ${shown(value)}`;
      return;
    default:
      return;
  }
}

function* misfitsOfItems(schema: ListSchema, list: readonly unknown[], path: string): Iterable<string> {
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    if (schema.merge === "atomic") {
      yield* misfits(schema.items, item, `${path}[${i}]`);
      continue;
    }
    if (schema.merge === "map" && item === null) {
      yield `${path}: element ${i}: associative list with keys may not have a null element`;
      continue;
    }
    if (schema.merge === "map" && !isValues(item)) {
      yield `${path}: element ${i}: associative list with keys may not have non-map elements`;
      continue;
    }
    const element = itemElement(schema, item);
    if (element === undefined) {
      yield `${path}: ${namelessness(schema, i)}`;
      continue;
    }
    const name = itemName(element);
    if (seen.has(element)) yield `${path}: duplicate entries for key ${name}`;
    seen.add(element);
    yield* misfits(schema.items, item, path + name);
  }
}

function itemName(element: string): string {
  if (element.startsWith("v:")) return `[=${element.slice(2)}]`;
  const keys = Object.entries(JSON.parse(element.slice(2)) as Values);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}

const shown = (value: unknown) =>
  `&value.valueUnstructured{Value:${value instanceof NumberText ? value.text : isValues(value) ? "map[string]interface {}{…}" : JSON.stringify(value)}}`;

const goType = (value: unknown) =>
  typeof value === "boolean" ? "bool" : Array.isArray(value) ? "[]interface {}" : isValues(value) ? "map[string]interface {}" : typeof value;

/** What is there and what is applied, together: what is applied wins, lists merge as their schema says. Neither is changed. */
export function merged(schema: Schema | undefined, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  if (live === undefined) return config;
  const isWhole = schema?.type === "raw" || ((schema?.type === "struct" || schema?.type === "map") && schema.atomic);
  if (isValues(live) && (isValues(config) || config === null) && !isWhole) {
    if (config === null) return Object.keys(live).length > 0 ? live : null;
    const result: Record<string, unknown> = { ...live };
    for (const [key, given] of Object.entries(config)) {
      const inner = schema?.type === "struct" ? schema.fields.get(key)?.schema : schema?.type === "map" ? schema.values : undefined;
      setKey(result, key, merged(inner, Object.hasOwn(live, key) ? live[key] : undefined, given));
    }
    return result;
  }
  if (schema?.type === "list" && schema.merge !== "atomic" && Array.isArray(live)) {
    if (Array.isArray(config)) return mergedList(schema, live, config);
    return live.length > 0 ? live : config;
  }
  return config;
}

/** Items in the order in which they are applied; those that are only there already keep their place before the next one of both. */
function mergedList(schema: ListSchema, live: readonly unknown[], config: readonly unknown[]): unknown[] {
  const elementsOf = (list: readonly unknown[]) => list.map((item) => itemElement(schema, item) ?? "");
  const [here, given] = [elementsOf(live), elementsOf(config)];
  const isGiven = new Set(given);
  const places = new Map<string, number[]>();
  here.forEach((element, i) => {
    places.set(element, [...(places.get(element) ?? []), i]);
  });

  // For each item that is applied, the next one from it on that is there already.
  const nextOfBoth: (string | undefined)[] = [];
  for (let i = given.length - 1, next: string | undefined; i >= 0; i--) {
    if (places.has(given[i] ?? "")) next = given[i];
    nextOfBoth[i] = next;
  }

  const result: unknown[] = [];
  let at = 0;
  const passUntil = (element: string | undefined) => {
    for (; at < here.length && here[at] !== element; at++) if (!isGiven.has(here[at] ?? "")) result.push(live[at]);
  };
  given.forEach((element, i) => {
    passUntil(nextOfBoth[i]);
    // Items that have one name together are replaced by the one that is applied.
    const [place, second] = places.get(element) ?? [];
    result.push(merged(schema.items, place === undefined || second !== undefined ? undefined : live[place], config[i]));
    if (here[at] === element) at++;
  });
  passUntil(undefined);
  return result;
}

/**
 * The value without what was applied before (`last`) and nobody owns any more (`owned`: what all managers own now). Something that goes takes
 * with it what is under it and has no owner.
 */
export function pruned(schema: Schema | undefined, value: unknown, last: FieldSet, owned: FieldSet | undefined): unknown {
  if (isValues(value)) {
    let result: Record<string, unknown> | undefined;
    for (const element in last) {
      if (!element.startsWith("f:")) continue;
      const key = element.slice(2);
      const under = last[element];
      if (!under || !Object.hasOwn(value, key)) continue;
      const field = schema?.type === "struct" ? schema.fields.get(key) : undefined;
      const inner = field?.schema ?? (schema?.type === "map" ? schema.values : undefined);
      const goes = !owned?.[element] && (isMember(under) || field !== undefined);
      const kept = goes ? undefined : pruned(inner, value[key], under, owned?.[element]);
      if (kept === value[key]) continue;
      result ??= { ...value };
      if (kept === undefined) delete result[key];
      else setKey(result, key, kept);
    }
    return result ?? value;
  }
  if (Array.isArray(value) && schema?.type === "list" && schema.merge !== "atomic") {
    let changed = false;
    const result = value.flatMap((item) => {
      const element = itemElement(schema, item);
      const under = element === undefined ? undefined : last[element];
      if (element === undefined || !under) return [item];
      const mine = owned?.[element];
      const kept = !mine && isMember(under) ? undefined : pruned(schema.items, item, under, mine);
      if (kept !== item) changed = true;
      return kept === undefined ? [] : [kept];
    });
    return changed ? result : value;
  }
  return value;
}
