import { escapedCharacter, numberText } from "#machinery/go-yaml.ts";

/** A value as KYAML: the YAML that always uses braces, brackets and double quotes, one line a field. https://kep.k8s.io/5295 */
export function kyamlText(value: unknown): string {
  return `---\n${text(value, 0)}\n`;
}

function text(value: unknown, depth: number): string {
  const pad = "  ".repeat(depth + 1);
  const close = "  ".repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    // A list of maps or lists hugs them: `[{`.
    if (value.every((item) => typeof item === "object" && item !== null)) return `[${value.map((item) => text(item, depth)).join(", ")}]`;
    return `[\n${value.map((item) => `${pad}${text(item, depth + 1)},\n`).join("")}${close}]`;
  }
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
    if (keys.length === 0) return "{}";
    return `{\n${keys.map((key) => `${pad}${keyText(key)}: ${text((value as Record<string, unknown>)[key], depth + 1)},\n`).join("")}${close}}`;
  }
  if (typeof value === "number") return numberText(value);
  return typeof value === "string" ? stringText(value, close) : String(value);
}

/** Several lines stand on lines of their own, each with its end spelled out, so that they look like what they are. */
function stringText(value: string, pad: string): string {
  const escaped = (line: string) =>
    [...line].map((c) => (isSeen(c) ? c : escapedCharacter(c).replace(/(?<=^\\[ux]).+/i, (digits) => digits.toLowerCase()))).join("");
  if (!value.includes("\n")) return `"${escaped(value)}"`;
  const lines = value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const shown = lines.map((line) => `${pad}  ${/^\s/.test(line) && !line.startsWith("\n") ? "\\" : " "}${escaped(line)}\\\n`);
  return `"\\\n${shown.join("")}${pad}  "`;
}

const isSeen = (c: string): boolean => c === "\t" || (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(c) && c !== '"' && c !== "\\");

const ambiguous = /^(y|n|t|f|yes|no|on|off|true|false|null)$/i;
const likeNumber = /^[\d._]+(e[-+]?\d+)?$|^0x[\da-f_]+$|^0[bo][\d_]+$|^\d{4}-\d\d?-\d\d?$/i;

const keyText = (key: string): string =>
  /^[\p{L}\p{N}_]([\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u.test(key) && !ambiguous.test(key) && !likeNumber.test(key) ? key : stringText(key, "");
