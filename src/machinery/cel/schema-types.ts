import type { Environment } from "@marcbachmann/cel-js";
import { isMap } from "../conform.ts";
import type { JSONSchemaProps } from "../types.ts";
import { kubernetesEnvironment } from "./environment.ts";
import { celOf } from "./values.ts";

/** A schema as expressions see it: its type's name in the environment, and how a JSON value becomes one of it. */
export interface CelType {
  readonly name: string;
  of(value: unknown): unknown;
}

const plain = (name: string, of: (value: unknown) => unknown = (value) => value): CelType => ({ name, of });

const text = plain("string");
const anything = plain("dyn", celOf);
const int = plain("int", (value) => (typeof value === "number" ? BigInt(Math.trunc(value)) : value));
const double = plain("double");
const bool = plain("bool");
const bytes = plain("bytes", (value) => (typeof value === "string" ? Uint8Array.from(atob(value), (c) => c.charCodeAt(0)) : value));
const timestamp = parsedBy("timestamp", "google.protobuf.Timestamp");
const duration = parsedBy("duration", "google.protobuf.Duration");

/** Texts that a function of expressions reads; one that it cannot read stays a text. */
function parsedBy(name: string, type: string): CelType {
  let read: ((variables: { text: string }) => unknown) | undefined;
  return plain(type, (value) => {
    if (typeof value !== "string") return value;
    read ??= kubernetesEnvironment().registerVariable("text", "string").parse(`${name}(text)`);
    try {
      return read({ text: /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value });
    } catch {
      return value;
    }
  });
}

const textTypes: Readonly<Record<string, CelType>> = { byte: bytes, date: timestamp, "date-time": timestamp, duration };

/** Declares a schema's types, under `name`; what an expression may not see of it has no type. */
export function declareType(environment: Environment, props: JSONSchemaProps, name: string, isRoot = false): CelType {
  if (props["x-kubernetes-int-or-string"]) return anything;
  switch (props.type) {
    case "string":
      return textTypes[props.format ?? ""] ?? text;
    case "integer":
      return int;
    case "number":
      return double;
    case "boolean":
      return bool;
    case "array":
      return isMap(props.items) ? listOf(declareType(environment, props.items as JSONSchemaProps, `${name}.@idx`)) : anything;
    default:
      return props.type === "object" || isRoot ? declareObject(environment, props, name, isRoot) : anything;
  }
}

const memo = <T extends object>(make: (value: unknown) => T): ((value: unknown) => unknown) => {
  const made = new WeakMap<object, T>();
  return (value) => {
    if (typeof value !== "object" || value === null) return value;
    const known = made.get(value);
    if (known) return known;
    const result = make(value);
    made.set(value, result);
    return result;
  };
};

const listOf = (items: CelType): CelType =>
  plain(
    `list<${items.name}>`,
    memo((value) => (Array.isArray(value) ? value.map((item) => items.of(item)) : (value as object))),
  );

const identity: JSONSchemaProps = { type: "object", properties: { name: { type: "string" }, generateName: { type: "string" } } };
const head: Readonly<Record<string, JSONSchemaProps>> = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: identity };

function declareObject(environment: Environment, props: JSONSchemaProps, name: string, isRoot: boolean): CelType {
  if (isMap(props.additionalProperties)) {
    const values = declareType(environment, props.additionalProperties as JSONSchemaProps, `${name}.@elem`);
    return plain(
      `map<string, ${values.name}>`,
      memo((value) => (isMap(value) ? new Map(entriesOf(value).map(([key, inner]) => [key, values.of(inner)])) : (value as object))),
    );
  }
  const withHead = isRoot || props["x-kubernetes-embedded-resource"];
  if (!props.properties && !withHead && props.additionalProperties === true) return anything;

  const fields = new Map<string, CelType>();
  for (const [key, inner] of Object.entries({ ...props.properties, ...(withHead ? head : {}) })) {
    const isIdentity = withHead && key === "metadata";
    fields.set(key, declareType(environment, isIdentity ? identity : inner, `${name}.${key}`));
  }
  /** One class a type: values are known by it. */
  class Struct extends Map<string, unknown> {}
  const declared = [...fields].flatMap(([key, type]) => {
    const escaped = escapedName(key);
    return escaped === undefined ? [] : [[escaped, type.name]];
  });
  environment.registerType(name, { ctor: Struct, fields: Object.fromEntries(declared) });
  const make = (value: unknown) => {
    if (!isMap(value)) return value as object;
    const known = entriesOf(value).flatMap(([key, inner]): [string, unknown][] => {
      const escaped = escapedName(key);
      const type = fields.get(key);
      return type && escaped !== undefined ? [[escaped, type.of(inner)]] : [];
    });
    return new Struct(known);
  };
  return plain(name, memo(make));
}

/** A field that is null is as good as not there. */
const entriesOf = (value: Record<string, unknown>) => Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);

const keywords = new Set(
  ["true false null in as break const continue else for function if import let loop package namespace return var void while".split(" ")].flat(),
);

/** A field's name as expressions write it: `foo-bar` is `foo__dash__bar`. Names that no expression can write have none. */
function escapedName(name: string): string | undefined {
  if (keywords.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_][\w./-]*$/.test(name)) return undefined;
  return name.replaceAll("__", "__underscores__").replaceAll(".", "__dot__").replaceAll("-", "__dash__").replaceAll("/", "__slash__");
}
