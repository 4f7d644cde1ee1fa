import { bytesOf, textOf } from "#base/streams.ts";
import { withFields } from "#machinery/conform.ts";
import { type Body, DecodeError, decode, readBody } from "#machinery/decode.ts";
import { NumberText } from "#machinery/json.ts";
import { apiVersionOf, type GroupVersionKind, groupVersionOf, type KubeObject } from "#machinery/object.ts";
import type { FieldValidation } from "#machinery/patch.ts";
import { ProtobufError, readProtobuf } from "#machinery/protobuf.ts";
import type { Schema } from "#machinery/schema.ts";
import { badRequest, StatusError } from "#machinery/status.ts";
import { noteRewritten } from "../managed-fields.ts";
import { internalPackage } from "../registry.ts";
import type { ApiRequest } from "./request.ts";

/** What the real server names as the place where its kinds are registered. */
const scheme = 'in scheme "pkg/runtime/scheme.go:111"';

/** What a body is to become. */
export interface Wanted {
  readonly gvk: GroupVersionKind;
  readonly schema: Schema;
  /** Whether the server knows a kind at all, for the words of a refusal. */
  isKnown(apiVersion: string, kind: string): boolean;
  /** Other versions of the same that are taken for it. */
  readonly aliases?: readonly string[] | undefined;
  /** The type of another kind that is read for what it says it is, and then cannot become what is wanted. */
  otherType?(apiVersion: string, kind: string): Schema | undefined;
}

/** The object in a request's body. Its apiVersion and kind may be left out. */
export function readObject(request: ApiRequest, wanted: Wanted, validation: FieldValidation): KubeObject {
  const { gvk } = wanted;
  const bytes = request.http.body ?? new Uint8Array();
  const text = textOf(bytes);
  const prefix = `the object provided is unrecognized (must be of type ${gvk.kind}): `;
  const format = formatOf(request.http.headers["content-type"]);
  if (format === "protobuf") throw badRequest(`${prefix}${protobufProblem(bytes)} (${summaryOf(text, bytes)})`);
  const body = parsed(text, format, prefix);
  const said = kindOf(body.value, gvk);
  const isAlias = typeof said !== "string" && said.kind === gvk.kind && wanted.aliases?.includes(said.apiVersion);
  const given = isAlias ? { ...said, apiVersion: apiVersionOf(gvk.group, gvk.version) } : said;
  if (typeof given === "string") throw badRequest(`the object provided is unrecognized (must be of type ${gvk.kind}): ${given} (${summaryOf(text)})`);
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
    const result = decode<KubeObject>(schema, value ?? {}, duplicates);
    const all = [...problems, ...result.problems];
    if (validation === "Strict" && all.length > 0) throw refusal(`strict decoding error: ${all.join(", ")}`);
    if (validation === "Warn") warnings.push(...all.flatMap(eachDuplicate));
    const object = withFields(result.value, { kind: gvk.kind, apiVersion: apiVersionOf(gvk.group, gvk.version) });
    noteRewritten(schema, object, result.rewritten);
    return object;
  } catch (error) {
    if (error instanceof DecodeError) throw refusal(error.message);
    throw error;
  }
}

/** Keys that come twice in YAML are refused together, and warned of one by one. */
const eachDuplicate = (problem: string): readonly string[] =>
  problem.startsWith("yaml: unmarshal errors:\n")
    ? problem
        .split("\n")
        .slice(1)
        .map((line) => line.trim())
    : [problem];

function parsed(text: string, format: "json" | "yaml", prefix: string): Body {
  try {
    return readBody(text, format);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const why = format === "json" ? unreadable(error.message) : error.message.replace(/^error converting YAML to JSON: /, "");
    throw badRequest(`${prefix}${why} (${summaryOf(text)})`);
  }
}

/** Why a body of protobuf was not read before it came here. */
function protobufProblem(bytes: Uint8Array): string {
  if (bytes.length === 0) return "empty data";
  try {
    readProtobuf(bytes);
  } catch (error) {
    if (error instanceof ProtobufError) return error.message;
    throw error;
  }
  return "";
}

/** The beginning of a body that cannot be read, as the real server quotes it. */
function summaryOf(text: string, all: Uint8Array = bytesOf(text)): string {
  const most = 30;
  if (!text) return "<empty>";
  const more = all.length > most ? " ..." : "";
  if (text.startsWith("{")) return text.slice(0, most) + more;
  const bytes = [...all.subarray(0, most)];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("") + more;
}

const formats: Readonly<Record<string, "json" | "yaml" | "protobuf">> = {
  "application/json": "json",
  "application/yaml": "yaml",
  "application/vnd.kubernetes.protobuf": "protobuf",
};

/** How a body is written; refuses what cannot be read. */
export function formatOf(contentType: string | undefined): "json" | "yaml" | "protobuf" {
  const [type = "", ...params] = (contentType || "application/json").split(";").map((part) => part.trim());
  const media = type.toLowerCase();
  const format = formats[media];
  // A parameter without a value makes it none.
  if (format && params.every((param) => param === "" || param.includes("="))) return format;
  throw new StatusError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
}

const unreadable = (why: string) => `couldn't get version/kind; json parse error: ${why}`;

/** As which a body is read for what it says it is. */
const typeMeta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** What a body says it is, or why that cannot be told. */
export function kindOf(value: unknown, gvk: GroupVersionKind): { apiVersion: string; kind: string } | string {
  const what = jsonType(value);
  if (what !== "object" && what !== "null") return unreadable(`json: cannot unmarshal ${what} into Go value of type ${typeMeta}`);
  const given = (value ?? {}) as Record<string, unknown>;
  for (const field of ["apiVersion", "kind"])
    if (!["string", "null", "undefined"].includes(jsonType(given[field])))
      return unreadable(`json: cannot unmarshal ${jsonType(given[field])} into Go struct field .${field} of type string`);
  const text = (field: unknown, otherwise: string) => (typeof field === "string" && field ? field : otherwise);
  const apiVersion = text(given["apiVersion"], apiVersionOf(gvk.group, gvk.version));
  if (apiVersion.split("/").length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  return { apiVersion, kind: text(given["kind"], gvk.kind) };
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof NumberText) return "number";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** Why what a patch made of an object is none of its kind any more; undefined where it is. */
export function strangeness({ gvk, isKnown, otherType }: Wanted, value: unknown): string | undefined {
  const given = kindOf(value, gvk);
  if (typeof given === "string" || (given.kind === gvk.kind && given.apiVersion === apiVersionOf(gvk.group, gvk.version))) return undefined;
  if (!isKnown(given.apiVersion, given.kind)) return `no kind "${given.kind}" is registered for version "${given.apiVersion}" ${scheme}`;
  const type = otherType?.(given.apiVersion, given.kind);
  return type && unconverted({ value, duplicates: undefined }, given, type, gvk);
}

/** Another kind's object is read first: what is wrong with it counts more than that it is another's. */
function notConverted({ value, duplicates }: Body, given: { apiVersion: string; kind: string }, type: Schema, wanted: GroupVersionKind): StatusError {
  const { version } = groupVersionOf(given.apiVersion);
  return badRequest(
    `${given.kind} in version "${version}" cannot be handled as a ${wanted.kind}: ${unconverted({ value, duplicates }, given, type, wanted)}`,
  );
}

function unconverted(
  { value, duplicates }: { value: unknown; duplicates: Body["duplicates"] | undefined },
  given: { apiVersion: string; kind: string },
  type: Schema,
  wanted: GroupVersionKind,
): string {
  try {
    decode(type, value, duplicates);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return `converting (${groupVersionOf(given.apiVersion).version}.${given.kind}) to (${internalPackage(wanted)}.${wanted.kind}): unknown conversion`;
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
