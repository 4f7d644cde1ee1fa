/** A shell pattern (`*.tx?`, `[a-z]*`, `@(a|b)`): matches in time proportional to text and pattern, but for the extended forms. */
export class Pattern {
  readonly #tokens: readonly Token[] | undefined;
  readonly #regex: string | undefined;
  readonly #ignoreCase: boolean;

  constructor(text: string, options: { extended?: boolean; ignoreCase?: boolean } = {}) {
    this.#ignoreCase = options.ignoreCase ?? false;
    if (options.extended !== false && extendedForm.test(text)) this.#regex = regexOf(text);
    else this.#tokens = tokensOf(text);
  }

  matches(text: string): boolean {
    if (this.#regex !== undefined) return this.#compiled(`^(?:${this.#regex})$`).test(text);
    return this.#ends(this.#tokens ?? [], [...text]).includes([...text].length);
  }

  /** How many characters at the start match: the most or the fewest, undefined where none does. In UTF-16 units. */
  prefix(text: string, which: "longest" | "shortest"): number | undefined {
    const characters = [...text];
    const ends = this.#regex === undefined ? this.#ends(this.#tokens ?? [], characters) : this.#regexEnds(characters, (part) => part);
    const end = which === "longest" ? ends.at(-1) : ends[0];
    return end === undefined ? undefined : characters.slice(0, end).join("").length;
  }

  suffix(text: string, which: "longest" | "shortest"): number | undefined {
    const characters = [...text].reverse();
    const ends =
      this.#regex === undefined ? this.#ends([...(this.#tokens ?? [])].reverse(), characters) : this.#regexEnds(characters, (part) => part.reverse());
    const end = which === "longest" ? ends.at(-1) : ends[0];
    return end === undefined ? undefined : characters.slice(0, end).join("").length;
  }

  /** The first match from `from` on, the longest there. */
  find(text: string, from: number): { at: number; length: number } | undefined {
    if (this.#regex !== undefined) {
      const regex = this.#compiled(this.#regex);
      regex.lastIndex = from;
      const found = regex.exec(text);
      return found ? { at: found.index, length: found[0].length } : undefined;
    }
    const first = this.#tokens?.[0];
    for (let at = from; at <= text.length; at++) {
      if (typeof first === "string" && !this.#ignoreCase) {
        at = text.indexOf(first, at);
        if (at < 0) return undefined;
      }
      const length = this.prefix(text.slice(at), "longest");
      if (length !== undefined) return { at, length };
    }
    return undefined;
  }

  /** What is no pattern matches nothing. */
  #compiled(source: string): RegExp {
    try {
      return new RegExp(source, this.#ignoreCase ? "gsui" : "gsu");
    } catch {
      return /(?!)/g;
    }
  }

  #regexEnds(characters: string[], turned: (part: string[]) => string[]): number[] {
    const ends: number[] = [];
    const whole = this.#compiled(`^(?:${this.#regex})$`);
    for (let end = 0; end <= characters.length; end++) {
      const part = turned(characters.slice(0, end)).join("");
      if (whole.test(part)) ends.push(end);
      whole.lastIndex = 0;
    }
    return ends;
  }

  /** Where matches from the start end, ascending: all positions of the pattern are followed at once. */
  #ends(tokens: readonly Token[], characters: readonly string[]): number[] {
    const ends: number[] = [];
    let here = new Uint8Array(tokens.length + 1);
    here[0] = 1;
    for (let at = 0; ; at++) {
      // A star may stand for nothing.
      let alive = false;
      for (let i = 0; i < tokens.length; i++) if (here[i] && tokens[i] === star) here[i + 1] = 1;
      if (here[tokens.length]) ends.push(at);
      const character = characters[at];
      if (character === undefined) return ends;
      const next = new Uint8Array(tokens.length + 1);
      for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i];
        if (!here[i] || token === undefined) continue;
        if (token === star) next[i] = 1;
        else if (this.#accepts(token, character)) next[i + 1] = 1;
        else continue;
        alive = true;
      }
      if (!alive) return ends;
      here = next;
    }
  }

  #accepts(token: Token, character: string): boolean {
    if (token === any) return true;
    if (typeof token === "string") return token === character || (this.#ignoreCase && token.toLowerCase() === character.toLowerCase());
    if (typeof token !== "object") return false;
    if (!this.#ignoreCase) return token.regex.test(character);
    return token.regex.test(character.toLowerCase()) || token.regex.test(character.toUpperCase());
  }
}

const star = Symbol("*");
const any = Symbol("?");
type Token = string | typeof star | typeof any | { regex: RegExp };

const extendedForm = /[?*+@!]\(/;

/** Whether a text means more than itself as a pattern. */
export const isPattern = (text: string): boolean => /[*?]|\[[\s\S]+\]/.test(text) || extendedForm.test(text);

/** A text as a pattern that matches just it. */
export const quoted = (text: string): string => text.replace(/[\\*?[\]()|+@!^-]/g, "\\$&");

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    if (character === "\\" && i + 1 < characters.length) tokens.push(characters[++i] ?? "");
    else if (character === "*") {
      if (tokens.at(-1) !== star) tokens.push(star);
    } else if (character === "?") tokens.push(any);
    else if (character === "[") {
      const bracket = bracketOf(characters, i);
      if (bracket) {
        tokens.push({ regex: new RegExp(bracket.regex, "su") });
        i = bracket.end;
      } else tokens.push("[");
    } else tokens.push(character);
  }
  return tokens;
}

const classes: Record<string, string> = {
  alnum: "\\p{L}\\p{N}",
  alpha: "\\p{L}",
  ascii: "\\x00-\\x7f",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e\\u00a1-\\u{10ffff}",
  lower: "\\p{Ll}",
  print: "\\x20-\\x7e\\u00a0-\\u{10ffff}",
  punct: "!-/:-@[-`{-~",
  space: "\\s",
  upper: "\\p{Lu}",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};

/** `[a-z]`, `[!x]`, `[[:digit:]_]` as a regular expression; undefined where the bracket is never closed. */
export function bracketOf(characters: readonly string[], start: number): { regex: string; end: number } | undefined {
  let i = start + 1;
  const negated = characters[i] === "!" || characters[i] === "^";
  if (negated) i++;
  let body = "";
  for (let first = true; i < characters.length; i++, first = false) {
    const character = characters[i] ?? "";
    if (character === "]" && !first) {
      if (body === "") return { regex: negated ? "[\\s\\S]" : "(?!)", end: i };
      return { regex: `[${negated ? "^" : ""}${body}]`, end: i };
    }
    if (character === "[" && (characters[i + 1] === ":" || characters[i + 1] === "." || characters[i + 1] === "=")) {
      const kind = characters[i + 1] ?? "";
      const close = characters.findIndex((one, at) => at > i + 1 && one === kind && characters[at + 1] === "]");
      if (close > 0) {
        const name = characters.slice(i + 2, close).join("");
        body += kind === ":" ? (classes[name] ?? "") : escaped(name);
        i = close + 1;
        continue;
      }
    }
    if (character === "\\" && i + 1 < characters.length) {
      body += escaped(characters[++i] ?? "");
      continue;
    }
    const upTo = characters[i + 2];
    if (characters[i + 1] === "-" && upTo !== undefined && upTo !== "]" && upTo !== "[" && upTo !== "\\") {
      if (character <= upTo) body += `${escaped(character)}-${escaped(upTo)}`;
      i += 2;
      continue;
    }
    body += escaped(character);
  }
  return undefined;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Outside of brackets a dash needs no backslash, and may have none. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** A pattern with extended forms as a regular expression. */
function regexOf(text: string): string {
  const characters = [...text];
  let at = 0;
  return sequence(false);

  function sequence(inside: boolean): string {
    let regex = "";
    while (at < characters.length) {
      const character = characters[at] ?? "";
      if (inside && (character === "|" || character === ")")) return regex;
      if (character === "\\" && at + 1 < characters.length) {
        regex += literal(characters[at + 1] ?? "");
        at += 2;
      } else if ("?*+@!".includes(character) && characters[at + 1] === "(") regex += group(character);
      else if (character === "[") {
        const bracket = bracketOf(characters, at);
        regex += bracket?.regex ?? "\\[";
        at = bracket ? bracket.end + 1 : at + 1;
      } else {
        regex += character === "*" ? ".*" : character === "?" ? "." : literal(character);
        at++;
      }
    }
    return regex;
  }

  function group(operator: string): string {
    at += 2;
    const choices = [sequence(true)];
    while (characters[at] === "|") {
      at++;
      choices.push(sequence(true));
    }
    at++;
    const body = `(?:${choices.join("|")})`;
    if (operator !== "!") return body + (operator === "@" ? "" : operator);
    // What does not match as a whole: the rest of the pattern decides where it ends.
    const mark = at;
    const rest = sequence(true);
    at = mark;
    return `(?!${body}${rest}$).*?`;
  }
}
