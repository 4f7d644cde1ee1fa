import { bytesOf, joined } from "#base/streams.ts";
import { type FieldData, kinds, structs, type TypeData } from "#generated/schema.ts";
import { wire } from "#generated/wire.ts";
import { groupVersionOf } from "./object.ts";
import { parseTime } from "./time.ts";

/**
 * An object in Kubernetes' protobuf, as the API server keeps it in etcd; undefined where its kind has none, as custom resources, which are kept as JSON.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function writeProtobuf(object: object): Uint8Array | undefined {
  const { apiVersion = "", kind = "", ...content } = object as { apiVersion?: string; kind?: string };
  const { group, version } = groupVersionOf(apiVersion);
  const id = kinds[`${group}/${version}/${kind}`];
  if (!id || !wire[id]) return undefined;
  const type = joined([lengthed(1, bytesOf(apiVersion)), lengthed(2, bytesOf(kind))]);
  const nothing = new Uint8Array(0);
  return joined([magic, lengthed(1, type), lengthed(2, message(id, content)), lengthed(3, nothing), lengthed(4, nothing)]);
}

const magic = new Uint8Array([0x6b, 0x38, 0x73, 0x00]);

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return new Uint8Array(bytes);
}

const tag = (number: number, type: number) => varint(BigInt((number << 3) | type));
const lengthed = (number: number, bytes: Uint8Array): Uint8Array => joined([tag(number, 2), varint(BigInt(bytes.length)), bytes]);
const numbered = (number: number, value: number | bigint): Uint8Array => joined([tag(number, 0), varint(BigInt(value))]);

/** Fields by their number; of those that stand in embedded messages, these messages. */
type Tree = Map<number, Uint8Array[] | Tree>;

function message(id: string, value: object): Uint8Array {
  const words = (wire[id] ?? "").split(" ");
  const tree: Tree = new Map();
  for (let i = 0; i + 1 < words.length; i += 2) {
    const field = structs[id]?.f[words[i] ?? ""];
    const given = (value as Record<string, unknown>)[words[i] ?? ""];
    if (!field || given === undefined || given === null) continue;
    const path = (words[i + 1] ?? "").split(".").map(Number);
    let at = tree;
    for (const step of path.slice(0, -1)) {
      const inner = at.get(step);
      const next = inner instanceof Map ? inner : new Map();
      at.set(step, next);
      at = next;
    }
    const number = path.at(-1) ?? 0;
    at.set(number, fieldBytes(number, field.t, given, field));
  }
  return flat(tree);
}

function flat(tree: Tree): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, content] of [...tree].sort(([a], [b]) => a - b)) {
    if (content instanceof Map) parts.push(lengthed(number, flat(content)));
    else parts.push(...content);
  }
  return joined(parts);
}

function fieldBytes(number: number, type: TypeData, value: unknown, field?: FieldData): Uint8Array[] {
  if (Array.isArray(type)) return (value as unknown[]).map((item) => one(number, type[0], item));
  if (typeof type === "object")
    return Object.keys(value as object)
      .sort()
      .map((key) => {
        const inner = (value as Record<string, unknown>)[key];
        const of = type.of;
        // A list as a map's value is a message of its own.
        const content = Array.isArray(of) ? lengthed(2, joined((inner as unknown[]).map((item) => one(1, of[0], item)))) : one(2, of, inner);
        return lengthed(number, joined([lengthed(1, bytesOf(key)), content]));
      });
  return [one(number, type, value, field)];
}

function one(number: number, type: TypeData, value: unknown, _field?: FieldData): Uint8Array {
  if (Array.isArray(type)) return lengthed(number, joined((value as unknown[]).map((item) => one(1, type[0], item))));
  if (typeof type === "object") return lengthed(number, joined(fieldBytes(1, type, value)));
  if (type.startsWith("@")) return lengthed(number, message(type.slice(1), value as object));
  switch (type) {
    case "boolean":
      return numbered(number, value ? 1 : 0);
    case "int32":
    case "int64":
      return numbered(number, BigInt(value as number));
    case "float64": {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, value as number, true);
      return joined([tag(number, 1), bytes]);
    }
    case "bytes":
      return lengthed(
        number,
        Uint8Array.from(atob(value as string), (c) => c.charCodeAt(0)),
      );
    case "string":
      return lengthed(number, bytesOf(String(value)));
    case "quantity":
      return lengthed(number, lengthed(1, bytesOf(String(value))));
    case "time":
    case "micro-time":
      return lengthed(number, timeBytes(String(value), type === "micro-time"));
    case "int-or-string":
      return lengthed(
        number,
        typeof value === "number"
          ? joined([numbered(1, 0), numbered(2, value), lengthed(3, bytesOf(""))])
          : joined([numbered(1, 1), numbered(2, 0), lengthed(3, bytesOf(String(value)))]),
      );
    default:
      return lengthed(number, lengthed(1, bytesOf(JSON.stringify(value))));
  }
}

function timeBytes(text: string, isMicro: boolean): Uint8Array {
  const seconds = Math.floor(parseTime(`${text.slice(0, 19)}Z`) / 1000);
  const micros = isMicro ? Number((/\.(\d+)/.exec(text)?.[1] ?? "0").padEnd(6, "0")) : 0;
  return joined([numbered(1, seconds), ...(micros > 0 ? [numbered(2, micros * 1000)] : [])]);
}
