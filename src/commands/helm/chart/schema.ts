import { type Schema, Validator } from "@cfworker/json-schema";
import { textOf } from "#base/streams.ts";
import { plainOf } from "../functions/encoding.ts";
import { type Chart, type Dict, isDict } from "./chart.ts";

/** What of the values the charts' JSON schemas do not allow, chart by chart; nothing where all is well. */
export function schemaProblems(chart: Chart, values: Dict): string {
  let text = "";
  if (chart.schema) {
    const problem = problemsOf(textOf(chart.schema), values);
    if (problem) text += `${chart.metadata.name}:\n${problem}`;
  }
  for (const sub of chart.dependencies) {
    const { name } = sub.metadata;
    const inner = values[name] ?? null;
    if (inner === null) continue;
    if (isDict(inner)) text += schemaProblems(sub, inner);
    else text += `${name}:\ninvalid type for values: expected object (map), got ${Array.isArray(inner) ? "[]interface {}" : typeof inner}\n`;
  }
  return text;
}

function problemsOf(source: string, values: Dict): string {
  let schema: unknown;
  try {
    schema = JSON.parse(source);
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
  const instance = plainOf(values);
  const draft = isDict(schema) ? draftOf(String(schema["$schema"] ?? "")) : "2020-12";
  const { valid, errors } = new Validator(schema as Schema, draft, false).validate(instance);
  if (valid) return "";
  const lines = errors.flatMap(({ keyword, keywordLocation, instanceLocation }) => {
    const at = instanceLocation.replace(/^#/, "");
    const [value, rule] = [follow(instance, at), follow(schema, keywordLocation.replace(/^#/, ""), schema)];
    const message = messageOf(keyword, value, rule, schema, keywordLocation);
    return message === undefined ? [] : [`- at '${at}': ${message}`];
  });
  return `${[...new Set(lines)].join("\n")}\n`;
}

const draftOf = (uri: string): "4" | "7" | "2019-09" | "2020-12" =>
  uri.includes("draft-04") ? "4" : uri.includes("draft-06") || uri.includes("draft-07") ? "7" : uri.includes("2019-09") ? "2019-09" : "2020-12";

/** What a JSON pointer leads to; references on the way are followed where a root is given. */
function follow(from: unknown, pointer: string, root?: unknown): unknown {
  let value = from;
  for (const part of pointer.split("/").slice(1)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    const reference = isDict(value) && root !== undefined ? value["$ref"] : undefined;
    if (key === "$ref") {
      value = typeof reference === "string" && reference.startsWith("#") ? follow(root, reference.slice(1), root) : undefined;
      continue;
    }
    value = Array.isArray(value) ? value[Number(key)] : isDict(value) ? value[key] : undefined;
  }
  return value;
}

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "number" ? "number" : typeof value;

const shown = (value: unknown): string => (typeof value === "string" ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value));

const size = (value: unknown): number =>
  typeof value === "string" ? [...value].length : Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;

/** A broken rule in the words of the library that helm uses; nothing for rules that only pass on what others say. */
function messageOf(keyword: string, value: unknown, rule: unknown, schema: unknown, location: string): string | undefined {
  switch (keyword) {
    case "type":
      return `got ${typeOf(value)}, want ${Array.isArray(rule) ? rule.join(" or ") : rule}`;
    case "required": {
      const missing = (rule as string[]).filter((name) => !isDict(value) || !Object.hasOwn(value, name));
      return `missing propert${missing.length === 1 ? "y" : "ies"} ${missing.map(shown).join(", ")}`;
    }
    case "additionalProperties": {
      if (rule !== false) return undefined;
      const parent = follow(schema, location.replace(/^#/, "").replace(/\/additionalProperties$/, ""), schema) as Dict | undefined;
      const known = Object.keys((parent?.["properties"] ?? {}) as Dict);
      const patterns = Object.keys((parent?.["patternProperties"] ?? {}) as Dict).map((pattern) => new RegExp(pattern, "u"));
      const extra = Object.keys((value ?? {}) as Dict).filter((key) => !known.includes(key) && !patterns.some((pattern) => pattern.test(key)));
      return `additional properties ${extra.map(shown).join(", ")} not allowed`;
    }
    case "enum":
      return (rule as unknown[]).length === 1
        ? `value must be ${shown((rule as unknown[])[0])}`
        : `value must be one of ${(rule as unknown[]).map(shown).join(", ")}`;
    case "const":
      return `value must be ${shown(rule)}`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return `${keyword}: got ${String(value)}, want ${String(rule)}`;
    case "multipleOf":
      return `multipleOf: got ${String(value)}, want ${String(rule)}`;
    case "minLength":
    case "maxLength":
    case "minItems":
    case "maxItems":
    case "minProperties":
    case "maxProperties":
      return `${keyword}: got ${size(value)}, want ${String(rule)}`;
    case "pattern":
      return `${shown(value)} does not match pattern ${shown(rule)}`;
    case "format":
      return `${shown(value)} is not valid ${String(rule)}`;
    case "uniqueItems": {
      const items = (value as unknown[]).map((item) => JSON.stringify(item));
      const second = items.findIndex((item, i) => items.indexOf(item) !== i);
      return `items at ${items.indexOf(items[second] ?? "")} and ${second} are equal`;
    }
    case "anyOf":
      return "'anyOf' failed";
    case "oneOf":
      return "'oneOf' failed, none matched";
    case "not":
      return "'not' failed";
    case "false":
      // What additional properties break is told of the object that has them.
      return /\/(additionalProperties|unevaluatedProperties)(\/|$)/.test(location) ? undefined : "false schema";
    default:
      return undefined;
  }
}
