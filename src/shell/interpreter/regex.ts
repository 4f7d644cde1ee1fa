import { RE2JS } from "re2js";
import { bracketOf } from "./pattern.ts";

/** A match: where it is, and its groups; a group that took no part is undefined. */
export interface Match {
  at: number;
  end: number;
  groups: readonly (string | undefined)[];
}

export interface RegexOptions {
  /** Extended syntax (`grep -E`, `[[ =~ ]]`), else the basic one, where `\(`, `\{`, `\|`, `\+`, `\?` are special. */
  extended: boolean;
  ignoreCase?: boolean;
  /** `^` and `$` match at lines within the text. */
  multiline?: boolean;
  /** A `.` matches no newline. */
  lines?: boolean;
}

/** A regular expression that cannot be read; the message as the C library gives it. */
export class RegexError extends Error {}

/**
 * A POSIX regular expression. Matched in linear time whatever it is, but for those with back references (`\1`), which only the platform's
 * own engine knows.
 */
export class Regex {
  readonly #linear: RE2JS | undefined;
  readonly #native: RegExp | undefined;
  readonly groups: number;

  constructor(source: string, options: RegexOptions) {
    const translated = translate(source, options);
    this.groups = translated.groups;
    // Without alternatives both engines find the same, and with few repetitions the platform's own, which is faster, takes no longer than the text is long, squared.
    if (translated.backReferences || (translated.repetitions <= 2 && !translated.alternatives)) {
      this.#native = nativeOf(translated.text, options);
      if (this.#native) return;
      if (translated.backReferences) throw new RegexError("Invalid regular expression");
    }
    const flags =
      (options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
      (options.lines ? 0 : RE2JS.DOTALL) |
      (options.multiline ? RE2JS.MULTILINE : 0) |
      RE2JS.LONGEST_MATCH;
    try {
      this.#linear = RE2JS.compile(translated.text, flags);
    } catch (error) {
      throw new RegexError(error instanceof Error ? error.message : "Invalid regular expression");
    }
  }

  test(text: string): boolean {
    if (this.#linear) return this.#linear.test(text);
    if (!this.#native) return false;
    this.#native.lastIndex = 0;
    return this.#native.test(text);
  }

  /** The first match at or after `from`. */
  exec(text: string, from = 0): Match | undefined {
    if (from > text.length) return undefined;
    if (this.#native) {
      this.#native.lastIndex = from;
      const found = this.#native.exec(text);
      return found ? { at: found.index, end: found.index + found[0].length, groups: [...found] } : undefined;
    }
    const matcher = this.#linear?.matcher(text);
    if (!matcher?.find(from)) return undefined;
    const groups: (string | undefined)[] = [];
    for (let i = 0; i <= this.groups; i++) groups.push(matcher.group(i) ?? undefined);
    return { at: matcher.start(), end: matcher.end(), groups };
  }
}

function nativeOf(text: string, { lines, ignoreCase, multiline }: RegexOptions): RegExp | undefined {
  try {
    return new RegExp(text, `g${lines ? "" : "s"}u${ignoreCase ? "i" : ""}${multiline ? "m" : ""}`);
  } catch {
    return undefined;
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Writes a POSIX expression in the syntax that the engines share. */
function translate(
  source: string,
  options: RegexOptions,
): { text: string; groups: number; backReferences: boolean; repetitions: number; alternatives: boolean } {
  const { extended } = options;
  const characters = [...source];
  let text = "";
  let groups = 0;
  let backReferences = false;
  let open = 0;
  // Whether a repetition here would have nothing to repeat: then it means itself, in basic syntax.
  let atStart = true;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    const next = characters[i + 1];
    if (character === "\\") {
      if (next === undefined) throw new RegexError("Trailing backslash");
      i++;
      if (!extended && next === "(") {
        text += "(";
        groups++;
        open++;
        atStart = true;
        continue;
      }
      if (!extended && next === ")") {
        if (open-- === 0) throw new RegexError("Unmatched ) or \\)");
        text += ")";
      } else if (!extended && next === "|") {
        text += "|";
        atStart = true;
        continue;
      } else if (!extended && (next === "+" || next === "?") && !atStart) text += next;
      else if (!extended && next === "{") i = interval(i + 1, "\\}");
      else if (/[1-9]/.test(next)) {
        if (Number(next) > groups) throw new RegexError("Invalid back reference");
        text += `(?:\\${next})`;
        backReferences = true;
      } else if (next === "<") text += "\\b(?=\\w)";
      else if (next === ">") text += "\\b";
      else if (next === "`") text += "^";
      else if (next === "'") text += "$";
      else if (/[wWsSbB]/.test(next)) text += `\\${next}`;
      else if (next === "n") text += "\\n";
      else if (next === "t") text += "\\t";
      else text += escaped(next);
      atStart = false;
      continue;
    }
    if (character === "[") {
      const bracket = posixBracket(characters, i);
      if (!bracket) throw new RegexError("Unmatched [, [^, [:, [., or [=");
      text += bracket.regex;
      i = bracket.end;
    } else if (character === "*") text += atStart && !extended ? "\\*" : atStart ? "" : "*";
    else if (character === "^") {
      if (extended || atStart) {
        text += "^";
        if (extended) atStart = true;
        continue;
      }
      text += "\\^";
    } else if (character === "$") {
      const last = next === undefined || (!extended && next === "\\" && (characters[i + 2] === ")" || characters[i + 2] === "|"));
      text += extended || last ? "$" : "\\$";
    } else if (character === ".") text += ".";
    else if (extended && character === "(") {
      text += "(";
      groups++;
      open++;
      atStart = true;
      continue;
    } else if (extended && character === ")" && open > 0) {
      open--;
      text += ")";
    } else if (extended && character === ")") text += "\\)";
    else if (extended && character === "|") {
      text += "|";
      atStart = true;
      continue;
    } else if (extended && (character === "+" || character === "?")) text += atStart ? `\\${character}` : character;
    else if (extended && character === "{" && !atStart && /\d|,/.test(next ?? "")) i = interval(i + 1, "}");
    else text += escaped(character);
    atStart = false;
  }
  if (open > 0) throw new RegexError("Unmatched ( or \\(");
  // What looks ahead is not in the linear engine; there the end of a word does as well at its start.
  const repetitions = text.match(/[*+]|,\}/g)?.length ?? 0;
  const alternatives = text.includes("|");
  const nested = /\)[*+{]/.test(text);
  return {
    text: backReferences ? text : text.replaceAll("\\b(?=\\w)", "\\b"),
    groups,
    backReferences,
    repetitions: nested ? Number.POSITIVE_INFINITY : repetitions,
    alternatives,
  };

  function interval(from: number, close: string): number {
    const rest = characters.slice(from).join("");
    const end = rest.indexOf(close);
    const body = end < 0 ? undefined : rest.slice(0, end);
    if (body === undefined) throw new RegexError("Unmatched { or \\{");
    const [, low, comma, high] = /^(\d*)(,?)(\d*)$/.exec(body) ?? [];
    if (low === undefined || (low === "" && !comma)) throw new RegexError("Invalid content of \\{\\}");
    if (Number(low) > 1000 || Number(high) > 1000) throw new RegexError("Regular expression too big");
    if (high && Number(high) < Number(low)) throw new RegexError("Invalid content of \\{\\}");
    text += `{${low || "0"}${comma}${high}}`;
    return from + [...body].length + close.length - 1;
  }
}

/** A bracket expression: as in patterns, but that a backslash is a backslash and `!` does not negate. */
function posixBracket(characters: readonly string[], start: number): { regex: string; end: number } | undefined {
  const rest = characters.slice(start + 1);
  const bang = rest[0] === "!";
  const shielded = [...(bang ? ["\\", "!", ...rest.slice(1)] : rest)].flatMap((one, i) =>
    one === "\\" && !(bang && i === 0) ? ["\\", "\\"] : [one],
  );
  const found = bracketOf(["[", ...shielded], 0);
  if (!found) return undefined;
  let end = start;
  for (let i = 1; i <= found.end; i++) {
    if (shielded[i - 1] === "\\") i++;
    end++;
  }
  return { regex: found.regex, end };
}
