import { Int64 } from "../../go-template/values.ts";
import { HelmError } from "../errors.ts";
import { type Dict, isDict } from "./chart.ts";

// The notation of --set and its kin: `a.b=1,c[0].d=x,e={1,2}`.

/** What the text of a value becomes: `--set` guesses types, the others do not. */
export type ValueReader = (text: string) => unknown;

const largestIndex = 65_536;
const deepest = 30;

class End extends Error {}

/** Reads one flag's text into `into`; `json` takes values as JSON. Throws a `HelmError`. */
export function setValues(text: string, into: Dict, read: ValueReader | "json"): void {
  new Parser(text, read).into(into);
}

/** The value as `--set` takes it: true, false, null and whole numbers are themselves. */
export function typedValue(text: string): unknown {
  const lower = text.toLowerCase();
  if (lower === "true") return true;
  if (lower === "false") return false;
  if (lower === "null") return null;
  if (text === "0") return new Int64(0n);
  if (/^[+-]?\d+$/.test(text) && !text.startsWith("0")) {
    const value = BigInt(text.replace("+", ""));
    if (BigInt.asIntN(64, value) === value) return new Int64(value);
  }
  return text;
}

class Parser {
  readonly #text: readonly string[];
  readonly #read: ValueReader | "json";
  #at = 0;

  constructor(text: string, read: ValueReader | "json") {
    this.#text = [...text];
    this.#read = read;
  }

  into(data: Dict): void {
    try {
      for (;;) this.#key(data, 0);
    } catch (problem) {
      if (!(problem instanceof End)) throw problem;
    }
  }

  /** Characters up to one of `stops`, which is passed over; a backslash takes the next one as it is. */
  #until(stops: string): { text: string; stop: string | undefined } {
    let text = "";
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++] ?? "";
      if (stops.includes(c)) return { text, stop: c };
      if (c !== "\\") text += c;
      else if (this.#at < this.#text.length) text += this.#text[this.#at++];
    }
    return { text, stop: undefined };
  }

  #key(data: Dict, depth: number): void {
    const { text: key, stop } = this.#until("=[,.");
    if (stop === undefined) {
      if (key === "") throw new End();
      throw new HelmError(`key ${JSON.stringify(key)} has no value`);
    }
    if (stop === ",") {
      put(data, key, "");
      throw new HelmError(`key ${JSON.stringify(key)} has no value (cannot end with ,)`);
    }
    if (stop === "=") {
      this.#value((value) => put(data, key, value));
      return;
    }
    if (stop === "[") {
      const index = this.#index();
      const old = Object.hasOwn(data, key) ? data[key] : [];
      if (!Array.isArray(old)) throw new HelmError(`unable to parse key: interface conversion: interface {} is ${goName(old)}, not []interface {}`);
      let list: unknown[] = old as unknown[];
      try {
        list = this.#item(list, index, depth);
      } finally {
        put(data, key, list);
      }
      return;
    }
    if (depth + 1 > deepest) throw new HelmError(`value name nested level is greater than maximum supported nested level of ${deepest}`);
    const old = Object.hasOwn(data, key) ? data[key] : {};
    if (!isDict(old)) throw new HelmError(`unable to parse key: interface conversion: interface {} is ${goName(old)}, not map[string]interface {}`);
    try {
      this.#key(old, depth + 1);
      if (Object.keys(old).length === 0) throw new HelmError(`key map ${JSON.stringify(key)} has no value`);
    } finally {
      if (Object.keys(old).length > 0) put(data, key, old);
    }
  }

  #index(): number {
    const { text, stop } = this.#until("]");
    if (stop === undefined) throw new End();
    if (!/^[+-]?\d+$/.test(text)) throw new HelmError(`error parsing index: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    return Number(text);
  }

  #item(list: unknown[], index: number, depth: number): unknown[] {
    if (index < 0) throw new HelmError(`negative ${index} index not allowed`);
    const { text, stop } = this.#until("[.=");
    if (text !== "") throw new HelmError(`unexpected data at end of array index: ${JSON.stringify(text)}`);
    if (stop === undefined) throw new End();
    if (stop === "=") {
      let result = list;
      this.#value((value) => {
        result = at(list, index, value);
      });
      return result;
    }
    if (stop === "[") {
      const next = this.#index();
      const inner = list[index] ?? [];
      if (!Array.isArray(inner))
        throw new HelmError(`unable to parse key: interface conversion: interface {} is ${goName(inner)}, not []interface {}`);
      return at(list, index, this.#item(inner, next, depth));
    }
    const inner: unknown = list[index];
    const map: Dict = isDict(inner) ? inner : {};
    this.#key(map, depth);
    return at(list, index, map);
  }

  /** Reads a value and hands it over, then stands behind its comma. */
  #value(give: (value: unknown) => void): void {
    const read = this.#read;
    if (read === "json") {
      give(this.#jsonValue());
      return;
    }
    if (this.#at >= this.#text.length) {
      give("");
      throw new End();
    }
    if (this.#text[this.#at] === "{") {
      this.#at++;
      give(this.#list(read));
      return;
    }
    give(read(this.#until(",").text));
  }

  #list(read: ValueReader): unknown[] {
    const list: unknown[] = [];
    for (;;) {
      const { text, stop } = this.#until(",}");
      if (stop === undefined) throw new HelmError("list must terminate with '}'");
      list.push(read(text));
      if (stop === ",") continue;
      if (this.#text[this.#at] === ",") this.#at++;
      return list;
    }
  }

  #jsonValue(): unknown {
    if (this.#isEmpty()) return null;
    const rest = this.#text.slice(this.#at).join("");
    const length = jsonLength(rest);
    let value: unknown;
    try {
      value = JSON.parse(rest.slice(0, length));
    } catch {
      throw new HelmError(jsonProblem(rest));
    }
    this.#at += [...rest.slice(0, length)].length;
    this.#isEmpty();
    return value;
  }

  #isEmpty(): boolean {
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) return true;
      if (c === ",") {
        this.#at++;
        return true;
      }
      if (!/\s/.test(c)) return false;
      this.#at++;
    }
  }
}

/** How long the first JSON value of a text is. */
function jsonLength(text: string): number {
  const scalar = /^\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/.exec(text)?.[0];
  if (scalar !== undefined) return scalar.length;
  let depth = 0;
  for (const found of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (found[0] === "{" || found[0] === "[") depth++;
    else if ((found[0] === "}" || found[0] === "]") && --depth === 0) return found.index + 1;
  }
  return text.length;
}

function jsonProblem(text: string): string {
  const c = text.trimStart()[0] ?? "";
  if (!/["\d{[tfn-]/.test(c)) return `invalid character '${c}' looking for beginning of value`;
  return "unexpected EOF";
}

function put(data: Dict, key: string, value: unknown): void {
  if (key !== "") data[key] = value;
}

function at(list: readonly unknown[], index: number, value: unknown): unknown[] {
  if (index > largestIndex) throw new HelmError(`index of ${index} is greater than maximum supported index of ${largestIndex}`);
  const longer = Array.from({ length: Math.max(list.length, index + 1) }, (_, i): unknown => list[i] ?? null);
  longer[index] = value;
  return longer;
}

const goName = (value: unknown): string =>
  value === null
    ? "nil"
    : typeof value === "string"
      ? "string"
      : typeof value === "boolean"
        ? "bool"
        : typeof value === "number"
          ? "float64"
          : value instanceof Int64
            ? value.type
            : Array.isArray(value)
              ? "[]interface {}"
              : "map[string]interface {}";
