import { goJson } from "./go-json.ts";
import type { FieldError, FieldPath } from "./status.ts";

/** What validation finds wrong with fields, in the real server's words. `why` is what follows the value. */
export const required = (path: FieldPath, why = ""): FieldError => made("FieldValueRequired", path, "Required value", why);

export const invalidValue = (path: FieldPath, value: unknown, why: string): FieldError =>
  made("FieldValueInvalid", path, `Invalid value: ${shown(value)}`, why);

/** Something wrong with a value that is not told. */
export const invalidWithout = (path: FieldPath, why: string): FieldError => made("FieldValueInvalid", path, "Invalid value", why);

/** A value of the wrong type. */
export const invalidType = (path: FieldPath, value: unknown, why: string): FieldError =>
  made("FieldValueTypeInvalid", path, `Invalid value: ${shown(value)}`, why);

/** The value is none of those that there are. */
export const notSupported = (path: FieldPath, value: unknown, supported: readonly string[]): FieldError =>
  made(
    "FieldValueNotSupported",
    path,
    `Unsupported value: ${shown(value)}`,
    supported.length > 0 ? `supported values: ${supported.map(quoted).join(", ")}` : "",
  );

export const forbiddenField = (path: FieldPath, why: string): FieldError => made("FieldValueForbidden", path, "Forbidden", why);

export const duplicate = (path: FieldPath, value: unknown): FieldError => made("FieldValueDuplicate", path, `Duplicate value: ${shown(value)}`, "");

/** What the value refers to is not there. */
export const notFoundValue = (path: FieldPath, value: unknown): FieldError => made("FieldValueNotFound", path, `Not found: ${shown(value)}`, "");

/** Too many of a text: bytes, unless said. The text itself is left out. */
export const tooLong = (path: FieldPath, most: number, unit: "byte" | "character" = "byte"): FieldError =>
  made("FieldValueTooLong", path, "Too long", `may not be more than ${most} ${unit}${most === 1 ? "" : "s"}`);

export const tooMany = (path: FieldPath, count: number, most: number): FieldError =>
  made("FieldValueTooMany", path, `Too many: ${count}`, `must have at most ${most} item${most === 1 ? "" : "s"}`);

/** A value that went wrong on the server's side. */
export const internalFieldError = (path: FieldPath, why: string): FieldError => made("InternalError", path, "Internal error", why);

const made = (type: FieldError["type"], path: FieldPath, what: string, why: string): FieldError => ({
  type,
  path,
  text: why ? `${what}: ${why}` : what,
});

/** A value as it stands in a message: texts in quotes, numbers as they are, everything else as JSON. */
const shown = (value: unknown): string => (typeof value === "string" ? quoted(value) : goJson(value));

/** A text in double quotes with what cannot be seen escaped, as Go writes it. */
export function quoted(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) {
    const escaped = escapes[char];
    if (escaped) out += escaped;
    else if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char)) out += char;
    else {
      const code = char.codePointAt(0) ?? 0;
      if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, "0")}`;
      else out += code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
    }
  }
  return `${out}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
