import type { Json } from "./syntax.ts";

/** An error that a filter raises: any value. */
export class JqError extends Error {
  readonly value: Json;
  constructor(value: Json) {
    super(typeof value === "string" ? value : JSON.stringify(value));
    this.value = value;
  }
}

export type JsonObject = { [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

export function typeName(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value;
}

const ranks: Readonly<Record<string, number>> = { null: 0, false: 1, true: 2, number: 3, string: 4, array: 5, object: 6 };
const rank = (value: Json): number => ranks[typeof value === "boolean" ? String(value) : typeName(value)] ?? 0;

/** The order of values: by kind, then by content. */
export function ordered(a: Json, b: Json): number {
  const kinds = rank(a) - rank(b);
  if (kinds !== 0) return kinds;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < a.length && i < b.length; i++) {
      const order = ordered(a[i] ?? null, b[i] ?? null);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (isObject(a) && isObject(b)) {
    const [left, right] = [Object.keys(a).sort(), Object.keys(b).sort()];
    const names = ordered(left, right);
    if (names !== 0) return names;
    for (const key of left) {
      const order = ordered(a[key] ?? null, b[key] ?? null);
      if (order !== 0) return order;
    }
  }
  return 0;
}

export const isTruthy = (value: Json): boolean => value !== null && value !== false;

const mostShown = 11;

/** A value as messages show it: shortened. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > mostShown ? `${text.slice(0, mostShown - 1)}...` : text;
}

export interface Layout {
  indent: string | undefined;
  sorted: boolean;
  ascii: boolean;
  colours: boolean;
}

const colours = {
  null: "\x1b[1;30m",
  false: "\x1b[0;39m",
  true: "\x1b[0;39m",
  number: "\x1b[0;39m",
  string: "\x1b[0;32m",
  array: "\x1b[1;39m",
  object: "\x1b[1;39m",
  key: "\x1b[34;1m",
  end: "\x1b[0m",
};

/** A value as text. */
export function written(value: Json, layout: Layout, depth = 0): string {
  const paint = (text: string, kind: keyof typeof colours) => (layout.colours ? `${colours[kind]}${text}${colours.end}` : text);
  const line = layout.indent === undefined ? "" : `\n${layout.indent.repeat(depth + 1)}`;
  const close = layout.indent === undefined ? "" : `\n${layout.indent.repeat(depth)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return paint("[]", "array");
    return paint("[", "array") + value.map((one) => line + written(one, layout, depth + 1)).join(paint(",", "array")) + close + paint("]", "array");
  }
  if (isObject(value)) {
    const keys = layout.sorted ? Object.keys(value).sort() : Object.keys(value);
    if (keys.length === 0) return paint("{}", "object");
    const gap = layout.indent === undefined ? ":" : ": ";
    return (
      paint("{", "object") +
      keys
        .map((key) => `${line}${paint(textOf(key, layout.ascii), "key")}${paint(gap, "object")}${written(value[key] ?? null, layout, depth + 1)}`)
        .join(paint(",", "object")) +
      close +
      paint("}", "object")
    );
  }
  if (typeof value === "string") return paint(textOf(value, layout.ascii), "string");
  return paint(scalar(value), typeof value === "boolean" ? (value ? "true" : "false") : value === null ? "null" : "number");
}

function textOf(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text).replaceAll("\x7f", "\\u007f");
  return ascii ? quoted.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`) : quoted;
}

function scalar(value: null | boolean | number): string {
  if (typeof value !== "number") return String(value);
  if (Number.isNaN(value)) return "null";
  if (!Number.isFinite(value)) return value < 0 ? "-1.7976931348623157e+308" : "1.7976931348623157e+308";
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return String(value === 0 ? 0 : value);
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** A value on one line, as `tojson` gives it. */
export const compact = (value: Json): string => written(value, { indent: undefined, sorted: false, ascii: false, colours: false });

/** Reads one value after the other. Throws a `JqError` with jq's words. */
export function* valuesIn(text: string): Generator<Json> {
  let at = 0;
  const skip = () => {
    while (at < text.length && /[\s\ufeff]/.test(text[at] ?? "")) at++;
  };
  for (skip(); at < text.length; skip()) {
    const end = endOfValue(text, at);
    const piece = text.slice(at, end);
    let value: Json;
    try {
      value = piece === "nan" || piece === "NaN" ? Number.NaN : JSON.parse(piece);
    } catch {
      throw new JqError(parseProblem(text, at, end));
    }
    at = end;
    yield value;
  }
}

/** Where the value that begins here ends. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
      if (depth === 0) return at + 1;
    } else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") {
      if (--depth <= 0) return at + 1;
    } else if (depth === 0) {
      let end = at;
      while (end < text.length && !/[\s[\]{},:"]/.test(text[end] ?? "")) end++;
      return Math.max(end, at + 1);
    }
  }
  return text.length;
}

function parseProblem(text: string, start: number, end: number): string {
  const before = text.slice(0, end);
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n") - 1;
  const piece = text.slice(start, end);
  const open = (piece.match(/[[{]/g)?.length ?? 0) > (piece.match(/[\]}]/g)?.length ?? 0);
  if (open && /(?:^|[[{,:\s])(?:[\d\s"truefalsn.eE+-]|"[^"]*")*$/.test(piece) && !/[A-Za-z_]{2,}\b(?<!true|false|null)\s*$/.test(piece))
    return `Unfinished JSON term at EOF at line ${line}, column ${column}`;
  return `Invalid numeric literal at line ${line}, column ${column}`;
}
