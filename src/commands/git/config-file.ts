/** One setting: `section.name` or `section.subsection.name`, as it was found. */
export interface Setting {
  readonly key: string;
  readonly value: string;
}

/** Section and name in small letters, what stands between as it is. */
export function keyOf(key: string): string {
  const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
  return first === last ? key.toLowerCase() : key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

/** What stands in a configuration file, in order. */
export function settingsOf(text: string): Setting[] {
  const settings: Setting[] = [];
  let section = "";
  for (const line of text
    .replace(/\\\n/g, "")
    .split("\n")
    .map((one) => one.trim())) {
    const head = /^\[\s*([-\w.]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    const rest = head ? line.slice(head[0].length).trim() : line;
    if (head) section = head[1]?.toLowerCase() + (head[2] === undefined ? "" : `.${head[2].replace(/\\(.)/g, "$1")}`);
    const found = /^([A-Za-z][-\w]*)\s*(?:=\s*(.*))?$/.exec(rest);
    if (found) settings.push({ key: `${section}.${(found[1] ?? "").toLowerCase()}`, value: found[2] === undefined ? "true" : unquoted(found[2]) });
  }
  return settings;
}

/** A value without its quotes and comment. */
function unquoted(text: string): string {
  let value = "";
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? "";
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === "\\") value += ({ n: "\n", t: "\t", b: "\b" } as Record<string, string>)[text[++i] ?? ""] ?? text[i] ?? "";
    else if (!isQuoted && (letter === "#" || letter === ";")) return value.trimEnd();
    else value += letter;
  }
  return isQuoted ? value : value.trimEnd();
}

const sectionLine = (section: string): string => {
  const dot = section.indexOf(".");
  return dot < 0 ? `[${section}]` : `[${section.slice(0, dot)} "${section.slice(dot + 1).replace(/["\\]/g, "\\$&")}"]`;
};

const written = (value: string): string => {
  const escaped = value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return /^\s|\s$|[;#]/.test(value) ? `"${escaped}"` : escaped;
};

/** The text with a setting set, added behind those that it has (`add`), or removed (undefined); comments and order stay. */
export function withSetting(text: string, key: string, value: string | undefined, how: "replace" | "add" | "all" = "replace"): string {
  const wanted = keyOf(key);
  const section = wanted.slice(0, wanted.lastIndexOf("."));
  const name = key.slice(key.lastIndexOf(".") + 1);
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  let current = "";
  let end = -1;
  const found: number[] = [];
  lines.forEach((line, i) => {
    const head = /^\s*\[\s*([-\w.]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (head) current = head[1]?.toLowerCase() + (head[2] === undefined ? "" : `.${head[2].replace(/\\(.)/g, "$1")}`);
    if (current !== section) return;
    end = i;
    const own = /^\s*([A-Za-z][-\w]*)\s*(?:=|$)/.exec(line)?.[1];
    if (!head && own?.toLowerCase() === wanted.slice(section.length + 1)) found.push(i);
  });
  if (value === undefined) {
    const gone = new Set(how === "all" ? found : found.slice(-1));
    const kept = lines.filter((_, i) => !gone.has(i));
    return kept.length === 0 ? "" : `${withoutEmpty(kept, sectionLine(section)).join("\n")}\n`;
  }
  const line = `\t${name} = ${written(value)}`;
  const last = found.at(-1);
  if (last !== undefined && how !== "add") lines[last] = line;
  else if (end >= 0) lines.splice(end + 1, 0, line);
  else lines.push(sectionLine(section), line);
  return `${lines.join("\n")}\n`;
}

/** A section without settings goes when its last one goes. */
function withoutEmpty(lines: readonly string[], head: string): string[] {
  return lines.filter((line, i) => line.trim() !== head || !(lines[i + 1] === undefined || /^\s*\[/.test(lines[i + 1] ?? "")));
}

/** The text without a section; undefined where there is none. */
export function withoutSection(text: string, section: string): string | undefined {
  const kept: string[] = [];
  let inside = false;
  let found = false;
  for (const line of text.split("\n")) {
    if (/^\s*\[/.test(line)) inside = line.trim() === sectionLine(section);
    found ||= inside;
    if (!inside) kept.push(line);
  }
  return found ? `${kept.join("\n").replace(/\n*$/, "")}${kept.length > 1 ? "\n" : ""}` : undefined;
}
