import { Regex } from "../interpreter/regex.ts";

export type Address =
  | { kind: "line"; line: number }
  | { kind: "last" }
  | { kind: "regex"; regex: Regex | undefined }
  | { kind: "step"; first: number; step: number }
  | { kind: "plus"; lines: number }
  | { kind: "multiple"; of: number };

export interface SedCommand {
  from: Address | undefined;
  to: Address | undefined;
  negated: boolean;
  name: string;
  /** Text of a, i, c; label of b, t, T; file of r, R, w, W; the number of q, Q, l. */
  text: string;
  substitute?: Substitution;
  /** Characters of `y`. */
  map?: ReadonlyMap<string, string>;
  /** Where a `{` ends. */
  end?: number;
  /** The script begins with `#n`. */
  quiet?: boolean;
}

export interface Substitution {
  /** Undefined means the last one used. */
  regex: Regex | undefined;
  replacement: readonly ReplacementPart[];
  global: boolean;
  print: boolean;
  number: number;
  file: string | undefined;
}

export type ReplacementPart =
  | { kind: "text"; text: string }
  | { kind: "group"; group: number }
  | { kind: "case"; change: "U" | "L" | "u" | "l" | "E" };

/** A script that sed cannot read, with its own words. */
export class SedError extends Error {}

/** Reads a sed script. Throws a `SedError`. */
export function parseSed(script: string, extended: boolean): SedCommand[] {
  const commands: SedCommand[] = [];
  const open: number[] = [];
  let at = script.startsWith("#n\n") || script === "#n" ? 2 : 0;
  const quiet = at > 0;
  const wrong = (text: string, place = at): never => {
    throw new SedError(`-e expression #1, char ${Math.min(place, script.length)}: ${text}`);
  };

  for (;;) {
    while (at < script.length && /[\s;]/.test(script[at] ?? "")) at++;
    if (at >= script.length) break;
    if (script[at] === "#") {
      while (at < script.length && script[at] !== "\n") at++;
      continue;
    }
    const from = address();
    let to: Address | undefined;
    blanks();
    if (from && script[at] === ",") {
      at++;
      blanks();
      to = address(true) ?? wrong("unexpected `,'", at + 1);
    }
    blanks();
    let negated = false;
    while (script[at] === "!") {
      negated = true;
      at++;
      blanks();
    }
    const name = script[at++] ?? "";
    if (name === "") wrong("missing command");
    const command: SedCommand = { from, to, negated, name, text: "" };
    read(command);
    commands.push(command);
  }
  if (open.length > 0) wrong("unmatched `{'", 0);
  if (quiet && commands[0]) commands[0].quiet = true;
  return commands;

  function blanks(): void {
    while (/[ \t]/.test(script[at] ?? "")) at++;
  }

  function address(second = false): Address | undefined {
    const [number] = /^\d+/.exec(script.slice(at)) ?? [];
    if (number !== undefined) {
      at += number.length;
      const [step] = /^~\d+/.exec(script.slice(at)) ?? [];
      if (step === undefined) return { kind: "line", line: Number(number) };
      at += step.length;
      return { kind: "step", first: Number(number), step: Number(step.slice(1)) };
    }
    const relative = second ? /^([+~])(\d+)/.exec(script.slice(at)) : null;
    if (relative) {
      at += relative[0].length;
      return relative[1] === "+" ? { kind: "plus", lines: Number(relative[2]) } : { kind: "multiple", of: Number(relative[2]) };
    }
    if (script[at] === "$") {
      at++;
      return { kind: "last" };
    }
    if (script[at] !== "/" && script[at] !== "\\") return undefined;
    if (script[at] === "\\") at++;
    const source = delimited("unterminated address regex");
    let ignoreCase = false;
    while (/[IM]/.test(script[at] ?? "")) {
      ignoreCase ||= script[at] === "I";
      at++;
    }
    return { kind: "regex", regex: source === "" ? undefined : new Regex(withCharacters(source), { extended, ignoreCase, lines: false }) };
  }

  /** What stands between the delimiter here and the next. */
  function delimited(problem: string, hasSets = true): string {
    const mark = script[at++] ?? "";
    let text = "";
    for (; at < script.length; at++) {
      const character = script[at] ?? "";
      if (character === "\\" && at + 1 < script.length) {
        const next = script[++at] ?? "";
        text += next === mark && !/[.*[\]^$+?(){}|]/.test(mark) ? next : next === "\n" ? "\n" : `\\${next}`;
        continue;
      }
      if (hasSets && character === "[") {
        // Between brackets the mark is a character like any other.
        const set = /^\[\^?\]?(?:\[([:.=])[^\]]*?\1\]|[^\]])*\]/.exec(script.slice(at))?.[0];
        if (set === undefined) {
          at = script.length;
          break;
        }
        text += set.replaceAll(`\\${mark}`, mark);
        at += set.length - 1;
        continue;
      }
      if (character === mark) {
        at++;
        return text;
      }
      text += character;
    }
    return wrong(problem);
  }

  function restOfLine(): string {
    const end = script.indexOf("\n", at);
    const text = script.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? script.length : end;
    return text.trim();
  }

  function ended(): void {
    blanks();
    const next = script[at];
    if (next === undefined || next === "\n" || next === ";") {
      at++;
      return;
    }
    if (next === "}" || next === "#") return;
    wrong("extra characters after command", at + 1);
  }

  function read(command: SedCommand): void {
    switch (command.name) {
      case "{":
        open.push(commands.length);
        return;
      case "}": {
        if (command.from) wrong("} doesn't want any addresses");
        const start = open.pop();
        const opener = start === undefined ? undefined : commands[start];
        if (!opener) wrong("unexpected `}'");
        else opener.end = commands.length;
        ended();
        return;
      }
      case "s":
        command.substitute = substitution();
        return;
      case "y":
        command.map = transliteration();
        return;
      case "a":
      case "i":
      case "c":
        command.text = insertedText();
        return;
      case ":":
        blanks();
        command.text = /^[^\s;}]*/.exec(script.slice(at))?.[0] ?? "";
        at += command.text.length;
        if (command.text === "") wrong('":" lacks a label');
        return;
      case "b":
      case "t":
      case "T": {
        blanks();
        const [label = ""] = /^[^\s;}]*/.exec(script.slice(at)) ?? [];
        at += label.length;
        command.text = label;
        ended();
        return;
      }
      case "r":
      case "R":
      case "w":
      case "W":
        command.text = restOfLine();
        if (command.text === "") wrong("missing filename in r/R/w/W commands");
        return;
      case "q":
      case "Q":
      case "l":
      case "L": {
        blanks();
        const [number = ""] = /^\d*/.exec(script.slice(at)) ?? [];
        at += number.length;
        command.text = number;
        ended();
        return;
      }
    }
    if (!"=dDgGhHnNpPxzF".includes(command.name)) wrong(`unknown command: \`${command.name}'`);
    ended();
  }

  function insertedText(): string {
    blanks();
    if (script[at] === "\\") {
      at++;
      // Behind the backslash blanks belong to the text, unless it begins on the next line.
      const start = at;
      blanks();
      if (script[at] === "\n") at++;
      else at = start;
    } else if (at >= script.length || script[at] === "\n") wrong("expected \\ after `a', `c' or `i'");
    let text = "";
    for (; at < script.length && script[at] !== "\n"; at++) {
      if (script[at] === "\\" && at + 1 < script.length) {
        at++;
        const escapes: Record<string, string> = { t: "\t", n: "\n" };
        text += (text === "" ? undefined : escapes[script[at] ?? ""]) ?? script[at] ?? "";
      } else text += script[at];
    }
    at++;
    return `${text}\n`;
  }

  function substitution(): Substitution {
    const source = delimited("unterminated `s' command");
    at--;
    const raw = rawReplacement();
    const result: Substitution = { regex: undefined, replacement: replacementOf(raw), global: false, print: false, number: 0, file: undefined };
    let ignoreCase = false;
    let multiline = false;
    for (;;) {
      const flag = script[at];
      if (flag === "g") result.global = true;
      else if (flag === "p") result.print = true;
      else if (flag === "i" || flag === "I") ignoreCase = true;
      else if (flag === "m" || flag === "M") multiline = true;
      else if (flag === "e") wrong("e/r/w commands disabled in sandbox mode");
      else if (flag !== undefined && /\d/.test(flag)) {
        const [number = "0"] = /^\d+/.exec(script.slice(at)) ?? [];
        if (Number(number) === 0) wrong("number option to `s' command may not be zero");
        result.number = Number(number);
        at += number.length;
        continue;
      } else if (flag === "w") {
        at++;
        result.file = restOfLine();
        break;
      } else break;
      at++;
    }
    if (result.file === undefined) {
      blanks();
      const next = script[at];
      if (next !== undefined && !/[\n;}#]/.test(next)) wrong("unknown option to `s'", at + 1);
      if (next === ";" || next === "\n") at++;
    }
    if (source !== "") {
      result.regex = new Regex(withCharacters(source), { extended, ignoreCase, multiline });
      const most = Math.max(0, ...result.replacement.map((part) => (part.kind === "group" ? part.group : 0)));
      if (most > result.regex.groups) wrong(`invalid reference \\${most} on \`s' command's RHS`);
    }
    return result;
  }

  /** The replacement with its backslashes. */
  function rawReplacement(): string {
    const mark = script[at++] ?? "";
    let text = "";
    for (; at < script.length; at++) {
      const character = script[at] ?? "";
      if (character === "\\" && at + 1 < script.length) {
        const next = script[++at] ?? "";
        text += next === mark && next !== "&" && !/\d/.test(next) ? next : `\\${next}`;
        continue;
      }
      if (character === mark) {
        at++;
        return text;
      }
      text += character;
    }
    return wrong("unterminated `s' command");
  }

  function transliteration(): ReadonlyMap<string, string> {
    const from = [...plain(delimited("unterminated `y' command", false))];
    at--;
    const to = [...plain(delimited("unterminated `y' command", false))];
    if (from.length !== to.length) wrong("strings for `y' command are different lengths");
    ended();
    return new Map(from.map((one, i) => [one, to[i] ?? ""]));
  }
}

const numbered = /\\(\\|x[0-9a-fA-F]{1,2}|o[0-7]{1,3}|d[0-9]{1,3})/g;

/** The character that `\x1b`, `\o33` or `\d027` means. */
const characterOf = (named: string): string =>
  String.fromCharCode(Number.parseInt(named.slice(1), named[0] === "x" ? 16 : named[0] === "o" ? 8 : 10));

/** An expression with the characters that it names by number, meaning themselves. */
const withCharacters = (source: string): string =>
  source.replace(numbered, (whole, named: string) => (named === "\\" ? whole : characterOf(named).replace(/[.[\]*^$/\\]/, "\\$&")));

const plain = (text: string): string => text.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one === "t" ? "\t" : one));

function replacementOf(raw: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let text = "";
  const flush = () => {
    if (text) parts.push({ kind: "text", text });
    text = "";
  };
  for (let i = 0; i < raw.length; i++) {
    const character = raw[i] ?? "";
    if (character === "&") {
      flush();
      parts.push({ kind: "group", group: 0 });
      continue;
    }
    if (character !== "\\") {
      text += character;
      continue;
    }
    const named = /^(?:x[0-9a-fA-F]{1,2}|o[0-7]{1,3}|d[0-9]{1,3})/.exec(raw.slice(i + 1))?.[0];
    if (named) {
      text += characterOf(named);
      i += named.length;
      continue;
    }
    const next = raw[++i] ?? "";
    if (/\d/.test(next)) {
      flush();
      parts.push({ kind: "group", group: Number(next) });
    } else if (/[ULulE]/.test(next)) {
      flush();
      parts.push({ kind: "case", change: next as "U" });
    } else text += next === "n" ? "\n" : next === "t" ? "\t" : next === "r" ? "\r" : next;
  }
  flush();
  return parts;
}
