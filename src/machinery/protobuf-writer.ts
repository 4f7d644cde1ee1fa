import type { TypeData } from "#generated/schema.ts";
import { bytesOfBase64 } from "./base64-text.ts";
import { Backward, within } from "./protobuf-bytes.ts";
import { messageOf, type WireNode, wireNodes } from "./protobuf-shapes.ts";
import { parseTime } from "./time.ts";

/**
 * An object in Kubernetes' protobuf, byte for byte as the API server answers with it and keeps it in etcd; undefined where its kind has none, as
 * custom resources, which are JSON. https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function writeProtobuf(object: object): Uint8Array | undefined {
  const { apiVersion = "", kind = "" } = object as { apiVersion?: string; kind?: string };
  const id = messageOf(apiVersion, kind);
  if (!id) return undefined;
  const to = new Backward();
  to.text(4, "");
  to.text(3, "");
  within(to, 2, () => fields(to, wireNodes(id), object));
  within(to, 1, () => {
    to.text(2, kind);
    to.text(1, apiVersion);
  });
  to.bytes(magic);
  return to.written;
}

/** An event of a watch: its length in four bytes, then the event as a message. */
export function protobufFrame(type: string, object: Uint8Array): Uint8Array {
  const to = new Backward();
  within(to, 2, () => to.lengthed(1, object));
  to.text(1, type);
  const { size } = to;
  to.bytes(new Uint8Array([size >>> 24, size >>> 16, size >>> 8, size]));
  return to.written;
}

const magic = new Uint8Array([0x6b, 0x38, 0x73, 0x00]);

function fields(to: Backward, nodes: readonly WireNode[], from: object): void {
  for (const { number, name, type, optional, inner } of nodes) {
    if (inner) within(to, number, () => fields(to, inner, from));
    else {
      const value = (from as Record<string, unknown>)[name] ?? (optional ? undefined : zeroOf(type));
      if (value !== undefined) field(to, number, type, value);
    }
  }
}

/** What a field is that was not given and is written all the same; what holds many is not. */
function zeroOf(type: TypeData): unknown {
  if (typeof type !== "string" || type === "bytes") return undefined;
  if (type.startsWith("@")) return {};
  switch (type) {
    case "boolean":
      return false;
    case "int32":
    case "int64":
    case "float64":
    case "int-or-string":
      return 0;
    case "quantity":
      return "0";
    default:
      return "";
  }
}

function field(to: Backward, number: number, type: TypeData, value: unknown): void {
  if (Array.isArray(type)) for (const item of (value as unknown[]).toReversed()) one(to, number, type[0], item);
  else if (typeof type === "object") mapEntries(to, number, type.of, value as Record<string, unknown>);
  else one(to, number, type, value);
}

function mapEntries(to: Backward, number: number, of: TypeData, map: Record<string, unknown>): void {
  for (const key of Object.keys(map).sort().reverse())
    within(to, number, () => {
      one(to, 2, of, map[key]);
      to.text(1, key);
    });
}

/** One value. A list or a map that stands in another is a message of its own: protobuf has no other way. */
function one(to: Backward, number: number, type: TypeData, value: unknown): void {
  if (typeof type !== "string") within(to, number, () => field(to, 1, type, value ?? []));
  else if (type.startsWith("@")) within(to, number, () => fields(to, wireNodes(type.slice(1)), (value ?? {}) as object));
  else scalar(to, number, type, value);
}

function scalar(to: Backward, number: number, type: string, value: unknown): void {
  switch (type) {
    case "boolean":
      to.number(number, value ? 1 : 0);
      break;
    case "int32":
    case "int64":
      to.number(number, Number(value));
      break;
    case "float64": {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, Number(value), true);
      to.bytes(bytes);
      to.tag(number, 1);
      break;
    }
    case "bytes":
      to.lengthed(number, bytesOfBase64(String(value)));
      break;
    case "string":
      to.text(number, String(value));
      break;
    default:
      within(to, number, () => content(to, type, value));
  }
}

const schemaType = "@apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

/** What is a string or a number in JSON, and a message here. */
function content(to: Backward, type: string, value: unknown): void {
  switch (type) {
    case "quantity":
      to.text(1, String(value));
      break;
    case "time":
    case "micro-time":
      time(to, String(value), type === "micro-time");
      break;
    case "int-or-string": {
      const isText = typeof value === "string";
      to.text(3, isText ? value : "");
      to.number(2, isText ? 0 : Number(value));
      to.number(1, isText ? 1 : 0);
      break;
    }
    case "schema-or-list":
      field(to, Array.isArray(value) ? 2 : 1, Array.isArray(value) ? [schemaType] : schemaType, value);
      break;
    case "schema-or-strings":
      field(to, Array.isArray(value) ? 2 : 1, Array.isArray(value) ? ["string"] : schemaType, value);
      break;
    case "schema-or-boolean":
      if (typeof value === "object") field(to, 2, schemaType, value);
      to.number(1, value === false ? 0 : 1);
      break;
    default:
      if (value !== "") to.text(1, JSON.stringify(value));
  }
}

/** Times are seconds and nanoseconds; no time is nothing. */
function time(to: Backward, text: string, isMicro: boolean): void {
  if (text === "") return;
  const micros = isMicro ? Number((/\.(\d+)/.exec(text)?.[1] ?? "0").padEnd(6, "0")) : 0;
  to.number(2, micros * 1000);
  to.number(1, Math.floor(parseTime(`${text.slice(0, 19)}Z`) / 1000));
}
