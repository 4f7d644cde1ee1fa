import type { GroupVersionKind } from "#machinery/object.ts";
import { type Field, type ListSchema, type MapSchema, type Schema, type StructSchema, schemaById } from "#machinery/schema.ts";
import type { JSONSchemaProps } from "#machinery/types.ts";

/** What is said of fields in prose: by the recorded schema's id, of it and of its fields. Served apart from the program, since it is long. */
export type FieldDocs = Readonly<Record<string, { readonly text?: string; readonly fields?: Readonly<Record<string, string>> }>>;

/** JSON Schema, as OpenAPI writes it. */
export type SchemaJson = Record<string, unknown>;

const meta = "apimachinery.pkg.apis.meta.v1";
const extensions = "apiextensions-apiserver.pkg.apis.apiextensions.v1";

/** Types that the server writes as plain values and that OpenAPI gives a name. */
const named: Partial<Record<Schema["type"], { id: string; json: SchemaJson }>> = {
  quantity: { id: "apimachinery.pkg.api.resource.Quantity", json: { oneOf: [{ type: "string" }, { type: "number" }] } },
  time: { id: `${meta}.Time`, json: { type: "string", format: "date-time" } },
  "micro-time": { id: `${meta}.MicroTime`, json: { type: "string", format: "date-time" } },
  fields: { id: `${meta}.FieldsV1`, json: { type: "object" } },
  raw: { id: "apimachinery.pkg.runtime.RawExtension", json: { type: "object" } },
  "int-or-string": {
    id: "apimachinery.pkg.util.intstr.IntOrString",
    json: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  },
  any: { id: `${extensions}.JSON`, json: {} },
};

const plain: Partial<Record<Schema["type"], SchemaJson>> = {
  string: { type: "string" },
  bytes: { type: "string", format: "byte" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  float64: { type: "number", format: "double" },
  boolean: { type: "boolean" },
};

const zeros: Partial<Record<Schema["type"], unknown>> = { struct: {}, string: "", int32: 0, int64: 0, float64: 0, boolean: false };

/** `com.example.stable.v1.CronTab`. */
const customName = ({ group, version, kind }: GroupVersionKind) => [...group.split(".").reverse(), version, kind].join(".");

/** Writes schemas with all that they refer to, for one document. */
export class SchemaWriter {
  readonly schemas: Record<string, SchemaJson> = {};
  readonly #docs: FieldDocs;
  readonly #refs: string;

  /** `refs` is where the document keeps its schemas: `#/components/schemas/`. */
  constructor(docs: FieldDocs, refs: string) {
    this.#docs = docs;
    this.#refs = refs;
  }

  /** A reference to a struct that has a name; it is in `schemas` from now on. `gvks` are the kinds that it is. */
  ref(schema: StructSchema, gvks: readonly object[] = []): SchemaJson {
    const id = schema.id ?? schema.goType;
    const name = `io.k8s.${id}`;
    let json = this.schemas[name];
    if (!json) {
      // Named before it is written: it may refer to itself.
      json = {};
      this.schemas[name] = json;
      Object.assign(json, this.struct(schema, id));
    }
    if (gvks.length > 0) json["x-kubernetes-group-version-kind"] = gvks;
    return { $ref: this.#refs + name };
  }

  /** A reference to a custom resource, as its definition describes it. */
  custom({ group, version, kind }: GroupVersionKind, declared: JSONSchemaProps | undefined): SchemaJson {
    const name = customName({ group, version, kind });
    if (!this.schemas[name]) {
      const { properties, ...rest } = declared ?? { "x-kubernetes-preserve-unknown-fields": true };
      const head = this.#head(
        `${meta}.ObjectMeta`,
        "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
      );
      this.schemas[name] = { ...rest, type: "object", properties: { ...head, ...properties, ...head } };
      this.schemas[name]["x-kubernetes-group-version-kind"] = [{ group, version, kind }];
    }
    return { $ref: this.#refs + name };
  }

  /** A reference to a list of custom resources. */
  customList(gvk: GroupVersionKind, listKind: string, declared: JSONSchemaProps | undefined): SchemaJson {
    const items = this.custom(gvk, declared);
    const of = { ...gvk, kind: listKind };
    const name = customName(of);
    const kinds = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
    const description = `List of ${gvk.kind.toLowerCase()}s. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`;
    this.schemas[name] ??= {
      description: `${gvk.kind}List is a list of ${gvk.kind}`,
      type: "object",
      required: ["items"],
      properties: {
        ...this.#head(`${meta}.ListMeta`, `Standard list metadata. More info: ${kinds}`),
        items: { description, type: "array", items },
      },
      "x-kubernetes-group-version-kind": [of],
    };
    return { $ref: this.#refs + name };
  }

  #head(metadata: string, description: string): SchemaJson {
    const docs = this.#docs[`${meta}.Status`]?.fields;
    const text = (about: string | undefined) => ({ ...(about ? { description: about } : {}), type: "string" });
    return {
      apiVersion: text(docs?.["apiVersion"]),
      kind: text(docs?.["kind"]),
      metadata: { description, allOf: [this.ref(schemaById(metadata))] },
    };
  }

  /** The schema of a struct itself. */
  struct(schema: StructSchema, id = ""): SchemaJson {
    const docs = this.#docs[id];
    const fields = [...schema.fields.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const required = fields.filter((field) => field.required).map((field) => field.name);
    return {
      ...(docs?.text ? { description: docs.text } : {}),
      type: "object",
      ...(required.length > 0 ? { required } : {}),
      ...(fields.length > 0
        ? { properties: Object.fromEntries(fields.map((field) => [field.name, this.#field(field, docs?.fields?.[field.name])])) }
        : {}),
      ...(schema.atomic ? { "x-kubernetes-map-type": "atomic" } : {}),
      ...(schema.open ? { "x-kubernetes-preserve-unknown-fields": true } : {}),
    };
  }

  #field(field: Field, description: string | undefined): SchemaJson {
    const { name, schema, required, pointer, patch } = field;
    const zero = field.default ?? ((required || schema.type === "struct") && !pointer ? zeros[schema.type] : undefined);
    const json: SchemaJson = { ...(description ? { description } : {}), ...this.#type(schema, zero) };
    // Nobody applies lists of objects.
    if (name === "items" && required && schema.type === "list") delete json["x-kubernetes-list-type"];
    if (field.enum) json["enum"] = field.enum;
    if (patch?.mergeKey) json["x-kubernetes-patch-merge-key"] = patch.mergeKey;
    const strategies = [patch?.merge && "merge", patch?.replace && "replace", patch?.retainKeys && "retainKeys"].filter(Boolean);
    if (strategies.length > 0) json["x-kubernetes-patch-strategy"] = strategies.join(",");
    return json;
  }

  #type(schema: Schema, zero?: unknown): SchemaJson {
    const ref = this.#refTo(schema);
    // Beside a reference nothing else may stand; so it stands in a list of one where something else is said.
    if (ref) return zero === undefined ? { allOf: [ref] } : { default: zero, allOf: [ref] };
    const withDefault = (json: SchemaJson) => (zero === undefined ? json : { ...json, default: zero });
    if (schema.type === "list") return withDefault(this.#list(schema));
    if (schema.type === "map") return withDefault(this.#map(schema));
    return withDefault(plain[schema.type] ?? {});
  }

  #refTo(schema: Schema): SchemaJson | undefined {
    if (schema.type === "struct") return schema.id ? this.ref(schema) : undefined;
    const known = named[schema.type];
    if (!known) return undefined;
    const name = `io.k8s.${known.id}`;
    this.schemas[name] ??= { ...(this.#docs[known.id]?.text ? { description: this.#docs[known.id]?.text } : {}), ...known.json };
    return { $ref: this.#refs + name };
  }

  #list({ items, merge, keys }: ListSchema): SchemaJson {
    return {
      type: "array",
      items: this.#type(items, zeros[items.type]),
      ...(keys.length > 0 ? { "x-kubernetes-list-map-keys": keys } : {}),
      "x-kubernetes-list-type": merge,
    };
  }

  #map({ values, atomic }: MapSchema): SchemaJson {
    return { type: "object", additionalProperties: this.#type(values, zeros[values.type]), ...(atomic ? { "x-kubernetes-map-type": "atomic" } : {}) };
  }
}
