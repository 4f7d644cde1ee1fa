import { textOf } from "#base/streams.ts";
import { withFields } from "#machinery/conform.ts";
import { type Body, DecodeError, decode, readBody } from "#machinery/decode.ts";
import { apiVersionOf, type GroupVersionKind, groupVersionOf, type KubeObject } from "#machinery/object.ts";
import type { FieldValidation } from "#machinery/patch.ts";
import type { Schema } from "#machinery/schema.ts";
import { badRequest, StatusError } from "#machinery/status.ts";
import type { ApiRequest } from "./request.ts";

/** What the real server names as the place where its kinds are registered. */
const scheme = 'in scheme "pkg/runtime/scheme.go:111"';

/** What a body is to become. */
export interface Wanted {
  readonly gvk: GroupVersionKind;
  readonly schema: Schema;
  /** Whether the server knows a kind at all, for the words of a refusal. */
  isKnown(apiVersion: string, kind: string): boolean;
  /** The type of another kind that is read for what it says it is, and then cannot become what is wanted. */
  otherType?(apiVersion: string, kind: string): Schema | undefined;
}

/** The object in a request's body. Its apiVersion and kind may be left out. */
export function readObject(request: ApiRequest, wanted: Wanted, validation: FieldValidation): KubeObject {
  const { gvk } = wanted;
  const text = textOf(request.http.body ?? new Uint8Array());
  const body = parsed(text, formatOf(request.http.headers["content-type"]), `the object provided is unrecognized (must be of type ${gvk.kind}): `);
  const given = kindOf(body.value, gvk);
  if (!wanted.isKnown(given.apiVersion, given.kind)) {
    const { version } = groupVersionOf(given.apiVersion);
    throw badRequest(
      `${given.kind} in version "${version}" cannot be handled as a ${gvk.kind}: no kind "${given.kind}" is registered for version "${given.apiVersion}" ${scheme}`,
    );
  }
  const other = wanted.otherType?.(given.apiVersion, given.kind);
  if (other) throw notConverted(body, given, other, gvk);
  checkKind(given, gvk);
  return decoded(body, wanted, validation, request.warnings);
}

/** Decodes what is parsed already; unknown and doubled fields are refused, warned of or dropped. */
export function decoded(
  { value, duplicates, problems }: Body,
  { gvk, schema }: Pick<Wanted, "gvk" | "schema">,
  validation: FieldValidation,
  warnings: string[],
): KubeObject {
  const refusal = (why: string) => badRequest(`${gvk.kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}: ${why}`);
  try {
    const result = decode<KubeObject>(schema, value, duplicates);
    const all = [...problems, ...result.problems];
    if (validation === "Strict" && all.length > 0) throw refusal(`strict decoding error: ${all.join(", ")}`);
    if (validation === "Warn") warnings.push(...all);
    return withFields(result.value, { kind: gvk.kind, apiVersion: apiVersionOf(gvk.group, gvk.version) });
  } catch (error) {
    if (error instanceof DecodeError) throw refusal(error.message);
    throw error;
  }
}

function parsed(text: string, format: "json" | "yaml", prefix: string): Body {
  try {
    return readBody(text, format);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`${prefix}couldn't get version/kind; json parse error: ${error.message} (${summaryOf(text)})`);
    throw error;
  }
}

/** The beginning of a body that cannot be read, as the real server quotes it. */
function summaryOf(text: string): string {
  const most = 30;
  if (!text) return "<empty>";
  const more = text.length > most ? " ..." : "";
  if (text.startsWith("{")) return text.slice(0, most) + more;
  const bytes = [...new TextEncoder().encode(text)].slice(0, most);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("") + more;
}

const formats: Readonly<Record<string, "json" | "yaml">> = { "application/json": "json", "application/yaml": "yaml" };

function formatOf(contentType: string | undefined): "json" | "yaml" {
  const media = (contentType ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
  const format = formats[media];
  if (format) return format;
  if (media === "application/vnd.kubernetes.protobuf")
    throw new StatusError(415, "UnsupportedMediaType", "Not simulated by Podyard: protobuf bodies; send application/json");
  throw new StatusError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
}

function kindOf(value: unknown, gvk: GroupVersionKind): { apiVersion: string; kind: string } {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const text = (field: unknown, otherwise: string) => (typeof field === "string" && field ? field : otherwise);
  return { apiVersion: text(given["apiVersion"], apiVersionOf(gvk.group, gvk.version)), kind: text(given["kind"], gvk.kind) };
}

/** Another kind's object is read first: what is wrong with it counts more than that it is another's. */
function notConverted({ value, duplicates }: Body, given: { apiVersion: string; kind: string }, type: Schema, wanted: GroupVersionKind): StatusError {
  const { version } = groupVersionOf(given.apiVersion);
  const internal = wanted.kind === "Event" ? "core" : wanted.group.split(".")[0] || "core";
  let why = `converting (${version}.${given.kind}) to (${internal}.${wanted.kind}): unknown conversion`;
  try {
    decode(type, value, duplicates);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    why = error.message;
  }
  return badRequest(`${given.kind} in version "${version}" cannot be handled as a ${wanted.kind}: ${why}`);
}

function checkKind(given: { apiVersion: string; kind: string }, gvk: GroupVersionKind): void {
  const expected = apiVersionOf(gvk.group, gvk.version);
  if (given.apiVersion !== expected)
    throw badRequest(`the API version in the data (${given.apiVersion}) does not match the expected API version (${expected})`);
  if (given.kind !== gvk.kind)
    throw badRequest(
      `${given.kind} in version "${gvk.version}" cannot be handled as a ${gvk.kind}: no kind "${given.kind}" is registered for version "${expected}" ${scheme}`,
    );
}
