import { goStructs } from "./go-structs.ts";
import { fnv32a, fnv32aOn, safeEncode } from "./hash.ts";
import type { PodTemplateSpec } from "./types.ts";

/**
 * The label that tells the pods of one template from those of another. Kubernetes hashes what Go prints of the template (spew's `%#v` with types), so
 * that the same manifest has the same hash here as in any cluster of the same release.
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
  let hash = fnv32a(goText(template));
  if (collisionCount !== undefined) {
    const bytes = [0, 8, 16, 24].map((shift) => (collisionCount >>> shift) & 0xff);
    hash = fnv32aOn(hash, [...bytes, 0, 0, 0, 0]);
  }
  return safeEncode(String(hash));
}

/** The template as Go prints it. */
export const goText = (template: PodTemplateSpec): string => `(v1.PodTemplateSpec)${structText("v1.PodTemplateSpec", template)}`;

interface Field {
  go: string;
  /** Undefined where the fields of the type stand in the struct around it. */
  json: string | undefined;
  type: string;
}

const structs = new Map<string, readonly Field[]>();

function fieldsOf(struct: string): readonly Field[] {
  let fields = structs.get(struct);
  if (!fields) {
    fields = (goStructs[struct] ?? "").split(" ").map((text) => {
      const [names = "", type = ""] = text.split("=");
      const [go = "", json] = names.split(":");
      return { go, json: json === "^" ? undefined : (json ?? go.charAt(0).toLowerCase() + go.slice(1)), type };
    });
    structs.set(struct, fields);
  }
  return fields;
}

function structText(struct: string, value: object): string {
  const values = value as Record<string, unknown>;
  const fields = fieldsOf(struct).map(({ go, json, type }) => `${go}:(${type})${valueText(type, json === undefined ? values : values[json])}`);
  return `{${fields.join(" ")}}`;
}

const noTime = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";

function valueText(type: string, value: unknown): string {
  if (type.startsWith("*")) return value === undefined || value === null ? "<nil>" : valueText(type.slice(1), value);
  if (type.startsWith("[]")) return listText(type.slice(2), value);
  if (type === "map[string]string") return mapText("string", value);
  if (type === "v1.ResourceList") return mapText("resource.Quantity", value);
  if (type === "v1.Time") return noTime;
  if (type === "resource.Quantity") return quantityText(String(value ?? ""));
  if (type === "intstr.IntOrString") return intOrStringText(value);
  if (goStructs[type]) return structText(type, (value ?? {}) as object);
  if (value !== undefined && value !== null) return String(value);
  return type === "bool" ? "false" : /^u?int\d*$/.test(type) ? "0" : "";
}

/** What is empty came through a store that does not keep it apart from what is not there. */
function listText(type: string, value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return "<nil>";
  return `[${value.map((item) => valueText(type, item)).join(" ")}]`;
}

function mapText(type: string, value: unknown): string {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  if (entries.length === 0) return "<nil>";
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${valueText(type, item)}`).join(" ")}]`;
}

function intOrStringText(value: unknown): string {
  const isText = typeof value === "string";
  return `{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${isText ? 0 : (value ?? 0)} StrVal:(string)${isText ? value : ""}}`;
}

const decimalExponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** A quantity as its Go struct holds it after it was read: a number, its scale, and the text where that is canonical by the parser's quick rule. */
function quantityText(text: string): string {
  const struct = (value: bigint, scale: number, cached: string, format: string) =>
    `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${cached} Format:(resource.Format)${format}}`;
  if (text === "") return struct(0n, 0, "", "");
  if (text === "0") return struct(0n, 0, "0", "DecimalSI");

  const [, sign = "", whole = "", fraction = "", suffix = ""] = /^([+-]?)(\d*)\.?(\d*)(.*)$/.exec(text) ?? [];
  const number = BigInt(`${whole}${fraction}` || "0");
  const signed = sign === "-" ? -number : number;
  const binary = binaryExponents[suffix];
  if (binary !== undefined) return struct(signed << BigInt(binary), 0, binary % 10 === 0 && (number & 7n) !== 0n ? text : "", "BinarySI");

  const exponent = decimalExponents[suffix] ?? Number(suffix.slice(1));
  const scale = exponent - fraction.length;
  const digits = `${whole}${fraction}`;
  const isCanonical = scale % 3 === 0 && !digits.endsWith("000") && !digits.startsWith("0");
  return struct(signed, scale, isCanonical ? text : "", suffix in decimalExponents ? "DecimalSI" : "DecimalExponent");
}
