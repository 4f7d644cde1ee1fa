import { valueText } from "../../go-template/format.ts";
import { typeName } from "../../go-template/values.ts";
import { HelmError } from "../errors.ts";
import { copied } from "../functions/convert.ts";
import { type Chart, type Dict, isDict } from "./chart.ts";

// How the values of a chart, of those that it needs and of the user become one: what is nearer to the user counts, and a null takes away.

/** Hears what does not fit together. */
export type Warn = (text: string) => void;

const path = (before: string, name: string): string => (before ? `${before}.${name}` : name);

/** The user's values over those of the chart and of all that it needs; nulls take keys away. */
export function coalesceValues(chart: Chart, values: Dict, warn: Warn): Dict {
  return coalesce(chart, copied(values) as Dict, "", false, warn);
}

/** The same, where nulls stay for a later round. */
export function mergeValues(chart: Chart, values: Dict, warn: Warn): Dict {
  return coalesce(chart, copied(values) as Dict, "", true, warn);
}

function coalesce(chart: Chart, into: Dict, prefix: string, merge: boolean, warn: Warn): Dict {
  own(chart, into, prefix, merge, warn);
  for (const sub of chart.dependencies) {
    const { name } = sub.metadata;
    if (!Object.hasOwn(into, name)) into[name] = {};
    const inner = into[name];
    if (!isDict(inner)) throw new HelmError(`type mismatch on ${name}: %!t(${goArgument(inner)})`);
    const subPrefix = path(prefix, chart.metadata.name);
    globals(inner, into, subPrefix, warn);
    into[name] = coalesce(sub, inner, subPrefix, merge, warn);
  }
  return into;
}

const goArgument = (value: unknown): string => (value === null ? "<nil>" : `${typeName(value)}=${valueText(value)}`);

function globals(into: Dict, from: Dict, prefix: string, warn: Warn): void {
  const of = (values: Dict, what: string): Dict | undefined => {
    const found = values["global"];
    if (found === undefined) return {};
    if (isDict(found)) return found;
    warn(`warning: skipping globals because ${what} global is not a table.`);
    return undefined;
  };
  const target = of(into, "destination");
  const source = target && of(from, "source");
  if (!target || !source) return;
  for (const [key, value] of Object.entries(source)) {
    const old = target[key];
    if (isDict(value)) {
      const copy = { ...value };
      if (!Object.hasOwn(target, key)) target[key] = copy;
      else if (!isDict(old)) warn(`Conflict: cannot merge map onto non-map for ${JSON.stringify(key)}. Skipping.`);
      else {
        tables(copy, old, path(prefix, key), true, warn);
        target[key] = copy;
      }
    } else if (isDict(old)) warn(`key ${key} is table. Skipping`);
    else target[key] = value;
  }
  into["global"] = target;
}

function own(chart: Chart, into: Dict, prefix: string, merge: boolean, warn: Warn): void {
  const subPrefix = path(prefix, chart.metadata.name);
  for (const [key, value] of Object.entries(copied(chart.values) as Dict)) {
    if (!Object.hasOwn(into, key)) {
      if (!merge) {
        if (value === null) continue;
        if (isDict(value)) dropNulls(value);
      }
      into[key] = value;
      continue;
    }
    const given = into[key];
    if (given === null && !merge) delete into[key];
    else if (isDict(given)) {
      if (!isDict(value)) {
        if (value !== null) warn(`warning: skipped value for ${subPrefix}.${key}: Not a table.`);
        continue;
      }
      const keepsNulls = merge || chart.dependencies.some((sub) => sub.metadata.name === key);
      if (!keepsNulls) dropNulls(value);
      tables(given, value, path(subPrefix, key), keepsNulls, warn);
    }
  }
}

/** Adds to `into` what only `from` says. */
export function coalesceTables(into: Dict, from: Dict, warn: Warn): Dict {
  return tables(into, from, "", false, warn);
}

export function mergeTables(into: Dict, from: Dict, warn: Warn): Dict {
  return tables(into, from, "", true, warn);
}

function tables(into: Dict, from: Dict, prefix: string, merge: boolean, warn: Warn): Dict {
  const said = new Set(Object.keys(from).filter((key) => from[key] !== null));
  for (const [key, value] of Object.entries(into)) if (value === null) from[key] = null;
  for (const [key, value] of Object.entries(from)) {
    const fullKey = path(prefix, key);
    const old = into[key];
    if (Object.hasOwn(into, key) && !merge && old === null && said.has(key)) delete into[key];
    else if (!Object.hasOwn(into, key)) into[key] = value;
    else if (isDict(value)) {
      if (isDict(old)) tables(old, value, fullKey, merge, warn);
      else warn(`warning: cannot overwrite table with non table for ${fullKey} (${valueText(value)})`);
    } else if (isDict(old) && value !== null) warn(`warning: destination for ${fullKey} is a table. Ignoring non-table value (${valueText(value)})`);
  }
  return into;
}

function dropNulls(map: Dict): void {
  for (const [key, value] of Object.entries(map)) {
    if (value === null) delete map[key];
    else if (isDict(value)) dropNulls(value);
  }
}

/** The map at `a.b.c`; undefined where there is none. */
export function tableAt(values: Dict, dotted: string): Dict | undefined {
  let table: unknown = values;
  for (const name of dotted.split(".")) {
    if (!isDict(table)) return undefined;
    table = table[name];
  }
  return isDict(table) ? table : undefined;
}
