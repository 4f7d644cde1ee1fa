import { quoted } from "../field-error.ts";

/** One step of an expression: each takes the values found so far and gives further ones. */
export type Step =
  | { kind: "text"; text: string }
  | { kind: "field"; name: string }
  | { kind: "slice"; from: number | undefined; to: number | undefined; step: number | undefined; single: boolean }
  | { kind: "filter"; left: readonly Step[]; operator: string; right: readonly Step[] }
  | { kind: "value"; value: number | boolean }
  | { kind: "wildcard" }
  | { kind: "recursive" }
  | { kind: "union"; of: readonly (readonly Step[])[] }
  | { kind: "word"; word: string };

/** A template is text with expressions in braces; each entry is one of them. */
export type Template = readonly (readonly Step[])[];

/** Why a template cannot be read. */
export class JsonPathProblem extends Error {}

/** Reads a template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`. Throws a `JsonPathProblem`. */
export function parseJsonPath(text: string): Template {
  const template: (readonly Step[])[] = [];
  let at = 0;
  while (at < text.length) {
    const brace = text.indexOf("{", at);
    const end = brace < 0 ? text.length : brace;
    if (end > at) template.push([{ kind: "text", text: text.slice(at, end) }]);
    if (brace < 0) break;
    const action = new Action(text, brace + 1);
    template.push(action.steps());
    at = action.at;
  }
  return template;
}

/** The steps of one expression that stands without braces. */
const steps = (text: string): readonly Step[] => new Action(`${text}}`, 0).steps();

class Action {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  /** Reads up to the closing brace and past it. */
  steps(): readonly Step[] {
    const found: Step[] = [];
    for (;;) {
      const rest = this.#text.slice(this.at);
      const c = rest[0];
      if (c === undefined || c === "\n" || c === "\r") throw new JsonPathProblem("unclosed action");
      if (c === "}") {
        this.at++;
        return found;
      }
      if (rest.startsWith("[?(")) found.push(this.#filter());
      else if (rest.startsWith("..")) {
        if (found.at(-1)?.kind === "recursive") throw new JsonPathProblem("invalid multiple recursive descent");
        this.at += 2;
        found.push({ kind: "recursive" });
        if (/[\p{L}\p{Nd}_]/u.test(this.#text[this.at] ?? "")) found.push(this.#field());
      } else if (c === " " || c === "@" || c === "$") this.at++;
      else if (c === "[") found.push(...this.#brackets());
      else if (c === '"' || c === "'") found.push(this.#quote(c));
      else if (c === ".") {
        this.at++;
        found.push(this.#field());
      } else if (/[-+\d]/.test(c)) found.push(this.#number());
      else if (/[\p{L}\p{Nd}_]/u.test(c)) found.push(this.#word());
      else
        throw new JsonPathProblem(
          `unrecognized character in action: U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} '${c}'`,
        );
    }
  }

  #until(pattern: RegExp): string {
    const start = this.at;
    while (this.at < this.#text.length && !pattern.test(this.#text[this.at] ?? "")) this.at += this.#text[this.at] === "\\" ? 2 : 1;
    this.at = Math.min(this.at, this.#text.length);
    return this.#text.slice(start, this.at);
  }

  #field(): Step {
    const name = this.#until(terminator);
    return name === "*" ? { kind: "wildcard" } : { kind: "field", name: name.replaceAll("\\", "") };
  }

  #word(): Step {
    const start = this.at;
    while (this.at < this.#text.length && !terminator.test(this.#text[this.at] ?? "")) this.at++;
    const word = this.#text.slice(start, this.at);
    return word === "true" || word === "false" ? { kind: "value", value: word === "true" } : { kind: "word", word };
  }

  #number(): Step {
    const text = /^[-+]?[.\d]*/.exec(this.#text.slice(this.at))?.[0] ?? "";
    this.at += text.length;
    const value = Number(text);
    if (text === "" || Number.isNaN(value)) throw new JsonPathProblem(`cannot parse number ${text}`);
    return { kind: "value", value };
  }

  #quote(mark: string): Step {
    const start = this.at;
    for (this.at++; ; this.at++) {
      const c = this.#text[this.at];
      if (c === undefined || c === "\n") throw new JsonPathProblem("unterminated quoted string");
      if (c === mark && this.#text[this.at - 1] !== "\\") break;
    }
    const inner = this.#text.slice(start + 1, this.at++);
    return { kind: "text", text: unescaped(inner, mark) };
  }

  #brackets(): readonly Step[] {
    const end = /[\]\n]/.exec(this.#text.slice(this.at));
    if (end?.[0] !== "]") throw new JsonPathProblem("unterminated array");
    const inner = this.#text.slice(this.at + 1, this.at + end.index);
    this.at += end.index + 1;

    const parts = inner.split(",");
    if (parts.length > 1) return [{ kind: "union", of: parts.map((part) => steps(`[${part.replace(/^ +| +$/g, "")}]`)) }];

    const key = /^'([^']*)'$/.exec(inner)?.[1];
    if (key !== undefined) return steps(`.${key}`);

    const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(inner === "*" ? ":" : inner);
    if (!slice) throw new JsonPathProblem(`invalid array index ${inner}`);
    const [from, to, step] = [slice[1], slice[2]?.slice(1), slice[3]?.slice(1)].map((part) => {
      if (part === undefined || part === "") return undefined;
      if (part === "-") throw new JsonPathProblem(`array index ${part} is not a number`);
      return Number(part);
    });
    return [{ kind: "slice", from, to, step, single: slice[2] === undefined }];
  }

  #filter(): Step {
    this.at += 3;
    const start = this.at;
    let [mark, closed] = ["", false];
    for (; ; this.at++) {
      const c = this.#text[this.at];
      if (c === undefined || c === "\n") throw new JsonPathProblem("unterminated filter");
      if (c === '"' || c === "'") {
        if (mark === "") mark = c;
        else if (this.#text[this.at - 1] !== "\\" && c === mark) closed = true;
      } else if (c === ")" && (mark !== "") === closed) break;
    }
    const inner = this.#text.slice(start, this.at++);
    if (this.#text[this.at++] !== "]") throw new JsonPathProblem("unclosed array expect ]");
    const parts = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(inner);
    if (!parts) return { kind: "filter", left: steps(inner), operator: "exists", right: [] };
    const [, left = "", operator = "", right = ""] = parts;
    return { kind: "filter", left: steps(left), operator, right: steps(right) };
  }
}

const terminator = /[\s.,[\]$@{}]/;

function unescaped(text: string, mark: string): string {
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", "\\": "\\", [mark]: mark };
  return text.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{3}|.)/gs, (_, code: string) => {
    if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    const plain = escapes[code];
    if (plain === undefined) throw new JsonPathProblem(`unquote string ${quoted(text)} error invalid syntax`);
    return plain;
  });
}

const simple = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/** An expression that may lack its braces and its first dot, as custom columns and `--sort-by` allow: `metadata.name` is `{.metadata.name}`. */
export function relaxed(path: string): string {
  if (path === "") return path;
  const parts = simple.exec(path);
  if (!parts) throw new JsonPathProblem(`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`);
  return `{.${parts[1] ?? parts[2] ?? ""}}`;
}
