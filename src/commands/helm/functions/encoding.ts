import { parse as parseTomlText, TomlError } from "smol-toml";
import { base64Of, bytesOfBase64 } from "#machinery/base64-text.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { parseJson, plainNumbers } from "#machinery/json.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { entryOf, GoObject, Int64, isList, isMap, isNil, keysOf, type TemplateFunction, type Value } from "../../go-template/values.ts";
import { tomlText } from "./toml.ts";

/** A template's value as JSON values; numbers too large for them stay `bigint`s. */
export function plainOf(value: Value): unknown {
  if (isNil(value)) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Int64) return plainOf(value.value);
  if (value instanceof GoObject) return value.toGoString();
  if (value instanceof Uint8Array) return base64Of(value);
  if (isList(value)) return value.map(plainOf);
  if (isMap(value)) return Object.fromEntries(keysOf(value).map((key) => [key, plainOf(entryOf(value, key))]));
  return value;
}

const escapes: Readonly<Record<string, string>> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029" };

/** A value as Go writes JSON: keys sorted, and unless `raw` without characters that mean something in HTML. */
export function goJson(value: Value, { raw = false, indent = "" } = {}): string {
  const text = (plain: unknown, pad: string): string => {
    const inner = pad + indent;
    const [open, close, colon] = indent ? [`\n${inner}`, `\n${pad}`, ": "] : ["", "", ":"];
    if (typeof plain === "string") return JSON.stringify(plain).replace(raw ? /[\u2028\u2029]/g : /[<>&\u2028\u2029]/g, (c) => escapes[c] ?? c);
    if (typeof plain === "number" && !Number.isFinite(plain)) throw new TemplateProblem(`json: unsupported value: ${plain > 0 ? "+Inf" : "-Inf"}`);
    if (typeof plain !== "object" || plain === null) return String(plain);
    if (Array.isArray(plain)) return plain.length === 0 ? "[]" : `[${open}${plain.map((item) => text(item, inner)).join(`,${open}`)}${close}]`;
    const entries = Object.entries(plain);
    if (entries.length === 0) return "{}";
    return `{${open}${entries.map(([key, item]) => `${text(key, "")}${colon}${text(item, inner)}`).join(`,${open}`)}${close}}`;
  };
  return text(plainOf(value), "");
}

/** A value as YAML, without the end of its last line. */
export const goYaml = (value: Value, options: { indentLists?: boolean } = {}): string => yamlText(plainOf(value), options).replace(/\n$/, "");

/** What went wrong in reading, in the words of the readers that Kubernetes uses. */
function yamlProblem(problem: unknown): string {
  if (problem instanceof YamlError)
    return problem.message.startsWith("error") ? problem.message : `error converting YAML to JSON: ${problem.message}`;
  throw problem;
}

const nameOfKind = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value === "boolean" ? "bool" : typeof value;

function mismatch(value: unknown, type: string, before = ""): string {
  return `${before}json: cannot unmarshal ${nameOfKind(value)} into Go value of type ${type}`;
}

const [mapType, listType] = ["map[string]interface {}", "[]interface {}"];
const whileDecoding = "error unmarshaling JSON: while decoding JSON: ";

function fromYaml(text: Value): Value {
  try {
    const { value } = parseYaml(text as string);
    if (value === null) return {};
    return nameOfKind(value) === "object" ? value : { Error: mismatch(value, mapType, whileDecoding) };
  } catch (problem) {
    return { Error: yamlProblem(problem) };
  }
}

function fromYamlArray(text: Value): Value {
  try {
    const { value } = parseYaml(text as string);
    if (value === null) return [];
    return Array.isArray(value) ? value : [mismatch(value, listType, whileDecoding)];
  } catch (problem) {
    return [yamlProblem(problem)];
  }
}

function fromJson(type: "object" | "array", goType: string) {
  return (text: Value): Value => {
    const wrong = (message: string) => (type === "object" ? { Error: message } : [message]);
    try {
      const value = plainNumbers(parseJson(text as string).value);
      if (value === null) return type === "object" ? {} : [];
      return nameOfKind(value) === type ? value : wrong(mismatch(value, goType));
    } catch (problem) {
      return wrong(problem instanceof Error ? problem.message : String(problem));
    }
  };
}

function fromToml(text: Value): Value {
  const typedNumbers = (value: unknown): Value => {
    if (typeof value === "bigint") return new Int64(value);
    if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
    if (Array.isArray(value)) return value.map(typedNumbers);
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, typedNumbers(v)])) : value;
  };
  try {
    return typedNumbers(parseTomlText(text as string, { integersAsBigInt: true }));
  } catch (problem) {
    if (problem instanceof TomlError) return { Error: `toml: line ${problem.line}: ${problem.message.split("\n")[0]}` };
    throw problem;
  }
}

const alphabet32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(text: string): string {
  let [bits, count, result] = [0, 0, ""];
  for (const byte of new TextEncoder().encode(text)) {
    bits = (bits << 8) | byte;
    count += 8;
    for (; count >= 5; count -= 5) result += alphabet32[(bits >>> (count - 5)) & 31];
    bits &= (1 << count) - 1;
  }
  if (count > 0) result += alphabet32[(bits << (5 - count)) & 31];
  return result.padEnd(Math.ceil(result.length / 8) * 8, "=");
}

function fromBase32(text: string): string {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  const clean = text.replace(/[\r\n]/g, "");
  const bare = clean.replace(/=+$/, "");
  const bad = [...bare].findIndex((c) => !alphabet32.includes(c));
  if (bad >= 0 || clean.length % 8 !== 0) return `illegal base32 data at input byte ${bad >= 0 ? bad : bare.length}`;
  for (const c of bare) {
    bits = (bits << 5) | alphabet32.indexOf(c);
    count += 5;
    if (count >= 8) {
      bytes.push((bits >>> (count - 8)) & 255);
      count -= 8;
      bits &= (1 << count) - 1;
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** The text of base64, or what Go says where it is none. */
function fromBase64(text: string): string {
  const clean = text.replace(/[\r\n]/g, "");
  const bad = clean.search(/[^A-Za-z0-9+/=]|=(?=[^=])/);
  const isShort = clean.length % 4 !== 0;
  if (bad >= 0) return `illegal base64 data at input byte ${bad}`;
  if (isShort || /=/.test(clean.replace(/={1,2}$/, "")))
    return `illegal base64 data at input byte ${clean.includes("=") ? clean.indexOf("=") : Math.floor(clean.length / 4) * 4}`;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOfBase64(clean));
}

const written = (work: (value: Value) => string): TemplateFunction => takes(1, 1, work);

/** Functions that write and read other notations. */
export const encoding: Readonly<Record<string, TemplateFunction>> = {
  toJson: written((value) => goJson(value)),
  mustToJson: written((value) => goJson(value)),
  toPrettyJson: written((value) => goJson(value, { indent: "  " })),
  mustToPrettyJson: written((value) => goJson(value, { indent: "  " })),
  toRawJson: written((value) => goJson(value, { raw: true })),
  mustToRawJson: written((value) => goJson(value, { raw: true })),
  fromJson: typed(["string"], fromJson("object", mapType)),
  fromJsonArray: typed(["string"], fromJson("array", listType)),
  mustFromJson: typed(["string"], (text) => {
    try {
      return plainNumbers(parseJson(text as string).value);
    } catch (problem) {
      throw new TemplateProblem(problem instanceof Error ? problem.message : String(problem));
    }
  }),
  toYaml: written((value) => goYaml(value)),
  mustToYaml: written((value) => goYaml(value)),
  toYamlPretty: written((value) => goYaml(value, { indentLists: true })),
  fromYaml: typed(["string"], fromYaml),
  fromYamlArray: typed(["string"], fromYamlArray),
  toToml: written(tomlText),
  mustToToml: written(tomlText),
  fromToml: typed(["string"], fromToml),
  b64enc: typed(["string"], (text) => base64Of(text as string)),
  b64dec: typed(["string"], (text) => fromBase64(text as string)),
  b32enc: typed(["string"], (text) => base32(text as string)),
  b32dec: typed(["string"], (text) => fromBase32(text as string)),
};
