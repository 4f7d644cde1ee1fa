import { emptyOf, isMap, keptValue, noteLeftOut, sortedKeys } from "./conform.ts";
import { JsonError, NumberText, type ParsedJson, parseJson, plainNumbers, setKey } from "./json.ts";
import { canonicalQuantity, readQuantity } from "./quantity.ts";
import { type ListSchema, type MapSchema, type ScalarSchema, type Schema, type StructSchema, schemaById } from "./schema.ts";
import { formatMicroTime, formatTime, readTime } from "./time.ts";
import { type ParsedYaml, parseYaml, YamlError } from "./yaml.ts";

/** A value that cannot be held by the server's types; the message is Go's. */
export class DecodeError extends Error {}

/** A value of its schema, as `conform` would leave it, and what strict decoding would refuse: `unknown field "spec.replica"`. */
export interface Decoded<T = unknown> {
  value: T;
  problems: string[];
  /** Lists that are owned as a whole, and in which amounts were left out: to the real server they are other lists than those with a zero there. */
  rewritten: readonly (readonly (string | number)[])[];
}

const mostProblems = 100;

/**
 * Reads untrusted JSON values by their schema; throws `DecodeError` where the real server could not decode them. What a strategic merge patch
 * made is converted, not decoded, by the real server: then its errors have other words.
 */
export function decode<T>(
  schema: Schema,
  value: unknown,
  duplicates: ParsedJson["duplicates"] = none,
  words: "decoded" | "converted" = "decoded",
): Decoded<T> {
  const decoder = new Decoder(duplicates, words);
  const result = decoder.value(schema, value);
  if (decoder.firstError) throw decoder.firstError;
  return { value: result as T, problems: [...decoder.problems], rewritten: decoder.rewritten };
}

const none: ParsedJson["duplicates"] = new Map();

/** A request's body before anybody knows of which kind it is. */
export interface Body {
  value: unknown;
  duplicates: ParsedJson["duplicates"];
  /** What strict decoding says of the text itself: keys that come twice in YAML. */
  problems: string[];
}

/** Reads the text of a body; throws `DecodeError` in the words in which the real server ends its sentence. */
export function readBody(text: string, format: "json" | "yaml"): Body {
  try {
    if (format === "json") return { ...parseJson(text), problems: [] };
    const { value, duplicates } = parseYaml(text);
    return { value: inOrder(value), duplicates: none, problems: duplicates.length > 0 ? [yamlDuplicates(duplicates)] : [] };
  } catch (error) {
    if (error instanceof JsonError) throw new DecodeError(error.message);
    if (error instanceof YamlError) throw new DecodeError(`error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

/** YAML becomes JSON first, and that in the order of its keys: of several mistakes the first one there is told. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value) || value instanceof NumberText) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) setKey(sorted, key, inOrder(value[key]));
  return sorted;
}

/** What strict decoding of YAML says of keys that come twice. */
export const yamlDuplicates = (duplicates: ParsedYaml["duplicates"]): string =>
  `yaml: unmarshal errors:\n${duplicates.map(({ line, key }) => `  line ${line}: key ${JSON.stringify(key)} already set in map`).join("\n")}`;

class Decoder {
  readonly problems = new Set<string>();
  readonly rewritten: (readonly (string | number)[])[] = [];
  /** A wrong type is reported when the rest has been read, since worse may follow; the first one counts. */
  firstError: DecodeError | undefined;
  readonly #duplicates: ParsedJson["duplicates"];
  /** The fields on the way here, and the struct that the last of them is in, as Go's errors name them. */
  #fields: string[] = [];
  #struct = "";
  /** The way here as strict errors write it, with indexes and keys. */
  #path: (string | number)[] = [];
  readonly #words: "decoded" | "converted";
  /** How deep the outermost list around here is that is owned as a whole. */
  #wholeList: number | undefined;

  constructor(duplicates: ParsedJson["duplicates"], words: "decoded" | "converted") {
    this.#duplicates = duplicates;
    this.#words = words;
  }

  /** undefined where nothing could be read. */
  value(schema: Schema, value: unknown): unknown {
    switch (schema.type) {
      case "struct":
        return isObject(value) ? this.#readStruct(schema, value) : this.#wrongType(schema, value);
      case "list":
        return Array.isArray(value) ? this.#readList(schema, value) : this.#wrongType(schema, value);
      case "map":
        return isObject(value) ? this.#readMap(schema, value) : this.#wrongType(schema, value);
      default:
        return this.#readScalar(schema, value);
    }
  }

  #readStruct(schema: StructSchema, value: Record<string, unknown>): Record<string, unknown> {
    const read = new Map<string, unknown>();
    const [struct, depth] = [this.#struct, this.#fields.length];
    for (const key of Object.keys(value)) {
      const field = schema.fields.get(key);
      if (!field) {
        if (schema.open) read.set(key, plainNumbers(value[key]));
        else this.#problem("unknown", key);
        continue;
      }
      if (this.#duplicates.get(value)?.includes(key)) this.#problem("duplicate", key);
      const given = value[key];
      if (given === null) {
        if (field.nullable) read.set(key, null);
        continue;
      }
      if (field.embedded) this.#fields.push(...field.embedded.split("."));
      this.#fields.push(key);
      this.#struct = nameOf(schema.goType);
      this.#path.push(key);
      read.set(key, this.value(field.schema, given));
      this.#path.pop();
      this.#fields.length = depth;
      this.#struct = struct;
    }

    const result: Record<string, unknown> = {};
    for (const field of schema.fields.values()) {
      const given = read.get(field.name);
      const kept = keptValue(field, given, undefined);
      if (kept !== undefined) result[field.name] = kept;
      else noteLeftOut(result, field.name, given);
      if (given === undefined && this.#wholeList !== undefined && field.always && field.schema.type === "quantity")
        this.rewritten.push(this.#path.slice(0, this.#wholeList));
    }
    if (schema.open) for (const [key, kept] of read) if (!schema.fields.has(key)) setKey(result, key, kept);
    return result;
  }

  #readList(schema: ListSchema, value: readonly unknown[]): unknown[] {
    const around = this.#wholeList;
    if (schema.merge === "atomic") this.#wholeList ??= this.#path.length;
    const list = value.map((item, i) => {
      this.#path.push(i);
      const read = item === null ? this.#nullItem(schema) : this.value(schema.items, item);
      this.#path.pop();
      return read === undefined ? this.#nullItem(schema) : read;
    });
    this.#wholeList = around;
    return list;
  }

  #nullItem(schema: ListSchema): unknown {
    return schema.nullableItems ? null : schema.items.type === "struct" ? this.#readStruct(schema.items, {}) : emptyOf(schema.items);
  }

  #readMap(schema: MapSchema, value: Record<string, unknown>): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const twice = this.#duplicates.get(value);
    for (const key of sortedKeys(value)) {
      if (twice?.includes(key)) this.#problem("duplicate", key);
      this.#path.push(key);
      const given = value[key];
      const read = given === null ? (schema.nullableValues ? null : emptyOf(schema.values)) : this.value(schema.values, given);
      this.#path.pop();
      if (given === null && schema.loose && !schema.nullableValues) continue;
      setKey(result, key, read === undefined ? emptyOf(schema.values) : read);
    }
    return result;
  }

  #readScalar(schema: ScalarSchema, value: unknown): unknown {
    switch (schema.type) {
      case "string":
        return typeof value === "string" ? value : this.#wrongType(schema, value);
      case "boolean":
        return typeof value === "boolean" ? value : this.#wrongType(schema, value);
      case "int32":
        return this.#readInteger(schema, value, 2 ** 31);
      case "int64":
        return this.#readInteger(schema, value, 2 ** 63);
      case "float64":
        return typeof value === "number" ? value : value instanceof NumberText ? value.value : this.#wrongType(schema, value);
      case "bytes":
        return this.#readBytes(schema, value);
      case "quantity":
        return this.#readQuantity(value);
      case "time":
      case "micro-time":
        return this.#readTime(schema.type, value);
      case "int-or-string":
        if (typeof value === "string") return value;
        return this.#readOwnInteger(value);
      case "schema-or-list":
        return Array.isArray(value) ? value.map((item) => this.#readSchema(item)) : isObject(value) ? this.#readSchema(value) : [];
      case "schema-or-boolean":
        if (typeof value === "boolean") return value;
        if (!isObject(value)) throw new DecodeError("boolean or JSON schema expected");
        return this.#readSchema(value);
      case "schema-or-strings":
        return isObject(value) ? this.#readSchema(value) : plainNumbers(value);
      default:
        return plainNumbers(value);
    }
  }

  #readInteger(schema: ScalarSchema, value: unknown, beyond: number): unknown {
    if (value instanceof NumberText) {
      // 9007199254740993 is an int64, though a JavaScript number comes only near it; 1.0 is none.
      if (/^-?\d+$/.test(value.text) && inRange(value.value, beyond)) return value.value;
      return this.#wrongType(schema, value, `number ${value.text}`);
    }
    if (typeof value !== "number") return this.#wrongType(schema, value);
    if (!Number.isInteger(value) || !inRange(value, beyond)) return this.#wrongType(schema, value, `number ${value}`);
    return value;
  }

  /** Types that read themselves stop everything when they fail, whatever was wrong before. */
  #readOwnInteger(value: unknown): number {
    const number = value instanceof NumberText ? value.value : value;
    if (typeof number === "number" && Number.isInteger(number) && inRange(number, 2 ** 31) && !(value instanceof NumberText)) return number;
    const what = value instanceof NumberText ? `number ${value.text}` : typeof value === "number" ? `number ${value}` : kindOf(value);
    throw this.#typeError(what, "int32");
  }

  #readTime(type: "time" | "micro-time", value: unknown): string {
    if (typeof value !== "string") throw this.#typeError(kindOf(value), "string");
    const read = readTime(value, type);
    if (typeof read !== "number") throw new DecodeError(read.problem);
    return type === "time" ? formatTime(read) : formatMicroTime(read);
  }

  /** A schema where something simpler may stand reads itself: unknown fields in it go unnoticed, and a wrong type stops everything. */
  #readSchema(value: unknown): unknown {
    const problems = new Set(this.problems);
    const before = this.firstError;
    this.firstError = undefined;
    const read = this.value(schemaById("apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"), value);
    if (this.firstError) throw this.firstError;
    this.firstError = before;
    for (const problem of this.problems) if (!problems.has(problem)) this.problems.delete(problem);
    return read;
  }

  #readQuantity(value: unknown): string {
    const text = typeof value === "string" ? value.trim() : value instanceof NumberText ? value.text : JSON.stringify(value);
    const read = readQuantity(text);
    if ("problem" in read) throw new DecodeError(read.problem);
    return canonicalQuantity(text) ?? text;
  }

  #readBytes(schema: ScalarSchema, value: unknown): unknown {
    if (Array.isArray(value)) return this.#readByteList(value);
    if (typeof value !== "string") return this.#wrongType(schema, value);
    const wrong = base64Problem(value);
    if (wrong === undefined) {
      const text = value.replace(/[\r\n]/g, "");
      return text.endsWith("=") ? btoa(atob(text)) : text;
    }
    const problem = `illegal base64 data at input byte ${wrong}`;
    this.firstError ??= new DecodeError(this.#words === "converted" ? `error decoding from json: ${problem}` : problem);
    return undefined;
  }

  /** Bytes may also come one by one, as numbers. */
  #readByteList(value: readonly unknown[]): string {
    let bytes = "";
    for (const item of value) {
      const number = item === null ? 0 : this.#readInteger(byte, item, 256);
      if (typeof number === "number" && number < 0) this.#wrongType(byte, number, `number ${number}`);
      else if (typeof number === "number") bytes += String.fromCharCode(number);
    }
    return btoa(bytes);
  }

  #wrongType(schema: Schema, value: unknown, what = kindOf(value)): unknown {
    if ("loose" in schema && schema.loose) return plainNumbers(value);
    this.firstError ??= this.#words === "converted" ? notConverted(schema, value) : this.#typeError(what, schema.goType);
    return undefined;
  }

  #typeError(what: string, goType: string): DecodeError {
    const where = this.#fields.length > 0 && this.#words === "decoded" ? `Go struct field ${this.#struct}.${this.#fields.join(".")}` : "Go value";
    return new DecodeError(`json: cannot unmarshal ${what} into ${where} of type ${goType}`);
  }

  #problem(what: "unknown" | "duplicate", key: string): void {
    if (this.problems.size >= mostProblems) return;
    let path = "";
    for (const step of [...this.#path, key]) path += typeof step === "number" ? `[${step}]` : path ? `.${step}` : step;
    this.problems.add(`${what} field "${path}"`);
  }
}

/** Why a value could not be converted, in the words of the converter. */
function notConverted(schema: Schema, value: unknown): DecodeError {
  const number = value instanceof NumberText ? value.value : value;
  const go =
    typeof number === "number"
      ? Number.isInteger(number)
        ? "int64"
        : "float64"
      : Array.isArray(value)
        ? "slice"
        : isMap(value)
          ? "map"
          : kindOf(value);
  switch (schema.type) {
    case "struct":
      return new DecodeError(`cannot restore struct from: ${go}`);
    case "list":
    case "bytes":
      return new DecodeError(`cannot restore slice from ${go}`);
    case "map":
      return new DecodeError(`cannot restore map from ${go}`);
    case "string":
      return new DecodeError(go === "int64" ? `cannot convert int64 to ${schema.goType}` : "unrecognized type: string");
    case "boolean":
      return new DecodeError("unrecognized type: bool");
    default:
      return new DecodeError(
        go === "float64" ? `cannot convert float64 to ${schema.goType}` : `unrecognized type: ${schema === byte ? schema.goType : schema.type}`,
      );
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => isMap(value) && !(value instanceof NumberText);

const nameOf = (goType: string) => goType.slice(goType.lastIndexOf(".") + 1);

const inRange = (value: number, beyond: number) => value >= -beyond && value < beyond;

/** What Go calls a JSON value. */
function kindOf(value: unknown): string {
  if (value instanceof NumberText) return "number";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** As the elements of bytes are read. */
const byte: ScalarSchema = { type: "int32", goType: "uint8" };

/** The first byte that is no base64, as Go counts; undefined where all is well. Ends of lines are passed over, and counted. */
function base64Problem(text: string): number | undefined {
  const pastLineEnds = (from: number) => {
    let at = from;
    while (text[at] === "\n" || text[at] === "\r") at++;
    return at;
  };
  const end = text.search(/[^A-Za-z0-9+/\r\n]/);
  const inQuantum = (end < 0 ? text : text.slice(0, end)).replace(/[\r\n]/g, "").length % 4;
  if (end < 0) return inQuantum === 0 ? undefined : text.length - inQuantum;
  if (text[end] !== "=" || inQuantum < 2) return end;
  let next = end + 1;
  if (inQuantum === 2) {
    next = pastLineEnds(next);
    if (next === text.length) return text.length;
    if (text[next] !== "=") return next - 1;
    next++;
  }
  next = pastLineEnds(next);
  return next === text.length ? undefined : next;
}
