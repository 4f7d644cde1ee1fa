import { quoted } from "../cli/flags.ts";
import { TemplateProblem } from "./problem.ts";

export type TokenKind =
  | "text"
  | "left"
  | "right"
  | "string"
  | "raw"
  | "char"
  | "number"
  | "bool"
  | "nil"
  | "field"
  | "variable"
  | "word"
  | "keyword"
  | "dot"
  | "pipe"
  | "declare"
  | "assign"
  | "("
  | ")"
  | ","
  | "space"
  | "end";

export interface Token {
  kind: TokenKind;
  text: string;
  at: number;
  line: number;
}

const keywords = new Set(["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"]);

/** Splits a template into its texts and the words of its actions. Throws a `TemplateProblem` without its place. */
export function lex(name: string, source: string): Token[] {
  const tokens: Token[] = [];
  const lines = lineCounter(source);
  let at = 0;
  const fail = (message: string, where = at): never => {
    throw new TemplateProblem(`template: ${name}:${lines(where)}: ${message}`);
  };
  const add = (kind: TokenKind, text: string, where = at) => tokens.push({ kind, text, at: where, line: lines(where) });

  let trim = false;
  for (;;) {
    const open = source.indexOf("{{", at);
    let text = source.slice(at, open < 0 ? undefined : open);
    const trimsLeft = open >= 0 && /^\{\{-[ \t\r\n]/.test(source.slice(open, open + 4));
    if (trim) text = text.replace(/^[ \t\r\n]+/, "");
    if (trimsLeft) text = text.replace(/[ \t\r\n]+$/, "");
    if (text) add("text", text, at);
    if (open < 0) break;

    at = open + 2 + (trimsLeft ? 2 : 0);
    if (source.startsWith("/*", at)) {
      const close = source.indexOf("*/", at + 2);
      if (close < 0) fail("unclosed comment");
      at = close + 2;
      trim = /^[ \t\r\n]-\}\}/.test(source.slice(at, at + 4));
      if (trim) at += 2;
      if (!source.startsWith("}}", at)) fail("comment ends before closing delimiter");
      at += 2;
      continue;
    }
    add("left", "{{", open);
    trim = inside();
  }
  add("end", "", source.length);
  return tokens;

  /** Reads an action up to its closing braces; gives whether they trim what follows. */
  function inside(): boolean {
    let depth = 0;
    for (;;) {
      const rest = source.slice(at);
      const trims = /^[ \t\r\n]-\}\}/.test(rest.slice(0, 4));
      if (trims || rest.startsWith("}}")) {
        if (depth > 0) fail("unclosed left paren");
        if (trims) at += 2;
        add("right", "}}");
        at += 2;
        return trims;
      }
      const c = rest[0];
      if (c === undefined) return fail("unclosed action");
      const next = (kind: TokenKind, text: string) => {
        add(kind, text);
        at += text.length;
      };
      const spaces = /^[ \t\r\n]+/.exec(rest)?.[0];
      if (spaces) {
        // A space before `-}}` belongs to the brace.
        const kept = /-\}\}/.test(rest.slice(spaces.length, spaces.length + 3)) && spaces.length > 1 ? spaces.slice(0, -1) : spaces;
        next("space", kept);
      } else if (rest.startsWith(":=")) next("declare", ":=");
      else if (c === "=") next("assign", "=");
      else if (c === "|") next("pipe", "|");
      else if (c === ",") next(",", ",");
      else if (c === "(") {
        depth++;
        next("(", "(");
      } else if (c === ")") {
        if (depth-- === 0) fail("unexpected right paren");
        next(")", ")");
      } else if (c === '"') next("string", quote('"', "unterminated quoted string"));
      else if (c === "'") next("char", quote("'", "unterminated character constant"));
      else if (c === "`") {
        const close = rest.indexOf("`", 1);
        if (close < 0) fail("unterminated raw quoted string");
        next("raw", rest.slice(0, close + 1));
      } else if (c === "$") next("variable", `$${word(rest.slice(1))}`);
      else if (c === "." && !/\d/.test(rest[1] ?? "")) {
        const name = word(rest.slice(1));
        next(name ? "field" : "dot", `.${name}`);
      } else if (/[-+.\d]/.test(c)) next("number", number(rest));
      else if (/[\p{L}_]/u.test(c)) {
        const name = word(rest);
        next(keywords.has(name) ? "keyword" : name === "true" || name === "false" ? "bool" : name === "nil" ? "nil" : "word", name);
        if (!/^([\s.,|:)(]|\}\}|$)/.test(source.slice(at))) fail(`bad character ${character(source.slice(at))}`);
      } else fail(`unrecognized character in action: ${character(rest)}`);
    }
  }

  function quote(mark: string, problem: string): string {
    for (let i = at + 1; i < source.length; i++) {
      const c = source[i];
      if (c === "\\" && source[i + 1] !== "\n") i++;
      else if (c === "\n") break;
      else if (c === mark) return source.slice(at, i + 1);
    }
    return fail(problem);
  }

  function number(rest: string): string {
    const text =
      /^[-+]?(0[xX][0-9a-fA-F_]*(\.[0-9a-fA-F_]*)?([pP][-+]?\d+)?|0[oO][0-7_]+|0[bB][01_]+|[\d_]*(\.[\d_]*)?([eE][-+]?\d+)?)i?/.exec(rest)?.[0] ?? "";
    const after = rest[text.length];
    if (text.length === 0 || (after !== undefined && /[\p{L}\p{Nd}_]/u.test(after))) {
      const bad = /^[-+]?[\p{L}\p{Nd}_.]*/u.exec(rest)?.[0] ?? "";
      fail(`bad number syntax: ${quoted(bad)}`);
    }
    return text;
  }
}

const word = (text: string): string => /^[\p{L}\p{Nd}_]*/u.exec(text)?.[0] ?? "";

function character(text: string): string {
  const c = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} '${c}'`;
}

/** The line, from 1, of a place in a text. */
function lineCounter(source: string): (at: number) => number {
  const starts = [0];
  for (let i = source.indexOf("\n"); i >= 0; i = source.indexOf("\n", i + 1)) starts.push(i + 1);
  return (at) => {
    let [low, high] = [0, starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
