import { RE2JS } from "re2js";

/** A pattern that cannot be read. */
export class PatternError extends Error {}

export interface Found {
  at: number;
  end: number;
  groups: readonly (string | undefined)[];
}

/** A pattern as vi writes them, ready to look for. */
export class Pattern {
  readonly #native: RegExp | undefined;
  readonly #linear: RE2JS | undefined;
  readonly #groups: number;

  constructor(source: string, ignoreCase: boolean) {
    const { text, caseless, groups } = translated(source, ignoreCase);
    this.#groups = groups;
    try {
      // What repeats a repetition could take the platform's engine forever.
      if (/[*+}?]\)[*+{]/.test(text) && !/\(\?|\\[1-9]/.test(text.replaceAll("(?:", "(")))
        this.#linear = RE2JS.compile(text, caseless ? RE2JS.CASE_INSENSITIVE : 0);
      else this.#native = new RegExp(text, `gu${caseless ? "i" : ""}`);
    } catch {
      throw new PatternError(`E486: Pattern not found: ${source}`);
    }
  }

  /** The first match in a line at or after a column. */
  exec(line: string, from = 0): Found | undefined {
    if (from > line.length) return undefined;
    if (this.#native) {
      this.#native.lastIndex = from;
      const found = this.#native.exec(line);
      return found ? { at: found.index, end: found.index + found[0].length, groups: [...found] } : undefined;
    }
    const matcher = this.#linear?.matcher(line);
    if (!matcher?.find(from)) return undefined;
    return { at: matcher.start(), end: matcher.end(), groups: Array.from({ length: this.#groups + 1 }, (_, i) => matcher.group(i) ?? undefined) };
  }

  /** All matches of a line, one after the other. */
  *all(line: string): Generator<Found> {
    for (let from = 0; from <= line.length; ) {
      const found = this.exec(line, from);
      if (!found) return;
      yield found;
      from = found.end > found.at ? found.end : found.end + 1;
    }
  }
}

const classes: Readonly<Record<string, string>> = {
  s: "[ \\t]",
  S: "[^ \\t]",
  d: "[0-9]",
  D: "[^0-9]",
  w: "[0-9A-Za-z_]",
  W: "[^0-9A-Za-z_]",
  a: "[A-Za-z]",
  A: "[^A-Za-z]",
  l: "[a-z]",
  u: "[A-Z]",
  x: "[0-9A-Fa-f]",
  h: "[A-Za-z_]",
  i: "[0-9A-Za-z_]",
  k: "[0-9A-Za-z_]",
  f: "[-0-9A-Za-z_./]",
  p: "[ -~]",
};

const posix: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  space: " \\t",
  upper: "A-Z",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  xdigit: "0-9A-Fa-f",
};

const quoted = (character: string): string => (/[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);

/** Writes a pattern in the platform's syntax. What needs a backslash differs with `\v`, `\m` and `\V`. */
function translated(source: string, ignoreCase: boolean): { text: string; caseless: boolean; groups: number } {
  let caseless = ignoreCase;
  let magic: "v" | "m" | "V" = "m";
  let text = "";
  let groups = 0;
  const characters = [...source];
  // Where an atom begins: there `*` means itself, and `^` the start.
  let atStart = true;
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i] ?? "";
    let special: boolean;
    if (character === "\\") {
      character = characters[++i] ?? "\\";
      if (character === "v" || character === "m" || character === "V") {
        magic = character;
        continue;
      }
      if (character === "M") {
        magic = "V";
        continue;
      }
      if (character === "c" || character === "C") {
        caseless = character === "c";
        continue;
      }
      if (classes[character]) {
        text += classes[character];
        atStart = false;
        continue;
      }
      if (character === "n" || character === "t" || character === "r" || character === "e") {
        text += character === "e" ? "\\x1b" : `\\${character}`;
        atStart = false;
        continue;
      }
      if (/[1-9]/.test(character)) {
        text += `(?:\\${character})`;
        continue;
      }
      if (character === "z" && (characters[i + 1] === "s" || characters[i + 1] === "e")) {
        if (characters[++i] === "s") text = `(?<=${text})`;
        else {
          text += `(?=${translated(characters.slice(i + 1).join(""), ignoreCase).text})`;
          break;
        }
        continue;
      }
      special = magic === "m" ? /[()|+=?{<>@%&]/.test(character) : magic === "V" ? /[()|+=?{<>@%&.*[~^$]/.test(character) : false;
    } else special = magic === "v" ? /[()|+=?{<>@%&.*[~^$]/.test(character) : magic === "m" ? /[.*[^$~]/.test(character) : /[\^$]/.test(character);
    if (!special) {
      text += quoted(character);
      atStart = false;
      continue;
    }
    switch (character) {
      case "(":
        text += "(";
        groups++;
        atStart = true;
        continue;
      case ")":
        text += ")";
        break;
      case "|":
        text += "|";
        atStart = true;
        continue;
      case "%":
        if (characters[i + 1] === "(" || (characters[i + 1] === "\\" && characters[i + 2] === "(")) {
          i += characters[i + 1] === "(" ? 1 : 2;
          text += "(?:";
          atStart = true;
          continue;
        }
        text += "%";
        break;
      case "<":
        text += "(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])";
        break;
      case ">":
        text += "(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])";
        break;
      case "+":
        text += "+";
        break;
      case "=":
      case "?":
        text += "?";
        break;
      case "{": {
        const end = characters.indexOf("}", i);
        if (end < 0) throw new PatternError(`E554: Syntax error in \\{...}`);
        const body = characters
          .slice(i + 1, end)
          .join("")
          .replace(/\\$/, "");
        const [, few = "", low = "", comma = "", high = ""] = /^(-?)(\d*)(,?)(\d*)$/.exec(body) ?? [];
        text += low === "" && high === "" ? "*" : `{${low || "0"}${comma}${high}}`;
        if (few) text += "?";
        i = end;
        break;
      }
      case "*":
        text += atStart ? "\\*" : "*";
        break;
      case "^":
        text += atStart ? "^" : "\\^";
        continue;
      case "$": {
        const next = characters.slice(i + 1).join("");
        text += next === "" || /^\\?[|)]/.test(next) || next.startsWith("\\n") ? "$" : "\\$";
        break;
      }
      case "[": {
        const bracket = bracketAt(characters, i);
        if (bracket) {
          text += bracket.text;
          i = bracket.end;
        } else text += "\\[";
        break;
      }
      case ".":
        text += ".";
        break;
      default:
        text += quoted(character);
    }
    atStart = false;
  }
  return { text, caseless, groups };
}

function bracketAt(characters: readonly string[], start: number): { text: string; end: number } | undefined {
  let text = "[";
  let i = start + 1;
  if (characters[i] === "^") {
    text += "^";
    i++;
  }
  for (let first = true; i < characters.length; i++, first = false) {
    const character = characters[i] ?? "";
    if (character === "]" && !first) return { text: `${text}]`, end: i };
    const named = /^\[:(\w+):\]/.exec(characters.slice(i, i + 12).join(""));
    if (named) {
      text += posix[named[1] ?? ""] ?? "";
      i += named[0].length - 1;
    } else if (character === "\\") {
      const next = characters[i + 1] ?? "";
      if (/[tnre]/.test(next)) text += next === "e" ? "\\x1b" : `\\${next}`;
      else if (/[\\\]^-]/.test(next)) text += `\\${next}`;
      else {
        text += "\\\\";
        continue;
      }
      i++;
    } else text += /[[\]&~|\\^]/.test(character) || (character === "-" && (first || characters[i + 1] === "]")) ? `\\${character}` : character;
  }
  return undefined;
}

/** What a match is replaced by: `&`, `\1`, `\n`, `\r` and the case marks `\u \l \U \L \E` mean what they do in `:s`. */
export function replacementOf(template: string, groups: readonly (string | undefined)[]): string {
  let out = "";
  let once: "u" | "l" | undefined;
  let all: "U" | "L" | undefined;
  const add = (text: string) => {
    for (const character of text) {
      const cased = all === "U" ? character.toUpperCase() : all === "L" ? character.toLowerCase() : character;
      out += once === "u" ? cased.toUpperCase() : once === "l" ? cased.toLowerCase() : cased;
      once = undefined;
    }
  };
  const characters = [...template];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "&") add(groups[0] ?? "");
    else if (character !== "\\") add(character);
    else {
      const next = characters[++i] ?? "\\";
      if (/\d/.test(next)) add(groups[Number(next)] ?? "");
      else if (next === "r") out += "\n";
      else if (next === "n") out += "\0";
      else if (next === "t") add("\t");
      else if (next === "u" || next === "l") once = next;
      else if (next === "U" || next === "L") all = next;
      else if (next === "e" || next === "E") all = undefined;
      else add(next);
    }
  }
  return out;
}
