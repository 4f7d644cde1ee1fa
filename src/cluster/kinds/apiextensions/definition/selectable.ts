import type { JSONSchemaProps, SelectableField } from "#machinery/types.ts";
import type { Field } from "../../shared/field.ts";

const most = 8;

/** Fields by which clients may select: plain ones of the schema, outside of lists. */
export function checkSelectableFields(field: Field, fields: readonly SelectableField[], schema: JSONSchemaProps | undefined): void {
  if (!schema) {
    field.invalid("", "may only be set when validations.schema is included");
    return;
  }
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of fields.entries()) {
    const at = field.at(i, "jsonPath");
    if (!jsonPath) {
      at.required();
      continue;
    }
    const found = schemaAtPath(schema, jsonPath, false);
    if (typeof found === "string") {
      at.invalid(jsonPath, `is an invalid path: ${found}`);
      continue;
    }
    if (/^\.metadata(?:\.|$)/.test(jsonPath)) at.invalid(jsonPath, "must not point to fields in metadata");
    if (!["string", "boolean", "integer"].includes(found.type ?? ""))
      at.invalid(jsonPath, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.");
    if (seen.has(jsonPath)) at.duplicate(jsonPath);
    seen.add(jsonPath);
  }
  if (seen.size > most) field.tooMany(seen.size, most);
}

const nowhere = "does not refer to a valid field";
const tooShort = "unexpected end of JSON path";

/** The schema that a plain path leads to, or why it leads nowhere: `.spec.size`, and `.spec['foo.bar']` where brackets may be. */
export function schemaAtPath(schema: JSONSchemaProps, path: string, brackets = true): JSONSchemaProps | string {
  const tokens = path.match(/[.[\]]|'(?:[^'\\]|\\.|\\)*'|[^.[\]]+/gs) ?? [];
  let at: JSONSchemaProps = schema;
  while (tokens.length > 0) {
    const token = tokens.shift();
    if (token !== "." && token !== "[") return `expected [ or . but got: ${token}`;
    const isNamed = token === ".";
    if (!isNamed && !brackets) return "array notation is not allowed";
    const name = tokens.shift();
    if (name === undefined) return tooShort;
    if (!isNamed && !/^'.*'$/s.test(name)) return `expected single quoted string but got ${name}`;
    const next = partOf(at, isNamed ? name : name.slice(1, -1).replace(/\\(.)/gs, "$1"));
    if (!next) return nowhere;
    at = next;
    const end = isNamed ? "]" : tokens.shift();
    if (end !== "]") return end === undefined ? tooShort : `expected ] but got ${end}`;
  }
  return at;
}

function partOf({ properties, additionalProperties }: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  if (properties) return Object.hasOwn(properties, name) ? properties[name] : undefined;
  return typeof additionalProperties === "object" && additionalProperties !== null ? (additionalProperties as JSONSchemaProps) : undefined;
}
