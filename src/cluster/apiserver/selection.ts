import type { Entry } from "#cluster/store/store.ts";
import type { KubeObject } from "#machinery/object.ts";
import { type FieldRequirement, matches, parseFieldSelector, parseSelector, type Requirement, SelectorError } from "#machinery/selector.ts";
import { badRequest } from "#machinery/status.ts";
import type { Index } from "./indexes.ts";
import type { Resource } from "./registry.ts";

/** What of a resource is meant: in one namespace or all, by labels and by fields. Finds by an index where one helps. */
export class Selection {
  readonly namespace: string | undefined;
  readonly #resource: Resource;
  readonly #labels: readonly Requirement[];
  readonly #fields: readonly (FieldRequirement & { textOf: (object: KubeObject) => string })[];

  constructor(resource: Resource, namespace: string | undefined, labels: readonly Requirement[], fields: readonly FieldRequirement[]) {
    this.#resource = resource;
    this.namespace = resource.namespaced && namespace ? namespace : undefined;
    this.#labels = labels;
    this.#fields = fields.map((each) => ({ ...each, textOf: fieldOf(resource, each.field) }));
  }

  /** Those that live now, in the order of keys. */
  entries(): readonly Entry[] {
    const name = this.#fields.find(({ field, operator }) => field === "metadata.name" && operator !== "!=")?.value;
    if (name !== undefined && (this.namespace || !this.#resource.namespaced)) {
      const entry = name ? this.#resource.collection.get(this.namespace, name) : undefined;
      return entry ? this.of([entry]) : [];
    }
    const found = this.#byIndex();
    if (!found) return this.of(this.#resource.collection.list(this.namespace));
    const here = this.namespace ? found.filter((entry) => (entry.value as KubeObject).metadata.namespace === this.namespace) : found;
    // Where one thing alone is asked for, the index has answered.
    return this.#labels.length + this.#fields.length === 1 ? here : this.of(here);
  }

  /** Those of some entries, which are of the namespace, that are meant. */
  of(entries: readonly Entry[]): readonly Entry[] {
    return this.#labels.length + this.#fields.length === 0 ? entries : entries.filter((entry) => this.matches(entry));
  }

  /** Those of some entries of whatever namespace that are meant. */
  among(entries: readonly Entry[]): readonly Entry[] {
    const { namespace } = this;
    return this.of(namespace ? entries.filter(({ value }) => (value as KubeObject).metadata.namespace === namespace) : entries);
  }

  matches(entry: Entry): boolean {
    if (this.#labels.length > 0 && !matches(this.#labels, (entry.value as KubeObject).metadata.labels)) return false;
    if (this.#fields.length === 0) return true;
    const object = this.#resource.read(entry.value);
    return this.#fields.every(({ operator, value, textOf }) => (textOf(object) === value) === (operator !== "!="));
  }

  #byIndex(): readonly Entry[] | undefined {
    for (const { field, operator, value } of this.#fields)
      if (operator !== "!=" && this.#resource.kind.selectable?.[field]?.index) return this.#fieldIndex(field).entries(value);
    for (const { key, operator, values } of this.#labels) {
      const isOneValue = (operator === "=" || operator === "==" || operator === "in") && values.length === 1;
      if (isOneValue) return this.#labelIndex(key).entries(values[0] ?? "");
    }
    return undefined;
  }

  #fieldIndex(path: string): Index {
    return fieldIndex(this.#resource, path);
  }

  #labelIndex(key: string): Index {
    return this.#resource.collection.index(`label ${key}`, (stored) => {
      const { labels } = (stored as KubeObject).metadata;
      const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
      return value === undefined ? [] : [value];
    });
  }
}

const fieldIndexes = new WeakMap<Resource, Map<string, Index>>();

function fieldIndex(resource: Resource, path: string): Index {
  const known = fieldIndexes.get(resource) ?? new Map<string, Index>();
  let index = known.get(path);
  if (!index) {
    const textOf = fieldOf(resource, path);
    index = resource.collection.index(`field ${resource.apiVersion} ${path}`, (stored) => [textOf(resource.read(stored))]);
    fieldIndexes.set(resource, known.set(path, index));
  }
  return index;
}

/** Those of one namespace, or of all, whose only field that is asked for has this value; undefined where no index knows that field. */
export function entriesByField(
  resource: Resource,
  namespace: string | undefined,
  fields: Readonly<Record<string, string>>,
): readonly Entry[] | undefined {
  let path: string | undefined;
  for (const field in fields) {
    if (path !== undefined) return undefined;
    path = field;
  }
  if (path === undefined || !resource.kind.selectable?.[path]?.index || resource.kind.computed) return undefined;
  const found = fieldIndex(resource, path).entries(fields[path] ?? "");
  if (!namespace || !resource.namespaced || found.length === 0) return found;
  return found.filter(({ value }) => (value as KubeObject).metadata.namespace === namespace);
}

/** A selection as a URL writes it; one that cannot be read is refused. */
export function readSelection(resource: Resource, namespace: string | undefined, { labels, fields }: { labels: string; fields: string }): Selection {
  try {
    return new Selection(resource, namespace, labels ? parseSelector(labels) : [], fields ? parseFieldSelector(fields) : []);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

/** What a field selector compares. */
function fieldOf(resource: Resource, path: string): (object: KubeObject) => string {
  if (path === "metadata.name") return (object) => object.metadata.name ?? "";
  if (path === "metadata.namespace" && resource.namespaced) return (object) => object.metadata.namespace ?? "";
  const { selectable, notSelectable, custom } = resource.kind;
  const field = selectable?.[path];
  if (field) return field.value;
  if (notSelectable) throw badRequest(notSelectable(path));
  if (selectable || custom) throw badRequest(`field label not supported: ${path}`);
  throw badRequest(`${JSON.stringify(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
}
