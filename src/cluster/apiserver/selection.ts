import type { ListOptions } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import { badRequest } from "#machinery/status.ts";
import type { Entry } from "../store/store.ts";
import type { Resource } from "./registry.ts";

/** The entries that a list asks for, by an index where there is one; in the order of keys. */
export function select(resource: Resource, { namespace, labels, fields = {} }: ListOptions): readonly Entry[] {
  const of = resource.namespaced ? namespace : undefined;
  let rest = Object.entries(fields);
  let entries: readonly Entry[] | undefined;

  const { "metadata.name": name } = fields;
  if (name !== undefined && (of || !resource.namespaced)) {
    const entry = resource.collection.get(of, name);
    entries = entry ? [entry] : [];
    rest = rest.filter(([path]) => path !== "metadata.name");
  }
  const indexed = entries ? undefined : rest.find(([path]) => resource.kind.selectable?.[path]?.index);
  if (indexed) {
    const [path, value] = indexed;
    entries = indexOf(resource, path).entries(value);
    rest = rest.filter((each) => each !== indexed);
    if (of) entries = entries.filter((entry) => (entry.value as KubeObject).metadata.namespace === of);
  }
  entries ??= resource.collection.list(of);

  for (const [path, wanted] of rest) {
    const value = fieldOf(resource, path);
    entries = entries.filter((entry) => value(resource.read(entry.value)) === wanted);
  }
  if (!labels) return entries;
  const wanted = labels.split(",").map((each) => each.split("="));
  return entries.filter((entry) => wanted.every(([key = "", value]) => (entry.value as KubeObject).metadata.labels?.[key] === value));
}

/** What a field selector compares. */
export function fieldOf(resource: Resource, path: string): (object: KubeObject) => string {
  if (path === "metadata.name") return (object) => object.metadata.name ?? "";
  if (path === "metadata.namespace" && resource.namespaced) return (object) => object.metadata.namespace ?? "";
  const field = resource.kind.selectable?.[path];
  if (!field) throw badRequest(`field label not supported: ${path}`);
  return field.value;
}

const indexOf = (resource: Resource, path: string) =>
  resource.collection.index(`${resource.apiVersion} ${path}`, (stored) => [fieldOf(resource, path)(resource.read(stored))]);
