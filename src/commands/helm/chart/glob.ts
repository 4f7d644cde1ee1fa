/**
 * A pattern of file names as Go's `filepath.Match` reads it: `*` and `?` stay within a name, `[a-z]` and `[^a-z]` are sets. Undefined where
 * it is none.
 */
export function namePattern(pattern: string): RegExp | undefined {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? "";
    if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (c === "\\") {
      i++;
      if (i >= pattern.length) return undefined;
      source += escaped(pattern[i] ?? "");
    } else if (c === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) return undefined;
      const body = pattern.slice(i + 1, end);
      const negated = body.startsWith("^");
      source += `[${negated ? "^" : ""}${body.slice(negated ? 1 : 0).replace(/[\]^]/g, "\\$&")}]`;
      i = end;
    } else source += escaped(c);
  }
  return regex(source);
}

/** A pattern of whole paths: `*` stays within a name, `**` does not, `{a,b}` are choices. */
export function pathPattern(pattern: string): RegExp | undefined {
  let [source, depth] = ["", 0];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? "";
    if (c === "*") {
      const isDeep = pattern[i + 1] === "*";
      source += isDeep ? ".*" : "[^/]*";
      if (isDeep) i++;
    } else if (c === "?") source += "[^/]";
    else if (c === "{") {
      depth++;
      source += "(?:";
    } else if (c === "}" && depth > 0) {
      depth--;
      source += ")";
    } else if (c === "," && depth > 0) source += "|";
    else if (c === "\\") source += escaped(pattern[++i] ?? "");
    else if (c === "[") {
      const end = pattern.indexOf("]", i + 1);
      if (end < 0) return undefined;
      source += `[${pattern.slice(i + 1, end).replace(/^!/, "^")}]`;
      i = end;
    } else source += escaped(c);
  }
  return depth === 0 ? regex(source) : undefined;
}

const escaped = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");

function regex(source: string): RegExp | undefined {
  try {
    return new RegExp(`^${source}$`, "s");
  } catch {
    return undefined;
  }
}
