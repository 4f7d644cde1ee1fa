// Writes src/generated/types.ts: one TypeScript interface for each recorded schema, so that nobody types 700 types.
import { writeFileSync } from "node:fs";
import { schemas } from "./recorded.ts";

type Schema = {
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  oneOf?: Schema[];
  enum?: string[];
  $ref?: string;
  default?: unknown;
};

/** io.k8s.api.core.v1.PodSpec is PodSpec; where two groups share a name, the newer keeps it and the other gets its group in front. */
function names(all: Record<string, Schema>): Map<string, string> {
  const taken = new Map<string, string>();
  const result = new Map<string, string>();
  const rank = (id: string) => (id.includes("apimachinery") ? 0 : id.includes(".core.") ? 1 : id.includes(".v2.") ? 2 : 3);
  for (const id of Object.keys(all).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))) {
    const parts = id.split(".");
    const short = parts.at(-1) ?? id;
    const group = parts.at(-3) ?? "";
    const version = parts.at(-2) ?? "";
    const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
    const name = [short, capital(group) + short, capital(group) + capital(version) + short].find((n) => !taken.has(n)) ?? id;
    taken.set(name, id);
    result.set(id, name);
  }
  return result;
}

const head = new Set(["apiVersion", "kind", "metadata"]);
const all = schemas() as Record<string, Schema>;
const nameOf = names(all);
const opaque: Record<string, string> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "string",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "number | string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "string",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "Record<string, unknown>",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "Record<string, unknown>",
};

function type(schema: Schema): string {
  if (schema.$ref) {
    const id = schema.$ref.split("/").at(-1) ?? "";
    return opaque[id] ?? nameOf.get(id) ?? "unknown";
  }
  if (schema.allOf?.[0]) return type(schema.allOf[0]);
  if (schema.enum) return `${schema.enum.map((v) => JSON.stringify(v)).join(" | ")}`;
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array": {
      const item = type(schema.items ?? {});
      return item.includes("|") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      if (schema.properties) return body(schema);
      if (typeof schema.additionalProperties === "object") return `Record<string, ${type(schema.additionalProperties)}>`;
      return "Record<string, unknown>";
    default:
      return "unknown";
  }
}

function body(schema: Schema): string {
  const required = new Set(schema.required);
  const isObject = schema.properties?.["kind"] !== undefined && schema.properties["metadata"] !== undefined;
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const name = /^[a-zA-Z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    // What a server always fills in is there for those who read: the head of an object, and the parts that Go holds by value.
    const sure = required.has(key) || (isObject && (head.has(key) || (value.default !== undefined && key !== "metadata")));
    // The metadata of a template names nothing: what is made of it gets its name then.
    const is = key === "metadata" && !isObject && type(value) === "ObjectMeta" ? "Partial<ObjectMeta>" : type(value);
    return `  ${name}${sure ? "" : "?"}: ${is};`;
  });
  return `{\n${fields.join("\n")}\n}`;
}

const out = ["// Written by scripts/types.ts out of the recorded schemas; not by hand.", ""];
for (const [id, schema] of Object.entries(all)) {
  const name = nameOf.get(id);
  if (opaque[id]) continue;
  if (id.endsWith(".ObjectMeta")) schema.required = ["name"];
  if (schema.properties) out.push(`/** ${id} */`, `export interface ${name} ${body(schema)}`, "");
  else out.push(`/** ${id} */`, `export type ${name} = ${type(schema)};`, "");
}
writeFileSync(new URL("../src/generated/types.ts", import.meta.url), out.join("\n"));
