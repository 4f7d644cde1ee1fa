/** A value as KYAML: the YAML that always uses braces, brackets and double quotes, one line a field. https://kep.k8s.io/5295 */
export function kyamlText(value: unknown): string {
  return `---\n${text(value, 0)}\n`;
}

function text(value: unknown, depth: number): string {
  const pad = "  ".repeat(depth + 1);
  const close = "  ".repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    // A list of maps hugs them: `[{`.
    if (value.every((item) => typeof item === "object" && item !== null && !Array.isArray(item) && Object.keys(item).length > 0))
      return `[${value.map((item) => text(item, depth)).join(", ")}]`;
    return `[\n${value.map((item) => `${pad}${text(item, depth + 1)},\n`).join("")}${close}]`;
  }
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
    if (keys.length === 0) return "{}";
    return `{\n${keys.map((key) => `${pad}${keyText(key)}: ${text((value as Record<string, unknown>)[key], depth + 1)},\n`).join("")}${close}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const ambiguous = /^(y|n|yes|no|on|off|true|false|null|~|\.nan|[-+]?\.inf)$/i;

const keyText = (key: string): string => (/^[A-Za-z_][\w./-]*$/.test(key) && !ambiguous.test(key) ? key : JSON.stringify(key));
