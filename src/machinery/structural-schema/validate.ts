import { RE2JS } from "re2js";
import { isMap } from "../conform.ts";
import { equal } from "../field-comparison.ts";
import { invalidType, invalidValue, notSupported, required, tooLong, tooMany } from "../field-error.ts";
import type { FieldError, FieldPath } from "../status.ts";
import type { JSONSchemaProps } from "../types.ts";
import { hasFormat } from "./formats.ts";

/** What is wrong with a value by its schema, in the real server's words. `path` is where it stands. */
export function* schemaProblems(props: JSONSchemaProps, value: unknown, path: FieldPath = []): Iterable<FieldError> {
  yield* new Check(path).problems(props, value, []);
}

type Steps = readonly (string | number)[];

class Check {
  readonly #base: FieldPath;

  constructor(base: FieldPath) {
    this.#base = base;
  }

  *problems(props: JSONSchemaProps, value: unknown, at: Steps): Iterable<FieldError> {
    if (value === null && props.nullable) return;
    yield* this.#type(props, value, at);
    yield* this.#combined(props, value, at);
    if (typeof value === "string") yield* this.#text(props, value, at);
    if (typeof value === "number") yield* this.#number(props, value, at);
    if (Array.isArray(value)) yield* this.#list(props, value, at);
    if (props.enum && !props.enum.some((each) => equal(each, value))) yield notSupported(this.#path(at), value, props.enum.map(plain));
    if (isMap(value)) yield* this.#object(props, value, at);
  }

  *#type(props: JSONSchemaProps, value: unknown, at: Steps): Iterable<FieldError> {
    const wanted = props["x-kubernetes-int-or-string"] ? ["integer", "string"] : props.type ? [props.type] : [];
    if (wanted.length === 0) return;
    const given = typeOf(value);
    const fits = wanted.some((type) => type === given || (type === "number" && given === "integer"));
    const { format } = props;
    if (!fits && format && typeof value !== "string" && !Array.isArray(value) && value !== null) {
      // What has a format is missed by its format.
      const is = goFormats[given] ?? "";
      yield invalidType(this.#path(at), is, `${nameOf(at)} in body must be of type ${format}: "${is}"`);
    } else if (!fits) yield invalidType(this.#path(at), given, `${nameOf(at)} in body must be of type ${wanted.join(",")}: "${given}"`);
    else if (typeof value === "string" && props.format && !hasFormat(props.format, value))
      yield invalidType(this.#path(at), value, `${nameOf(at)} in body must be of type ${props.format}: ${JSON.stringify(value)}`);
  }

  /** What comes of schemas that are put together; their own problems count where all must hold. */
  *#combined(props: JSONSchemaProps, value: unknown, at: Steps): Iterable<FieldError> {
    const found = (all: readonly JSONSchemaProps[]) => all.map((each) => [...this.problems(each, value, at)]);
    const message = (why: string) => invalidValue([], "", `"${nameOf(at)}" ${why}`);
    if (props.anyOf?.length) {
      const problems = found(props.anyOf);
      if (problems.every((each) => each.length > 0)) {
        yield message("must validate at least one schema (anyOf)");
        yield* fewest(problems);
      }
    }
    if (props.oneOf?.length) {
      const problems = found(props.oneOf);
      const valid = problems.filter((each) => each.length === 0).length;
      if (valid !== 1) {
        yield message(`must validate one and only one schema (oneOf). ${valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`}`);
        if (valid === 0) yield* fewest(problems);
      }
    }
    if (props.allOf?.length) {
      const problems = found(props.allOf);
      const valid = problems.filter((each) => each.length === 0).length;
      if (valid < problems.length) {
        yield* problems.flat();
        yield message(`must validate all the schemas (allOf)${valid === 0 ? ". None validated" : ""}`);
      }
    }
    if (props.not && [...this.problems(props.not, value, at)].length === 0) yield message("must not validate the schema (not)");
  }

  /** The first thing wrong with a text. */
  *#text(props: JSONSchemaProps, value: string, at: Steps): Iterable<FieldError> {
    const length = [...value].length;
    if (props.maxLength !== undefined && length > props.maxLength) yield tooLong(this.#path(at), props.maxLength);
    else if (props.minLength !== undefined && length < props.minLength)
      yield this.#invalid(at, value, `should be at least ${props.minLength} chars long`);
    else if (props.pattern && !matcher(props.pattern).test(value)) yield this.#invalid(at, value, `should match '${props.pattern}'`);
  }

  *#number(props: JSONSchemaProps, value: number, at: Steps): Iterable<FieldError> {
    const isInteger = props.type === "integer" || (props.type === undefined && /^int/.test(props.format ?? ""));
    if (isInteger && !Number.isInteger(value))
      yield invalidValue([], "", `Checked value must be of type integer${formatText(props.format)} in ${nameOf(at)}`);
    else if (props.format === "int32" && isInteger && !isInt32(value))
      yield invalidValue([], "", `Checked value must be of type integer with format int32 in ${nameOf(at)}`);
    const { multipleOf, maximum, minimum } = props;
    for (const [what, bound] of [
      ["Maximum", maximum],
      ["Minimum", minimum],
    ] as const)
      if (bound !== undefined && isInteger && (!Number.isInteger(bound) || (props.format === "int32" && !isInt32(bound))))
        yield invalidValue([], "", `${what} boundary value must be of type integer${formatText(props.format)} in ${nameOf(at)}`);
    const isWhole = (number: number) => Number.isInteger(number) && (props.format !== "int32" || isInt32(number));
    const shown = (bound: number) => (isInteger && isWhole(value) && isWhole(bound) ? String(bound) : goNumber(bound));
    if (multipleOf !== undefined && !isMultiple(value, multipleOf)) yield this.#invalid(at, value, `should be a multiple of ${shown(multipleOf)}`);
    if (maximum !== undefined && (props.exclusiveMaximum ? value >= maximum : value > maximum))
      yield this.#invalid(at, value, `should be less than ${props.exclusiveMaximum ? "" : "or equal to "}${shown(maximum)}`);
    if (minimum !== undefined && (props.exclusiveMinimum ? value <= minimum : value < minimum))
      yield this.#invalid(at, value, `should be greater than ${props.exclusiveMinimum ? "" : "or equal to "}${shown(minimum)}`);
  }

  *#list(props: JSONSchemaProps, value: readonly unknown[], at: Steps): Iterable<FieldError> {
    if (isMap(props.items)) for (const [i, item] of value.entries()) yield* this.problems(props.items as JSONSchemaProps, item, [...at, i]);
    if (props.minItems !== undefined && value.length < props.minItems)
      yield this.#invalid(at, value.length, `should have at least ${props.minItems} items`);
    if (props.maxItems !== undefined && value.length > props.maxItems) yield tooMany(this.#path(at), value.length, props.maxItems);
    if (props.uniqueItems && value.some((item, i) => value.slice(0, i).some((other) => equal(item, other))))
      yield this.#invalid(at, value, "shouldn't contain duplicates");
  }

  *#object(props: JSONSchemaProps, value: Record<string, unknown>, at: Steps): Iterable<FieldError> {
    const count = Object.keys(value).length;
    if (props.minProperties !== undefined && count < props.minProperties)
      return yield this.#invalid(at, count, `should have at least ${props.minProperties} properties`);
    if (props.maxProperties !== undefined && count > props.maxProperties) return yield tooMany(this.#path(at), count, props.maxProperties);

    const declared = props.properties ?? {};
    const others = isMap(props.additionalProperties) ? (props.additionalProperties as JSONSchemaProps) : undefined;
    for (const key of Object.keys(value).sort()) {
      const inner = Object.hasOwn(declared, key) ? declared[key] : others;
      if (inner) yield* this.problems(inner, value[key], [...at, key]);
    }
    for (const key of props.required ?? []) if (!Object.hasOwn(value, key)) yield required(this.#path([...at, key]));
  }

  #invalid(at: Steps, value: unknown, why: string): FieldError {
    return invalidValue(this.#path(at), value, `${nameOf(at)} in body ${why}`);
  }

  #path(at: Steps): FieldPath {
    return [...this.#base, ...at];
  }
}

/** What is wrong by the alternative that fits best. */
const fewest = (problems: readonly FieldError[][]): readonly FieldError[] =>
  problems.reduce((best, each) => (each.length < best.length ? each : best), problems[0] ?? []);

const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const formatText = (format: string | undefined) => (format ? ` with format ${format}` : " (default format)");

function nameOf(at: Steps): string {
  let name = "";
  for (const step of at) name += typeof step === "number" ? `[${step}]` : name ? `.${step}` : step;
  return name;
}

const goFormats: Readonly<Record<string, string>> = { integer: "int64", number: "float64" };

const isInt32 = (value: number) => value >= -(2 ** 31) && value < 2 ** 31;

/** A bound as Go's `%v` writes it: from a million on with an exponent. */
function goNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** What a schema calls the type of a JSON value. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

const matchers = new Map<string, { test(text: string): boolean }>();

/** Patterns are Go's. */
function matcher(pattern: string): { test(text: string): boolean } {
  let found = matchers.get(pattern);
  if (!found) {
    const compiled = RE2JS.compile(pattern);
    found = { test: (text) => compiled.matcher(text).find() };
    if (matchers.size > 500) matchers.clear();
    matchers.set(pattern, found);
  }
  return found;
}
