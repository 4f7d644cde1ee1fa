/** A line of a `.gitignore`. */
export interface IgnoreRule {
  /** As it was written, for `check-ignore -v`. */
  readonly text: string;
  readonly source: string;
  readonly line: number;
  /** Paths below this directory are meant; empty for all. */
  readonly base: string;
  readonly pattern: RegExp;
  /** Whether it speaks of the name alone, at any depth. */
  readonly ofName: boolean;
  readonly negated: boolean;
  readonly ofDirectories: boolean;
}

/** The rules of one file. */
export function rulesOf(text: string, base: string, source: string): IgnoreRule[] {
  const rules: IgnoreRule[] = [];
  text.split("\n").forEach((line, i) => {
    let pattern = line.replace(/\r$/, "").replace(/(?<!\\)[ ]+$/, "");
    if (pattern === "" || pattern.startsWith("#")) return;
    const written = pattern;
    const negated = pattern.startsWith("!");
    if (negated) pattern = pattern.slice(1);
    const ofDirectories = pattern.endsWith("/");
    if (ofDirectories) pattern = pattern.slice(0, -1);
    const ofName = !pattern.includes("/");
    rules.push({
      text: written,
      source,
      line: i + 1,
      base,
      ofName,
      negated,
      ofDirectories,
      pattern: new RegExp(`^${globSource(pattern.replace(/^\//, ""), true)}$`, "s"),
    });
  });
  return rules;
}

/** A glob as the source of a regular expression. With `strict`, a star stays within one name and two lead through directories. */
export function globSource(glob: string, strict: boolean): string {
  let source = "";
  for (let i = 0; i < glob.length; i++) {
    const letter = glob[i] ?? "";
    const set = letter === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(i)) : null;
    if (strict && glob.startsWith("**/", i) && (i === 0 || glob[i - 1] === "/")) {
      source += "(?:.*/)?";
      i += 2;
    } else if (strict && glob.startsWith("/**", i) && i + 3 === glob.length) {
      source += "/.+";
      i += 2;
    } else if (letter === "*") {
      while (glob[i + 1] === "*") i++;
      source += strict ? "[^/]*" : ".*";
    } else if (letter === "?") source += strict ? "[^/]" : ".";
    else if (set) {
      source += `[${set[1] ? "^" : ""}${(set[2] ?? "").replace(/[\\\]]/g, "\\$&")}]`;
      i += set[0].length - 1;
    } else {
      const plain = letter === "\\" && i + 1 < glob.length ? (glob[++i] ?? "") : letter;
      source += plain.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    }
  }
  return source;
}

/** The rule that decides about a path: the last one that fits. */
export function ruleFor(rules: readonly IgnoreRule[], path: string, isDirectory: boolean): IgnoreRule | undefined {
  return rules.findLast(({ base, pattern, ofName, ofDirectories }) => {
    if (ofDirectories && !isDirectory) return false;
    if (base !== "" && !path.startsWith(`${base}/`)) return false;
    const below = base === "" ? path : path.slice(base.length + 1);
    return pattern.test(ofName ? below.slice(below.lastIndexOf("/") + 1) : below);
  });
}
