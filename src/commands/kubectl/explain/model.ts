import type { OpenApiSchema } from "./document.ts";

/** The document of all versions together, as it was before there was one for each. */
export interface OpenApiV2Document {
  definitions?: Readonly<Record<string, OpenApiSchema>>;
}

interface Kind {
  group: string;
  version: string;
  kind: string;
}

const width = 80;

/** Explains kinds and fields as kubectl did out of OpenAPI v2. */
export class ModelPrinter {
  readonly #definitions: Readonly<Record<string, OpenApiSchema>>;
  readonly #recursive: boolean;

  constructor({ definitions = {} }: OpenApiV2Document, recursive: boolean) {
    this.#definitions = definitions;
    this.#recursive = recursive;
  }

  /** The definition of a kind. */
  definitionOf({ group, version, kind }: Kind): OpenApiSchema | undefined {
    return Object.values(this.#definitions).find((definition) =>
      definition["x-kubernetes-group-version-kind"]?.some((gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind),
    );
  }

  /** The explanation of a field of a kind's definition; of a field that is not there its name. */
  explain({ group, version, kind }: Kind, definition: OpenApiSchema, path: readonly string[]): { text: string } | { missing: string } {
    const found = this.#found(definition, path);
    if ("missing" in found) return found;
    const { schema } = found;
    const { model, descriptions } = this.#model(schema);
    const lines = [`KIND:     ${kind}`, `VERSION:  ${group ? `${group}/${version}` : version}`, ""];
    const name = path.at(-1);
    const type = this.#type(schema);
    const isLeaf = model.properties === undefined;
    if (isLeaf && leafType(model) !== undefined) lines.push(`FIELD:    ${name ?? ""} <${type}>`, "");
    else if (name !== undefined && !isLeaf) lines.push(`RESOURCE: ${name} <${type}>`, "");
    lines.push("DESCRIPTION:");
    descriptions.forEach((description, i) => {
      if (description) lines.push(...(i > 0 ? [""] : []), ...wrapped(description, width - 5).map((line) => shifted(line, 5)));
    });
    if (descriptions.every((description) => !description)) lines.push("     <empty>");
    if (!isLeaf) lines.push("", "FIELDS:", ...this.#fields(model, 3, new Set()));
    return { text: lines.join("\n") };
  }

  #referred(schema: OpenApiSchema): OpenApiSchema | undefined {
    const reference = referenceOf(schema);
    return reference === undefined ? undefined : this.#definitions[reference.replace("#/definitions/", "")];
  }

  /** The schema that a path leads to; lists and maps are passed through. */
  #found(schema: OpenApiSchema, path: readonly string[]): { schema: OpenApiSchema } | { missing: string } {
    const [name, ...rest] = path;
    if (name === undefined) return { schema };
    const inner = this.#referred(schema) ?? below(schema);
    if (inner) return this.#found(inner, path);
    if (schema.properties === undefined) return { schema };
    const field = schema.properties[name];
    return field ? this.#found(field, rest) : { missing: name };
  }

  /** What stands behind references, lists and maps, with what is said on the way. */
  #model(schema: OpenApiSchema): { model: OpenApiSchema; descriptions: string[] } {
    const inner = this.#referred(schema) ?? below(schema);
    const own = schema.description ?? "";
    if (!inner) return { model: schema, descriptions: [own] };
    const { model, descriptions } = this.#model(inner);
    return { model, descriptions: [own, ...descriptions] };
  }

  /** `string`, `[]Object`, `map[string]string` */
  #type(schema: OpenApiSchema): string {
    const referred = this.#referred(schema);
    if (referred) return this.#type(referred);
    const inner = below(schema);
    if (inner) return schema.items ? `[]${this.#type(inner)}` : `map[string]${this.#type(inner)}`;
    return schema.properties ? "Object" : (leafType(schema) ?? "");
  }

  #fields({ properties = {}, required = [] }: OpenApiSchema, indent: number, seen: ReadonlySet<string>): string[] {
    return Object.entries(properties)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, property]) => {
        const head = shifted(`${name}\t<${this.#type(property)}>`, indent);
        if (this.#recursive) return [head, ...this.#below(property, indent + 3, seen)];
        const description = wrapped(property.description ?? "", width - indent - 2).map((line) => shifted(line, indent + 2));
        return [`${head}${required.includes(name) ? " -required-" : ""}`, ...description, ""];
      });
  }

  /** The fields of a field; what holds itself is written once. */
  #below(schema: OpenApiSchema, indent: number, seen: ReadonlySet<string>): string[] {
    const reference = referenceOf(schema);
    if (reference !== undefined && seen.has(reference)) return [];
    const inner = this.#referred(schema) ?? below(schema);
    if (inner) return this.#below(inner, indent, reference === undefined ? seen : new Set([...seen, reference]));
    return this.#fields(schema, indent, seen);
  }
}

/** What is a number or a text is a text here; undefined is anything. */
const leafType = ({ type, oneOf }: OpenApiSchema): string | undefined => type ?? (oneOf ? "string" : undefined);

/** The definition that stands for a schema, which may be all of it or what it is said to have at least. */
const referenceOf = ({ $ref, allOf }: OpenApiSchema): string | undefined => $ref ?? (allOf?.length === 1 ? allOf[0]?.$ref : undefined);

/** What a list or a map holds. */
const below = ({ items, additionalProperties }: OpenApiSchema): OpenApiSchema | undefined =>
  items ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);

const shifted = (line: string, by: number): string => (line === "" ? "" : " ".repeat(by) + line);

/** The lines of a text, filled anew but for what is indented, listed, or announced by a colon. */
function wrapped(text: string, most: number): string[] {
  const result: string[] = [];
  let words: string[] = [];
  let last = "";
  const flush = () => {
    if (words.length > 0) result.push(words.join(" "));
    if (words.length > 0) last = "";
    words = [];
  };
  for (const line of text.split("\n")) {
    const isBlank = line.trim() === "";
    if (line.startsWith("    ") || (isBlank && result.length > 0)) {
      flush();
      result.push(isBlank && !line.startsWith("    ") ? "" : line);
      continue;
    }
    if (last.endsWith(":") || isBlank || /^(\d+\.?|-|\*)\s/.test(line.trim())) flush();
    for (const word of line.split(/\s+/).filter((part) => part !== "")) {
      last = word;
      if (words.length > 0 && words.join(" ").length + 1 + word.length > most) flush();
      words.push(word);
    }
  }
  flush();
  return result;
}
