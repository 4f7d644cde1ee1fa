import { forEachChild, type ParsedScript, parse, type Statement, type SyntaxNode } from "unbash";
import { misplaced } from "./misplaced.ts";

/** A text that is run: where positions in its tree lead back to lines. */
export interface Source {
  readonly text: string;
  /** What messages call it: `bash`, `./setup.sh`. */
  readonly name: string;
  readonly firstLine: number;
}

export interface SyntaxProblem {
  message: string;
  line: number;
  /** The line of text that it is about. */
  quote: string;
}

export interface Parsed {
  /** What can run: all, or what stands before the line with the problem. */
  statements: readonly Statement[];
  problem: SyntaxProblem | undefined;
  source: Source;
  /** Where each command of the whole begins and, with its here-documents, ends. */
  starts: readonly number[];
  ends: readonly number[];
}

const trees = new Map<string, ParsedScript>();
const mostTrees = 200;

function treeOf(text: string): ParsedScript {
  const known = trees.get(text);
  if (known) return known;
  const tree = parse(text);
  if (trees.size >= mostTrees) trees.clear();
  if (text.length < 20_000) trees.set(text, tree);
  return tree;
}

/** Parses a text as bash does: what stands before a mistake can still run. */
export function parseSource(text: string, name: string, firstLine = 1, aliases?: ReadonlyMap<string, string>): Parsed {
  const expanded = aliases?.size ? withAliases(text, aliases) : text;
  const tree = treeOf(expanded);
  const source = { text: expanded, name, firstLine };
  const error = tree.errors?.toSorted((a, b) => a.pos - b.pos)[0];
  const places = { starts: tree.commands.map((one) => one.pos), ends: tree.commands.map(endOf) };
  if (!error) return { statements: tree.commands, problem: undefined, source, ...places };
  const broken = tree.commands.find((one) => one.pos <= error.pos && (one.end >= error.pos || one.end <= one.pos || isOpen(error.message)));
  const start = isOpen(error.message) ? (tree.commands.findLast((one) => one.pos <= error.pos)?.pos ?? error.pos) : (broken?.pos ?? error.pos);
  const lineStart = expanded.lastIndexOf("\n", start - 1) + 1;
  const statements = tree.commands.filter((one) => one.end > one.pos && one.end <= lineStart);
  return { statements, problem: problemOf(expanded, error, firstLine), source, ...places };
}

/** The end of a command, its here-documents included. */
function endOf(node: SyntaxNode): number {
  let end = node.type === "HereDoc" ? (node.closing?.end ?? node.body.end) : "end" in node ? node.end : 0;
  forEachChild(node, (child) => {
    end = Math.max(end, endOf(child));
  });
  return end;
}

const isOpen = (message: string): boolean => message.startsWith("unterminated") || /^expected .* to close/.test(message);

/** The line of a position. */
export function lineOf(source: Source, position: number): number {
  let line = source.firstLine;
  const end = Math.min(position, source.text.length);
  for (let at = source.text.indexOf("\n"); at >= 0 && at < end; at = source.text.indexOf("\n", at + 1)) line++;
  return line;
}

const closers: Record<string, string> = {
  "double quote": '"',
  "single quote": "'",
  "ANSI-C quote": "'",
  backtick: "`",
  "command substitution": ")",
  "process substitution": ")",
  "arithmetic expansion": ")",
  "arithmetic command": ")",
  "parameter expansion": "}",
  "array subscript": "]",
  "extended glob": ")",
};

function problemOf(text: string, error: { message: string; pos: number }, firstLine: number): SyntaxProblem {
  const source = { text, name: "", firstLine };
  const lineNumber = lineOf(source, error.pos);
  const quote = text.split("\n")[lineNumber - firstLine] ?? "";
  const open = /^unterminated (.*)$/.exec(error.message)?.[1];
  if (open) {
    const line = open === "command substitution" ? lineOf(source, text.length) + 1 : lineNumber;
    return { message: `unexpected EOF while looking for matching \`${closers[open] ?? ")"}'`, line, quote: "" };
  }
  if (/^maximum /.test(error.message)) return { message: error.message, line: lineNumber, quote };
  if (/^expected '(?:do|then|in)'/.test(error.message)) {
    const stray = misplaced(text);
    if (stray) {
      const line = lineOf(source, stray.position);
      return { message: `syntax error near unexpected token \`${stray.word}'`, line, quote: text.split("\n")[line - firstLine] ?? "" };
    }
  }
  const called = /^unexpected token/.test(error.message) ? /(?:^|[;&|\n])[ \t]*[\w.-]+[ \t]*\([ \t]*([^\s()]+)/.exec(text)?.[1] : undefined;
  const withoutDo = error.message === "expected 'do'" && /(?:^|[;\s])for\s+\w+(?:\s+in[^;\n]*)?[;\n]\s*(\S+)\s*$/.exec(text.slice(0, error.pos))?.[1];
  const empty = /^expected command in (subshell|brace group)$/.exec(error.message)?.[1];
  const known = called || withoutDo || (empty === "subshell" ? ")" : empty === "brace group" ? "}" : undefined);
  const token = known ?? /^unexpected token '([\s\S]*)'$/.exec(error.message)?.[1] ?? tokenAt(text, error.pos);
  if (token === undefined)
    return { message: "syntax error: unexpected end of file", line: lineOf(source, text.length) + (text.endsWith("\n") ? 0 : 1), quote: "" };
  return { message: `syntax error near unexpected token \`${token}'`, line: lineNumber, quote };
}

/** The token that stands at a position; undefined at the end. */
function tokenAt(text: string, position: number): string | undefined {
  const rest = text.slice(position).replace(/^[ \t]+/, "");
  if (rest === "") return /[<>]\s*$/.test(text) ? "newline" : undefined;
  if (rest.startsWith("\n")) return rest.trim() === "" && !/[<>]\s*$/.test(text.slice(0, position)) ? undefined : "newline";
  return /^(?:&&|\|\||;;&?|;&|<<-?|>>|[|&;()<>])/.exec(rest)?.[0] ?? /^[^\s|&;()<>]+/.exec(rest)?.[0];
}

/** Whether a text is the beginning of something that further lines will end: what PS2 asks for. */
export function isIncomplete(text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(text)) return true;
  const tree = treeOf(text);
  const error = tree.errors?.toSorted((a, b) => a.pos - b.pos)[0];
  if (error) {
    if (isOpen(error.message)) return true;
    // What follows a group's opening may be nothing but comments yet.
    const begins = /^expected command in (?:subshell|brace group)$/.test(error.message) ? error.pos + 1 : error.pos;
    const atEnd = /^(?:\s|(?<=\s)#.*)*$/.test(text.slice(begins));
    return atEnd && /^expected (command|'then'|'do'|compound|'in')/.test(error.message);
  }
  return hasOpenHereDocument(tree);
}

function hasOpenHereDocument(node: SyntaxNode): boolean {
  if (node.type === "HereDoc" && !node.closing) return true;
  let open = false;
  forEachChild(node, (child) => {
    open ||= hasOpenHereDocument(child);
  });
  return open;
}

const mostAliases = 100;

/** The text with the aliases put in that its commands begin with. */
export function withAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  let expanded = text;
  // Where the text of an alias stands now: there its own name is not an alias again.
  let inserted: { name: string; start: number; end: number }[] = [];
  for (let i = 0; i < mostAliases; i++) {
    const place = aliasIn(treeOf(expanded), expanded, aliases, inserted);
    if (!place) return expanded;
    const value = aliases.get(place.name) ?? "";
    const growth = value.length - (place.end - place.start);
    expanded = expanded.slice(0, place.start) + value + expanded.slice(place.end);
    inserted = inserted.map((one) => ({
      ...one,
      start: one.start >= place.end ? one.start + growth : one.start,
      end: one.end >= place.end ? one.end + growth : one.end,
    }));
    inserted.push({ name: place.name, start: place.start, end: place.start + value.length });
  }
  return expanded;
}

function aliasIn(
  node: SyntaxNode,
  text: string,
  aliases: ReadonlyMap<string, string>,
  inserted: readonly { name: string; start: number; end: number }[],
): { name: string; start: number; end: number } | undefined {
  if (node.type === "CommandExpansion" && node.script?.source !== undefined) return undefined;
  if (node.type === "Command") {
    const words = [node.name, ...node.args];
    for (const [i, word] of words.entries()) {
      if (word?.type !== "Word") break;
      const before = inserted.find(
        (one) => one.end <= word.pos && text.slice(one.end, word.pos).trim() === "" && /[ \t]$/.test(aliases.get(one.name) ?? ""),
      );
      const previous = i === 0 || (before && text.slice(before.start, word.pos).endsWith(" "));
      if (!previous) break;
      const open = !inserted.some((one) => one.name === word.text && one.start <= word.pos && word.end <= one.end);
      if (aliases.has(word.text) && open) return { name: word.text, start: word.pos, end: word.end };
      if (i === 0 && !before && !inserted.some((one) => one.start <= word.pos && word.end <= one.end)) break;
    }
  }
  let found: { name: string; start: number; end: number } | undefined;
  forEachChild(node, (child) => {
    found ??= aliasIn(child, text, aliases, inserted);
  });
  return found;
}

/** Where the lines end that the first commands stand on. */
export function firstLinesOf(parsed: Parsed, text: string): number {
  const ends = parsed.ends;
  for (const [i, end] of ends.entries()) {
    const next = ends[i + 1] === undefined ? text.length : parsed.starts[i + 1];
    const feed = text.indexOf("\n", end);
    if (feed >= 0 && feed < (next ?? text.length)) return feed + 1;
  }
  return text.length;
}
