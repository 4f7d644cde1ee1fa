import { JsonPathProblem, type Step, type Template } from "./parse.ts";

export interface JsonPathOptions {
  /** A field that is not there gives nothing, instead of an error. */
  allowMissing: boolean;
}

/** What each piece of a template finds in `data`, in order. Throws a `JsonPathProblem`. */
export function findAll(template: Template, data: unknown, options: JsonPathOptions): unknown[][] {
  return run(template, 0, data, options, false).found;
}

/** The template's text for `data`: several values of one expression are set apart by spaces, objects and lists are JSON. */
export function jsonPathText(template: Template, data: unknown, options: JsonPathOptions): string {
  return findAll(template, data, options)
    .map((values) => values.map(textOf).join(" "))
    .join("");
}

/** Runs the pieces from `at` on, up to the `{end}` of the range they stand in; `next` is the piece after it. */
function run(template: Template, at: number, data: unknown, options: JsonPathOptions, inRange: boolean): { found: unknown[][]; next: number } {
  const found: unknown[][] = [];
  let i = at;
  while (i < template.length) {
    const piece = template[i] ?? [];
    const word = piece.find((step) => step.kind === "word");
    if (word?.word === "end") {
      if (!inRange) throw new JsonPathProblem("not in range, nothing to end");
      return { found, next: i + 1 };
    }
    const values = walk([data], piece, options);
    if (word?.word !== "range") {
      found.push(values);
      i++;
      continue;
    }
    let next = i + 1;
    // The body runs once over nothing where there is no value, to find its end.
    for (const value of values.length > 0 ? values : [undefined]) {
      const body = run(template, i + 1, value, options, true);
      if (values.length > 0) found.push(...body.found);
      next = body.next;
    }
    i = next;
  }
  return { found, next: i };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !isList(value);

function walk(values: readonly unknown[], steps: readonly Step[], options: JsonPathOptions): unknown[] {
  let now = [...values];
  for (const step of steps) now = take(now, step, options);
  return now;
}

function take(values: readonly unknown[], step: Step, options: JsonPathOptions): unknown[] {
  switch (step.kind) {
    case "text":
      return [step.text];
    case "value":
      return values.map(() => step.value);
    case "field":
      return fields(values, step.name, options);
    case "slice":
      return values.flatMap((value) => slice(value, step));
    case "wildcard":
      return values.flatMap(children);
    case "recursive":
      return values.flatMap(descend);
    case "union":
      return step.of.flatMap((steps) => walk(values, steps, options));
    case "filter":
      return values.flatMap((value) => filter(value, step, options));
    case "word":
      if (step.word === "range") return [...values];
      if (step.word === "end") return [];
      throw new JsonPathProblem(`unrecognized identifier ${step.word}`);
  }
}

function fields(values: readonly unknown[], name: string, options: JsonPathOptions): unknown[] {
  const found: unknown[] = [];
  for (const value of values) if (isMap(value) && Object.hasOwn(value, name) && value[name] !== undefined) found.push(value[name]);
  if (found.length === 0 && values.length > 0 && !options.allowMissing) throw new JsonPathProblem(`${name} is not found`);
  return found;
}

function slice(value: unknown, { from, to, step, single }: Extract<Step, { kind: "slice" }>): unknown[] {
  if (value === null || value === undefined) return [];
  if (!isList(value)) throw new JsonPathProblem(`${goType(value)} is not array or slice`);
  const size = value.length;
  const start = (from ?? 0) < 0 ? (from ?? 0) + size : (from ?? 0);
  let end = single ? (from ?? 0) + 1 : (to ?? size);
  if (end < 0 || (end === 0 && single)) end += size;
  if (start === end) return [];
  if (start >= size || start < 0) throw new JsonPathProblem(`array index out of bounds: index ${start}, length ${size}`);
  if (end > size || end < 0) throw new JsonPathProblem(`array index out of bounds: index ${end - 1}, length ${size}`);
  if (start > end) throw new JsonPathProblem(`starting index ${start} is greater than ending index ${end}`);
  if (step !== undefined && step <= 0) throw new JsonPathProblem("step must be > 0");
  return value.slice(start, end).filter((_, i) => i % (step ?? 1) === 0);
}

const children = (value: unknown): unknown[] =>
  isList(value) ? [...value] : isMap(value) ? Object.values(value) : typeof value === "string" ? [...value] : [];

function descend(value: unknown): unknown[] {
  const below = typeof value === "object" ? children(value) : [];
  return below.length > 0 ? [value, ...below.flatMap(descend)] : [];
}

function filter(value: unknown, { left, operator, right }: Extract<Step, { kind: "filter" }>, options: JsonPathOptions): unknown[] {
  if (!isList(value)) throw new JsonPathProblem(`${goText(value)} is not array or slice and cannot be filtered`);
  return value.filter((item) => {
    if (operator === "exists") return existing(item, left, options);
    const [lefts, rights] = [walk([item], left, options), walk([item], right, options)];
    if (lefts.length === 0 || rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) throw new JsonPathProblem("can only compare one element at a time");
    return compares(lefts[0], operator, rights[0]);
  });
}

function existing(item: unknown, steps: readonly Step[], options: JsonPathOptions): boolean {
  try {
    return walk([item], steps, options).length > 0;
  } catch (problem) {
    if (problem instanceof JsonPathProblem) return false;
    throw problem;
  }
}

function compares(left: unknown, operator: string, right: unknown): boolean {
  const [a, b] = [basicKind(left), basicKind(right)];
  if (!["<", ">", "<=", ">=", "==", "!="].includes(operator)) throw new JsonPathProblem(`unrecognized filter operator ${operator}`);
  if (a === undefined || b === undefined) throw new JsonPathProblem("invalid type for comparison");
  if (a !== b) throw new JsonPathProblem("incompatible types for comparison");
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (a === "bool") throw new JsonPathProblem("invalid type for comparison");
  const [x, y] = [left as number, right as number];
  return operator === "<" ? x < y : operator === ">" ? x > y : operator === "<=" ? x <= y : x >= y;
}

function basicKind(value: unknown): "bool" | "int" | "float" | "string" | undefined {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return undefined;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return typeof value === "object" ? JSON.stringify(sorted(value)) : String(value);
}

/** The same with its keys sorted, as Go writes maps. */
export function sorted(value: unknown): unknown {
  if (isList(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function goType(value: unknown): string {
  if (isMap(value)) return "map[string]interface {}";
  return typeof value === "string" ? "string" : typeof value === "boolean" ? "bool" : Number.isInteger(value) ? "int64" : "float64";
}

/** A value as Go prints it for people: `map[a:1 b:[x y]]`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (isList(value)) return `[${value.map(goText).join(" ")}]`;
  if (isMap(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goText(value[key])}`)
      .join(" ")}]`;
  return String(value);
}

/** A value as Go source: `map[string]interface {}{"a":1}`. */
export function goSource(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (isList(value)) return `[]interface {}{${value.map(goSource).join(", ")}}`;
  if (isMap(value))
    return `map[string]interface {}{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${goSource(value[key])}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
