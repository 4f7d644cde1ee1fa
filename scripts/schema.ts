// Writes src/generated/schema.ts: the recorded schemas, and how the real server's types hold each field, as compact data. See machinery/schema.ts.
import { writeFileSync } from "node:fs";
import type { FieldData, StructData, TypeData } from "../src/generated/schema.ts";
import { recorded, schemas } from "./recorded.ts";

interface Recorded {
  type?: string;
  format?: string;
  properties?: Record<string, Recorded>;
  required?: string[];
  items?: Recorded;
  additionalProperties?: Recorded;
  allOf?: Recorded[];
  $ref?: string;
  enum?: string[];
  default?: unknown;
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-patch-merge-key"?: string;
  "x-kubernetes-patch-strategy"?: string;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

/** A field as the server's own type holds it, in the order in which it is written. */
interface GoField {
  name: string;
  type: string;
  omit?: string;
  embedded?: string[];
}

const all = schemas() as Record<string, Recorded>;
const goFields = recorded("openapi/go-fields.json.gz") as Record<string, GoField[]>;

const scalars: Record<string, TypeData> = {
  "apimachinery.pkg.api.resource.Quantity": "quantity",
  "apimachinery.pkg.apis.meta.v1.FieldsV1": "fields",
  "apimachinery.pkg.apis.meta.v1.MicroTime": "micro-time",
  "apimachinery.pkg.apis.meta.v1.Time": "time",
  "apimachinery.pkg.apis.meta.v1.Patch": "any",
  "apimachinery.pkg.runtime.RawExtension": "raw",
  "apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "any",
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "schema-or-list",
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "schema-or-boolean",
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "schema-or-strings",
};

const short = (id: string) => id.replace(/^#\/components\/schemas\//, "").replace(/^io\.k8s\./, "");

function typeOf(schema: Recorded): TypeData {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref) return scalars[short(ref)] ?? `@${short(ref)}`;
  switch (schema.type) {
    case "string":
      return schema.format === "byte" ? "bytes" : "string";
    case "integer":
      return schema.format === "int64" ? "int64" : "int32";
    case "number":
      return "float64";
    case "boolean":
      return "boolean";
    case "array":
      return [typeOf(schema.items ?? {})];
    case "object":
      return schema.additionalProperties ? { of: typeOf(schema.additionalProperties) } : "raw";
    default:
      return "any";
  }
}

/** What the type would be called in the server's messages if it had no name of its own. */
function plainGoType(type: TypeData): string {
  if (Array.isArray(type)) return `[]${plainGoType(type[0])}`;
  if (typeof type === "object") return `map[string]${plainGoType(type.of)}`;
  if (type.startsWith("@")) return type.split(".").slice(-2).join(".");
  const names: Record<string, string> = {
    boolean: "bool",
    bytes: "[]uint8",
    quantity: "resource.Quantity",
    time: "v1.Time",
    "micro-time": "v1.MicroTime",
  };
  return names[type] ?? type;
}

/** Lists and bytes that must be there and yet may be null in a valid object. */
const nullable = new Set([
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec.versions",
  "api.core.v1.LimitRangeSpec.limits",
  "api.storage.v1.CSINodeSpec.drivers",
  "api.batch.v1.PodFailurePolicy.rules",
  "api.batch.v1.PodFailurePolicyOnExitCodesRequirement.values",
  "api.certificates.v1.CertificateSigningRequestSpec.request",
]);

const zero = (value: unknown) =>
  value === "" || value === 0 || value === false || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function fieldOf(schema: Recorded, required: boolean, go: GoField | undefined): FieldData {
  const type = typeOf(schema);
  const field: FieldData = { t: type };
  const goType = go?.type.replace(/^\*/, "").replaceAll("interface {}", "any");
  if (goType && goType !== plainGoType(type)) field.g = goType;
  if (go?.type.startsWith("*")) field.p = 1;
  if (go && !go.omit) field.w = 1;
  if (go?.omit?.includes("omitzero")) field.z = 1;
  if (go?.embedded) field.i = go.embedded.join(".");
  if (required) field.r = 1;
  if (schema.default !== undefined && !zero(schema.default)) field.d = schema.default as string | number | boolean;
  else if ((schema.default === "" || schema.default === 0) && !field.w) field.h = 1;
  if (schema.enum) field.e = schema.enum;
  const listType = schema.type === "array" ? schema["x-kubernetes-list-type"] : undefined;
  if (listType && listType !== "atomic") field.l = listType;
  if (schema["x-kubernetes-list-map-keys"]) field.k = schema["x-kubernetes-list-map-keys"];
  if (schema["x-kubernetes-map-type"]) field.a = schema["x-kubernetes-map-type"] === "atomic" ? 1 : 0;
  if (schema["x-kubernetes-patch-merge-key"]) field.m = schema["x-kubernetes-patch-merge-key"];
  if (schema["x-kubernetes-patch-strategy"]) field.s = schema["x-kubernetes-patch-strategy"];
  return field;
}

const head = `/** Short names, since there are thousands of fields. \`machinery/schema.ts\` makes of it what everybody else reads. */
export interface StructData {
  /** Fields in the order in which the real server writes them. */
  f: Record<string, FieldData>;
  /** Owned as a whole in server-side apply. */
  a?: 1;
}

export interface FieldData {
  t: TypeData;
  /** The type's name in decoding errors, where it is not the usual one. */
  g?: string;
  /** Absent differs from zero. */
  p?: 1;
  /** Written even when zero. */
  w?: 1;
  /** A struct that is left out when zero. */
  z?: 1;
  /** Embedded types that stand between, as decoding errors spell them. */
  i?: string;
  r?: 1;
  /** A required list that is null when it was not given. */
  n?: 1;
  d?: string | number | boolean;
  /** Its default is zero: what stands for it where it is the key of a list. */
  h?: 1;
  e?: string[];
  l?: "set" | "map";
  k?: string[];
  /** Owned as a whole, or (0) by its parts although its type is owned as a whole. */
  a?: 0 | 1;
  /** Merge key and strategy of strategic merge patches. */
  m?: string;
  s?: string;
}

/** A scalar's name, \`@\` and the id of a struct, a list, or a map. */
export type TypeData = string | [TypeData] | { of: TypeData };
`;

const structs: Record<string, StructData> = {};
const kinds: Record<string, string> = {};
for (const [id, schema] of Object.entries(all)) {
  if (scalars[short(id)]) continue;
  const properties = schema.properties ?? {};
  const go = goFields[id] ?? Object.keys(properties).map((name) => ({ name, type: "" }));
  const struct: StructData = { f: {} };
  for (const field of go) {
    const property = properties[field.name];
    if (!property) continue;
    struct.f[field.name] = fieldOf(property, schema.required?.includes(field.name) ?? false, goFields[id] ? field : undefined);
    if (nullable.has(`${short(id)}.${field.name}`)) struct.f[field.name] = { ...struct.f[field.name], n: 1 } as FieldData;
  }
  if (schema["x-kubernetes-map-type"] === "atomic") struct.a = 1;
  structs[short(id)] = struct;
  // DeleteOptions, Status and WatchEvent carry every group; they are found by their own name.
  const own = schema["x-kubernetes-group-version-kind"] ?? [];
  if (own.length === 1) for (const { group, version, kind } of own) kinds[`${group}/${version}/${kind}`] = short(id);
}

const lines = [
  "// Written by scripts/schema.ts out of the recorded schemas; not by hand.",
  "",
  head,
  "export const structs: Record<string, StructData> = {",
  ...Object.entries(structs).map(([id, struct]) => `  ${JSON.stringify(id)}: ${JSON.stringify(struct)},`),
  "};",
  "",
  "/** group/version/Kind → its schema. */",
  "export const kinds: Record<string, string> = {",
  ...Object.entries(kinds).map(([gvk, id]) => `  ${JSON.stringify(gvk)}: ${JSON.stringify(id)},`),
  "};",
  "",
];
writeFileSync(new URL("../src/generated/schema.ts", import.meta.url), lines.join("\n"));
