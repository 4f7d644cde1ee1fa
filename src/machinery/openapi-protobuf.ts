import { yamlText } from "./go-yaml.ts";
import { Backward, within } from "./protobuf-bytes.ts";

/**
 * OpenAPI v2 in the protobuf that kubectl asks for first, byte for byte as the API server gives it. The numbers are those of `openapi.v2`,
 * https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto; `document` is what the JSON says.
 */
export function openApiProtobuf(document: object): Uint8Array {
  const to = new Backward();
  write(to, documentOf(), document);
  return to.written;
}

type Json = Record<string, unknown>;
/** What writes one value as the field of that number. */
type Kind = (to: Backward, number: number, value: unknown) => void;
/** A message's fields by their numbers, and what of the JSON each of them is. */
type Message = readonly (readonly [number: number, name: string, kind: Kind])[];

function write(to: Backward, message: Message, value: object): void {
  for (const [number, name, kind] of message.toReversed()) {
    if (name === extensions) vendorExtensions(to, number, value as Json);
    else {
      const field = (value as Json)[name];
      if (field !== undefined) kind(to, number, field);
    }
  }
}

/** The name under which a message keeps all that begins with `x-`. */
const extensions = "x-";

function vendorExtensions(to: Backward, number: number, value: Json): void {
  const names = Object.keys(value).filter((name) => name.startsWith("x-"));
  for (const name of names.toReversed()) within(to, number, () => named(to, name, any, value[name]));
}

/** A name at 1 and what it names at 2: the protobuf has no maps. */
function named(to: Backward, name: string, kind: Kind, value: unknown): void {
  kind(to, 2, value);
  to.text(1, name);
}

const text: Kind = (to, number, value) => {
  if (value !== "") to.text(number, String(value));
};
const flag: Kind = (to, number, value) => {
  if (value) to.number(number, 1);
};
const each =
  (kind: Kind): Kind =>
  (to, number, values) => {
    for (const value of (values as unknown[]).toReversed()) kind(to, number, value);
  };
const item: Kind = (to, number, value) => to.text(number, String(value));
/** Whatever it is, as YAML. */
const any: Kind = (to, number, value) => within(to, number, () => to.text(2, yamlText(value)));
/** Messages refer to one another and to themselves: which is meant, is asked for when it is written. */
const message =
  (of: () => Message): Kind =>
  (to, number, value) =>
    within(to, number, () => write(to, of(), value as object));
/** A message that has one field alone. */
const only =
  (inner: number, kind: Kind): Kind =>
  (to, number, value) =>
    within(to, number, () => kind(to, inner, value));
const namedEach =
  (kind: Kind): Kind =>
  (to, number, values) => {
    for (const [name, value] of Object.entries(values as Json).toReversed()) within(to, number, () => named(to, name, kind, value));
  };

const documentOf = (): Message => [
  [1, "swagger", text],
  [2, "info", message(infoOf)],
  [8, "paths", only(2, namedEach(message(pathItemOf)))],
  [9, "definitions", only(1, namedEach(message(schemaOf)))],
  [10, "parameters", only(1, namedEach(parameter))],
  [
    12,
    "security",
    each(
      only(
        1,
        namedEach((to, number, scopes) => only(1, each(item))(to, number, scopes)),
      ),
    ),
  ],
  [13, "securityDefinitions", only(1, namedEach(only(2, message(apiKeyOf))))],
];

const infoOf = (): Message => [
  [1, "title", text],
  [2, "version", text],
];

const apiKeyOf = (): Message => [
  [1, "type", text],
  [2, "name", text],
  [3, "in", text],
  [4, "description", text],
];

const pathItemOf = (): Message => [
  [2, "get", message(operationOf)],
  [3, "put", message(operationOf)],
  [4, "post", message(operationOf)],
  [5, "delete", message(operationOf)],
  [6, "options", message(operationOf)],
  [7, "head", message(operationOf)],
  [8, "patch", message(operationOf)],
  [9, "parameters", each(parameterOrReference)],
];

const operationOf = (): Message => [
  [1, "tags", each(item)],
  [3, "description", text],
  [5, "operationId", text],
  [6, "produces", each(item)],
  [7, "consumes", each(item)],
  [8, "parameters", each(parameterOrReference)],
  [9, "responses", only(1, namedEach(only(1, message(responseOf))))],
  [10, "schemes", each(item)],
  [13, extensions, any],
];

const responseOf = (): Message => [
  [1, "description", text],
  [2, "schema", only(1, message(schemaOf))],
];

const parameterOrReference: Kind = (to, number, value) =>
  within(to, number, () => {
    const { $ref } = value as { $ref?: string };
    if ($ref === undefined) parameter(to, 1, value);
    else within(to, 2, () => to.text(1, $ref));
  });

/** The body's stands apart from the others, whose numbers depend on where they are. */
const parameter: Kind = (to, number, value) => {
  const { in: place } = value as { in?: string };
  if (place === "body") only(1, message(bodyParameterOf))(to, number, value);
  else only(2, place === "path" ? only(4, atPath) : only(3, atQuery))(to, number, value);
};

const bodyParameterOf = (): Message => [
  [1, "description", text],
  [2, "name", text],
  [3, "in", text],
  [4, "required", flag],
  [5, "schema", message(schemaOf)],
];

const atPath: Kind = (to, number, value) => message(() => placed(5, 19))(to, number, value);
const atQuery: Kind = (to, number, value) => message(() => placed(6, 20))(to, number, value);

const placed = (type: number, uniqueItems: number): Message => [
  [1, "required", flag],
  [2, "in", text],
  [3, "description", text],
  [4, "name", text],
  [type, "type", text],
  [uniqueItems, "uniqueItems", flag],
];

const schemaOf = (): Message => [
  [1, "$ref", text],
  [2, "format", text],
  [3, "title", text],
  [4, "description", text],
  [5, "default", any],
  [6, "multipleOf", double],
  [7, "maximum", double],
  [8, "exclusiveMaximum", flag],
  [9, "minimum", double],
  [10, "exclusiveMinimum", flag],
  [11, "maxLength", count],
  [12, "minLength", count],
  [13, "pattern", text],
  [14, "maxItems", count],
  [15, "minItems", count],
  [16, "uniqueItems", flag],
  [17, "maxProperties", count],
  [18, "minProperties", count],
  [19, "required", each(item)],
  [20, "enum", each(any)],
  [21, "additionalProperties", additionalProperties],
  [22, "type", only(1, (to, number, value) => each(item)(to, number, [value].flat()))],
  [23, "items", only(1, message(schemaOf))],
  [24, "allOf", each(message(schemaOf))],
  [25, "properties", only(1, namedEach(message(schemaOf)))],
  [30, "example", any],
  [31, extensions, any],
];

const additionalProperties: Kind = (to, number, value) =>
  within(to, number, () => {
    if (typeof value === "object") message(schemaOf)(to, 1, value);
    else flag(to, 2, value);
  });

const count: Kind = (to, number, value) => {
  if (value !== 0) to.number(number, Number(value));
};

const double: Kind = (to, number, value) => {
  if (value === 0) return;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, Number(value), true);
  to.bytes(bytes);
  to.tag(number, 1);
};
