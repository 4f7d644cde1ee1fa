import type { HttpResponse } from "#base/http.ts";
import { apiVersionOf, type KubeObject } from "#machinery/object.ts";
import { type Schema, schemaOf } from "#machinery/schema.ts";
import { badRequest } from "#machinery/status.ts";
import type { Core, Target } from "../core.ts";
import { tracked } from "../managed-fields.ts";
import type { Resource } from "../registry.ts";
import { create } from "../verbs/create.ts";
import { createSubresource } from "../verbs/subresource.ts";
import { update } from "../verbs/update.ts";
import { answer } from "./answer.ts";
import { readObject, type Wanted } from "./body.ts";
import { formsOf, negotiate, objectForms } from "./negotiation.ts";
import { writeQuery } from "./options.ts";
import type { ApiRequest } from "./request.ts";
import { objectJson } from "./serialize.ts";

/** Answers a POST of a new object. */
export async function postObject(core: Core, resource: Resource, namespace: string, request: ApiRequest): Promise<HttpResponse> {
  const form = negotiate(request.http.headers["accept"], formsOf(resource.kind, objectForms));
  const options = writeQuery(request, "CreateOptions");
  const object = readObject(request, wantedOf(core, resource), options.fieldValidation);
  checkNamespace(resource, object, namespace);
  const made = await create(core, resource, namespace, object, options);
  return answer(201, objectJson(core, resource, presented(core, resource, made), form, request.info.query), form, request.http, request.warnings);
}

/** Answers a PUT of an object or a part of it. */
export async function putObject(core: Core, target: Target, request: ApiRequest): Promise<HttpResponse> {
  const { resource, name, namespace } = target;
  const form = negotiate(request.http.headers["accept"], formsOf(resource.kind, objectForms));
  const options = writeQuery(request, "UpdateOptions");
  const object = readObject(request, wantedOf(core, resource), options.fieldValidation);
  checkNamespace(resource, object, namespace);
  checkName(object, name);
  const { object: stored, created } = await update(core, target, () => object, { ...options, checksUid: true });
  const json = objectJson(core, resource, presented(core, resource, stored), form, request.info.query);
  return answer(created ? 201 : 200, json, form, request.http, request.warnings);
}

/** Answers a POST to a subresource: what it does is its own. */
export async function postSubresource(core: Core, target: Target, request: ApiRequest): Promise<HttpResponse> {
  const { resource, namespace } = target;
  const form = negotiate(request.http.headers["accept"], formsOf(resource.kind, objectForms));
  const options = writeQuery(request, "CreateOptions");
  const subresource = resource.subresource(target.subresource);
  const gvk = subresource?.sends ?? resource.gvk;
  const schema = schemaOf(gvk) ?? resource.schema;
  const sent = readObject(request, { ...wantedOf(core, { gvk, schema }), aliases: subresource?.aliases }, options.fieldValidation);
  checkNamespace(resource, sent, namespace);
  subresource?.default?.(sent);
  const noted = tracked(core.clock, { schema, apiVersion: sent.apiVersion }, undefined, sent, target.subresource, options);
  const given = await createSubresource(core, target, noted, options);
  return answer(201, JSON.stringify(given), form, request.http, request.warnings);
}

export function wantedOf({ registry }: Core, { gvk, schema }: Pick<Resource, "gvk" | "schema">): Wanted {
  // Custom resources have no types.
  if (isLoose(schema)) return { gvk, schema, isKnown: (apiVersion, kind) => registry.ofKind(apiVersion, kind) !== undefined };
  const typed = (apiVersion: string, kind: string) => {
    const found = registry.ofKind(apiVersion, kind);
    return found && !isLoose(found.schema) && serverOf(found.gvk.group) === serverOf(gvk.group) ? found : undefined;
  };
  const isListOrOptions = (apiVersion: string, kind: string) =>
    typed(apiVersion, kind.replace(/List$/, "")) !== undefined || (apiVersion === "v1" && metaKinds.includes(kind));
  const isWanted = (apiVersion: string, kind: string) => apiVersion === apiVersionOf(gvk.group, gvk.version) && kind === gvk.kind;
  return {
    gvk,
    schema,
    isKnown: (apiVersion, kind) => isWanted(apiVersion, kind) || typed(apiVersion, kind) !== undefined || isListOrOptions(apiVersion, kind),
    otherType: (apiVersion, kind) => {
      if (isWanted(apiVersion, kind)) return undefined;
      const found = typed(apiVersion, kind);
      const isOtherVersion = found && kind === gvk.kind && (found.gvk.group === gvk.group || kind === "Event");
      if (isOtherVersion) return undefined;
      return found?.schema ?? (isListOrOptions(apiVersion, kind) ? untyped : undefined);
    },
  };
}

const isLoose = (schema: Schema) => "loose" in schema && schema.loose === true;

/** The real server is three in one, and each has its own types. */
const serverOf = (group: string) => (group === "apiextensions.k8s.io" || group === "apiregistration.k8s.io" ? group : "");

/** Kinds of v1 that are no resources. */
const metaKinds = ["List", "Status", "DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions", "ListOptions", "GetOptions", "WatchEvent"];

/** What is not looked into. */
const untyped: Schema = { type: "any", goType: "" };

/** The object as clients read it: what is stored may be shorter. */
export const presented = (core: Core, resource: Resource, object: KubeObject): KubeObject =>
  resource.kind.presented?.(object, core.clock.now(), core.api) ?? object;

export function checkName({ metadata: { name } }: KubeObject, wanted: string): void {
  if (!name) throw badRequest(`the name of the object (${wanted} based on URL) was undeterminable: name must be provided`);
  if (name !== wanted) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${wanted})`);
}

export function checkNamespace(resource: Resource, object: KubeObject, wanted: string): void {
  const { namespace } = object.metadata;
  if (!resource.namespaced) {
    delete object.metadata.namespace;
    return;
  }
  if (namespace && namespace !== wanted) throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  object.metadata.namespace = wanted;
}
