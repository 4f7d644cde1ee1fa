import type { JSONSchemaProps, SelectableField } from "#machinery/types.ts";
import type { Field } from "../../shared/field.ts";

const most = 8;

/** Fields by which clients may select: plain ones of the schema, outside of lists. */
export function checkSelectableFields(field: Field, fields: readonly SelectableField[], schema: JSONSchemaProps | undefined): void {
  if (!schema) {
    field.invalid("", "may only be set when validations.schema is included");
    return;
  }
  if (fields.length > most) field.tooMany(fields.length, most);
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of fields.entries()) {
    const at = field.at(i, "jsonPath");
    if (!jsonPath) {
      at.required();
      continue;
    }
    const found = schemaAtPath(schema, jsonPath);
    if (typeof found === "string") at.invalid(jsonPath, `is an invalid path: ${found}`);
    else if (!["string", "boolean", "integer"].includes(found.type ?? ""))
      at.invalid(jsonPath, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.");
    if (/^\.metadata(?:\.|$)/.test(jsonPath)) at.invalid(jsonPath, "must not point to fields in metadata");
    if (seen.has(jsonPath)) at.duplicate(jsonPath);
    seen.add(jsonPath);
  }
}

/** The schema that a plain path leads to, or why it leads nowhere: `.spec.size`, `.spec['foo.bar']`. */
export function schemaAtPath(schema: JSONSchemaProps, path: string): JSONSchemaProps | string {
  let at: JSONSchemaProps = schema;
  let rest = path;
  while (rest) {
    const [step = "", name, quoted] = /^(?:\.([A-Za-z_][\w-]*)|\['((?:\\.|[^'\\])*)'\])/.exec(rest) ?? [];
    if (!step) return rest.startsWith(".") || rest.startsWith("[") ? "does not refer to a valid field" : `expected [ or . but got: ${rest}`;
    const key = name ?? quoted?.replace(/\\(.)/g, "$1") ?? "";
    const declared = at.properties && Object.hasOwn(at.properties, key) ? at.properties[key] : undefined;
    const other =
      typeof at.additionalProperties === "object" && at.additionalProperties !== null ? (at.additionalProperties as JSONSchemaProps) : undefined;
    const next = declared ?? other;
    if (!next) return "does not refer to a valid field";
    at = next;
    rest = rest.slice(step.length);
  }
  return at;
}
