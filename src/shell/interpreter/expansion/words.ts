import { type ArithmeticExpression, forEachChild, parse, type SyntaxNode, type Word, type WordPart } from "unbash";
import { ArithmeticError, evaluate, evaluateText, syntaxProblem } from "../arithmetic.ts";
import { BadArithmetic, ShellError } from "../control.ts";
import type { Shell } from "../shell.ts";
import { bracesOf } from "./braces.ts";
import { Fields, hasPattern, type Piece, patternOfPieces, textOfPieces } from "./fields.ts";
import { type Expander, limited, numbersOf, parameterInto, simpleInto } from "./parameters.ts";
import { pathnames } from "./pathnames.ts";

/** The separators that split words: IFS, or white space where it is not set. */
export const separatorsOf = (shell: Shell): string => shell.vars.get("IFS") ?? " \t\n";

/** The arguments that words become: braces, `~`, variables, commands and arithmetic, splitting, file names, quotes. */
export async function expandWords(shell: Shell, words: readonly Word[]): Promise<string[]> {
  const all: string[] = [];
  for (const word of words) {
    if (isPlain(word)) {
      all.push(plainText(word));
      continue;
    }
    for (const one of shell.has("braceexpand") ? braced(word) : [word]) {
      const fields = new Fields(separatorsOf(shell));
      await expandInto(shell, one, fields);
      for (const pieces of fields.finish()) all.push(...named(shell, pieces));
    }
  }
  return all;
}

/** The text of a word that is neither split nor matched with files: what is assigned, the subject of `case`. */
export async function expandText(shell: Shell, word: Word, options: { assignment?: boolean } = {}): Promise<string> {
  if (isPlain(word)) return plainText(word);
  const fields = new Fields(undefined);
  await expandInto(shell, word, fields, options.assignment);
  return limited(joinedWords(fields.finish()));
}

/** A word as a pattern, where what was quoted means itself. */
export async function expandPattern(shell: Shell, word: Word): Promise<string> {
  const fields = new Fields(undefined);
  await expandInto(shell, word, fields);
  return fields.finish().map(patternOfPieces).join(" ");
}

/** A word as an extended regular expression, where what was quoted means itself. */
export async function expandRegex(shell: Shell, word: Word): Promise<string> {
  const fields = new Fields(undefined);
  await expandInto(shell, word, fields);
  const text = (piece: Piece) => (piece.quoted ? piece.text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : piece.text);
  return fields
    .finish()
    .map((pieces) => pieces.map(text).join(""))
    .join(" ");
}

const joinedWords = (words: readonly Piece[][]): string => words.map(textOfPieces).join(" ");

const special = /[\\~$`'"*?[{@+!(]/;

const isPlain = (word: Word): boolean => word.parts === undefined && !special.test(word.text);
const plainText = (word: Word): string => word.text;

const bracedWords = new WeakMap<Word, readonly Word[]>();

function braced(word: Word): readonly Word[] {
  if (!word.parts?.some((part) => part.type === "BraceExpansion")) return [word];
  const known = bracedWords.get(word);
  if (known) return known;
  const texts = bracesOf(word.text);
  const words = texts.length === 1 && texts[0] === word.text ? [word] : texts.filter((text) => text !== "").map(parseWord);
  bracedWords.set(word, words);
  return words;
}

/** A text as the one word that it is. */
export function parseWord(text: string): Word {
  const command = parse(`: ${text}`).commands[0]?.command;
  const word = command?.type === "Command" ? command.suffix[0] : undefined;
  return word?.type === "Word"
    ? word
    : { type: "Word", text: "", value: "", pos: 0, end: 0, parts: [{ type: "SingleQuoted", value: text, text, pos: 0, end: 0 }] };
}

function named(shell: Shell, pieces: Piece[]): string[] {
  if (!shell.has("noglob") && hasPattern(pieces)) {
    const pattern = patternOfPieces(pieces);
    const found = pathnames(shell.fs, shell.cwd, pattern, {
      dots: shell.shopt.has("dotglob"),
      deep: shell.shopt.has("globstar"),
      ignoreCase: shell.shopt.has("nocaseglob"),
    });
    if (found.length > 0) return found;
    if (shell.shopt.has("failglob")) throw new ShellError(`no match: ${textOfPieces(pieces)}`, 1);
    if (shell.shopt.has("nullglob")) return [];
  }
  return [limited(textOfPieces(pieces))];
}

/** Expands a word into fields. */
export async function expandInto(shell: Shell, word: Word, fields: Fields, assignment = false): Promise<void> {
  const parts = word.parts;
  if (!parts) return literalInto(shell, word.text, fields, true, assignment);
  for (const [i, part] of parts.entries()) {
    if (part.type === "Literal") literalInto(shell, part.text, fields, i === 0, assignment);
    else {
      const wait = partInto(shell, part, fields, false);
      if (wait) await wait;
    }
  }
}

/** Text without quotes around it: a backslash quotes what follows, a `~` at the start is a home. */
function literalInto(shell: Shell, text: string, fields: Fields, first: boolean, assignment: boolean): void {
  let rest = text;
  const named = first && !assignment ? /^[A-Za-z_]\w*=(?=~)/.exec(rest)?.[0] : undefined;
  if (named) {
    fields.add(named, false);
    rest = tilde(shell, rest.slice(named.length), fields, true);
  } else if (first && rest.startsWith("~")) rest = tilde(shell, rest, fields, assignment);
  else if (first && rest === "") fields.add("", false);
  let plain = "";
  for (let at = 0; at < rest.length; at++) {
    const character = rest[at];
    if (assignment && character === ":" && rest[at + 1] === "~") {
      fields.add(`${plain}:`, false);
      plain = "";
      rest = tilde(shell, rest.slice(at + 1), fields, true);
      at = -1;
    } else if (character === "\\" && at + 1 < rest.length) {
      fields.add(plain, false);
      plain = "";
      at++;
      if (rest[at] !== "\n") fields.add(rest[at] ?? "", true);
    } else plain += character;
  }
  fields.add(plain, false);
}

/** Adds the home that a `~` means and gives what follows it; where it means none, everything follows. */
function tilde(shell: Shell, text: string, fields: Fields, assignment: boolean): string {
  const [name = ""] = /^~[^/\\:]*/.exec(text) ?? [];
  if (!assignment && text[name.length] === ":") return text;
  const home = homeOf(shell, name.slice(1));
  if (home === undefined) return text;
  fields.add(home, true);
  return text.slice(name.length);
}

function homeOf(shell: Shell, name: string): string | undefined {
  if (name === "") return shell.vars.get("HOME") ?? shell.process.user.home;
  if (name === "+") return shell.cwd;
  if (name === "-") return shell.vars.get("OLDPWD");
  return shell.process.machine.accounts.user(name)?.home;
}

const expander: Expander = { text: expandText, pattern: expandPattern, into: expandInto, part: partInto };

/** Expands one part of a word; gives a promise where it must wait. */
export function partInto(shell: Shell, part: WordPart, fields: Fields, isQuoted: boolean): Promise<void> | undefined {
  switch (part.type) {
    case "Literal":
      fields.add(part.value, isQuoted);
      return;
    case "SingleQuoted":
    case "AnsiCQuoted":
      fields.add(part.value, true);
      return;
    case "Glob":
      if (part.kind === "bracket" && part.parts.some((inner) => inner.type !== "Literal")) return bracketInto(shell, part.parts, fields);
      fields.add(part.text, false);
      return;
    case "DoubleQuoted":
    case "LocaleString":
      if (part.parts.length === 0) fields.add("", true);
      return childrenInto(shell, part.parts, fields, true);
    case "SimpleExpansion":
      simpleInto(shell, part.text.slice(1), fields, isQuoted);
      return;
    case "ParameterExpansion":
      return parameterInto(shell, part, fields, isQuoted, expander);
    case "CommandExpansion":
      return commandInto(shell, part, fields, isQuoted);
    case "ArithmeticExpansion":
      return arithmeticInto(shell, part, fields, isQuoted);
    case "ProcessSubstitution":
      fields.add(part.script ? shell.runner.process(shell, part.script, part.operator) : part.text, true);
      return;
    case "ExtendedGlob":
      if (part.parts) {
        fields.add(`${part.operator}(`, false);
        return childrenInto(shell, part.parts, fields, false).then(() => fields.add(")", false));
      }
      fields.add(part.text, false);
      return;
    case "BraceExpansion":
      if (part.parts)
        return childrenInto(
          shell,
          [{ type: "Literal", text: "{", value: "{", pos: 0, end: 0 }, ...part.parts, { type: "Literal", text: "}", value: "}", pos: 0, end: 0 }],
          fields,
          isQuoted,
        );
      fields.add(part.text, false);
      return;
  }
}

async function childrenInto(shell: Shell, parts: readonly WordPart[], fields: Fields, isQuoted: boolean): Promise<void> {
  for (const part of parts) {
    const wait = partInto(shell, part, fields, isQuoted);
    if (wait) await wait;
  }
}

async function bracketInto(shell: Shell, parts: readonly WordPart[], fields: Fields): Promise<void> {
  // Brackets belong to the pattern; what stands in them keeps its quotes.
  const inner = new Fields(undefined);
  await childrenInto(shell, parts, inner, false);
  fields.add(`[${inner.finish().map(patternOfPieces).join(" ")}]`, false);
}

async function commandInto(shell: Shell, part: Extract<WordPart, { type: "CommandExpansion" }>, fields: Fields, isQuoted: boolean): Promise<void> {
  const text = part.script ? await shell.runner.output(shell, part.script) : "";
  if (isQuoted) fields.add(text, true);
  else fields.expanded(text);
}

async function arithmeticInto(
  shell: Shell,
  part: Extract<WordPart, { type: "ArithmeticExpansion" }>,
  fields: Fields,
  isQuoted: boolean,
): Promise<void> {
  const start = part.text.startsWith("$((") ? 3 : 2;
  const value = await arithmetic(shell, part.expression, part.text.slice(start, part.text.startsWith("$((") ? -2 : -1), part.pos + start);
  if (isQuoted) fields.add(String(value), true);
  else fields.expanded(String(value));
}

/** The value of arithmetic: what expands in its text is expanded first. `start` is where the text stands in its source. */
export async function arithmetic(shell: Shell, expression: ArithmeticExpression | undefined, text: string, start: number): Promise<bigint> {
  const numbers = numbersOf(shell);
  try {
    if (!expression) {
      if (text.trim() === "") return 0n;
      throw new ArithmeticError(`${text.trim()}: ${syntaxProblem(text)}`);
    }
    if (!hasExpansions(expression)) return evaluate(expression, numbers, text.trimStart());
    const expanded = await expandedArithmetic(shell, expression, text, start);
    return evaluateText(expanded.replaceAll('"', ""), numbers);
  } catch (error) {
    if (error instanceof ArithmeticError) throw new BadArithmetic(error.message);
    throw error;
  }
}

const expanding = new WeakMap<ArithmeticExpression, boolean>();

function hasExpansions(expression: ArithmeticExpression): boolean {
  const known = expanding.get(expression);
  if (known !== undefined) return known;
  let found = expression.type === "ArithmeticCommandExpansion" || (expression.type === "ArithmeticWord" && /[$`"'\\]/.test(expression.value));
  forEachChild(expression, (child) => {
    if (child.type.startsWith("Arithmetic")) found ||= hasExpansions(child as ArithmeticExpression);
  });
  expanding.set(expression, found);
  return found;
}

async function expandedArithmetic(shell: Shell, expression: ArithmeticExpression, text: string, start: number): Promise<string> {
  const places: Extract<ArithmeticExpression, { type: "ArithmeticWord" | "ArithmeticCommandExpansion" }>[] = [];
  const visit = (node: SyntaxNode) => {
    if (node.type === "ArithmeticCommandExpansion" || (node.type === "ArithmeticWord" && /[$`]/.test(node.value))) places.push(node);
    else if (node.type.startsWith("Arithmetic")) forEachChild(node, visit);
  };
  visit(expression);
  let expanded = "";
  let at = 0;
  for (const place of places.sort((a, b) => a.pos - b.pos)) {
    expanded += text.slice(at, place.pos - start);
    if (place.type === "ArithmeticCommandExpansion") expanded += place.script ? await shell.runner.output(shell, place.script) : "";
    else
      expanded += await expandText(
        shell,
        place.parts ? { type: "Word", text: place.value, value: place.value, pos: 0, end: 0, parts: place.parts } : parseWord(place.value),
      );
    at = place.end - start;
  }
  return expanded + text.slice(at);
}
