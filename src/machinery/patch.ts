import { type Decoded, DecodeError, decode } from "./decode.ts";
import { invalidValue } from "./field-error.ts";
import { JsonError, type ParsedJson, parseJson } from "./json.ts";
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import type { PatchType } from "./patch-type.ts";
import type { ListSchema, Schema, StructSchema } from "./schema.ts";
import { badRequest, invalid, rejected, StatusError, tooLarge } from "./status.ts";
import { applyStrategicPatch, goMap } from "./strategic-patch.ts";

/** `Strict` refuses what the schema does not know, `Warn` tells of it, `Ignore` drops it in silence. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

const mostOperations = 10_000;

/**
 * What a JSON, merge or strategic merge patch makes of an object, read by its schema, with the warnings that go with it. Throws the `StatusError`
 * that the real server answers. What is not touched is shared with the object, which stays as it is. `strangeness` tells why the result is of
 * another kind.
 */
export function patched<T extends object>(
  type: Exclude<PatchType, "apply">,
  schema: Schema,
  object: T,
  text: string,
  validation: FieldValidation,
  strangeness?: (value: unknown) => string | undefined,
): Decoded<T> {
  const { value, problems, shown } = applied(type, schema, object, text);
  // A strategic patch is of the type already, whatever it says that it is.
  const strange = type === "strategic" ? undefined : strangeness?.(value);
  if (strange !== undefined) throw wrongPatch(shown(), strange);
  let read: Decoded<T>;
  try {
    read = decode<T>(schema, value, undefined, type === "strategic" ? "converted" : "decoded");
  } catch (error) {
    if (error instanceof DecodeError) throw wrongPatch(shown(), error.message);
    throw error;
  }
  if (validation === "Ignore") return { ...read, problems: [] };
  const all = [...problems, ...read.problems];
  if (validation === "Strict" && all.length > 0) throw wrongPatch(shown(), `strict decoding error: ${all.join(", ")}`);
  return { ...read, problems: all };
}

const wrongPatch = (shown: string, why: string) => invalid({ group: "", kind: "" }, "", [invalidValue(["patch"], shown, why)]);

interface Applied {
  value: unknown;
  problems: string[];
  /** What the answer shows when the result cannot be read. */
  shown: () => string;
}

function applied(type: Exclude<PatchType, "apply">, schema: Schema, object: object, text: string): Applied {
  if (type === "json") return appliedJson(object, text);
  const parsed = parse(text, type);
  if (typeof parsed.value !== "object" || Array.isArray(parsed.value))
    throw undecodable(type, `json: cannot unmarshal ${kindOf(parsed.value)} into Go value of type map[string]interface {}`);
  if (type === "merge" && parsed.value === null) throw badRequest("Invalid JSON Patch");
  const patch = parsed.value ?? {};
  const problems = duplicateProblems(patch, parsed.duplicates);
  if (type === "strategic") return { value: applyStrategicPatch(schema, object, patch), problems, shown: () => goMap(patch) };
  const value = applyMergePatch(object, patch);
  return { value, problems, shown: () => JSON.stringify(value) };
}

function parse(text: string, type: PatchType): ParsedJson {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw undecodable(type, error.message);
    throw error;
  }
}

const undecodable = (type: PatchType, why: string) => badRequest(type === "strategic" ? why : `error decoding patch: ${why}`);

const kindOf = (value: unknown) =>
  Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value === "object" ? "number" : typeof value;

function appliedJson(object: object, text: string): Applied {
  const parsed = parse(text, "json");
  let operations: Decoded<JsonPatchOperation[]>;
  try {
    operations = decode<JsonPatchOperation[]>(jsonPatch, parsed.value ?? [], parsed.duplicates);
  } catch (error) {
    if (error instanceof DecodeError) throw undecodable("json", error.message);
    throw error;
  }
  const count = operations.value.length;
  if (count > mostOperations) throw tooLarge(`The allowed maximum operations in a JSON patch is ${mostOperations}, got ${count}`);
  try {
    const value = applyJsonPatch(object, operations.value);
    return { value, problems: operations.problems.map((problem) => `json patch ${problem}`), shown: () => JSON.stringify(value) };
  } catch (error) {
    if (error instanceof JsonPatchError) throw rejected();
    if (error instanceof StatusError) throw error;
    throw error;
  }
}

function duplicateProblems(patch: unknown, duplicates: ParsedJson["duplicates"]): string[] {
  if (duplicates.size === 0) return [];
  const problems: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, `${path}[${i}]`);
      return;
    }
    const at = (key: string) => (path ? `${path}.${key}` : key);
    for (const key of duplicates.get(value) ?? []) problems.push(`duplicate field "${at(key)}"`);
    for (const [key, item] of Object.entries(value)) visit(item, at(key));
  };
  visit(patch, "");
  return problems;
}

const text = { schema: { type: "string", goType: "string" }, required: false, pointer: false, always: true, nullList: true } as const;

/** A JSON patch, as the real server reads it. */
const operation: StructSchema = {
  type: "struct",
  goType: "handlers.jsonPatchOp",
  atomic: true,
  fields: new Map([
    ["op", { ...text, name: "op" }],
    ["path", { ...text, name: "path" }],
    ["from", { ...text, name: "from" }],
    ["value", { ...text, name: "value", schema: { type: "any", goType: "interface {}" } }],
  ]),
};
const jsonPatch: ListSchema = { type: "list", goType: "[]handlers.jsonPatchOp", items: operation, merge: "atomic", keys: [] };
