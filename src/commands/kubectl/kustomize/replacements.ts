import { parseYaml } from "#machinery/yaml.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import type { Target } from "./kustomization.ts";
import { selects } from "./patches.ts";
import { changed, type Item } from "./resource.ts";

interface FieldOptions {
  delimiter?: string;
  index?: number;
  create?: boolean;
}

/** A value of one object that is put into others. */
export interface Replacement {
  /** A file with more of them. */
  path?: string;
  source?: Target & { fieldPath?: string; options?: FieldOptions };
  sourceValue?: unknown;
  targets?: { select?: Target; reject?: Target[]; fieldPaths?: string[]; options?: FieldOptions }[];
}

/** The replacements that a file holds: one, or a list. */
export function replacementsIn(text: string): Replacement[] {
  const value = parseYaml(text).value as Replacement | Replacement[] | null;
  return Array.isArray(value) ? value : value ? [value] : [];
}

/** The items with what replacements put into them. */
export function replaced(items: readonly Item[], replacements: readonly Replacement[]): Item[] {
  return replacements.reduce<Item[]>(
    (result, replacement) => {
      const { source, sourceValue, targets = [] } = replacement;
      if ((!source && sourceValue === undefined) || targets.length === 0)
        throw new CommandError("replacements must specify a source and at least one target");
      const value = source ? sourceValueOf(result, source) : sourceValue;
      return targets.reduce((all, target) => withValue(all, value, target), result);
    },
    [...items],
  );
}

const byDefault = "metadata.name";

function sourceValueOf(items: readonly Item[], source: NonNullable<Replacement["source"]>): unknown {
  const { fieldPath = byDefault, options = {} } = source;
  const found = items.filter((item) => selects(source, item));
  const [only] = found;
  if (!only) throw new CommandError(`nothing selected by ${shown(source)}`);
  if (found.length > 1) throw new CommandError(`multiple matches for selector ${shown(source)}`);
  let value: unknown = only.object;
  for (const step of stepsOf(fieldPath)) {
    if (step === "*") throw new CommandError("error looking up replacement source: wildcard is not supported in PathGetter");
    value = below(value, step);
  }
  if (value === undefined) throw new CommandError(`fieldPath \`${fieldPath}\` is missing for replacement source ${shown(source)}`);
  if (options.delimiter === undefined) return value;
  const { index = 0 } = options;
  const part = String(value).split(options.delimiter)[index];
  if (part === undefined) throw new CommandError(`options.index ${index} is out of bounds for value ${String(value)}`);
  return part;
}

type Wanted = NonNullable<Replacement["targets"]>[number];

function withValue(items: readonly Item[], value: unknown, { select, reject = [], fieldPaths, options = {} }: Wanted): Item[] {
  if (!select) throw new CommandError("target must specify resources to select");
  const paths = fieldPaths?.length ? fieldPaths : [byDefault];
  return items.map((item) => {
    if (!selects(select, item) || reject.some((other) => selects(other, item))) return item;
    const object = paths.reduce((result, path) => withField(result, path, value, options), item.object);
    return object === item.object ? item : changed(item, object);
  });
}

function withField(object: Thing, path: string, value: unknown, options: FieldOptions): Thing {
  let found = false;
  const result = put(object, stepsOf(path), options.create ?? false, (before) => {
    found = true;
    return combined(before, value, options);
  });
  if (!found) throw new CommandError(`unable to find field ${JSON.stringify(path)} in replacement target`);
  return result as Thing;
}

/** What stands in a field afterwards: a text stays one, and of a text in parts only one part changes. */
function combined(before: unknown, value: unknown, { delimiter, index = 0 }: FieldOptions): unknown {
  if (delimiter !== undefined) {
    const parts = before === undefined ? [] : String(before).split(delimiter);
    if (index < 0) parts.unshift(String(value));
    else if (index >= parts.length) parts.push(String(value));
    else parts[index] = String(value);
    return parts.join(delimiter);
  }
  if (typeof before !== "string") return value;
  return typeof value === "object" ? "" : String(value);
}

function put(node: unknown, steps: readonly string[], create: boolean, change: (before: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return change(node);
  const [, key, wanted] = /^\[(.+?)=(.*)\]$/s.exec(step) ?? [];
  const onList = step === "*" || key !== undefined || step === "-" || (Array.isArray(node) && /^\d+$/.test(step));
  if (onList) {
    const list: readonly unknown[] = Array.isArray(node) ? node : [];
    if (!Array.isArray(node) && !(create && node === undefined)) return node;
    const fits = (item: unknown, i: number) => step === "*" || (key === undefined ? String(i) === step : String(below(item, key)) === wanted);
    if (list.some(fits)) return list.map((item, i) => (fits(item, i) ? put(item, rest, create, change) : item));
    if (!create || step === "*") return node;
    return [...list, put(key === undefined ? undefined : { [key]: wanted }, rest, create, change)];
  }
  if (node !== undefined && (typeof node !== "object" || node === null || Array.isArray(node))) return node;
  const map = (node ?? {}) as Readonly<Record<string, unknown>>;
  const name = bare(step);
  if (map[name] === undefined && !create) return node;
  const result = put(map[name], rest, create, change);
  return result === map[name] ? node : { ...map, [name]: result };
}

function below(node: unknown, step: string): unknown {
  if (typeof node !== "object" || node === null) return undefined;
  const [, key, wanted] = /^\[(.+?)=(.*)\]$/s.exec(step) ?? [];
  if (Array.isArray(node)) return key === undefined ? (node[Number(step)] as unknown) : node.find((item) => String(below(item, key)) === wanted);
  return (node as Readonly<Record<string, unknown>>)[bare(step)];
}

const bare = (step: string): string => step.replace(/^\[(.*)\]$/s, "$1");

/** `spec.containers.[name=web].image`, with `\.` for a dot that separates nothing. */
const stepsOf = (path: string): string[] =>
  (path.match(/(?:\\.|\[[^\]]*\]|[^.\\[])+/g) ?? []).map((step) => (step.startsWith("[") ? step : step.replace(/\\(.)/g, "$1")));

/** `Service.[noVer].[noGrp]/web.[noNs]` */
function shown({ kind, version, group, name, namespace }: Target): string {
  return `${kind || "[noKind]"}.${version || "[noVer]"}.${group || "[noGrp]"}/${name || "[noName]"}.${namespace || "[noNs]"}`;
}
