import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { isMap, isNil, keysOf, type TemplateFunction, typeName, type Value } from "../../go-template/values.ts";
import { copied, isEmpty, textOf } from "./convert.ts";

type Dict = Record<string, Value>;

const map = "map[string]interface {}";

const has = (dict: Dict, key: string): boolean => !isNil(dict) && Object.hasOwn(dict, key);

function set(dict: Value, key: Value, value: Value): Value {
  if (isNil(dict)) throw new TemplateProblem("assignment to entry in nil map");
  (dict as Dict)[key as string] = value ?? null;
  return dict;
}

/** Adds to `into` what it lacks or holds empty; with `overwrite` all that `from` says counts. */
function merge(into: Dict, from: Dict, overwrite: boolean): void {
  for (const [key, value] of Object.entries(from)) {
    const old = into[key];
    if (isDict(old) && isDict(value)) {
      merge(old, value, overwrite);
      continue;
    }
    if (overwrite || !has(into, key) || (isEmpty(old) && !isEmpty(value))) into[key] = value;
  }
}

const isDict = (value: Value): value is Dict => isMap(value) && !(value instanceof Map);

function merged(overwrite: boolean) {
  return (into: Value, ...others: Value[]): Value => {
    for (const other of others) if (!isNil(other)) merge(into as Dict, other as Dict, overwrite);
    return into;
  };
}

function dig(...given: Value[]): Value {
  if (given.length < 3) throw new TemplateProblem("dig needs at least three arguments");
  const wrong = (value: Value, type: string) =>
    new TemplateProblem(`interface conversion: interface {} is ${isNil(value) ? "nil" : typeName(value)}, not ${type}`);
  const [whole, otherwise] = [given.at(-1), given.at(-2)];
  let value = whole;
  for (const key of given.slice(0, -2)) {
    if (!isDict(value)) throw wrong(value, map);
    if (typeof key !== "string") throw wrong(key, "string");
    if (!has(value, key)) return otherwise;
    value = value[key];
  }
  return value;
}

function dict(...pairs: Value[]): Dict {
  const result: Dict = {};
  for (let i = 0; i < pairs.length; i += 2) result[textOf(pairs[i])] = i + 1 < pairs.length ? (pairs[i + 1] ?? null) : "";
  return result;
}

const kept = (entries: Dict, keep: (key: string) => boolean): Dict => Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => keep(key)));

/** Functions on maps. */
export const maps: Readonly<Record<string, TemplateFunction>> = {
  dict: takes(0, undefined, dict),
  get: typed([map, "string"], (from, key) => (has(from as Dict, key as string) ? (from as Dict)[key as string] : "")),
  set: typed([map, "string", "interface {}"], set),
  unset: typed([map, "string"], (from, key) => {
    if (!isNil(from)) delete (from as Dict)[key as string];
    return from;
  }),
  hasKey: typed([map, "string"], (from, key) => has(from as Dict, key as string)),
  pluck: typed(["string", `...${map}`], (key, ...all) =>
    all.flatMap((from) => (has(from as Dict, key as string) ? [(from as Dict)[key as string]] : [])),
  ),
  keys: typed([`...${map}`], (...all) => all.flatMap((from) => (isNil(from) ? [] : keysOf(from as Dict)))),
  values: typed([map], (from) => (isNil(from) ? [] : keysOf(from as Dict).map((key) => (from as Dict)[key]))),
  pick: typed([map, "...string"], (from, ...names) => kept(from as Dict, (key) => names.includes(key))),
  omit: typed([map, "...string"], (from, ...names) => kept(from as Dict, (key) => !names.includes(key))),
  merge: typed([map, `...${map}`], merged(false)),
  mustMerge: typed([map, `...${map}`], merged(false)),
  mergeOverwrite: typed([map, `...${map}`], merged(true)),
  mustMergeOverwrite: typed([map, `...${map}`], merged(true)),
  deepCopy: takes(1, 1, copied),
  mustDeepCopy: takes(1, 1, copied),
  dig: takes(0, undefined, dig),
  // Lists that say nothing count as empty here too.
  empty: takes(1, 1, (value) => isEmpty(value)),
  default: takes(1, undefined, (otherwise, value) => (isEmpty(value) ? otherwise : value)),
  coalesce: takes(0, undefined, (...values) => values.find((value) => !isEmpty(value))),
  all: takes(0, undefined, (...values) => values.every((value) => !isEmpty(value))),
  any: takes(0, undefined, (...values) => values.some((value) => !isEmpty(value))),
  ternary: typed(["interface {}", "interface {}", "bool"], (yes, no, which) => (which ? yes : no)),
};
