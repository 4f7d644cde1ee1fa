import { CommandError } from "../errors.ts";

/** What a field holds: a text, a map of texts, a list, the fields of a struct as Go names it, or anything. */
export type Shape = "string" | "bool" | "int" | "texts" | "any" | readonly [Shape] | Struct;

export interface Struct {
  type: string;
  fields: Readonly<Record<string, Shape>>;
}

export const struct = (type: string, fields: Readonly<Record<string, Shape>>): Struct => ({ type, fields });

/** The value as the shape wants it, its keys in their right case; what does not fit is refused in the words of Go's JSON decoder. */
export function decoded(value: unknown, shape: Struct, { strict = true } = {}): Record<string, unknown> {
  return decode(value, shape, [], strict) as Record<string, unknown>;
}

interface Where {
  struct: Struct;
  path: string;
}

function decode(value: unknown, shape: Shape, path: readonly Where[], strict: boolean): unknown {
  if (value === null || value === undefined || shape === "any") return value;
  const refused = (type: string) => {
    const at = path.at(-1);
    const field = at ? `Go struct field ${at.struct.type}.${path.map((where) => where.path).join(".")}` : "Go value";
    return new CommandError(`json: cannot unmarshal ${nameOf(value)} into ${field} of type ${type}`);
  };
  if (isList(shape)) {
    if (!Array.isArray(value)) throw refused(typeOf(shape));
    return value.map((item) => decode(item, shape[0], path, strict));
  }
  if (shape === "string") {
    if (typeof value !== "string") throw refused("string");
    return value;
  }
  if (shape === "bool") {
    if (typeof value !== "boolean") throw refused("bool");
    return value;
  }
  if (shape === "int") {
    if (typeof value === "number" && !Number.isInteger(value)) throw new CommandError(refused("int64").message.replace("number", `number ${value}`));
    if (typeof value !== "number") throw refused("int64");
    return value;
  }
  if (typeof value !== "object" || Array.isArray(value)) throw refused(typeOf(shape));
  if (shape === "texts")
    return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, text === null ? "" : decode(text, "string", path, strict)]));
  const result: Record<string, unknown> = {};
  for (const [given, item] of Object.entries(value)) {
    const key = keyOf(shape, given);
    if (key !== undefined) {
      const inner = decode(item, shape.fields[key] ?? "any", [...path, { struct: shape, path: key }], strict);
      if (inner !== null && inner !== undefined) result[key] = inner;
    } else if (strict) throw new CommandError(`json: unknown field ${JSON.stringify(given)}`);
  }
  return result;
}

const keyOf = ({ fields }: Struct, given: string): string | undefined =>
  Object.hasOwn(fields, given) ? given : Object.keys(fields).find((key) => key.toLowerCase() === given.toLowerCase());

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

function typeOf(shape: Shape): string {
  if (isList(shape)) return `[]${typeOf(shape[0])}`;
  if (shape === "texts") return "map[string]string";
  return typeof shape === "string" ? shape : `types.${shape.type}`;
}

const nameOf = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value === "boolean" ? "bool" : typeof value;
