import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Connected } from "#machinery/client.ts";
import { patchType } from "#machinery/patch-type.ts";
import { badRequest, noSuchPath, notFound, StatusError } from "#machinery/status.ts";
import type { APIService } from "#machinery/types.ts";
import type { User } from "#machinery/user.ts";
import { computedEntries } from "../computed.ts";
import type { Core, Target } from "../core.ts";
import type { Resource } from "../registry.ts";
import { apiServices } from "../upkeep/api-services.ts";
import { subresourceContext } from "../verbs/subresource.ts";
import { answer, failure, plain } from "./answer.ts";
import { deleteMany, deleteOne } from "./delete.ts";
import { list } from "./list.ts";
import { formsOf, negotiate, objectForms } from "./negotiation.ts";
import { writeQuery } from "./options.ts";
import { patchObject } from "./patch.ts";
import { withJsonBody } from "./protobuf.ts";
import { type ApiRequest, type ResourcePath, requestInfo } from "./request.ts";
import { serveScale } from "./scale.ts";
import { jsonOf, objectJson, shown } from "./serialize.ts";
import { watch } from "./watch.ts";
import { postObject, postSubresource, putObject } from "./write.ts";

/** Answers for paths that are no resources: discovery, health. */
export type OtherPaths = (request: ApiRequest) => Promise<HttpResponse> | HttpResponse;

/** Whether somebody may do what they ask; throws when not. */
export type Authorize = (request: ApiRequest) => ApiRequest;

/** The API server's HTTP face: from a request to the verb that answers it. */
export class Router {
  readonly #core: Core;
  readonly #authorize: Authorize;
  readonly #otherPaths: OtherPaths;

  constructor(core: Core, authorize: Authorize, otherPaths: OtherPaths) {
    this.#core = core;
    this.#authorize = authorize;
    this.#otherPaths = otherPaths;
  }

  async fetch(http: HttpRequest, user: User): Promise<HttpResponse> {
    const response = await this.connect(http, user);
    if (!("status" in response)) {
      if ("abort" in response) response.abort();
      return failure(badRequest("Upgrade request required"), http);
    }
    return http.method === "HEAD" ? { ...response, body: new Uint8Array() } : response;
  }

  async connect(http: HttpRequest, user: User): Promise<Connected | HttpResponse> {
    if (!isDecodable(http.url)) return plain(400, "400 Bad Request");
    const warnings: string[] = [];
    try {
      const request = this.#authorize({ info: requestInfo(http), http: withJsonBody(http), user, warnings });
      const { resource: path } = request.info;
      return path ? await this.#serve(path, request) : await this.#otherPaths(request);
    } catch (error) {
      // Who reads nothing that can be given never comes to where warnings are.
      if (error instanceof StatusError) return failure(error, http, error.code === 406 ? [] : warnings);
      throw error;
    }
  }

  async #serve(path: ResourcePath, request: ApiRequest): Promise<Connected | HttpResponse> {
    const { group, version, plural, namespace, name, subresource } = path;
    const resource = this.#core.registry.at(group, version, plural);
    if (!resource && !this.#core.registry.hasBuiltIn(group, version)) return this.#elsewhere(group, version);
    if (!resource) throw noSuchPath();
    if (!resource.namespaced && namespace && plural !== "namespaces") throw noSuchPath();
    if (resource.namespaced && !namespace && name) throw noSuchPath();

    const target: Target = { resource, namespace: resource.namespaced ? namespace : "", name, subresource };
    if (subresource) return await this.#serveSubresource(path, target, request);
    return name ? await this.#serveOne(target, request) : await this.#serveMany(target, request);
  }

  /** Groups that an APIService sends to a server of its own, as far as there is one. */
  #elsewhere(group: string, version: string): HttpResponse {
    // Of a group that is served the other versions are not.
    if (this.#core.registry.all().some(({ gvk, kind }) => gvk.group === group && group !== "" && !kind.custom)) throw noSuchPath();
    const registered = this.#core.registry.named(apiServices) && this.#core.api.get<APIService>(apiServices, `${version}.${group}`);
    return registered?.spec?.service ? plain(503, "service unavailable\n") : plain(404, "404 page not found\n");
  }

  async #serveMany({ resource, namespace }: Target, request: ApiRequest): Promise<HttpResponse> {
    const { verb } = request.info;
    const isWhole = resource.namespaced && !namespace;
    if (!offers(resource, verb) || (isWhole && verb !== "list" && verb !== "watch")) throw notAllowed();
    warnOfOld(resource, request);
    switch (verb) {
      case "list":
        return list(this.#core, resource, namespace, request);
      case "watch":
        return watch(this.#core, resource, namespace, "", request);
      case "create":
        return await postObject(this.#core, resource, namespace, request);
      case "deletecollection":
        return await deleteMany(this.#core, resource, namespace, request);
      default:
        throw notAllowed();
    }
  }

  async #serveOne(target: Target, request: ApiRequest): Promise<HttpResponse> {
    const { resource, namespace, name } = target;
    const { verb } = request.info;
    if (!offers(resource, verb) || verb === "create") throw notAllowed();
    warnOfOld(resource, request);
    switch (verb) {
      case "get":
        return this.#get(target, request);
      case "watch":
        return watch(this.#core, resource, namespace, name, request);
      case "update":
        return await putObject(this.#core, target, request);
      case "patch":
        return await patchObject(this.#core, target, request);
      case "delete":
        return await deleteOne(this.#core, target, request);
      default:
        throw notAllowed();
    }
  }

  #get({ resource, namespace, name }: Target, request: ApiRequest): HttpResponse {
    const { http, info, warnings } = request;
    const form = negotiate(http.headers["accept"], formsOf(resource.kind, objectForms));
    const computed = computedEntries(this.#core, resource, writeQuery(request, "GetOptions"));
    const entry = computed
      ? computed.find((each) => each.key === resource.collection.key(namespace, name))
      : resource.collection.get(namespace, name);
    if (!entry) throw notFound(resource.on, name);
    const json = form.as
      ? objectJson(this.#core, resource, shown(this.#core, resource, entry.value), form, info.query)
      : jsonOf(this.#core, resource, entry);
    return answer(200, json, form, http, warnings);
  }

  async #serveSubresource({ rest }: ResourcePath, target: Target, request: ApiRequest): Promise<Connected | HttpResponse> {
    const { resource, namespace, name } = target;
    const subresource = resource.subresource(target.subresource);
    if (!subresource) throw resource.kind.custom ? notFound(resource.on, name) : noSuchPath();
    const { verb, query } = request.info;
    if ((rest && !subresource.takesPath) || verb === "watch") throw noSuchPath();
    const isBare = subresource.takesPath && (verb === "head" || verb === "options");
    if (!isBare && !subresource.verbs.some((each) => each === verb)) throw notAllowed();

    if (subresource.connect) {
      subresource.checkQuery?.(query);
      const bare = subresource.nameOf?.(name) ?? name;
      const entry = resource.collection.get(namespace, bare);
      if (!entry) throw notFound(resource.on, bare);
      const options = writeQuery(request, "ConnectOptions");
      const { search } = new URL(request.http.url, "http://server");
      const http = { ...request.http, url: `${rest || "/"}${search}` };
      const connecting = { http, query, name, rest, original: request.http.url };
      return await subresource.connect(resource.read(entry.value), connecting, subresourceContext(this.#core, { ...target, name: bare }, options));
    }
    if (subresource.create) return await postSubresource(this.#core, target, request);
    if (subresource.name === "scale") return await serveScale(this.#core, target, request);
    if (verb === "get") return this.#get(target, request);
    if (verb === "update") return await putObject(this.#core, target, request);
    if (verb === "patch") return await patchObject(this.#core, target, request);
    throw notAllowed();
  }
}

/** Clients of what is deprecated are told, unless they sent what nobody takes. */
function warnOfOld({ kind: { deprecated } }: Resource, { info, http, warnings }: ApiRequest): void {
  if (deprecated && (info.verb !== "patch" || patchType(http.headers["content-type"] ?? ""))) warnings.push(deprecated);
}

/** Whether each `%` in the path begins a byte. */
const isDecodable = (url: string): boolean => !/^[^?]*%(?![0-9a-fA-F]{2})/.test(url);

const offers = ({ verbs }: Resource, verb: string): boolean => verbs.some((each) => each === verb);

const notAllowed = () => new StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
