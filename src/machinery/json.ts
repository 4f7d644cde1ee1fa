import { bytesOf } from "#base/streams.ts";

/** JSON as Go reads it: what is wrong is said in Go's words, fields that come twice are remembered, and numbers keep their text where it matters. */
export interface ParsedJson {
  value: unknown;
  /** Keys that came more than once, by the object they came in; the last one counts. */
  duplicates: Map<object, string[]>;
}

export class JsonError extends Error {}

/** A number that a JavaScript number would not write in the same way: 1.0, 1e3, or one too large. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get value(): number {
    return Number(this.text);
  }
}

/** Reads JSON text; throws `JsonError`. */
export function parseJson(text: string): ParsedJson {
  const reader = new Reader(text);
  return { value: reader.document(), duplicates: reader.duplicates };
}

/** A parsed value with plain numbers alone. */
export function plainNumbers(value: unknown): unknown {
  if (value instanceof NumberText) return value.value;
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== "object" || value === null) return value;
  const plain: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) setKey(plain, key, plainNumbers(inner));
  return plain;
}

/** Sets an own property, whatever its name. */
export function setKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Go reads ten thousand levels; nothing that Kubernetes stores comes near a hundred. */
const deepest = 100;
const plainString = /[^"\\\u0000-\u001f]*/y;
const number = /-?(?:0|[1-9]\d*)(\.\d+)?(?:[eE][+-]?\d+)?/y;

class Reader {
  readonly duplicates = new Map<object, string[]>();
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value("looking for beginning of value");
    this.#space();
    if (this.#at < this.#text.length) throw this.#invalid("after top-level value");
    return value;
  }

  #value(where: string): unknown {
    this.#space();
    const c = this.#text[this.#at];
    if (c === "{") return this.#object();
    if (c === "[") return this.#array();
    if (c === '"') return this.#string();
    if (c === "t") return this.#word("true", true);
    if (c === "f") return this.#word("false", false);
    if (c === "n") return this.#word("null", null);
    if (c !== undefined && (c === "-" || (c >= "0" && c <= "9"))) return this.#number();
    throw this.#invalid(where);
  }

  #object(): object {
    this.#enter();
    const object: Record<string, unknown> = {};
    this.#space();
    if (this.#text[this.#at] === "}") return this.#leave(object);
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#invalid("looking for beginning of object key string");
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ":") throw this.#invalid("after object key");
      this.#at++;
      const value = this.#value("looking for beginning of value");
      if (Object.hasOwn(object, key)) this.#twice(object, key);
      setKey(object, key, value);
      this.#space();
      const c = this.#text[this.#at];
      if (c === "}") return this.#leave(object);
      if (c !== ",") throw this.#invalid("after object key:value pair");
      this.#at++;
    }
  }

  #array(): unknown[] {
    this.#enter();
    const list: unknown[] = [];
    this.#space();
    if (this.#text[this.#at] === "]") return this.#leave(list);
    for (;;) {
      list.push(this.#value("looking for beginning of value"));
      this.#space();
      const c = this.#text[this.#at];
      if (c === "]") return this.#leave(list);
      if (c !== ",") throw this.#invalid("after array element");
      this.#at++;
    }
  }

  #string(): string {
    this.#at++;
    let result = "";
    let escaped = false;
    for (;;) {
      plainString.lastIndex = this.#at;
      const plain = plainString.exec(this.#text)?.[0] ?? "";
      this.#at += plain.length;
      result += plain;
      const c = this.#text[this.#at];
      if (c === '"') {
        this.#at++;
        // Half of a pair is no character.
        return escaped ? result.toWellFormed() : result;
      }
      if (c !== "\\") throw this.#invalid("in string literal");
      this.#at++;
      escaped = true;
      result += this.#escape();
    }
  }

  #escape(): string {
    const c = this.#text[this.#at] ?? "";
    const simple = c === "" ? undefined : escapes[c];
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    if (c !== "u") throw this.#invalid("in string escape code");
    this.#at++;
    let hex = "";
    while (hex.length < 4) {
      const digit = this.#text[this.#at] ?? "";
      if (!/^[0-9a-fA-F]$/.test(digit)) throw this.#invalid("in \\u hexadecimal character escape");
      hex += digit;
      this.#at++;
    }
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #word<T>(word: string, value: T): T {
    for (let i = 0; i < word.length; i++, this.#at++)
      if (this.#text[this.#at] !== word[i]) throw this.#invalid(`in literal ${word} (expecting ${quoted(word[i] ?? "")})`);
    return value;
  }

  #number(): number | NumberText {
    number.lastIndex = this.#at;
    const found = number.exec(this.#text);
    if (!found) {
      this.#at++;
      throw this.#invalid("in numeric literal");
    }
    const text = found[0];
    this.#at += text.length;
    const next = this.#text[this.#at];
    if (next === "." || ((next === "e" || next === "E") && !/[eE]/.test(text))) {
      this.#at++;
      if (next !== "." && (this.#text[this.#at] === "+" || this.#text[this.#at] === "-")) this.#at++;
      throw this.#invalid(next === "." ? "after decimal point in numeric literal" : "in exponent of numeric literal");
    }
    const value = Number(text);
    return String(value) === text ? value : new NumberText(text);
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > deepest) throw new JsonError("exceeded max depth");
  }

  #leave<T>(value: T): T {
    this.#at++;
    this.#depth--;
    return value;
  }

  #twice(object: object, key: string): void {
    const keys = this.duplicates.get(object);
    if (keys) keys.push(key);
    else this.duplicates.set(object, [key]);
  }

  #space(): void {
    for (;;) {
      const c = this.#text.charCodeAt(this.#at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      this.#at++;
    }
  }

  #invalid(where: string): JsonError {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) return new JsonError("unexpected end of JSON input");
    // Go takes the first byte for the character.
    const byte = point > 0x7f ? (bytesOf(String.fromCodePoint(point))[0] ?? point) : point;
    return new JsonError(`invalid character ${quoted(String.fromCodePoint(byte))} ${where}`);
  }
}

const escapes: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** A character as Go quotes it. */
function quoted(c: string): string {
  if (c === "'") return "'\\''";
  if (c === '"') return "'\"'";
  const special: Record<string, string> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\u0007": "\\a",
    "\\": "\\\\",
  };
  const code = c.codePointAt(0) ?? 0;
  if (special[c]) return `'${special[c]}'`;
  if (code < 32 || code === 127) return `'\\x${code.toString(16).padStart(2, "0")}'`;
  if (code >= 128 && code < 160) return `'\\u${code.toString(16).padStart(4, "0")}'`;
  return `'${c}'`;
}
