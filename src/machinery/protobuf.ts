import { textOf } from "#base/streams.ts";
import { type FieldData, kinds, structs, type TypeData } from "#generated/schema.ts";
import { wire } from "#generated/wire.ts";
import { groupVersionOf } from "./object.ts";
import { formatTime } from "./time.ts";

/**
 * Kubernetes' protobuf, which its typed Go clients send for built-in kinds: `kubectl create deployment` does.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export const protobufMediaType = "application/vnd.kubernetes.protobuf";

/** A body that is no protobuf, or of a kind that has none. */
export class ProtobufError extends Error {}

const magic = [0x6b, 0x38, 0x73, 0x00];

/** The object in a body, as its JSON would give it. */
export function readProtobuf(bytes: Uint8Array): Record<string, unknown> {
  if (!magic.every((byte, i) => bytes[i] === byte))
    throw new ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  const envelope = fieldsIn(bytes.subarray(magic.length));
  const type = fieldsIn(bytesAt(envelope, 1));
  const apiVersion = textOf(bytesAt(type, 1));
  const kind = textOf(bytesAt(type, 2));
  const { group, version } = groupVersionOf(apiVersion);
  const id = kinds[`${group}/${version}/${kind}`] ?? shared[kind];
  if (!id || !wire[id]) throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return { apiVersion, kind, ...message(id, bytesAt(envelope, 2)) };
}

/** Kinds that every group has. */
const shared: Readonly<Record<string, string>> = {
  DeleteOptions: "apimachinery.pkg.apis.meta.v1.DeleteOptions",
};

/** What stands under one number, in order: numbers, and the bytes of whatever has a length. */
type Wire = Map<number, (bigint | Uint8Array)[]>;

function fieldsIn(bytes: Uint8Array): Wire {
  const fields: Wire = new Map();
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const tag = Number(reader.varint());
    const number = tag >>> 3;
    const value = reader.value(tag & 7);
    const values = fields.get(number);
    if (values) values.push(value);
    else fields.set(number, [value]);
  }
  return fields;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new ProtobufError("unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError("proto: integer overflow");
  }

  value(wireType: number): bigint | Uint8Array {
    switch (wireType) {
      case 0:
        return this.varint();
      case 1:
        return this.#take(8);
      case 2:
        return this.#take(Number(this.varint()));
      case 5:
        return this.#take(4);
      default:
        throw new ProtobufError(`proto: illegal wireType ${wireType}`);
    }
  }

  #take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new ProtobufError("unexpected EOF");
    this.#at += length;
    return taken;
  }
}

const empty = new Uint8Array(0);

function bytesAt(fields: Wire, number: number): Uint8Array {
  const value = fields.get(number)?.at(-1);
  return value instanceof Uint8Array ? value : empty;
}

interface WireField {
  name: string;
  data: FieldData;
  /** Its number, after those of the messages that are embedded between. */
  path: readonly number[];
}

const made = new Map<string, readonly WireField[]>();

function wireFields(id: string): readonly WireField[] {
  const known = made.get(id);
  if (known) return known;
  const words = (wire[id] ?? "").split(" ");
  const fields: WireField[] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    const name = words[i] ?? "";
    const data = structs[id]?.f[name];
    if (data) fields.push({ name, data, path: (words[i + 1] ?? "").split(".").map(Number) });
  }
  made.set(id, fields);
  return fields;
}

/** Go writes what is held by value even when it is zero: such a field was not given. */
function message(id: string, bytes: Uint8Array): Record<string, unknown> {
  const all = fieldsIn(bytes);
  const embedded = new Map<string, Wire>([["", all]]);
  const object: Record<string, unknown> = {};
  for (const { name, data, path } of wireFields(id)) {
    let at: Wire = all;
    let prefix = "";
    for (const step of path.slice(0, -1)) {
      prefix += `.${step}`;
      const inner = embedded.get(prefix) ?? fieldsIn(bytesAt(at, step));
      embedded.set(prefix, inner);
      at = inner;
    }
    const values = at.get(path.at(-1) ?? 0);
    if (!values) continue;
    const value = fieldValue(data.t, values);
    if (value === undefined || (data.p !== 1 && isZero(value))) continue;
    object[name] = value;
  }
  return object;
}

const isZero = (value: unknown) => value === "" || value === 0 || value === false;

function fieldValue(type: TypeData, values: readonly (bigint | Uint8Array)[]): unknown {
  if (Array.isArray(type)) return list(type[0], values);
  if (typeof type === "object") return Object.fromEntries(values.map((entry) => mapEntry(type.of, entry)));
  return scalar(type, values.at(-1) ?? empty);
}

/** Numbers may stand packed into one value. */
function list(items: TypeData, values: readonly (bigint | Uint8Array)[]): unknown[] {
  if (items !== "int32" && items !== "int64") return values.map((value) => scalar(items, value));
  return values.flatMap((value) => {
    if (!(value instanceof Uint8Array)) return [scalar(items, value)];
    const reader = new Reader(value);
    const numbers: unknown[] = [];
    while (!reader.atEnd) numbers.push(scalar(items, reader.varint()));
    return numbers;
  });
}

function mapEntry(values: TypeData, entry: bigint | Uint8Array): [string, unknown] {
  const fields = fieldsIn(needBytes(entry));
  const value = fields.get(2) ?? [empty];
  // A list as a map's value is a message of its own: protobuf has no other way.
  const inner = Array.isArray(values) ? list(values[0], fieldsIn(bytesAt(fields, 2)).get(1) ?? []) : (fieldValue(values, value) ?? null);
  return [textOf(bytesAt(fields, 1)), inner];
}

function needBytes(value: bigint | Uint8Array): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new ProtobufError("proto: wrong wireType");
  return value;
}

const number = (value: bigint | Uint8Array): number => (value instanceof Uint8Array ? 0 : Number(BigInt.asIntN(64, value)));

function scalar(type: TypeData, value: bigint | Uint8Array): unknown {
  if (Array.isArray(type)) return list(type[0], fieldsIn(needBytes(value)).get(1) ?? []);
  if (typeof type === "object") throw new ProtobufError("proto: a map in a list");
  if (type.startsWith("@")) return message(type.slice(1), needBytes(value));
  switch (type) {
    case "boolean":
      return number(value) !== 0;
    case "int32":
    case "int64":
      return number(value);
    case "float64": {
      const bytes = needBytes(value);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0, true);
    }
    case "bytes":
      return base64(needBytes(value));
    case "string":
      return textOf(needBytes(value));
    case "quantity":
      return textOf(bytesAt(fieldsIn(needBytes(value)), 1)) || "0";
    case "time":
    case "micro-time":
      return time(fieldsIn(needBytes(value)), type === "micro-time");
    case "int-or-string":
      return intOrString(fieldsIn(needBytes(value)));
    default:
      return embeddedJson(type, fieldsIn(needBytes(value)));
  }
}

/** The zero time is no time. */
function time(fields: Wire, isMicro: boolean): string | undefined {
  const seconds = number(fields.get(1)?.at(-1) ?? 0n);
  const nanos = number(fields.get(2)?.at(-1) ?? 0n);
  if (seconds === 0 && nanos === 0) return undefined;
  const text = formatTime(seconds * 1000);
  return isMicro ? `${text.slice(0, -1)}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z` : text;
}

function intOrString(fields: Wire): number | string {
  const isText = number(fields.get(1)?.at(-1) ?? 0n) === 1;
  return isText ? textOf(bytesAt(fields, 3)) : number(BigInt.asIntN(32, BigInt(number(fields.get(2)?.at(-1) ?? 0n))));
}

const schemaId = "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

/** JSON inside of protobuf, and the places where a schema or something simpler stands. */
function embeddedJson(type: string, fields: Wire): unknown {
  switch (type) {
    case "schema-or-list":
      return fields.has(1) ? message(schemaId, bytesAt(fields, 1)) : (fields.get(2) ?? []).map((one) => message(schemaId, needBytes(one)));
    case "schema-or-boolean":
      return fields.has(2) ? message(schemaId, bytesAt(fields, 2)) : number(fields.get(1)?.at(-1) ?? 0n) !== 0;
    case "schema-or-strings":
      return fields.has(1) ? message(schemaId, bytesAt(fields, 1)) : (fields.get(2) ?? []).map((one) => textOf(needBytes(one)));
  }
  const raw = textOf(bytesAt(fields, 1));
  if (!raw) return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    throw new ProtobufError("invalid JSON inside of a protobuf message");
  }
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}
