import { parseYaml } from "#machinery/yaml.ts";
import type { Thing } from "../../api/server.ts";
import { CommandError } from "../../errors.ts";
import { decoded, struct } from "../decode.ts";
import type { Place } from "../place.ts";
import { changed, type Item, idsOf, idText, isOfKind, placeOf } from "../resource.ts";
import { fits, selectsKind, selectsLabels } from "../select.ts";
import { type FieldOptions, type Replacement, replacement as replacementShape, type Selector } from "../shapes.ts";
import { inDocument, pathOf, put, valueAt } from "./paths.ts";
import { definePlugin, metadata } from "./plugin.ts";

export const replacementTransformer = definePlugin<{ replacements?: Replacement[] }>({
  kind: "ReplacementTransformer",
  shape: struct("ReplacementTransformerPlugin", { ...metadata, replacements: [replacementShape] }),
  transformer({ replacements = [] }, place) {
    const all = replacements.flatMap((replacement) => resolved(replacement, place));
    return (items) => all.reduce(replaced, items);
  },
});

/** A replacement, or those of the file that stands for it. */
function resolved(replacement: Replacement, place: Place): Replacement[] {
  const { path, source, targets = [] } = replacement;
  if (!path) return [replacement];
  if (source || targets.length > 0) throw new CommandError("cannot specify both path and inline replacement");
  const value = parseYaml(place.text(path)).value;
  if (typeof value !== "object" || value === null)
    throw new CommandError(`unsupported replacement type encountered within replacement path: ${value === null ? "invalid" : typeof value}`);
  return (Array.isArray(value) ? value : [value]).map((item) => decoded(item, replacementShape, { strict: false }));
}

function replaced(items: readonly Item[], { source, sourceValue, targets }: Replacement): readonly Item[] {
  if ((!source && sourceValue === undefined) || !targets) throw new CommandError("replacements must specify a source and at least one target");
  if (source && sourceValue !== undefined) throw new CommandError("value and resource selectors are mutually exclusive");
  const value = source ? sourceOf(items, source) : sourceValue;
  return targets.reduce((all, target) => withValue(all, value, target), items);
}

const byDefault = "metadata.name";

function sourceOf(items: readonly Item[], source: NonNullable<Replacement["source"]>): unknown {
  const { fieldPath = byDefault, options = {} } = source;
  const named = `${idText(source)}${source.fieldPath ? `:${source.fieldPath}` : ""}`;
  const found = items.filter((item) =>
    idsOf(item).some(
      (id) =>
        isOfKind(source, id) &&
        (!source.name || source.name === id.name) &&
        (!source.namespace || placeOf({ ...id, namespace: source.namespace }) === placeOf(id)),
    ),
  );
  const [only] = found;
  if (!only) throw new CommandError(`nothing selected by ${named}`);
  if (found.length > 1) throw new CommandError(`multiple matches for selector ${named}`);
  const value = valueAt(only.object, pathOf(fieldPath));
  if (isNothing(value)) throw new CommandError(`fieldPath \`${fieldPath}\` is missing for replacement source ${idText(source)}`);
  const { delimiter, index = 0 } = options;
  if (!delimiter) return value;
  if (typeof value === "object") throw new CommandError("delimiter option can only be used with scalar nodes");
  const part = String(value).split(delimiter)[index];
  if (part === undefined) throw new CommandError(`options.index ${index} is out of bounds for value ${String(value)}`);
  return part;
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

type Target = NonNullable<Replacement["targets"]>[number];

function withValue(items: readonly Item[], value: unknown, { select, reject = [], fieldPaths = [], options = {} }: Target): readonly Item[] {
  if (!select) throw new CommandError("target must specify resources to select");
  const paths = fieldPaths.length > 0 ? fieldPaths : [byDefault];
  return items.map((item) => {
    if (!isTarget(item, select, reject)) return item;
    return changed(
      item,
      paths.reduce((object, path) => withField(object, path, value, options), item.object),
    );
  });
}

/** Patterns are tried on everything that an object is or was called. */
function isTarget(item: Item, select: Selector, reject: readonly Selector[]): boolean {
  const hasLabels = ({ labelSelector, annotationSelector }: Selector) => Boolean(labelSelector || annotationSelector);
  if (!selectsLabels(select, item) || reject.some((other) => hasLabels(other) && selectsLabels(other, item))) return false;
  const ids = idsOf(item);
  const isMeant = (selector: Selector) =>
    ids.some((id) => selectsKind(selector, id) && fits(selector.name, id.name) && fits(selector.namespace, placeOf(id) ?? "_non_namespaceable_"));
  const isNamed = ({ group, version, kind, name, namespace }: Selector) => Boolean(group || version || kind || name || namespace);
  return !reject.some((other) => isNamed(other) && isMeant(other)) && isMeant(select);
}

function withField(object: Thing, path: string, value: unknown, options: FieldOptions): Thing {
  const steps = pathOf(path);
  const create = options.create ?? false;
  const inText = inDocument(object, steps, value, create);
  if (inText !== undefined) return inText as Thing;
  let found = false;
  const missing = `unable to find${create ? " or create" : ""} field ${JSON.stringify(path)} in replacement target`;
  try {
    const result = put(object, steps, { create, empty: emptyOf(value) }, (before) => {
      found = true;
      return combined(before, value, options);
    });
    if (found) return result as Thing;
  } catch (error) {
    if (error instanceof CommandError && !found) throw new CommandError(`${missing}: ${error.message}`);
    throw error;
  }
  throw new CommandError(missing);
}

const emptyOf = (value: unknown): unknown => (Array.isArray(value) ? [] : typeof value === "object" ? {} : undefined);

/** What stands in a field afterwards: of a text in parts one part changes, and a scalar stays of its type. */
function combined(before: unknown, value: unknown, { delimiter, index = 0 }: FieldOptions): unknown {
  if (delimiter) {
    if (typeof before === "object" && before !== null) throw new CommandError("delimiter option can only be used with scalar nodes");
    const parts = before === undefined ? [] : String(before).split(delimiter);
    if (index < 0) parts.unshift(String(value));
    else if (index >= parts.length) parts.push(String(value));
    else parts[index] = String(value);
    return parts.join(delimiter);
  }
  if (typeof before === "string") return typeof value === "object" ? "" : String(value);
  if (typeof before !== "number" && typeof before !== "boolean") return value;
  return retyped(before, value);
}

/** The text of a value as a number or a boolean, as the field has held one. */
function retyped(before: number | boolean, value: unknown): unknown {
  const text = typeof value === "object" ? "" : String(value);
  const type = typeof before === "boolean" ? "bool" : Number.isInteger(before) ? "int" : "float";
  const result = type === "bool" ? (text === "true" ? true : text === "false" ? false : undefined) : text.trim() === "" ? undefined : Number(text);
  if (result === undefined || Number.isNaN(result) || (type === "int" && !Number.isInteger(result)))
    throw new CommandError(
      `map[string]interface {}(nil): yaml: cannot decode !!str \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\` as a !!${type}`,
    );
  return result;
}
