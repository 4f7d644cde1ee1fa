import { sha256 } from "@noble/hashes/sha2.js";
import type { HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { apiVersionOf, type GroupVersionKind } from "#machinery/object.ts";
import { noSuchPath, StatusError } from "#machinery/status.ts";
import { answer, bodyIn, plain } from "../http/answer.ts";
import { bareForms, contentType, type Form, met, negotiate, type Wish, wishes } from "../http/negotiation.ts";
import type { ApiRequest } from "../http/request.ts";
import type { Registry, Resource } from "../registry.ts";
import { type Group, groupsOf } from "./groups.ts";

/** What can be asked for: groups, versions, resources; one by one, or all at once for clients that know how to ask. */
export class Discovery {
  readonly #registry: Registry;
  readonly #address: string;
  /** What is made of the registry, by what it is; made anew when the registry changes. */
  readonly #made = new Map<string, string>();
  #generation = -1;
  #groups: readonly Group[] = [];

  constructor(registry: Registry, address: string) {
    this.#registry = registry;
    this.#address = address;
  }

  get groups(): readonly Group[] {
    if (this.#generation !== this.#registry.generation) {
      this.#groups = groupsOf(this.#registry);
      this.#made.clear();
      this.#generation = this.#registry.generation;
    }
    return this.#groups;
  }

  /** Answers the paths of `/api` and `/apis`; undefined for all others. */
  answer(request: ApiRequest): HttpResponse | undefined {
    const [first, ...parts] = request.info.path
      .split("/")
      .slice(1)
      .filter((part, i, all) => part || i < all.length - 1);
    if (first !== "api" && first !== "apis") return undefined;
    if (parts.length > (first === "api" ? 1 : 2)) throw noSuchPath();
    const needsGet = () => {
      if (request.info.verb !== "get") throw notAllowed();
    };
    if (first === "api") {
      needsGet();
      return parts.length === 0 ? this.#top(request, "api") : this.#version(request, "", parts[0] ?? "");
    }
    // What is put together from several servers looks at no methods.
    const [group, version] = parts;
    if (group === undefined) return this.#top(request, "apis");
    if (!this.groups.some(({ name }) => name === group && name !== "")) return plain(404, "404 page not found\n");
    if (version === undefined) return this.#group(request, group);
    needsGet();
    return this.#version(request, group, version);
  }

  #top(request: ApiRequest, path: "api" | "apis"): HttpResponse {
    const form = discoveryForm(request.http.headers["accept"], true);
    if (form.all) {
      const json = this.#once(`all ${path}`, () => ({
        kind: "APIGroupDiscoveryList",
        apiVersion: "apidiscovery.k8s.io/v2",
        metadata: {},
        items: this.#whole(path),
      }));
      const headers = { "content-type": `${contentType(form)};${allParams}`, vary: "Accept", "cache-control": "public" };
      return { status: 200, headers, body: bodyIn(form, json, false) };
    }
    const json = this.#once(path, () =>
      path === "api" ? this.#versions() : { kind: "APIGroupList", apiVersion: "v1", groups: this.#named().map(groupJson) },
    );
    return answer(200, json, form, request.http, request.warnings);
  }

  #versions(): object {
    const versions = this.groups.find(({ name }) => name === "")?.versions.map(({ version }) => version) ?? [];
    return { kind: "APIVersions", versions, serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: this.#address }] };
  }

  #group(request: ApiRequest, name: string): HttpResponse {
    const group = this.#named().find((each) => each.name === name);
    if (!group) throw noSuchPath();
    const json = this.#once(`group ${name}`, () => ({ kind: "APIGroup", apiVersion: "v1", ...groupJson(group) }));
    return answer(200, json, discoveryForm(request.http.headers["accept"]), request.http, request.warnings);
  }

  #version(request: ApiRequest, group: string, version: string): HttpResponse {
    const found = this.groups.find(({ name }) => name === group)?.versions.find((each) => each.version === version);
    if (!found) throw noSuchPath();
    const form = discoveryForm(request.http.headers["accept"]);
    const json = this.#once(`${group}/${version}`, () => ({
      kind: "APIResourceList",
      ...(group ? { apiVersion: "v1" } : {}),
      groupVersion: apiVersionOf(group, version),
      resources: resourcesJson(found.resources),
    }));
    return answer(200, json, form, request.http, request.warnings);
  }

  #named = (): readonly Group[] => this.groups.filter(({ name }) => name !== "");

  #whole(path: "api" | "apis"): object[] {
    const groups = this.groups.filter(({ name }) => (name === "") === (path === "api"));
    return groups.map(({ name, versions }) => ({
      metadata: name ? { name } : {},
      versions: versions.map(({ version, resources }) => ({ version, resources: resources.map(wholeResourceJson), freshness: "Current" })),
    }));
  }

  #once(key: string, make: () => object): string {
    // Asking for the groups forgets what was made of an older registry.
    void this.groups;
    let json = this.#made.get(key);
    if (json === undefined) {
      json = JSON.stringify(make());
      this.#made.set(key, json);
    }
    return json;
  }
}

const allParams = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** The form of discovery; `all` where the client takes everything at once. */
function discoveryForm(accept: string | undefined, canBeAll = false): Form & { all: boolean } {
  if (canBeAll && accept)
    for (const wish of wishes(accept)) {
      const form = isAll(wish) ? met({ ...wish, params: {} }, bareForms) : undefined;
      if (form) return { ...form, all: true };
      if (met(wish, bareForms)) break;
    }
  return { ...negotiate(accept, bareForms), all: false };
}

const isAll = ({ params }: Wish): boolean =>
  params["g"] === "apidiscovery.k8s.io" && params["v"] === "v2" && params["as"] === "APIGroupDiscoveryList";

function groupJson({ name, versions }: Group) {
  const all = versions.map(({ version }) => ({ groupVersion: apiVersionOf(name, version), version }));
  return { name, versions: all, preferredVersion: all[0] };
}

/** By name; those of custom resources stay as they were declared. */
function resourcesJson(resources: readonly Resource[]) {
  const all = resources.flatMap(resourceJson);
  return resources.some(({ kind }) => kind.custom) ? all : all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function resourceJson(resource: Resource) {
  const { kind, gvk, namespaced } = resource;
  const whole = {
    name: kind.plural,
    singularName: singularOf(resource),
    namespaced,
    kind: gvk.kind,
    verbs: resource.verbs,
    ...(kind.shortNames ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories ? { categories: kind.categories } : {}),
    ...hashOf(resource),
  };
  const parts = (kind.subresources ?? []).map((part) => ({
    name: `${kind.plural}/${part.name}`,
    singularName: "",
    namespaced,
    ...foreign(part.sends, gvk),
    kind: part.sends?.kind ?? gvk.kind,
    verbs: part.verbs,
  }));
  return [whole, ...parts];
}

/** Where a subresource speaks of another group or version than its resource. */
function foreign(sends: GroupVersionKind | undefined, { group, version }: GroupVersionKind): { group?: string; version?: string } {
  if (!sends || (sends.group === group && sends.version === version)) return {};
  return { ...(sends.group ? { group: sends.group } : {}), version: sends.version };
}

function wholeResourceJson(resource: Resource) {
  const { kind, gvk, namespaced } = resource;
  const subresources = (kind.subresources ?? [])
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((part) => ({
      subresource: part.name,
      responseKind: { group: "", version: "", ...foreign(part.sends, gvk), kind: part.sends?.kind ?? gvk.kind },
      verbs: part.verbs,
    }));
  return {
    resource: kind.plural,
    responseKind: kind.custom ? gvk : { group: "", version: "", kind: gvk.kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singularOf(resource),
    verbs: resource.verbs,
    ...(kind.shortNames ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

const singularOf = ({ kind }: Resource) => kind.singular ?? kind.kind.toLowerCase();

/** Of what is stored as what: clients that move data tell by it when that changes. */
function hashOf({ kind, gvk }: Resource): { storageVersionHash?: string } {
  if (kind.answer || kind.computed) return {};
  const { group, version } = kind.view?.of ?? { ...gvk, version: kind.storageVersion ?? gvk.version };
  const digest = sha256(bytesOf(`${group}/${version}/${kind.kind}`));
  return { storageVersionHash: btoa(String.fromCharCode(...digest.subarray(0, 8))) };
}

const notAllowed = () => new StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
