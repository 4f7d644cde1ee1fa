import type { Entry } from "#cluster/store/store.ts";
import type { KubeObject } from "#machinery/object.ts";
import { badRequest, pathText } from "#machinery/status.ts";
import type { Table } from "#machinery/table.ts";
import type { Core } from "../core.ts";
import type { Resource } from "../registry.ts";
import { type IncludeObject, partialOf, tableOf } from "../table.ts";
import { checkShape, type Form } from "./negotiation.ts";

/** The object as clients read it now. */
export function shown(core: Core, resource: Resource, stored: object): KubeObject {
  const object = resource.read(stored);
  return resource.kind.presented?.(object, core.clock.now(), core.api) ?? object;
}

/** The JSON of an entry as clients read it: made once a revision where that is all that it depends on. */
export function jsonOf(core: Core, resource: Resource, entry: Entry): string {
  const { presented, view } = resource.kind;
  return presented || view ? JSON.stringify(shown(core, resource, entry.value)) : entry.json;
}

/** One object in the form that was asked for. */
export function objectJson(core: Core, resource: Resource, object: KubeObject, form: Form, query: URLSearchParams): string {
  checkShape(form, false, resource.internalType);
  const { as, version } = form;
  if (!as) return JSON.stringify(object);
  if (as !== "Table") return JSON.stringify(partialOf(object, resource.kind, version));
  const { resourceVersion } = object.metadata;
  const metadata = (resourceVersion ? { resourceVersion } : {}) as Table["metadata"];
  return JSON.stringify(tableOf(resource, [object], metadata, core.clock.now(), includeOf(query), version));
}

export interface ListMeta {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

/** Many objects in the form that was asked for. */
export function listJson(core: Core, resource: Resource, entries: readonly Entry[], metadata: ListMeta, form: Form, query: URLSearchParams): string {
  checkShape(form, true, `${resource.internalType}List`);
  const { as, version } = form;
  if (as === "Table") {
    const objects = entries.map((entry) => shown(core, resource, entry.value));
    return JSON.stringify(tableOf(resource, objects, metadata as Table["metadata"], core.clock.now(), includeOf(query), version));
  }
  const head = as
    ? { kind: as, apiVersion: `meta.k8s.io/${version}`, metadata }
    : { kind: resource.listKind, apiVersion: resource.apiVersion, metadata: resource.kind.custom ? { continue: "", ...metadata } : metadata };
  const items = entries.map(
    as
      ? (entry) => JSON.stringify(partialOf(shown(core, resource, entry.value), resource.kind, version))
      : (entry) => itemJson(core, resource, entry),
  );
  const isNull = as !== undefined && items.length === 0;
  return `${JSON.stringify(head).slice(0, -1)},"items":${isNull ? "null" : `[${items.join(",")}]`}}`;
}

/** Items of a list of a built-in kind do not say what they are; those of custom resources do. */
function itemJson(core: Core, resource: Resource, entry: Entry): string {
  const json = jsonOf(core, resource, entry);
  if (resource.kind.custom) return json;
  const head = `{"kind":${JSON.stringify(resource.gvk.kind)},"apiVersion":${JSON.stringify(resource.apiVersion)},`;
  return json.startsWith(head) ? `{${json.slice(head.length)}` : withoutKind(json);
}

function withoutKind(json: string): string {
  const { kind: _, apiVersion: __, ...rest } = JSON.parse(json);
  return JSON.stringify(rest);
}

/** What of an object a table's rows hold. */
export function includeOf(query: URLSearchParams): IncludeObject {
  const include = query.get("includeObject") || "Metadata";
  if (include === "None" || include === "Metadata" || include === "Object") return include;
  const path = pathText(["includeObject"]);
  throw badRequest(
    `Unable to convert to Table as requested: ${path}: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}
