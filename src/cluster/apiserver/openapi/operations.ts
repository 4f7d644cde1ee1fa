import { apiVersionOf, type GroupVersionKind } from "#machinery/object.ts";
import type { Subresource, Verb } from "../kind.ts";
import type { Resource } from "../registry.ts";

/** One method of one path. */
export interface Operation {
  path: string;
  method: "get" | "put" | "post" | "delete" | "patch";
  /** As the server names what is done: `list`, `watchlist`, `connect`. */
  action: string;
  id: string;
  gvk: GroupVersionKind;
  /** What is sent and what is given: the kind, a list of it, or something that every kind has. */
  sends?: GroupVersionKind | "Patch" | "DeleteOptions" | undefined;
  gives: GroupVersionKind | "Status" | "text";
  params: readonly Param[];
}

export interface Param {
  name: string;
  in: "path" | "query";
  type: "string" | "integer" | "boolean";
}

const path = (name: string): Param => ({ name, in: "path", type: "string" });
const query = (name: string, type: Param["type"] = "string"): Param => ({ name, in: "query", type });

const pretty = query("pretty");
const writing = [query("dryRun"), query("fieldManager"), query("fieldValidation")];
const patching = [...writing, query("force", "boolean")];
const deleting = [
  query("dryRun"),
  query("gracePeriodSeconds", "integer"),
  query("ignoreStoreReadErrorWithClusterBreakingPotential", "boolean"),
  query("orphanDependents", "boolean"),
  query("propagationPolicy"),
];
const choosing = [
  query("continue"),
  query("fieldSelector"),
  query("labelSelector"),
  query("limit", "integer"),
  query("resourceVersion"),
  query("resourceVersionMatch"),
  query("sendInitialEvents", "boolean"),
  query("timeoutSeconds", "integer"),
];
const listing = [query("allowWatchBookmarks", "boolean"), ...choosing, query("watch", "boolean")];

/** Every operation on a resource and its parts. */
export function* operationsOf(resource: Resource): Iterable<Operation> {
  const { gvk, namespaced, kind, apiVersion } = resource;
  const root = gvk.group ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const many = namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const one = `${many}/{name}`;
  const scope = namespaced ? [path("namespace"), pretty] : [pretty];
  const has = (verb: Verb) => resource.verbs.includes(verb);
  const id = (verb: string, rest = "", inAll = false) => `${verb}${groupName(gvk)}${namespaced && !inAll ? "Namespaced" : ""}${gvk.kind}${rest}`;
  const list = { ...gvk, kind: `${gvk.kind}List` };
  const named = [path("name"), ...scope];
  const base = { gvk, gives: gvk };

  if (has("list")) yield { ...base, path: many, method: "get", action: "list", id: id("list"), gives: list, params: [...listing, ...scope] };
  if (has("create")) yield { ...base, path: many, method: "post", action: "post", id: id("create"), sends: gvk, params: [...writing, ...scope] };
  if (has("deletecollection")) {
    const verb = `delete${groupName(gvk)}Collection${namespaced ? "Namespaced" : ""}${gvk.kind}`;
    const params = [...choosing, ...deleting, ...scope];
    yield { ...base, path: many, method: "delete", action: "deletecollection", id: verb, sends: "DeleteOptions", gives: "Status", params };
  }
  if (has("get")) yield { ...base, path: one, method: "get", action: "get", id: id("read"), params: named };
  if (has("update")) yield { ...base, path: one, method: "put", action: "put", id: id("replace"), sends: gvk, params: [...writing, ...named] };
  if (has("patch")) yield { ...base, path: one, method: "patch", action: "patch", id: id("patch"), sends: "Patch", params: [...patching, ...named] };
  if (has("delete")) {
    const gives = kind.deleteAnswers === "object" || kind.gracePeriod ? gvk : "Status";
    yield {
      ...base,
      path: one,
      method: "delete",
      action: "delete",
      id: id("delete"),
      sends: "DeleteOptions",
      gives,
      params: [...deleting, ...named],
    };
  }
  for (const part of kind.subresources ?? []) yield* partOperations(resource, part, one, named);

  if (namespaced && has("list")) {
    const everywhere = { ...base, path: `${root}/${kind.plural}`, method: "get", gives: list } as const;
    yield { ...everywhere, action: "list", id: `${id("list", "", true)}ForAllNamespaces`, params: [...listing, pretty] };
  }
}

const verbNames: Partial<Record<Verb, { method: Operation["method"]; action: string; id: string }>> = {
  get: { method: "get", action: "get", id: "read" },
  update: { method: "put", action: "put", id: "replace" },
  patch: { method: "patch", action: "patch", id: "patch" },
  create: { method: "post", action: "post", id: "create" },
  delete: { method: "delete", action: "delete", id: "delete" },
};

function* partOperations({ gvk, namespaced }: Resource, part: Subresource, one: string, params: readonly Param[]): Iterable<Operation> {
  const of = part.sends ?? gvk;
  const name = `${namespaced ? "Namespaced" : ""}${gvk.kind}${partName(part.name)}`;
  for (const verb of part.verbs) {
    const known = verbNames[verb];
    if (!known) continue;
    const { method, action, id } = known;
    const at = { path: `${one}/${part.name}`, method, gvk: of };
    if (part.connect && part.sends) {
      const connects = `connect${groupName(gvk)}${capital(method)}${name}`;
      yield { ...at, action: "connect", id: connects, gives: "text", params };
      if (part.nameOf)
        yield { ...at, path: `${at.path}/{path}`, action: "connect", id: `${connects}WithPath`, gives: "text", params: [...params, path("path")] };
    } else {
      const sends = verb === "patch" ? "Patch" : verb === "get" ? undefined : of;
      const gives = part.connect ? "text" : of;
      yield {
        ...at,
        action,
        id: `${id}${groupName(gvk)}${name}`,
        sends,
        gives,
        params: [...(verb === "patch" ? patching : sends ? writing : []), ...params],
      };
    }
  }
}

const partNames: Readonly<Record<string, string>> = { ephemeralcontainers: "Ephemeralcontainers", portforward: "Portforward" };

const partName = (name: string): string => partNames[name] ?? capital(name);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `AppsV1`, `RbacAuthorizationV1`. */
export function groupName({ group, version }: Pick<GroupVersionKind, "group" | "version">): string {
  const words = group
    .replace(/\.k8s\.io$/, "")
    .split(".")
    .map(capital);
  return `${group ? words.join("") : "Core"}${capital(version)}`;
}

/** `apps_v1`, `core_v1`. */
export const tagOf = ({ group, version }: Pick<GroupVersionKind, "group" | "version">): string =>
  `${
    group
      ? group
          .replace(/\.k8s\.io$/, "")
          .split(".")
          .map((word, i) => (i ? capital(word) : word))
          .join("")
      : "core"
  }_${version}`;

export const versionPath = (group: string, version: string): string => (group ? `apis/${apiVersionOf(group, version)}` : `api/${version}`);
