import type { HttpResponse } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { type Body, DecodeError, readBody } from "#machinery/decode.ts";
import type { FieldSet } from "#machinery/field-set.ts";
import { groupVersionOf, type KubeObject } from "#machinery/object.ts";
import { applied } from "#machinery/server-side-apply.ts";
import { badRequest } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { ManagedFieldsEntry } from "#machinery/types.ts";
import type { Core, Target } from "../core.ts";
import { withManagers } from "../managed-fields.ts";
import type { Resource } from "../registry.ts";
import { update } from "../verbs/update.ts";
import { answer } from "./answer.ts";
import { decoded } from "./body.ts";
import { formsOf, negotiate, objectForms } from "./negotiation.ts";
import type { WriteQuery } from "./options.ts";
import { type ApiRequest, isTrue } from "./request.ts";
import { objectJson } from "./serialize.ts";
import { checkName, checkNamespace, presented } from "./write.ts";

/** Answers a server-side apply of an object or a part of it. */
export async function applyObject(core: Core, target: Target, request: ApiRequest, options: WriteQuery): Promise<HttpResponse> {
  const { resource } = target;
  const { http, info, warnings } = request;
  const form = negotiate(http.headers["accept"], formsOf(resource.kind, objectForms));
  const body = bodyOf(request);
  checkKind(resource, body.value);
  const { object, created } = await apply(core, target, body, request, options);
  return answer(created ? 201 : 200, objectJson(core, resource, presented(core, resource, object), form, info.query), form, http, warnings);
}

/** Applies what a body wants of an object; makes the object where it is not there. */
export async function apply(
  core: Core,
  target: Target,
  body: Body,
  request: ApiRequest,
  options: WriteQuery,
): Promise<{ object: KubeObject; created: boolean }> {
  const { resource, namespace, name, subresource } = target;
  const { info, warnings } = request;
  const force = isTrue(info.query.get("force"));
  const writer = {
    manager: options.manager,
    subresource,
    apiVersion: resource.apiVersion,
    time: formatTime(core.clock.now()),
    reset: resetOf(resource, subresource),
  };
  const transform = (old: KubeObject | undefined): KubeObject => {
    const { object, managers } = applied(resource.schema, old, body.value as KubeObject, writer, force);
    const value = decoded({ ...body, value: object }, resource, options.fieldValidation, warnings);
    checkName(value, name);
    checkNamespace(resource, value, namespace);
    return withManagers(value, managers as ManagedFieldsEntry[]);
  };
  return await update(core, target, transform, { ...options, applies: true, createsMissing: !subresource });
}

/** The body of an apply, which is YAML, or JSON, which is YAML too. */
export function bodyOf({ http }: ApiRequest): Body {
  try {
    const body = readBody(textOf(http.body ?? new Uint8Array()), "yaml");
    const what = typeof body.value === "object" ? (Array.isArray(body.value) ? "array" : "object") : typeof body.value;
    if (what !== "object")
      throw new DecodeError(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${what.replace("boolean", "bool")} into Go value of type map[string]interface {}`,
      );
    return body;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`error decoding YAML: ${error.message}`);
    throw error;
  }
}

function checkKind({ apiVersion: wanted, gvk }: Resource, value: unknown): void {
  const { apiVersion = "", kind = "" } = (typeof value === "object" && value !== null ? value : {}) as Partial<KubeObject>;
  if (apiVersion === wanted && kind === gvk.kind) return;
  const { group, version } = groupVersionOf(String(apiVersion));
  throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
}

/** What this way of writing does not set: the status of the whole, and all but its own of a part. */
function resetOf(resource: Resource, subresource: string): FieldSet | undefined {
  const { unowned } = resource.kind;
  if (!subresource) return resource.statusApart ? { "f:status": {}, ...unowned } : unowned;
  const own = resource.subresource(subresource)?.owns?.map((path) => path.split(".")[0]);
  if (!own || resource.schema.type !== "struct") return undefined;
  const others = [...resource.schema.fields.keys()].filter((name) => !own.includes(name) && !["apiVersion", "kind", "metadata"].includes(name));
  return { ...Object.fromEntries(others.map((name) => [`f:${name}`, {}])), ...unowned };
}
