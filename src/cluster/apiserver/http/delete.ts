import type { HttpResponse } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { DecodeError, decode, readBody } from "#machinery/decode.ts";
import { deleteOptionsProblems } from "#machinery/delete-options.ts";
import type { KubeObject } from "#machinery/object.ts";
import { schemaById } from "#machinery/schema.ts";
import { badRequest, invalid, StatusError } from "#machinery/status.ts";
import type { DeleteOptions, Status } from "#machinery/types.ts";
import type { Core, Target, WriteOptions } from "../core.ts";
import type { Resource } from "../registry.ts";
import { deleteObject } from "../verbs/delete.ts";
import { answer } from "./answer.ts";
import { formatOf, kindOf } from "./body.ts";
import { listed } from "./list.ts";
import { listQuery } from "./list-options.ts";
import { formsOf, listForms, negotiate, objectForms } from "./negotiation.ts";
import { writeQuery } from "./options.ts";
import type { ApiRequest } from "./request.ts";
import { listJson, objectJson } from "./serialize.ts";

/** Answers a DELETE of one object: with a Status when it is gone, with the object when it is on its way. */
export async function deleteOne(core: Core, target: Target, request: ApiRequest): Promise<HttpResponse> {
  const { resource } = target;
  const form = negotiate(request.http.headers["accept"], formsOf(resource.kind, objectForms));
  const { asked, options } = deleteOptions(request);
  warnOfDefault(resource, asked, options);
  const { object, gone } = await deleteObject(core, target, asked, options);
  const status = gone || asked.orphanDependents !== false ? 200 : 202;
  const given = gone && resource.kind.deleteAnswers !== "object" && !resource.kind.gracePeriod ? success(resource, object) : object;
  const json = given === object ? objectJson(core, resource, object, form, request.info.query) : JSON.stringify(given);
  return answer(status, json, form, request.http, request.warnings);
}

/** Answers a DELETE of many: with the list of those that it concerned, as they were. */
export async function deleteMany(core: Core, resource: Resource, namespace: string, request: ApiRequest): Promise<HttpResponse> {
  const form = negotiate(request.http.headers["accept"], formsOf(resource.kind, listForms));
  const { asked, options } = deleteOptions(request);
  warnOfDefault(resource, asked, options);
  const query = listQuery(request.info.query, "list");
  const { page, metadata: listMeta } = listed(core, resource, namespace, request, query);
  for (const entry of page) {
    const { metadata } = entry.value as KubeObject;
    await deleteObject(core, { resource, namespace: metadata.namespace ?? "", name: metadata.name ?? "", subresource: "" }, asked, options).catch(
      ignoreGone,
    );
  }
  const json = listJson(core, resource, page, { ...listMeta, resourceVersion: String(core.store.revision) }, form, request.info.query);
  return answer(200, json, form, request.http, request.warnings);
}

function warnOfDefault({ kind: { propagationWarning } }: Resource, asked: Partial<DeleteOptions>, options: WriteOptions): void {
  if (propagationWarning && !asked.propagationPolicy && asked.orphanDependents === undefined) options.warn(propagationWarning);
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof StatusError && error.reason === "NotFound")) throw error;
}

function success({ gvk: { group }, kind: { plural } }: Resource, { metadata }: KubeObject): Status {
  const details = { name: metadata.name ?? "", ...(group ? { group } : {}), kind: plural, uid: metadata.uid ?? "" };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

/** The options of a delete: in its body, and only where it has none in its query. */
function deleteOptions(request: ApiRequest): { asked: Partial<DeleteOptions>; options: WriteOptions } {
  const { body } = request.http;
  const asked = body?.length ? fromBody(request) : fromQuery(request.info.query);
  const errors = [...deleteOptionsProblems(asked)];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
  const options = writeQuery({ ...request, info: { ...request.info, query: new URLSearchParams() } }, "DeleteOptions");
  return { asked, options: { ...options, dryRun: (asked.dryRun?.length ?? 0) > 0 } };
}

const optionsKind = { group: "meta.k8s.io", version: "v1", kind: "DeleteOptions" };

function fromBody({ http }: ApiRequest): Partial<DeleteOptions> {
  const format = formatOf(http.headers["content-type"]);
  try {
    const body = readOptions(textOf(http.body ?? new Uint8Array()), format === "yaml" ? "yaml" : "json");
    const given = kindOf(body.value, optionsKind);
    if (typeof given === "string") throw badRequest(given);
    if (given.kind !== optionsKind.kind) throw badRequest(strangeOptions(given));
    return decode<DeleteOptions>(schemaById("apimachinery.pkg.apis.meta.v1.DeleteOptions"), body.value ?? {}, body.duplicates).value;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

const strangeOptions = ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
  apiVersion === "v1" && kind === "Status"
    ? "converting (v1.Status) to (v1.DeleteOptions): unknown conversion"
    : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;

function readOptions(text: string, format: "json" | "yaml") {
  try {
    return readBody(text, format);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
}

function fromQuery(query: URLSearchParams): Partial<DeleteOptions> {
  const grace = query.get("gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  const orphan = query.get("orphanDependents");
  if (grace && !/^-?\d+$/.test(grace)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  const dryRun = query.getAll("dryRun");
  return {
    ...(dryRun.length > 0 ? { dryRun } : {}),
    ...(grace ? { gracePeriodSeconds: Number(grace) } : {}),
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(orphan === null ? {} : { orphanDependents: orphan !== "false" && orphan !== "0" }),
  };
}
