import { ansiQuoted } from "../../interpreter/expansion/quote.ts";
import { AwkSyntaxError } from "./syntax.ts";

export interface Token {
  kind: "number" | "string" | "regex" | "name" | "function" | "builtin" | "keyword" | "mark" | "newline" | "end";
  text: string;
  line: number;
}

const keywords = new Set([
  "BEGIN",
  "END",
  "function",
  "func",
  "if",
  "else",
  "while",
  "for",
  "do",
  "break",
  "continue",
  "next",
  "nextfile",
  "exit",
  "return",
  "delete",
  "in",
  "getline",
  "print",
  "printf",
]);
export const builtinNames = new Set([
  "length",
  "substr",
  "index",
  "split",
  "sub",
  "gsub",
  "gensub",
  "match",
  "sprintf",
  "sin",
  "cos",
  "atan2",
  "exp",
  "log",
  "sqrt",
  "int",
  "rand",
  "srand",
  "tolower",
  "toupper",
  "system",
  "close",
  "fflush",
  "strftime",
  "systime",
  "asort",
  "asorti",
]);
const marks = [
  "**=",
  "&&",
  "||",
  "++",
  "--",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "^=",
  "**",
  "==",
  "<=",
  ">=",
  "!=",
  "!~",
  ">>",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ";",
  ",",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "!",
  ">",
  "<",
  "|",
  "?",
  ":",
  "~",
  "$",
  "=",
];

/** Cuts a program into tokens. Whether a slash divides or begins a regular expression is told by what stands before it. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const add = (kind: Token["kind"], text: string) => tokens.push({ kind, text, line });
  while (at < source.length) {
    const rest = source.slice(at);
    const [blank] = /^(?:[ \t\r]|\\\r?\n)+/.exec(rest) ?? [];
    if (blank) {
      line += blank.split("\n").length - 1;
      at += blank.length;
      continue;
    }
    const character = source[at] ?? "";
    if (character === "#") {
      while (at < source.length && source[at] !== "\n") at++;
      continue;
    }
    if (character === "\n") {
      add("newline", "\n");
      line++;
      at++;
      continue;
    }
    const [number] = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest) ?? [];
    if (number) {
      add("number", number);
      at += number.length;
      continue;
    }
    if (character === '"') {
      const [whole] = /^"(?:[^"\\\n]|\\[\s\S])*"/.exec(rest) ?? [];
      if (!whole) throw new AwkSyntaxError(`line ${line}: runaway string constant ${rest.slice(0, 20)} ...`);
      add("string", stringOf(whole.slice(1, -1)));
      at += whole.length;
      continue;
    }
    if (character === "/" && regexMayStand(tokens.at(-1))) {
      const [whole] = /^\/(?:[^/\\[\n]|\\.|\[\^?\]?(?:\[:\w+:\]|[^\]\n])*\])*\//.exec(rest) ?? [];
      if (!whole) throw new AwkSyntaxError(`line ${line}: runaway regular expression ${rest.slice(0, 20)} ...`);
      add("regex", whole.slice(1, -1).replaceAll("\\/", "/").replaceAll('\\"', '"'));
      at += whole.length;
      continue;
    }
    const [name] = /^[A-Za-z_]\w*/.exec(rest) ?? [];
    if (name) {
      at += name.length;
      if (keywords.has(name)) add("keyword", name === "func" ? "function" : name);
      else if (builtinNames.has(name)) add("builtin", name);
      else add(source[at] === "(" ? "function" : "name", name);
      continue;
    }
    const mark = marks.find((one) => rest.startsWith(one));
    if (!mark) throw new AwkSyntaxError(`line ${line}: syntax error at or near ${character}`);
    add("mark", mark === "**" ? "^" : mark === "**=" ? "^=" : mark);
    at += mark.length;
  }
  add("end", "end of file");
  return tokens;
}

function regexMayStand(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === "mark") return ![")", "]", "$", "++", "--"].includes(before.text);
  return before.kind === "newline" || before.kind === "keyword";
}

/** What a string constant means: a backslash before what needs none stays, as a dynamic regular expression wants it. */
const stringOf = (text: string): string =>
  text
    .replace(/\\\n/g, "")
    .replace(
      /\\(\/|")|\\(?:[abfnrtv\\]|[0-7]{1,3})|\\(.)/gs,
      (whole, plain?: string, other?: string) => plain ?? (other !== undefined ? `\\${other}` : ansiQuoted(whole)),
    );
