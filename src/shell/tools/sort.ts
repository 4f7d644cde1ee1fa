import { bytesOf } from "#base/streams.ts";
import { defineTool, inputs, type Line, lineBlocks } from "./tool.ts";

interface Key {
  from: { field: number; character: number };
  to: { field: number; character: number } | undefined;
  flags: string;
}

/** `2,3nr` or `1.2,1.4`. */
function keyOf(text: string): Key | undefined {
  const found = /^(\d+)(?:\.(\d+))?([bdfghiMnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnRrV]*))?$/.exec(text);
  if (!found || found[1] === "0") return undefined;
  const to = found[4] === undefined ? undefined : { field: Number(found[4]), character: Number(found[5] ?? 0) };
  return { from: { field: Number(found[1]), character: Number(found[2] ?? 1) }, to, flags: (found[3] ?? "") + (found[6] ?? "") };
}

/** The part of a line that a key means. */
function partOf(line: string, key: Key, separator: string | undefined): string {
  const fields: { start: number; end: number }[] = [];
  if (separator !== undefined) {
    let start = 0;
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, start)) {
      fields.push({ start, end: at });
      start = at + separator.length;
    }
    fields.push({ start, end: line.length });
  } else for (const found of line.matchAll(/[ \t]*[^ \t]*/g)) if (found[0]) fields.push({ start: found.index, end: found.index + found[0].length });
  const field = fields[key.from.field - 1];
  if (!field) return "";
  const blanks = key.flags.includes("b") ? (/^[ \t]*/.exec(line.slice(field.start))?.[0].length ?? 0) : 0;
  const start = Math.min(field.start + blanks + key.from.character - 1, separator === undefined ? line.length : line.length);
  const last = key.to && fields[key.to.field - 1];
  const end = !key.to || !last ? line.length : key.to.character === 0 ? last.end : last.start + key.to.character;
  return line.slice(start, Math.max(start, end));
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const scale: Record<string, number> = { K: 1, k: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };

function number(text: string): number {
  const [found] = /^\s*-?\d*\.?\d*/.exec(text) ?? [""];
  return Number.parseFloat(found ?? "") || 0;
}

function compare(a: string, b: string, flags: string): number {
  if (flags.includes("n")) return number(a) - number(b);
  if (flags.includes("g")) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  if (flags.includes("h")) {
    const size = (text: string) => {
      const [, digits = "0", unit = ""] = /^\s*(-?[\d.]+)([KkMGTPE]?)/.exec(text) ?? [];
      return Number(digits) * 1024 ** (scale[unit] ?? 0);
    };
    return size(a) - size(b);
  }
  if (flags.includes("M")) return months.indexOf(a.trim().slice(0, 3).toUpperCase()) - months.indexOf(b.trim().slice(0, 3).toUpperCase());
  if (flags.includes("V")) return versions(a, b);
  return texts(folded(a, flags), folded(b, flags));
}

function folded(text: string, flags: string): string {
  let result = text;
  if (flags.includes("d")) result = result.replace(/[^\p{L}\p{N}\s]/gu, "");
  if (flags.includes("i")) result = result.replace(/[^\x20-\x7e]/g, "");
  return flags.includes("f") ? result.toUpperCase() : result;
}

/** By bytes, as the C locale does. */
function texts(a: string, b: string): number {
  if (a === b) return 0;
  if (/^[\x00-\x7f]*$/.test(a) && /^[\x00-\x7f]*$/.test(b)) return a < b ? -1 : 1;
  const [left, right] = [bytesOf(a), bytesOf(b)];
  for (let i = 0; i < left.length && i < right.length; i++) if (left[i] !== right[i]) return (left[i] ?? 0) - (right[i] ?? 0);
  return left.length - right.length;
}

/** Numbers within a text count as numbers. */
export function versions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const [x = "", y = ""] = [left?.[i], right?.[i]];
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : texts(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

export const sort = defineTool({
  name: "sort",
  usage: "[OPTION]... [FILE]...",
  summary: "Write sorted concatenation of all FILE(s) to standard output.",
  options: [
    "b,ignore-leading-blanks",
    "d,dictionary-order",
    "f,ignore-case",
    "g,general-numeric-sort",
    "i,ignore-nonprinting",
    "M,month-sort",
    "h,human-numeric-sort",
    "n,numeric-sort",
    "R,random-sort",
    "r,reverse",
    "V,version-sort",
    "c,check?",
    "C",
    "k,key=",
    "m,merge",
    "o,output=",
    "s,stable",
    "t,field-separator=",
    "T,temporary-directory=",
    "u,unique",
    "z,zero-terminated",
    "S,buffer-size=",
    "parallel=",
  ],
  misused: 2,
  unreadable: (name, reason) => `cannot read: ${name}: ${reason}`,

  async run(call) {
    const { options, process, out, fail } = call;
    const letters: Record<string, string> = {
      "ignore-leading-blanks": "b",
      "dictionary-order": "d",
      "ignore-case": "f",
      "general-numeric-sort": "g",
      "ignore-nonprinting": "i",
      "month-sort": "M",
      "human-numeric-sort": "h",
      "numeric-sort": "n",
      "random-sort": "R",
      reverse: "r",
      "version-sort": "V",
    };
    const flags = options.given.map(([name]) => letters[name] ?? "").join("");
    const keys: Key[] = [];
    for (const text of options.all("key")) {
      const key = keyOf(text);
      if (!key)
        return fail(`${/^0/.test(text) ? "field number is zero" : "invalid number at field start"}: invalid field specification ‘${text}’`, 2);
      keys.push(key);
    }
    const separator = options.get("field-separator") === "\\0" ? "\0" : options.get("field-separator");
    if (separator !== undefined && separator.length !== 1) return fail(separator === "" ? "empty tab" : `multi-character tab ‘${separator}’`, 2);
    const end = options.has("zero-terminated") ? "\0" : "\n";
    let code = 0;
    const lines: string[] = [];
    for await (const { source } of inputs(call, options.operands, () => {
      code = 2;
    }))
      for await (const block of lineBlocks(source, end)) for (const line of block as Line[]) lines.push(line.text);

    const byKeys = (a: string, b: string): number => {
      for (const key of keys) {
        const own = /[dfghiMnRV]/.test(key.flags) || key.flags.includes("r") ? key.flags : key.flags + flags;
        const order = compare(partOf(a, { ...key, flags: own }, separator), partOf(b, { ...key, flags: own }, separator), own);
        if (order !== 0) return own.includes("r") ? -order : order;
      }
      if (keys.length > 0) return 0;
      const order = compare(flags.includes("b") ? a.trimStart() : a, flags.includes("b") ? b.trimStart() : b, flags);
      return flags.includes("r") ? -order : order;
    };
    // What the keys leave equal is ordered as a whole, so that the result does not depend on the input's order.
    const whole = (a: string, b: string) => (options.has("stable") || options.has("unique") ? 0 : flags.includes("r") ? -texts(a, b) : texts(a, b));
    if (options.has("check") || options.has("C")) {
      for (let i = 1; i < lines.length; i++) {
        const order = byKeys(lines[i - 1] ?? "", lines[i] ?? "");
        if (order < 0 || (order === 0 && !options.has("unique"))) continue;
        return options.has("C") ? 1 : fail(`${options.operands[0] ?? "-"}:${i + 1}: disorder: ${lines[i]}`, 1);
      }
      return 0;
    }
    if (flags.includes("R"))
      for (let i = lines.length - 1; i > 0; i--) {
        const j = process.machine.random.between(0, i);
        [lines[i], lines[j]] = [lines[j] ?? "", lines[i] ?? ""];
      }
    else lines.sort((a, b) => byKeys(a, b) || whole(a, b));
    const result = options.has("unique") ? lines.filter((line, i) => i === 0 || byKeys(lines[i - 1] ?? "", line) !== 0) : lines;
    const target = options.get("output");
    if (target !== undefined) {
      const file = process.open(target, "write");
      await process.writeTo(file, bytesOf(result.map((line) => line + end).join("")));
      file.release();
      return code;
    }
    for (const line of result) await out.text(line + end);
    return code;
  },
});
