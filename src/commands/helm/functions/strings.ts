import { valueText } from "../../go-template/format.ts";
import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { byBytes, isNil, type TemplateFunction } from "../../go-template/values.ts";
import { inQuotes, textOf, texts } from "./convert.ts";

const space = "[\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const edges = new RegExp(`^${space}+|${space}+$`, "g");

/** Text without the characters of `cut` at its ends. */
export function trimmed(text: string, cut: string, left = true, right = true): string {
  const characters = [...text];
  let [from, to] = [0, characters.length];
  while (left && from < to && cut.includes(characters[from] ?? "")) from++;
  while (right && to > from && cut.includes(characters[to - 1] ?? "")) to--;
  return characters.slice(from, to).join("");
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/** A part of a text, counted in bytes as Go does. */
function part(text: string, from: number, to?: number): string {
  if (isAscii(text)) return text.slice(from, to);
  return new TextDecoder().decode(bytes(text).slice(from, to));
}

const byteLength = (text: string): number => (isAscii(text) ? text.length : bytes(text).length);

function truncated(count: number, text: string): string {
  const length = byteLength(text);
  if (count < 0 && length + count > 0) return part(text, length + count);
  return count >= 0 && length > count ? part(text, 0, count) : text;
}

function substring(from: number, to: number, text: string): string {
  const length = byteLength(text);
  const outside = (a: number, b: number) =>
    new TemplateProblem(`runtime error: slice bounds out of range [${a > length ? `${a}:${length}` : `${a}:${b}`}]`);
  if (from < 0) {
    if (to < 0 || to > length)
      throw new TemplateProblem(`runtime error: slice bounds out of range [:${to}]${to > length ? ` with length ${length}` : ""}`);
    return part(text, 0, to);
  }
  if (to < 0 || to > length) {
    if (from > length) throw outside(from, length);
    return part(text, from);
  }
  if (from > to) throw outside(from, to);
  return part(text, from, to);
}

/** Words set apart: they begin where a letter grows large, and with digits before small letters. Each character between words is one mark. */
function separated(text: string, by: string): string {
  return text
    .replace(/([\p{Ll}\p{Nd}])(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})|(\p{L})(?=\p{Nd}+\p{Ll})/gu, "$&\0")
    .replace(/[\0_\-\s]/g, by)
    .toLowerCase();
}

/** Words joined, each with a large letter first; of several characters between two words all but the last stay. */
function pascal(text: string): string {
  const [start = ""] = /^[_\-\s]*/.exec(text) ?? [];
  const rest = text.slice(start.length);
  return (
    start +
    rest.replace(/^./su, (c) => c.toUpperCase()).replace(/([_\-\s]*)[_\-\s]([^_\-\s])/gu, (_, kept: string, c: string) => kept + c.toUpperCase())
  );
}

/** Lines no longer than `width`, broken at spaces; `force` breaks words that are longer. */
function wrapped(text: string, width: number, by: string, force: boolean): string {
  const most = Math.max(width, 1);
  let rest = text;
  let result = "";
  while (rest.length > most) {
    if (rest.startsWith(" ")) {
      rest = rest.slice(1);
      continue;
    }
    const at = rest.lastIndexOf(" ", most);
    if (at >= 0) {
      result += rest.slice(0, at) + by;
      rest = rest.slice(at + 1);
      continue;
    }
    if (force) {
      result += rest.slice(0, most) + by;
      rest = rest.slice(most);
      continue;
    }
    const next = rest.indexOf(" ", most);
    if (next < 0) break;
    result += rest.slice(0, next) + by;
    rest = rest.slice(next + 1);
  }
  return result + rest;
}

function abbreviated(text: string, left: number, width: number): string {
  if (text === "" || text.length <= width) return text;
  let from = Math.min(left, text.length);
  if (text.length - from < width - 3) from = text.length - (width - 3);
  if (from <= 4) return `${text.slice(0, width - 3)}...`;
  if (from + width - 3 < text.length) return `...${abbreviated(text.slice(from), 0, width - 3)}`;
  return `...${text.slice(text.length - (width - 3))}`;
}

const indented = (spaces: bigint, text: string): string => {
  const pad = " ".repeat(Number(spaces));
  return pad + text.replaceAll("\n", `\n${pad}`);
};

const parts = (list: readonly string[]) => Object.fromEntries(list.map((item, i) => [`_${i}`, item]));

function split(text: string, by: string): string[] {
  return by === "" ? [...text] : text.split(by);
}

/** At most so many pieces, the last of which holds what is left. */
function splitInto(text: string, by: string, most: number): string[] {
  if (most === 0) return [];
  const all = split(text, by);
  return most < 0 || all.length <= most ? all : [...all.slice(0, most - 1), all.slice(most - 1).join(by)];
}

/** Functions on texts. */
export const strings: Readonly<Record<string, TemplateFunction>> = {
  trim: typed(["string"], (text) => (text as string).replace(edges, "")),
  upper: typed(["string"], (text) => (text as string).toUpperCase()),
  lower: typed(["string"], (text) => (text as string).toLowerCase()),
  title: typed(["string"], (text) => (text as string).replace(/(^|[^\p{L}\p{Nd}_])(\p{L})/gu, (_, a: string, b: string) => a + b.toUpperCase())),
  untitle: typed(["string"], (text) => (text as string).replace(/(^|\s)(\S)/gu, (_, a: string, b: string) => a + b.toLowerCase())),
  substr: typed(["int", "int", "string"], (from, to, text) => substring(Number(from), Number(to), text as string)),
  repeat: typed(["int", "string"], (count, text) => {
    if (Number(count) < 0) throw new TemplateProblem("strings: negative Repeat count");
    return (text as string).repeat(Number(count));
  }),
  trimall: typed(["string", "string"], (cut, text) => trimmed(text as string, cut as string)),
  trimAll: typed(["string", "string"], (cut, text) => trimmed(text as string, cut as string)),
  trimSuffix: typed(["string", "string"], (end, text) =>
    end !== "" && (text as string).endsWith(end as string) ? (text as string).slice(0, -(end as string).length) : text,
  ),
  trimPrefix: typed(["string", "string"], (start, text) =>
    (text as string).startsWith(start as string) ? (text as string).slice((start as string).length) : text,
  ),
  nospace: typed(["string"], (text) => (text as string).replace(new RegExp(space, "g"), "")),
  initials: typed(["string"], (text) =>
    (text as string)
      .split(/\s+/)
      .map((word) => [...word][0] ?? "")
      .join(""),
  ),
  swapcase: typed(["string"], (text) =>
    (text as string).replace(/\p{L}/gu, (c, at: number, all: string) =>
      /\p{Lu}|\p{Lt}/u.test(c) ? c.toLowerCase() : at === 0 || /\s/.test(all[at - 1] ?? "") ? c.toUpperCase() : c.toUpperCase(),
    ),
  ),
  snakecase: typed(["string"], (text) => separated(text as string, "_")),
  kebabcase: typed(["string"], (text) => separated(text as string, "-")),
  camelcase: typed(["string"], (text) => pascal(text as string)),
  wrap: typed(["int", "string"], (width, text) => wrapped(text as string, Number(width), "\n", false)),
  wrapWith: typed(["int", "string", "string"], (width, by, text) => wrapped(text as string, Number(width), by as string, true)),
  contains: typed(["string", "string"], (piece, text) => (text as string).includes(piece as string)),
  hasPrefix: typed(["string", "string"], (start, text) => (text as string).startsWith(start as string)),
  hasSuffix: typed(["string", "string"], (end, text) => (text as string).endsWith(end as string)),
  quote: takes(0, undefined, (...values) =>
    values
      .filter((value) => !isNil(value))
      .map((value) => inQuotes(textOf(value)))
      .join(" "),
  ),
  squote: takes(0, undefined, (...values) =>
    values
      .filter((value) => !isNil(value))
      .map((value) => `'${valueText(value)}'`)
      .join(" "),
  ),
  cat: takes(0, undefined, (...values) =>
    values
      .filter((value) => !isNil(value))
      .map(valueText)
      .join(" "),
  ),
  indent: typed(["int", "string"], (spaces, text) => indented(spaces as bigint, text as string)),
  nindent: typed(["int", "string"], (spaces, text) => `\n${indented(spaces as bigint, text as string)}`),
  replace: typed(["string", "string", "string"], (old, by, text) => (text as string).replaceAll(old as string, () => by as string)),
  plural: typed(["string", "string", "int"], (one, many, count) => (count === 1n ? one : many)),
  toString: takes(1, 1, textOf),
  abbrev: typed(["int", "string"], (width, text) => (Number(width) < 4 ? text : abbreviated(text as string, 0, Number(width)))),
  abbrevboth: typed(["int", "int", "string"], (left, right, text) =>
    Number(right) < 4 || (Number(left) > 0 && Number(right) < 7) ? text : abbreviated(text as string, Number(left), Number(right)),
  ),
  trunc: typed(["int", "string"], (count, text) => truncated(Number(count), text as string)),
  split: typed(["string", "string"], (by, text) => parts(split(text as string, by as string))),
  splitList: typed(["string", "string"], (by, text) => split(text as string, by as string)),
  splitn: typed(["string", "int", "string"], (by, most, text) => parts(splitInto(text as string, by as string, Number(most)))),
  toStrings: takes(1, 1, texts),
  join: typed(["string", "interface {}"], (by, list) => texts(list).join(by as string)),
  sortAlpha: takes(1, 1, (list) => texts(list).sort(byBytes)),
  hello: takes(0, 0, () => "Hello!"),
};
