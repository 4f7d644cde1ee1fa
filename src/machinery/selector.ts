import { quoted } from "./field-error.ts";
import { labelValueProblems, qualifiedNameProblems } from "./names.ts";
import type { LabelSelector } from "./types.ts";

/** One condition on labels. `exists` is `key`, `!` is `!key`. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export interface Requirement {
  readonly key: string;
  readonly operator: "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";
  /** In order, without repetition. */
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** A selector that cannot be read; the message is the real server's. */
export class SelectorError extends Error {}

/** Whether labels meet a selector; a missing one selects nothing, an empty one everything. */
export function matcher(selector: LabelSelector | string | undefined | null): (labels: Labels | undefined) => boolean {
  if (selector === undefined || selector === null) return () => false;
  const requirements = typeof selector === "string" ? parseSelector(selector) : requirementsOf(selector);
  return (labels) => matches(requirements, labels);
}

/** Whether labels meet all requirements. */
export function matches(requirements: readonly Requirement[], labels: Labels = {}): boolean {
  for (const requirement of requirements) if (!meets(requirement, labels)) return false;
  return true;
}

function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    default: {
      if (value === undefined || !isInteger(value)) return false;
      const [mine, bound] = [BigInt(value), BigInt(values[0] ?? "0")];
      return operator === "gt" ? mine > bound : mine < bound;
    }
  }
}

const isInteger = (text: string) => /^[+-]?\d+$/.test(text);

const ofSelector: Readonly<Record<string, Requirement["operator"]>> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" };

/** The requirements of a LabelSelector, ordered by key. */
export function requirementsOf(selector: LabelSelector): Requirement[] {
  const requirements: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: "=", values: [value] }));
  for (const { key, operator, values } of selector.matchExpressions ?? [])
    requirements.push({ key, operator: ofSelector[operator] ?? "exists", values: [...new Set(values ?? [])].sort() });
  return requirements.sort(byKey);
}

const byKey = (a: Requirement, b: Requirement) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** A selector as one writes it: `app=web,tier in (a,b),!old`. */
export const formatRequirements = (requirements: readonly Requirement[]): string => requirements.map(formatRequirement).join(",");

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${values.join(",")})`;
    case "gt":
    case "lt":
      return `${key}${operator === "gt" ? ">" : "<"}${values[0] ?? ""}`;
    default:
      return `${key}${operator}${values[0] ?? ""}`;
  }
}

/** A LabelSelector as kubectl prints it: `<none>` where it is empty. */
export function formatSelector(selector: LabelSelector | undefined | null): string {
  return formatRequirements(requirementsOf(selector ?? {})) || "<none>";
}

/** Reads a label selector as it stands in a URL, ordered by key; throws `SelectorError`. */
export function parseSelector(text: string): Requirement[] {
  const reader = new SelectorReader(text);
  return reader.requirements().sort(byKey);
}

interface Token {
  type: "end" | "word" | "symbol";
  text: string;
}

const symbols = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];
const operators: Readonly<Record<string, Requirement["operator"]>> = {
  "=": "=",
  "==": "==",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
  in: "in",
  notin: "notin",
};

class SelectorReader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  requirements(): Requirement[] {
    const result: Requirement[] = [];
    if (this.#next().type === "end") return result;
    for (;;) {
      const next = this.#next();
      if (next.type !== "word" && next.text !== "!") {
        if (result.length > 0) throw new SelectorError(`found '${next.text}', expected: identifier after ','`);
        throw new SelectorError(`found '${next.text}', expected: !, identifier, or 'end of string'`);
      }
      result.push(this.#requirement());
      const after = this.#take();
      if (after.type === "end") return result;
      if (after.text !== ",") throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
    }
  }

  #requirement(): Requirement {
    const absent = this.#next().text === "!" && this.#take() !== undefined;
    const key = this.#take();
    if (key.type !== "word") throw unreadable(`found '${key.text}', expected: identifier`);
    const wrongKey = qualifiedNameProblems(key.text);
    if (wrongKey.length > 0) throw unreadable(`<nil>: Invalid value: ${quoted(key.text)}: ${wrongKey.join("; ")}`);
    const ends = this.#next().type === "end" || this.#next().text === ",";
    if (absent || ends) return { key: key.text, operator: absent ? "!" : "exists", values: [] };

    const sign = this.#take();
    const operator = Object.hasOwn(operators, sign.text) ? operators[sign.text] : undefined;
    if (!operator) throw unreadable(`found '${sign.text}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === "in" || operator === "notin" ? this.#list() : [this.#value()];
    const requirement = { key: key.text, operator, values: [...new Set(values)].sort() };
    validate(requirement);
    return requirement;
  }

  #value(): string {
    const next = this.#next();
    if (next.type === "end" || next.text === ",") return "";
    this.#take();
    if (next.type !== "word") throw unreadable(`found '${next.text}', expected: identifier`);
    return next.text;
  }

  #list(): string[] {
    const open = this.#take();
    if (open.text !== "(") throw unreadable(`found '${open.text}' expected: '('`);
    const first = this.#next();
    if (first.text === ")") {
      this.#take();
      // One value, and that is empty.
      return [""];
    }
    if (first.type !== "word" && first.text !== ",") throw unreadable(`found '${first.text}', expected: ',', ')' or identifier`);

    const values: string[] = [];
    for (let expectsValue = true; ; ) {
      const token = this.#take();
      if (token.type === "word") {
        values.push(token.text);
        const after = this.#next();
        if (after.text !== "," && after.text !== ")") throw unreadable(`found '${after.text}', expected: ',' or ')'`);
        expectsValue = false;
      } else if (token.text === ",") {
        // Nothing between two commas, or beside a bracket, is the empty value.
        if (expectsValue) values.push("");
        expectsValue = true;
      } else if (token.text === ")") {
        if (expectsValue) values.push("");
        return values;
      } else {
        throw unreadable(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }

  #next(): Token {
    return this.#tokens[this.#at] ?? { type: "end", text: "" };
  }

  #take(): Token {
    const token = this.#next();
    this.#at++;
    return token;
  }
}

function tokens(text: string): Token[] {
  const result: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const space = /^[ \t\r\n]+/.exec(rest)?.[0];
    const symbol = symbols.find((each) => rest.startsWith(each));
    const found = space ?? symbol ?? /^[^ \t\r\n=!(),><]+/.exec(rest)?.[0] ?? rest;
    if (!space) result.push({ type: symbol ? "symbol" : "word", text: found });
    at += found.length;
  }
  return result;
}

const unreadable = (why: string) => new SelectorError(`unable to parse requirement: ${why}`);

function validate({ key, operator, values }: Requirement): void {
  const problems: string[] = [];
  if ((operator === "in" || operator === "notin") && values.length === 0)
    problems.push("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
  if ((operator === "gt" || operator === "lt") && !isInteger(values[0] ?? ""))
    problems.push(`values[0]: Invalid value: ${quoted(values[0] ?? "")}: for 'Gt', 'Lt' operators, the value must be an integer`);
  values.forEach((value, i) => {
    const wrong = labelValueProblems(value);
    if (wrong.length > 0) problems.push(`values[${i}][${key}]: Invalid value: ${quoted(value)}: ${wrong.join("; ")}`);
  });
  if (problems.length > 0) throw unreadable(problems.length === 1 ? (problems[0] ?? "") : `[${problems.join(", ")}]`);
}

/** One condition on a field: `metadata.name=web`. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "==" | "!=";
  readonly value: string;
}

/** Reads a field selector; throws `SelectorError`. Which fields there are is the kind's business. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const terms = text.match(/(?:\\.|[^,\\])+/gs) ?? [];
  return terms.map((term) => {
    const [, field = "", operator = "", value = ""] = /^((?:\\.|[^=!\\]|!(?!=))*?)(!=|==|=)(.*)$/s.exec(term) ?? [];
    if (operator !== "=" && operator !== "==" && operator !== "!=")
      throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    return { field, operator, value: unescaped(value) };
  });
}

function unescaped(value: string): string {
  const wrongEscape = /\\([^\\,=]|$)/s.exec(value.replace(/\\[\\,=]/g, ""));
  if (wrongEscape) throw new SelectorError(`invalid field selector: invalid escape sequence: ${wrongEscape[0]}`);
  const bare = /[,=]/.exec(value.replace(/\\[\\,=]/g, ""))?.[0];
  if (bare) throw new SelectorError(`invalid field selector: unescaped character in value: ${bare.codePointAt(0)}`);
  return value.replace(/\\([\\,=])/g, "$1");
}
