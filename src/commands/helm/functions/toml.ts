import { floatText } from "../../go-template/format.ts";
import { entryOf, isList, isMap, isNil, keysOf, type Value, wholeOf } from "../../go-template/values.ts";
import { textOf } from "./convert.ts";

/** A map as TOML, laid out as the library writes it that helm uses: plain keys first, then tables, indented by their depth. */
export function tomlText(value: Value): string {
  if (!isMap(value)) return "toml: top-level values must be Go maps or structs";
  return new Writer().written(value);
}

type Table = Readonly<Record<string, Value>> | ReadonlyMap<string, Value>;

const keyText = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key));

class Writer {
  #text = "";

  written(table: Table): string {
    this.#table(table, []);
    return this.#text;
  }

  #table(table: Table, path: readonly string[]): void {
    const keys = keysOf(table).filter((key) => !isNil(entryOf(table, key)));
    const isTable = (key: string) => isMap(entryOf(table, key)) || isTables(entryOf(table, key));
    const pad = "  ".repeat(path.length);
    for (const key of keys.filter((name) => !isTable(name))) this.#text += `${pad}${keyText(key)} = ${inline(entryOf(table, key))}\n`;
    for (const key of keys.filter(isTable)) {
      const value = entryOf(table, key);
      const inner = [...path, key];
      if (isMap(value)) this.#headed(`[${inner.map(keyText).join(".")}]`, value, inner);
      else for (const item of value as Table[]) this.#headed(`[[${inner.map(keyText).join(".")}]]`, item, inner);
    }
  }

  #headed(header: string, table: Table, path: readonly string[]): void {
    if (path.length === 1 && this.#text !== "") this.#text += "\n";
    this.#text += `${"  ".repeat(path.length - 1)}${header}\n`;
    this.#table(table, path);
  }
}

const isTables = (value: Value): boolean => isList(value) && value.length > 0 && value.every((item) => isMap(item));

function inline(value: Value): string {
  if (isList(value))
    return `[${value
      .filter((item) => !isNil(item))
      .map(inline)
      .join(", ")}]`;
  if (isMap(value))
    return `{${keysOf(value)
      .map((key) => `${keyText(key)} = ${inline(entryOf(value, key))}`)
      .join(", ")}}`;
  const whole = wholeOf(value);
  if (whole !== undefined) return whole.toString();
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    const text = floatText(value, "g", undefined);
    return /^-?\d+$/.test(text) ? `${text}.0` : text.toLowerCase();
  }
  return quoted(textOf(value));
}

const quoted = (text: string): string =>
  `"${text.replace(/[\\"\x00-\x1f\x7f]/g, (c) => ({ "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f" })[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
