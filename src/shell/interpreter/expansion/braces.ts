import { ShellError } from "../control.ts";

const most = 100_000;

/** `a{b,c}` and `{1..5}` written out, as text that still has its quotes and expansions. */
export function bracesOf(text: string): string[] {
  const place = braceIn(text);
  if (!place) return [text];
  const before = text.slice(0, place.start);
  const after = bracesOf(text.slice(place.end));
  const all: string[] = [];
  for (const choice of place.choices) {
    for (const middle of place.sequence ? [choice] : bracesOf(choice)) for (const end of after) all.push(before + middle + end);
    if (all.length > most) throw new ShellError(`brace expansion: failed to allocate memory for \`${all.length}' elements`, 1);
  }
  return all;
}

interface Brace {
  start: number;
  end: number;
  choices: readonly string[];
  sequence: boolean;
}

/** The first braces that expand. */
function braceIn(text: string): Brace | undefined {
  for (let at = 0; at < text.length; at++) {
    const past = skipped(text, at);
    if (past > at) {
      at = past - 1;
      continue;
    }
    if (text[at] !== "{") continue;
    const brace = braceAt(text, at);
    if (brace) return brace;
  }
  return undefined;
}

function braceAt(text: string, start: number): Brace | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start + 1; at < text.length; at++) {
    const past = skipped(text, at);
    if (past > at) {
      at = past - 1;
      continue;
    }
    if (text[at] === "{") depth++;
    else if (text[at] === "," && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    } else if (text[at] === "}" && depth-- === 0) {
      parts.push(text.slice(from, at));
      if (parts.length > 1) return { start, end: at + 1, choices: parts, sequence: false };
      const sequence = sequenceOf(parts[0] ?? "");
      return sequence && { start, end: at + 1, choices: sequence, sequence: true };
    }
  }
  return undefined;
}

/** Where quotes and expansions that start here end; the same place where none do. */
function skipped(text: string, at: number): number {
  const character = text[at];
  if (character === "\\") return Math.min(at + 2, text.length);
  if (character === "'") return endOf(text, at + 1, "'", false);
  if (character === '"') return endOf(text, at + 1, '"', true);
  if (character === "`") return endOf(text, at + 1, "`", true);
  if (character === "$" && text[at + 1] === "{") return endOf(text, at + 2, "}", true);
  if (character === "$" && text[at + 1] === "(") return endOf(text, at + 2, ")", true);
  if (character === "$" && text[at + 1] === "'") return endOf(text, at + 2, "'", true);
  return at;
}

function endOf(text: string, from: number, close: string, nested: boolean): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === close) return at + 1;
    if (!nested) continue;
    const past = close === '"' && text[at] === "'" ? at : skipped(text, at);
    if (past > at) at = past - 1;
    else if (close === ")" && text[at] === "(") at = endOf(text, at + 1, ")", true) - 1;
  }
  return text.length;
}

function sequenceOf(text: string): string[] | undefined {
  const [, first, last, step] = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const numeric = /\d/.test(first);
  if (numeric !== /\d/.test(last)) return undefined;
  const from = numeric ? Number(first) : (first.codePointAt(0) ?? 0);
  const to = numeric ? Number(last) : (last.codePointAt(0) ?? 0);
  const by = Math.abs(Number(step ?? 1)) || 1;
  const count = Math.floor(Math.abs(to - from) / by) + 1;
  if (count > most) throw new ShellError(`brace expansion: failed to allocate memory for \`${count}' elements`, 1);
  const padded = numeric && /^-?0\d/.test(first.length > 1 ? first : last) ? Math.max(first.length, last.length) : 0;
  return Array.from({ length: count }, (_, i) => {
    const value = from + (to < from ? -i : i) * by;
    if (!numeric) return String.fromCodePoint(value);
    const digits = String(Math.abs(value)).padStart(value < 0 ? padded - 1 : padded, "0");
    return value < 0 ? `-${digits}` : digits;
  });
}
