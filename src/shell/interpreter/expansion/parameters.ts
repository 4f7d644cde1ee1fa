import type { ParameterOperation, Word, WordPart } from "unbash";
import { ArithmeticError, evaluateText, type Numbers } from "../arithmetic.ts";
import { BadArithmetic, ShellError } from "../control.ts";
import { Pattern } from "../pattern.ts";
import type { Shell } from "../shell.ts";
import { elementsOf, indexesOf, type Variable } from "../variables.ts";
import type { Fields } from "./fields.ts";
import { ansiQuoted, shellQuoted } from "./quote.ts";

/** How the words inside of `${…}` are expanded. */
export interface Expander {
  text(shell: Shell, word: Word, options?: { assignment?: boolean }): Promise<string>;
  pattern(shell: Shell, word: Word): Promise<string>;
  into(shell: Shell, word: Word, fields: Fields): Promise<void>;
  part(shell: Shell, part: WordPart, fields: Fields, isQuoted: boolean): Promise<void> | undefined;
}

/** Text that one expansion may grow to. */
const mostCharacters = 16 * 1024 * 1024;

/** Refuses text that would fill the memory. */
export function limited(text: string): string {
  if (text.length > mostCharacters) throw new ShellError(`xrealloc: cannot allocate ${text.length} bytes`, 2);
  return text;
}

type ParameterPart = Extract<WordPart, { type: "ParameterExpansion" }>;

/** What a parameter stands for: one text, or several. */
type Value = { list: readonly string[]; star: boolean } | { text: string | undefined };

/** `$x`, `$1`, `$@`. */
export function simpleInto(shell: Shell, name: string, fields: Fields, isQuoted: boolean): void {
  valueInto(shell, checked(shell, name, parameterValue(shell, name)), fields, isQuoted);
}

/** `${…}`. Gives a promise where it must wait. */
export function parameterInto(shell: Shell, part: ParameterPart, fields: Fields, isQuoted: boolean, expand: Expander): Promise<void> | undefined {
  if (!part.operation && !part.prefix && !part.index) {
    if (part.parameter === "") throw new ShellError(`${part.text}: bad substitution`, 1);
    simpleInto(shell, part.parameter, fields, isQuoted);
    return;
  }
  return complexInto(shell, part, fields, isQuoted, expand);
}

async function complexInto(shell: Shell, part: ParameterPart, fields: Fields, isQuoted: boolean, expand: Expander): Promise<void> {
  const { operation } = part;
  if (operation?.type === "Unknown") throw new ShellError(`${part.text}: bad substitution`, 1);
  if (part.prefix === "!" && (operation?.type === "Names" || isAll(part.index))) {
    const names =
      operation?.type === "Names"
        ? [...shell.vars.all().keys()].filter((name) => name.startsWith(part.parameter))
        : indexesOf(shell.vars.find(part.parameter));
    const star = operation?.type === "Names" ? operation.operator === "*" : part.index?.text === "*";
    return valueInto(shell, { list: names, star }, fields, isQuoted);
  }
  let name = part.parameter;
  let index = part.index && (await indexOf(shell, name, part.index, expand));
  if (part.prefix === "!") {
    const own = shell.vars.own(name);
    const target = own?.reference ? own.value : single(shell, parameterValue(shell, name, index));
    if (own?.reference) return valueInto(shell, { text: target }, fields, isQuoted);
    if (!target) {
      if (operation?.type === "Default") return operationInto(shell, name, { text: undefined }, operation, part, undefined, fields, isQuoted, expand);
      throw new ShellError(target === undefined ? `${name}: invalid indirect expansion` : `${target}: invalid variable name`, 1);
    }
    const [, element, subscript] = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(target) ?? [];
    name = element ?? target;
    if (!/^([A-Za-z_]\w*|\d+|[@*#?$!-])$/.test(name)) throw new ShellError(`${target}: invalid variable name`, 1);
    index = subscript === undefined ? undefined : subscript === "@" || subscript === "*" ? subscript : evaluatedIndex(shell, name, subscript);
  }
  const value = parameterValue(shell, name, index);
  if (part.prefix === "#") {
    if ("list" in value && index !== undefined && shell.has("nounset") && !shell.vars.find(name))
      throw new ShellError(`${name}: unbound variable`, 1);
    const length = "list" in value ? value.list.length : [...(single(shell, checked(shell, name, value)) ?? "")].length;
    valueInto(shell, { text: String(length) }, fields, isQuoted);
    return;
  }
  if (!operation) return valueInto(shell, checked(shell, index === undefined ? name : `${name}[${index}]`, value), fields, isQuoted);
  await operationInto(shell, name, value, operation, part, index, fields, isQuoted, expand);
}

async function operationInto(
  shell: Shell,
  name: string,
  value: Value,
  operation: ParameterOperation,
  part: ParameterPart,
  index: string | undefined,
  fields: Fields,
  isQuoted: boolean,
  expand: Expander,
): Promise<void> {
  switch (operation.type) {
    case "Default": {
      const text = single(shell, value);
      const empty = "list" in value ? value.list.length === 0 : text === undefined;
      const missing = operation.operator.startsWith(":") ? empty || text === "" : empty;
      const kind = operation.operator.at(-1);
      if (kind === "+") return missing ? undefined : operandInto(shell, operation.operand, fields, isQuoted, expand);
      if (!missing) return valueInto(shell, value, fields, isQuoted);
      if (kind === "-") return operandInto(shell, operation.operand, fields, isQuoted, expand);
      const operand = await operandText(shell, operation.operand, isQuoted, expand);
      if (kind === "?")
        throw new ShellError(
          `${name}: ${operand || (operation.operator === "?" ? "parameter not set" : "parameter null or not set")}`,
          shell.depth > 0 || shell.has("errexit") ? 1 : 127,
        );
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`$${name}: cannot assign in this way`, 1);
      if (index === undefined) shell.vars.set(name, operand);
      else shell.vars.setElement(name, index, operand);
      return valueInto(shell, { text: operand }, fields, isQuoted);
    }
    case "Slice":
      return valueInto(shell, await sliced(shell, name, checked(shell, name, value), operation, expand), fields, isQuoted);
    case "Transform":
      return transformInto(shell, name, index, value, operation.operand.text, fields, isQuoted);
    case "Names":
    case "Unknown":
      throw new ShellError(`${part.text}: bad substitution`, 1);
    default: {
      const change = await changeOf(shell, operation, expand);
      valueInto(shell, mapped(checked(shell, name, value), change), fields, isQuoted);
    }
  }
}

/** What an operand gives goes on as the expansion would: quoted where that is. */
async function operandInto(shell: Shell, operand: Word, fields: Fields, isQuoted: boolean, expand: Expander): Promise<void> {
  if (isQuoted) {
    if (!operand.parts) return fields.add(doubleQuotedText(operand.text), true);
    for (const part of operand.parts) {
      if (part.type === "Literal") fields.add(doubleQuotedText(part.text), true);
      else if (part.type === "SingleQuoted" || part.type === "Glob" || part.type === "BraceExpansion") fields.add(part.text, true);
      else {
        const wait = expand.part(shell, part, fields, true);
        if (wait) await wait;
      }
    }
    return;
  }
  if (!operand.parts && !/[\\~]/.test(operand.text)) {
    if (operand.text !== "") fields.expanded(operand.text);
    return;
  }
  if (!fields.splits) return expand.into(shell, operand, fields);
  for (const part of operand.parts ?? []) {
    if (part.type === "Literal" && !part.text.includes("\\")) fields.expanded(part.value);
    else if (part.type === "Literal") await expand.into(shell, { ...operand, text: part.text, parts: undefined }, fields);
    else {
      const wait = expand.part(shell, part, fields, false);
      if (wait) await wait;
    }
  }
  if (!operand.parts) await expand.into(shell, operand, fields);
}

async function operandText(shell: Shell, operand: Word, isQuoted: boolean, expand: Expander): Promise<string> {
  return isQuoted && !operand.parts ? doubleQuotedText(operand.text) : expand.text(shell, operand, { assignment: true });
}

/** What a backslash means between double quotes. */
const doubleQuotedText = (text: string): string => text.replace(/\\([$`"\\}])|\\\n/g, "$1");

function valueInto(shell: Shell, value: Value, fields: Fields, isQuoted: boolean): void {
  if ("text" in value) {
    const text = limited(value.text ?? "");
    if (isQuoted) fields.add(text, true);
    else fields.expanded(text);
    return;
  }
  if (value.star && (isQuoted || !fields.splits)) {
    fields.add(value.list.join(joiner(shell)), true);
    return;
  }
  if (!fields.splits && !isQuoted) {
    fields.add(value.list.join(" "), false);
    return;
  }
  // With a separator that is no blank, `$*` is one text that is split: empty words stay.
  const separator = joiner(shell);
  if (value.star && !isQuoted && separator !== "" && !/[ \t\n]/.test(separator)) {
    fields.expanded(value.list.join(separator));
    return;
  }
  fields.words(value.list, isQuoted);
}

const joiner = (shell: Shell): string => {
  const separators = shell.vars.get("IFS");
  return separators === undefined ? " " : (separators[0] ?? "");
};

const isAll = (index: Word | undefined): boolean => index?.text === "@" || index?.text === "*";

/** What a name stands for, with an index as text where it has one. */
export function parameterValue(shell: Shell, name: string, index?: string): Value {
  switch (name) {
    case "@":
    case "*":
      return { list: shell.params, star: name === "*" };
    case "#":
      return { text: String(shell.params.length) };
    case "?":
      return { text: String(shell.status) };
    case "$":
      return { text: String(shell.rootPid) };
    case "!":
      return { text: shell.lastBackground === undefined ? undefined : String(shell.lastBackground) };
    case "-":
      return { text: flagsOf(shell) };
    case "0":
      return { text: shell.name };
    case "_":
      return { text: shell.lastArgument };
  }
  if (/^\d+$/.test(name)) return { text: shell.params[Number(name) - 1] };
  if (index === undefined) return { text: shell.vars.get(name) };
  const variable = shell.vars.find(name);
  const dynamic = shell.vars.dynamic.get(name);
  if (index === "@" || index === "*") {
    return { list: dynamic ? [...(dynamic.list?.() ?? [dynamic.get()])] : elementsOf(variable), star: index === "*" };
  }
  if (dynamic?.list) return { text: dynamic.list().at(Number(index)) };
  return { text: elementOf(variable, index) ?? (index === "0" ? shell.vars.get(name) : undefined) };
}

function elementOf(variable: Variable | undefined, index: string): string | undefined {
  if (variable?.table) return variable.table.get(index);
  if (variable?.list) return variable.list[Number(index) < 0 ? variable.list.length + Number(index) : Number(index)];
  return index === "0" || index === "-1" ? variable?.value : undefined;
}

/** `$-`. */
export function flagsOf(shell: Shell): string {
  let flags = "";
  for (const [name, letter] of Object.entries(optionLetterOrder)) if (shell.has(name)) flags += letter;
  return `${flags}${shell.interactive ? "i" : ""}${shell.source.name === shell.name && !shell.interactive ? "c" : ""}`;
}

const optionLetterOrder: Record<string, string> = {
  allexport: "a",
  errexit: "e",
  noglob: "f",
  hashall: "h",
  monitor: "m",
  noexec: "n",
  nounset: "u",
  verbose: "v",
  xtrace: "x",
  braceexpand: "B",
  noclobber: "C",
  errtrace: "E",
  histexpand: "H",
};

/** Refuses what is not set where the shell was asked to (`set -u`). */
function checked(shell: Shell, name: string, value: Value): Value {
  if (shell.has("nounset") && "text" in value && value.text === undefined)
    throw new ShellError(`${/^\d+$/.test(name) ? `$${name}` : name}: unbound variable`, shell.has("errexit") ? 1 : 127);
  return value;
}

const single = (shell: Shell, value: Value): string | undefined =>
  "text" in value ? value.text : value.list.length === 0 ? undefined : value.list.join(value.star ? joiner(shell) : " ");

function mapped(value: Value, change: (text: string) => string): Value {
  return "list" in value ? { list: value.list.map(change), star: value.star } : { text: value.text === undefined ? undefined : change(value.text) };
}

async function changeOf(
  shell: Shell,
  operation: Extract<ParameterOperation, { type: "Remove" | "Replace" | "CaseModification" }>,
  expand: Expander,
): Promise<(text: string) => string> {
  if (operation.type === "Remove") {
    const pattern = new Pattern(await expand.pattern(shell, operation.operand));
    const which = operation.operator.length === 2 ? "longest" : "shortest";
    if (operation.operator.startsWith("#")) return (text) => text.slice(pattern.prefix(text, which) ?? 0);
    return (text) => text.slice(0, text.length - (pattern.suffix(text, which) ?? 0));
  }
  if (operation.type === "CaseModification") {
    const upper = operation.operator.startsWith("^");
    const pattern = operation.operand ? new Pattern((await expand.pattern(shell, operation.operand)) || "?") : undefined;
    const turned = (character: string) =>
      pattern && !pattern.matches(character) ? character : upper ? character.toUpperCase() : character.toLowerCase();
    const all = operation.operator.length === 2;
    return (text) => (all ? [...text].map(turned).join("") : [...text].map((character, i) => (i === 0 ? turned(character) : character)).join(""));
  }
  const source = await expand.pattern(shell, operation.pattern);
  const pattern = new Pattern(source, { ignoreCase: shell.shopt.has("nocasematch") });
  const replacement = await expand.text(shell, operation.replacement);
  return (text) => replaced(text, source, pattern, operation.operator, replacement);
}

function replaced(text: string, source: string, pattern: Pattern, operator: string, replacement: string): string {
  if (operator === "/#") {
    const length = pattern.prefix(text, "longest");
    return length === undefined ? text : replacement + text.slice(length);
  }
  if (operator === "/%") {
    const length = pattern.suffix(text, "longest");
    return length === undefined ? text : text.slice(0, text.length - length) + replacement;
  }
  if (source === "") return text;
  let result = "";
  let at = 0;
  while (at <= text.length) {
    const found = pattern.find(text, at);
    if (!found || found.length === 0) break;
    result += text.slice(at, found.at) + replacement;
    at = found.at + found.length;
    if (operator === "/" || at >= text.length) break;
  }
  return limited(result + text.slice(at));
}

async function sliced(
  shell: Shell,
  name: string,
  value: Value,
  operation: Extract<ParameterOperation, { type: "Slice" }>,
  expand: Expander,
): Promise<Value> {
  const number = async (word: Word) => Number(evaluatedText(shell, await expand.text(shell, word)));
  const offset = await number(operation.offset);
  const length = operation.length && (await number(operation.length));
  if ("list" in value) {
    // "$@" counts from $0.
    const list = name === "@" || name === "*" ? [shell.name, ...value.list] : value.list;
    const from = offset < 0 ? list.length + offset : offset;
    if (from < 0) return { list: [], star: value.star };
    if (length !== undefined && length < 0) throw new ShellError(`${operation.length?.text}: substring expression < 0`, 1);
    const start = (name === "@" || name === "*") && offset === 0 && length === undefined ? 0 : from;
    return { list: list.slice(start, length === undefined ? undefined : start + length), star: value.star };
  }
  if (value.text === undefined) return value;
  const characters = [...value.text];
  const from = offset < 0 ? characters.length + offset : offset;
  if (from < 0 || from > characters.length) return { text: "" };
  const end = length === undefined ? characters.length : length < 0 ? characters.length + length : from + length;
  if (end < from) throw new ShellError(`${operation.length?.text}: substring expression < 0`, 1);
  return { text: characters.slice(from, end).join("") };
}

async function transformInto(
  shell: Shell,
  name: string,
  index: string | undefined,
  value: Value,
  operator: string,
  fields: Fields,
  isQuoted: boolean,
): Promise<void> {
  const variable = shell.vars.find(name);
  const changes: Record<string, (text: string) => string> = {
    U: (text) => text.toUpperCase(),
    L: (text) => text.toLowerCase(),
    u: (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
    Q: shellQuoted,
    E: (text) => ansiQuoted(text),
  };
  const change = changes[operator];
  if (change) return valueInto(shell, mapped(value, change), fields, isQuoted);
  if (operator === "a") return valueInto(shell, { text: attributesOf(variable) }, fields, isQuoted);
  if (operator === "A") {
    const text = single(shell, value);
    if (index === "@" && variable && (variable.list || variable.table)) {
      const body = indexesOf(variable).map((key, i) => `[${key}]=${shellQuoted(elementsOf(variable)[i] ?? "", '"')}`);
      return valueInto(shell, { text: `declare -${attributesOf(variable)} ${name}=(${body.join(" ")})` }, fields, isQuoted);
    }
    return valueInto(shell, { text: text === undefined ? undefined : `${name}=${shellQuoted(text)}` }, fields, isQuoted);
  }
  if ((operator === "K" || operator === "k") && variable) {
    const pairs = indexesOf(variable).flatMap((key, i) => [key, elementsOf(variable)[i] ?? ""]);
    if (operator === "k") return valueInto(shell, { list: pairs, star: false }, fields, isQuoted);
    return valueInto(shell, { text: pairs.map((text, i) => (i % 2 ? shellQuoted(text, '"') : text)).join(" ") }, fields, isQuoted);
  }
  throw new ShellError(`\${${name}@${operator}}: bad substitution`, 1);
}

/** A variable's attributes as letters. */
export function attributesOf(variable: Variable | undefined): string {
  if (!variable) return "";
  const { list, table, integer, reference, readonly: fixed, exported } = variable;
  return `${list ? "a" : ""}${table ? "A" : ""}${integer ? "i" : ""}${variable.case === "lower" ? "l" : ""}${reference ? "n" : ""}${fixed ? "r" : ""}${variable.case === "upper" ? "u" : ""}${exported ? "x" : ""}`;
}

/** What stands between brackets: `@`, `*`, a name in a table, else a number. */
export async function indexOf(shell: Shell, name: string, index: Word, expand: Pick<Expander, "text">): Promise<string> {
  if (isAll(index)) return index.text;
  const text = await expand.text(shell, index);
  return evaluatedIndex(shell, name, text);
}

function evaluatedIndex(shell: Shell, name: string, text: string): string {
  return shell.vars.find(name)?.table ? text : String(evaluatedText(shell, text));
}

/** A text as arithmetic; what is wrong with it is the shell's error. */
export function evaluatedText(shell: Shell, text: string): bigint {
  try {
    return evaluateText(text.replaceAll('"', ""), numbersOf(shell));
  } catch (error) {
    if (error instanceof ArithmeticError) throw new BadArithmetic(error.message);
    throw error;
  }
}

/** The shell's variables as arithmetic sees them. */
export function numbersOf(shell: Shell): Numbers {
  return {
    get(name, index) {
      const value = single(shell, parameterValue(shell, name, index));
      if (value === undefined && shell.has("nounset")) throw new ShellError(`${name}: unbound variable`, shell.has("errexit") ? 1 : 127);
      return value;
    },
    set(name, index, value) {
      if (index === undefined) shell.vars.set(name, value);
      else shell.vars.setElement(name, index, value);
    },
    isTable: (name) => shell.vars.find(name)?.table !== undefined,
  };
}
