import { TypeError as CelTypeError, type Environment, EvaluationError, ParseError } from "@marcbachmann/cel-js";
import { CelProblem } from "./problem.ts";

type LibraryError = { code?: string; summary?: string; range?: { start: number; end: number }; message: string };

/** Why an expression cannot be compiled, as cel-go says it. */
export function compileProblem(error: unknown, text: string, environment?: Environment): CelProblem {
  if (!(error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)) return new CelProblem(String(error));
  const { at, why } = told(error as LibraryError, text, environment);
  return problemAt(text, at, why);
}

/** A problem at a place of an expression. */
export function problemAt(text: string, at: number, why: string): CelProblem {
  // Nothing has no place to point at.
  if (text === "") return new CelProblem(`compilation failed: ERROR: <input>:1:0: ${why}`);
  const before = text.slice(0, at).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  const line = text.split("\n")[before.length - 1] ?? "";
  return new CelProblem(`compilation failed: ERROR: <input>:${before.length}:${column}: ${why}\n | ${line}\n | ${".".repeat(column - 1)}^`);
}

/** A type as cel-go writes it: `list(string)`. */
export const goType = (type: string): string =>
  type
    .replaceAll("google.protobuf.Duration", "duration")
    .replaceAll("google.protobuf.Timestamp", "timestamp")
    .replaceAll("<", "(")
    .replaceAll(">", ")");

const functions = new WeakMap<Environment, ReadonlySet<string>>();

/** Whether there is a function of that name at all. */
function isFunction(environment: Environment | undefined, name: string): boolean {
  if (!environment) return true;
  let names = functions.get(environment);
  if (!names) {
    names = new Set(environment.getDefinitions().functions.map((each) => each.name));
    functions.set(environment, names);
  }
  return names.has(name);
}

function told({ code, summary = "", range }: LibraryError, text: string, environment: Environment | undefined): { at: number; why: string } {
  const start = range?.start ?? 0;
  const rest = summary.slice(summary.indexOf(":") + 1).trim();
  switch (code) {
    case "no_such_key":
      // The place of a field is that of its dot.
      return { at: Math.max(0, text.lastIndexOf(".", start)), why: `undefined field '${rest}'` };
    case "unknown_variable":
      return { at: start, why: `undeclared reference to '${rest}' (in container '')` };
    case "no_such_overload": {
      const [, left = "", operator = "", right = ""] = /^no such overload: (.*?) (==|!=|<=|>=|[-+*/%<>]|in) (.*)$/s.exec(summary) ?? [];
      const [, sign, operand = ""] = /^no such overload: ([!-])(.*)$/s.exec(summary) ?? [];
      if (sign && !operator) return { at: start, why: `found no matching overload for '${sign}_' applied to '(${goType(operand)})'` };
      if (!operator) return { at: start, why: `found no matching overload for '${rest}'` };
      const shown = operator === "in" ? "@in" : `_${operator}_`;
      return {
        at: operatorAt(text, operator, start, range?.end),
        why: `found no matching overload for '${shown}' applied to '(${goType(left)}, ${goType(right)})'`,
      };
    }
    case "no_matching_overload": {
      const [, receiver = "", name = "", args = ""] = /'(?:(.*)\.)?(\w+)\((.*)\)'/.exec(summary) ?? [];
      const at = text.indexOf(`${name}(`, start) + name.length;
      if (!isFunction(environment, name)) return { at, why: `undeclared reference to '${name}' (in container '')` };
      return {
        at,
        why: `found no matching overload for '${name}' applied to '${receiver ? `${goType(receiver)}.(${goType(args)})` : `(${goType(args)})`}'`,
      };
    }
    case "expected_token": {
      const [, wanted = "", got = ""] = /^Expected (\w+), got (\w+)$/.exec(summary) ?? [];
      const sign = signs[wanted];
      if (sign && got === "EOF") return { at: start, why: `Syntax error: missing '${sign}' at '<EOF>'` };
      return { at: start, why: `Syntax error: ${summary}` };
    }
    case "unexpected_token":
    case "unexpected_character":
    case "unexpected_trailing_input":
      return syntaxError(text, start);
    case "incompatible_ternary_branches": {
      const [, one = "", other = ""] = /got '(.*)' and '(.*)'$/.exec(summary) ?? [];
      const types = `(bool, ${goType(one)}, ${goType(other)})`;
      return { at: operatorAt(text, "?", start, range?.end), why: `found no matching overload for '_?_:_' applied to '${types}'` };
    }
    case "cannot_index_type":
      return {
        at: Math.max(0, text.lastIndexOf(".", start)),
        why: `type ${goType(/'.*'$/.exec(summary)?.[0] ?? "")} does not support field selection`,
      };
    case "heterogeneous_list_element":
    case "heterogeneous_map_key":
    case "heterogeneous_map_value":
      return { at: start, why: goType(summary.replace(/^.*?expected/, "expected")) };
    default:
      return { at: start, why: code?.includes("unexpected") || !code?.includes("_type") ? `Syntax error: ${summary}` : summary };
  }
}

const operands = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const signs: Readonly<Record<string, string>> = { RPAREN: ")", RBRACKET: "]", RBRACE: "}", COLON: ":" };

/** A word too many is said to be extraneous, where nothing follows; of a word that begins more than that it is said what should have come. */
function syntaxError(text: string, start: number): { at: number; why: string } {
  const rest = text.slice(start);
  const token = /^(?:\w+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|==|!=|<=|>=|&&|\|\||\S)/.exec(rest)?.[0];
  if (token === undefined) return { at: start, why: `Syntax error: mismatched input '<EOF>' expecting ${operands}` };
  const isLast = rest.slice(token.length).trim() === "";
  return { at: start, why: `Syntax error: ${isLast ? "extraneous" : "mismatched"} input '${token}' expecting <EOF>` };
}

function operatorAt(text: string, operator: string, start: number, end = text.length): number {
  let depth = 0;
  for (let at = end - 1; at > start; at--) {
    const c = text[at] ?? "";
    if (c === ")" || c === "]" || c === "}") depth++;
    else if (c === "(" || c === "[" || c === "{") depth--;
    else if (depth === 0 && text.startsWith(operator, at)) return at;
  }
  return start;
}

/** Why an expression came to no value, as cel-go says it. */
export function runtimeProblem(error: unknown): CelProblem {
  if (error instanceof CelProblem) return error;
  if (!(error instanceof Error)) return new CelProblem(String(error));
  const { code, summary = error.message } = error as LibraryError;
  if (code === "no_such_key") return new CelProblem(summary.replace(/^No such key/, "no such key"));
  if (code === "index_out_of_bounds") return new CelProblem(`index out of bounds: ${/index (-?\d+)/.exec(summary)?.[1] ?? ""}`);
  if (code === "no_matching_overload" || code === "no_such_overload") return new CelProblem("no such overload");
  const wanted = conversions[code ?? ""];
  if (wanted) return new CelProblem(`type conversion error from 'string' to '${wanted}'`);
  return new CelProblem(summary.replace(/^[A-Z]/, (c) => c.toLowerCase()));
}

/** What a text could not be read as. */
const conversions: Readonly<Record<string, string>> = {
  int_conversion_error: "int",
  uint_conversion_error: "uint",
  double_conversion_error: "double",
  bool_conversion_error: "bool",
  invalid_duration: "google.protobuf.Duration",
  invalid_timestamp: "google.protobuf.Timestamp",
};
