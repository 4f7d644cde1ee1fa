import { isMap } from "#machinery/conform.ts";
import { equal } from "#machinery/field-comparison.ts";
import { quoted } from "#machinery/field-error.ts";
import { type FieldError, pathText } from "#machinery/status.ts";
import { isKnownFormat } from "#machinery/structural-schema/formats.ts";
import { ruleProblems } from "#machinery/structural-schema/rules.ts";
import { schemaProblems } from "#machinery/structural-schema/validate.ts";
import type { JSONSchemaProps, ValidationRule } from "#machinery/types.ts";
import { Field } from "../../shared/field.ts";
import { schemaAtPath } from "./selectable.ts";

/** What is wrong with the schema of a custom resource's version. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema */
export function checkSchema(field: Field, schema: JSONSchemaProps, hasStatus: boolean): void {
  if (hasStatus && schema.type && schema.type !== "object")
    field.at("type").invalid(schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled');
  if (schema.nullable) field.at("nullable").forbidden("nullable cannot be true at the root");

  const structural: FieldError[] = [];
  const base = field.path;
  checkStructure(Field.root(structural), schema, "root", false);
  // What is wrong with one default stays in its order.
  const text = ({ path, text: why }: FieldError) => `${pathText(path)}: ${path.includes("default") ? "" : why}`;
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  for (const problem of structural.sort((a, b) => compare(text(a), text(b)))) field.add({ ...problem, path: [...base, ...problem.path] });
  checkExtensions(field, schema, true);
}

type Place = "root" | "field" | "item" | "value";

const types = ["array", "boolean", "integer", "number", "object", "string"];
const objectsOf: Readonly<Record<Exclude<Place, "root">, string>> = { field: "object fields", item: "array items", value: "object fields" };

/** Every part has a type; what is put together by `allOf` and the like says nothing that the structure does not say. */
function checkStructure(field: Field, schema: JSONSchemaProps, place: Place, isInMetadata: boolean): void {
  const anyType = schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
  if (!schema.type) {
    if (place === "root") field.at("type").required("must not be empty at the root");
    else if (!anyType) field.at("type").required(`must not be empty for specified ${objectsOf[place]}`);
  } else {
    if (place === "root" && schema.type !== "object") field.at("type").invalid(schema.type, "must be object at the root");
    if (!types.includes(schema.type)) field.at("type").notSupported(schema.type, types);
    if (schema["x-kubernetes-int-or-string"]) field.at("type").invalid(schema.type, "must be empty if x-kubernetes-int-or-string is true");
  }
  if (schema["x-kubernetes-embedded-resource"]) {
    if (schema.type && schema.type !== "object") field.at("type").invalid(schema.type, "must be object if x-kubernetes-embedded-resource is true");
    if (!schema["x-kubernetes-preserve-unknown-fields"] && !schema.properties)
      field.at("properties").required("must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
  }
  if (schema.type === "array" && !isMap(schema.items)) field.at("items").required("must be specified");
  if (schema.default !== undefined && isInMetadata) field.at("default").forbidden("must not be set in metadata");
  else if (schema.default !== undefined)
    for (const problem of schemaProblems(schema, schema.default)) field.add({ ...problem, path: [...field.at("default").path, ...problem.path] });
  for (const name of ["allOf", "anyOf", "oneOf"] as const)
    for (const [i, inner] of (schema[name] ?? []).entries()) checkJunctor(field.at(name, i), schema, inner);
  if (schema.not) checkJunctor(field.at("not"), schema, schema.not);

  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const isMetadata = place === "root" && name === "metadata";
    checkStructure(field.at("properties").key(name), inner, "field", isInMetadata || isMetadata);
  }
  if (isMap(schema.items)) checkStructure(field.at("items"), schema.items as JSONSchemaProps, "item", isInMetadata);
  if (isMap(schema.additionalProperties))
    checkStructure(field.at("additionalProperties"), schema.additionalProperties as JSONSchemaProps, "value", isInMetadata);
}

const onlyInStructure = [
  "type",
  "description",
  "title",
  "default",
  "nullable",
  "additionalProperties",
  "x-kubernetes-preserve-unknown-fields",
] as const;

/** Alternatives may bound values, but not name what the structure does not name. */
function checkJunctor(field: Field, structure: JSONSchemaProps, schema: JSONSchemaProps): void {
  for (const name of onlyInStructure) {
    if (schema[name] === undefined) continue;
    const isIntOrString = name === "type" && structure["x-kubernetes-int-or-string"];
    if (!isIntOrString)
      field
        .at(name)
        .forbidden(
          name === "type" || name === "description" || name === "title" ? "must be empty to be structural" : "must be undefined to be structural",
        );
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const declared = structure.properties?.[name];
    if (declared) checkJunctor(field.at("properties").key(name), declared, inner);
    else
      field
        .at("properties")
        .key(name)
        .required(`because it is defined in ${pathText(field.path)}.properties[${name}]`);
  }
  if (isMap(schema.items) && isMap(structure.items))
    checkJunctor(field.at("items"), structure.items as JSONSchemaProps, schema.items as JSONSchemaProps);
}

/** What Kubernetes adds to schemas, and what it takes from them. */
function checkExtensions(field: Field, schema: JSONSchemaProps, isRoot: boolean): void {
  if (schema.uniqueItems) field.at("uniqueItems").forbidden("uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
  if (schema.additionalProperties === false) field.at("additionalProperties").forbidden("additionalProperties cannot be set to false");
  if (schema.additionalProperties !== undefined && schema.properties && Object.keys(schema.properties).length > 0)
    field.at("additionalProperties").forbidden("additionalProperties and properties are mutual exclusive");
  if (schema.$ref) field.at("$ref").forbidden("$ref is not supported");
  for (const name of ["dependencies", "definitions", "patternProperties"] as const)
    if (schema[name] && Object.keys(schema[name] ?? {}).length > 0) field.at(name).forbidden(`${name} is not supported`);
  if (schema.id) field.at("id").forbidden("id is not supported");

  for (const [name, inner] of Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
    checkExtensions(field.at("properties").key(name), inner, false);
  if (isMap(schema.additionalProperties)) checkExtensions(field.at("additionalProperties"), schema.additionalProperties as JSONSchemaProps, false);
  if (isMap(schema.items)) checkExtensions(field.at("items"), schema.items as JSONSchemaProps, false);

  if (schema["x-kubernetes-preserve-unknown-fields"] === false)
    field.at("x-kubernetes-preserve-unknown-fields").invalid(false, "must be true or undefined");
  checkMapType(field, schema);
  checkListType(field, schema);
  checkRules(field, schema, isRoot);
}

function checkMapType(field: Field, schema: JSONSchemaProps): void {
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType === undefined) return;
  if (mapType !== "atomic" && mapType !== "granular") field.at("x-kubernetes-map-type").notSupported(mapType, ["atomic", "granular"]);
  if (!schema.type) field.at("type").required("must be object if x-kubernetes-map-type is specified");
  else if (schema.type !== "object") field.at("type").invalid(schema.type, "must be object if x-kubernetes-map-type is specified");
}

function checkListType(field: Field, schema: JSONSchemaProps): void {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const type = field.at("type");
  if (listType !== undefined) {
    if (!schema.type) type.required("must be array if x-kubernetes-list-type is specified");
    else if (schema.type !== "array") type.invalid(schema.type, "must be array if x-kubernetes-list-type is specified");
    if (!["atomic", "set", "map"].includes(listType)) field.at("x-kubernetes-list-type").notSupported(listType, ["atomic", "set", "map"]);
  }
  if (keys.length > 0 && listType === undefined)
    field.at("x-kubernetes-list-type").required("must be map if x-kubernetes-list-map-keys is non-empty");
  else if (keys.length > 0 && listType !== "map")
    field.at("x-kubernetes-list-type").invalid(listType, "must be map if x-kubernetes-list-map-keys is non-empty");
  if (listType === "map") checkMapKeys(field, schema, keys);
  if (listType === "set" && isMap(schema.items)) checkSetItems(field.at("items"), schema.items as JSONSchemaProps);
}

function checkMapKeys(field: Field, { items: given }: JSONSchemaProps, keys: readonly string[]): void {
  const at = field.at("x-kubernetes-list-map-keys");
  const items = field.at("items");
  if (keys.length === 0) at.required("must not be empty if x-kubernetes-list-type is map");
  // Something else than a schema, which is no list of them either, is there and holds none.
  if (given === undefined) items.required("must have a schema if x-kubernetes-list-type is map");
  else if (!isMap(given)) items.invalid({}, "must only have a single schema if x-kubernetes-list-type is map");
  else checkKeyedItems(at, items, given as JSONSchemaProps, keys);
}

function checkKeyedItems(at: Field, items: Field, schema: JSONSchemaProps, keys: readonly string[]): void {
  if (schema.type !== "object") items.at("type").invalid(schema.type ?? "", "must be object if parent array's x-kubernetes-list-type is map");
  else
    for (const [i, key] of keys.entries()) {
      const inner = schema.properties?.[key];
      if (!inner) at.invalid(keys, "entries must all be names of item properties");
      else if (inner.type === "array" || inner.type === "object")
        items.at("properties").key(key).at("type").invalid(schema.type, "must be a scalar type if parent array's x-kubernetes-list-type is map");
      if (keys.indexOf(key) < i) at.invalid(keys, "must not contain duplicate entries");
    }
  if (schema.nullable) items.at("nullable").forbidden("cannot be nullable when x-kubernetes-list-type is map");
  for (const key of keys) {
    const inner = schema.properties?.[key];
    if (!inner) continue;
    const of = items.at("properties").key(key);
    if (inner.default === undefined && !schema.required?.includes(key))
      of.at("default").required("this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
    if (inner.nullable) of.at("nullable").forbidden("this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
  }
}

function checkSetItems(field: Field, schema: JSONSchemaProps): void {
  if (schema.nullable) field.at("nullable").forbidden("cannot be nullable when x-kubernetes-list-type is set");
  if (schema.type === "object" && schema["x-kubernetes-map-type"] !== "atomic")
    field
      .at("x-kubernetes-map-type")
      .invalid(schema["x-kubernetes-map-type"] ?? null, "must be atomic as item of a list with x-kubernetes-list-type=set");
  if (schema.type === "array" && (schema["x-kubernetes-list-type"] ?? "atomic") !== "atomic")
    field
      .at("x-kubernetes-list-type")
      .invalid(schema["x-kubernetes-list-type"] ?? null, "must be atomic as item of a list with x-kubernetes-list-type=set");
}

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

function checkRules(field: Field, schema: JSONSchemaProps, isRoot: boolean): void {
  const rules = schema["x-kubernetes-validations"] ?? [];
  if (rules.length === 0) return;
  const before = field.count;
  for (const [i, rule] of rules.entries()) checkRule(field.at("x-kubernetes-validations", i), rule, schema);
  if (field.count > before) return;
  const problemsOf = ruleProblems(schema, isRoot);
  for (const [i, rule] of rules.entries()) {
    const found = problemsOf(rule);
    if (found.rule) field.at("x-kubernetes-validations", i, "rule").invalid(shownRule(rule), found.rule);
    if (found.messageExpression) field.at("x-kubernetes-validations", i, "messageExpression").invalid(shownRule(rule), found.messageExpression);
  }
}

/** A rule as the real server's own type shows it. */
const shownRule = ({ rule, message = "", messageExpression = "", reason = null, fieldPath = "", optionalOldSelf = null }: NullableRule) => ({
  Rule: rule,
  Message: message,
  MessageExpression: messageExpression,
  Reason: reason,
  FieldPath: fieldPath,
  OptionalOldSelf: optionalOldSelf,
});

type NullableRule = Omit<ValidationRule, "reason" | "optionalOldSelf"> & { reason?: string | null; optionalOldSelf?: boolean | null };

function checkRule(field: Field, { rule, message, messageExpression, reason, fieldPath }: ValidationRule, schema: JSONSchemaProps): void {
  if (!rule?.trim()) field.at("rule").required("rule is not specified");
  else if (message !== undefined && message !== "" && !message.trim()) field.at("message").invalid(message, "must be non-empty if specified");
  else if (message?.trim().includes("\n")) field.at("message").invalid(message, "must not contain line breaks");
  else if (!message && rule.trim().includes("\n")) field.at("message").required("message must be specified if rule contains line breaks");
  if (messageExpression !== undefined && messageExpression !== "" && !messageExpression.trim())
    field.at("messageExpression").required("messageExpression must be non-empty if specified");
  if (reason !== undefined && !reasons.includes(reason)) field.at("reason").notSupported(reason, reasons);
  if (!fieldPath) return;
  if (!fieldPath.trim()) field.at("fieldPath").invalid(fieldPath, "must be non-empty if specified");
  if (/[\r\n]/.test(fieldPath)) field.at("fieldPath").invalid(fieldPath, "must not contain line breaks");
  if (typeof schemaAtPath(schema, fieldPath) === "string") field.at("fieldPath").invalid(fieldPath, "must be a valid path");
}

export function hasDefaults(schema: JSONSchemaProps | undefined): boolean {
  return schema !== undefined && [...schemasOf(schema)].some((each) => each.default !== undefined);
}

function* schemasOf(schema: JSONSchemaProps): Iterable<JSONSchemaProps> {
  yield schema;
  for (const inner of Object.values(schema.properties ?? {})) yield* schemasOf(inner);
  if (isMap(schema.items)) yield* schemasOf(schema.items as JSONSchemaProps);
  if (isMap(schema.additionalProperties)) yield* schemasOf(schema.additionalProperties as JSONSchemaProps);
}

/** Formats that nobody checks. */
export function* formatWarnings(schema: JSONSchemaProps | undefined, old: JSONSchemaProps | undefined): Iterable<string> {
  if (!schema || equal(schema, old)) return;
  const unknown = new Set([...schemasOf(schema)].flatMap(({ format }) => (format && !isKnownFormat(format) ? [format] : [])));
  for (const format of [...unknown].sort()) yield `unrecognized format ${quoted(format)}`;
}
