import { indented, wrap } from "./wrap.ts";

/** A schema of an OpenAPI document, as far as it is explained. */
export interface OpenApiSchema {
  $ref?: string;
  type?: string;
  description?: string;
  properties?: Readonly<Record<string, OpenApiSchema>>;
  required?: readonly string[];
  items?: OpenApiSchema;
  additionalProperties?: OpenApiSchema | boolean;
  allOf?: readonly OpenApiSchema[];
  oneOf?: readonly OpenApiSchema[];
  enum?: readonly unknown[];
  externalDocs?: { description?: string; url?: string };
  "x-kubernetes-group-version-kind"?: readonly Gvk[];
}

interface Gvk {
  group: string;
  version: string;
  kind: string;
}

export interface OpenApiDocument {
  paths?: Readonly<Record<string, Readonly<Record<string, { "x-kubernetes-group-version-kind"?: Gvk }>>>>;
  components?: { schemas?: Readonly<Record<string, OpenApiSchema>> };
}

const mostShown = 4;

/** Explains what an OpenAPI document says of a resource, or of a field of it. */
export class Explainer {
  readonly #document: OpenApiDocument;
  readonly #recursive: boolean;

  constructor(document: OpenApiDocument, recursive: boolean) {
    this.#document = document;
    this.#recursive = recursive;
  }

  /** The kind that stands behind a resource's paths. */
  kindOf({ group, version, plural }: { group: string; version: string; plural: string }): Gvk | undefined {
    const prefix = group ? `/apis/${group}/${version}` : `/api/${version}`;
    for (const scope of [prefix, `${prefix}/namespaces/{namespace}`])
      for (const path of [`${scope}/${plural}`, `${scope}/${plural}/{name}`])
        for (const verb of ["get", "post", "put", "patch", "delete"]) {
          const kind = this.#document.paths?.[path]?.[verb]?.["x-kubernetes-group-version-kind"];
          if (kind) return kind;
        }
    return undefined;
  }

  /** The explanation of a kind's field; undefined where there is no such kind, and "" where it has no such field. */
  explain({ group, version, kind }: Gvk, path: readonly string[]): string | undefined {
    const schema = Object.values(this.#document.components?.schemas ?? {}).find((candidate) =>
      candidate["x-kubernetes-group-version-kind"]?.some((gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind),
    );
    return schema && this.#follow(schema, path, new Set());
  }

  #resolved(schema: OpenApiSchema): OpenApiSchema {
    const name = schema.$ref?.split("/").at(-1);
    return (name === undefined ? undefined : this.#document.components?.schemas?.[name]) ?? schema;
  }

  #follow(schema: OpenApiSchema, path: readonly string[], history: ReadonlySet<string>): string {
    const resolved = this.#resolved(schema);
    const [name, ...rest] = path;
    if (name === undefined) return this.#whole(resolved);
    if (schema.$ref && history.has(schema.$ref)) return "";
    const seen = new Set([...history, schema.$ref ?? ""]);
    const property = resolved.properties?.[name];
    if (property) {
      const head = rest.length > 0 ? "" : `FIELD: ${name} <${this.#type(property)}>\n${enumLong(property)}\n\n`;
      const below = this.#follow(property, rest, new Set());
      return head + below;
    }
    if (resolved.items) return this.#follow(resolved.items, path, seen);
    if (typeof resolved.additionalProperties === "object") return this.#follow(resolved.additionalProperties, path, seen);
    for (const alternative of resolved.allOf ?? []) {
      const text = this.#follow(alternative, path, seen);
      if (text) return text;
    }
    return "";
  }

  #whole(schema: OpenApiSchema): string {
    const description = this.#description(schema) || "<empty>";
    const fields = this.#fields(schema, 1, new Set());
    const docs = externalDocs(schema, 4);
    return `DESCRIPTION:\n${indented(wrap(description, 76), 4)}\n${docs ? `\n${docs}` : ""}${fields ? `FIELDS:\n${fields}` : ""}`;
  }

  #description(schema: OpenApiSchema): string {
    const { description, allOf = [], items, additionalProperties } = this.#resolved(schema);
    const below = [...allOf, ...(items ? [items] : []), ...(typeof additionalProperties === "object" ? [additionalProperties] : [])];
    return (description ? `${description}\n` : "") + below.map((inner) => this.#description(inner)).join("");
  }

  #fields(schema: OpenApiSchema, level: number, history: ReadonlySet<string>): string {
    if (schema.$ref && history.has(schema.$ref)) return "";
    const seen = new Set([...history, schema.$ref ?? ""]);
    const resolved = this.#resolved(schema);
    const { properties = {}, allOf = [], items, additionalProperties } = resolved;
    let text = "";
    for (const name of Object.keys(properties).sort()) {
      const property = properties[name];
      if (!property) continue;
      text += this.#field(name, property, resolved.required?.includes(name) ?? false, level);
      if (this.#recursive) text += this.#fields(property, level + 1, seen);
    }
    const below = [...allOf, ...(items ? [items] : []), ...(typeof additionalProperties === "object" ? [additionalProperties] : [])];
    return text + below.map((inner) => this.#fields(inner, level, seen)).join("");
  }

  #field(name: string, schema: OpenApiSchema, required: boolean, level: number): string {
    const by = level * 2;
    const head = `${indented(name, by)}\t<${this.#type(schema)}>${required ? " -required-" : ""}${enumShort(schema, by)}\n`;
    if (this.#recursive) return head;
    const description = indented(wrap(schema.description || "<no description>", 78 - by), by + 2);
    const docs = externalDocs(schema, by + 4, by + 2);
    return `${head}${description}\n${docs ? `\n${docs}` : ""}\n`;
  }

  /** `string`, `[]Container`, `map[string]string` */
  #type(schema: OpenApiSchema): string {
    const { items, additionalProperties, allOf = [], properties, $ref, type } = schema;
    if (items) return `[]${this.#type(items)}`;
    if (typeof additionalProperties === "object") return `map[string]${this.#type(additionalProperties)}`;
    const [only] = allOf;
    if (only && allOf.length === 1 && !properties) return this.#type(only);
    if ($ref) {
      const target = this.#resolved(schema);
      if (target !== schema && target.type && target.type !== "object") return target.type;
      return $ref.split("/").at(-1)?.split(".").at(-1) || "Object";
    }
    return !type || type === "object" ? "Object" : type;
  }
}

const shown = (value: unknown): string => (value === "" ? '""' : String(value));

function enumShort({ enum: values }: OpenApiSchema, by: number): string {
  if (!values?.length) return "";
  const more = values.length > mostShown ? ", ...." : "";
  return `\n${" ".repeat(by)}enum: ${values.slice(0, mostShown).map(shown).join(", ")}${more}`;
}

const enumLong = ({ enum: values }: OpenApiSchema): string =>
  values?.length ? `ENUM:${values.map((value) => `\n    ${shown(value)}`).join("")}` : "";

function externalDocs({ externalDocs: docs }: OpenApiSchema, by: number, headBy = 0): string {
  if (!docs) return "";
  const description = docs.description ? `${indented(wrap(docs.description, 80 - by), by)}\n` : "";
  return `${indented("EXTERNAL DOCS:", headBy)}\n${description}${docs.url ? `${indented(`URL: ${docs.url}`, by)}\n` : ""}`;
}
