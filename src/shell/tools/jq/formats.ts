import type { Json } from "./syntax.ts";
import { compact, JqError, typeName } from "./values.ts";

const plain = (value: Json): string => (typeof value === "string" ? value : compact(value));

/** `@csv`, `@base64` and the like. */
export function formatted(name: string, value: Json): string {
  switch (name) {
    case "text":
      return plain(value);
    case "json":
      return compact(value);
    case "html":
      return plain(value).replace(/[&<>'"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&quot;" })[one] ?? one);
    case "uri":
      return encodeURIComponent(plain(value)).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
    case "csv":
      return row(value, "csv", (text) => `"${text.replaceAll('"', '""')}"`).join(",");
    case "tsv":
      return row(value, "tsv", (text) =>
        text.replace(/[\\\t\n\r]/g, (one) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" })[one] ?? one),
      ).join("\t");
    case "sh":
      return (Array.isArray(value) ? value : [value]).map(shellWord).join(" ");
    case "base64":
      return base64(plain(value));
    case "base64d":
      return fromBase64(plain(value));
  }
  throw new JqError(`${name} is not a valid format`);
}

function row(value: Json, name: string, quoted: (text: string) => string): string[] {
  if (!Array.isArray(value)) throw new JqError(`${typeName(value)} (${compact(value)}) cannot be ${name}-formatted, only an array can be`);
  return value.map((cell) => {
    if (typeof cell === "string") return quoted(cell);
    if (cell === null) return "";
    if (typeof cell === "object") throw new JqError(`${typeName(cell)} (${compact(cell)}) is not valid in a ${name} row`);
    return compact(cell);
  });
}

function shellWord(value: Json): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "'\\''")}'`;
  if (typeof value === "object" && value !== null) throw new JqError(`${typeName(value)} (${compact(value)}) can not be escaped for shell`);
  return compact(value);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text.replace(/=+$/, "")), (one) => one.charCodeAt(0)));
  } catch {
    throw new JqError(`string (${compact(text)}) is not valid base64 data`);
  }
}
