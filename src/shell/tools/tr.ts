import { ansiQuoted } from "../interpreter/expansion/quote.ts";
import { defineTool } from "./tool.ts";

const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
const ascii = range(0, 127);
const classes: Record<string, string[]> = {
  alnum: [...range(48, 57), ...range(65, 90), ...range(97, 122)],
  alpha: [...range(65, 90), ...range(97, 122)],
  blank: ["\t", " "],
  cntrl: [...range(0, 31), "\x7f"],
  digit: range(48, 57),
  graph: range(33, 126),
  lower: range(97, 122),
  print: range(32, 126),
  punct: ascii.filter((one) => /[!-/:-@[-`{-~]/.test(one)),
  space: ["\t", "\n", "\v", "\f", "\r", " "],
  upper: range(65, 90),
  xdigit: [...range(48, 57), ...range(65, 70), ...range(97, 102)],
};

/** A set such as `a-z\n[:space:][x*3]` as its characters; the place of one that repeats to fill is told. */
function setOf(text: string, fill: number): string[] {
  const set: string[] = [];
  const characters = tokens(text);
  for (let i = 0; i < characters.length; i++) {
    const rest = characters.slice(i).join("");
    const named = /^\[:(\w+):\]/.exec(rest);
    if (named?.[1] && classes[named[1]]) {
      set.push(...(classes[named[1]] ?? []));
      i += named[0].length - 1;
      continue;
    }
    const same = /^\[=(.)=\]/su.exec(rest);
    if (same?.[1]) {
      set.push(same[1]);
      i += 4;
      continue;
    }
    const repeated = /^\[(.)\*(\d*)\]/su.exec(rest);
    if (repeated?.[1]) {
      const count = repeated[2] ? Number.parseInt(repeated[2], repeated[2].startsWith("0") ? 8 : 10) : Math.max(0, fill - set.length);
      for (let k = 0; k < count; k++) set.push(repeated[1]);
      i += [...repeated[0]].length - 1;
      continue;
    }
    const [here = "", dash, to] = [characters[i], characters[i + 1], characters[i + 2]];
    if (dash === "-" && to !== undefined) {
      const [from, end] = [here.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
      if (end < from) throw new RangeError(`range-endpoints of '${here}-${to}' are in reverse collating sequence order`);
      set.push(...range(from, end));
      i += 2;
      continue;
    }
    set.push(here);
  }
  return set;
}

/** Characters, with backslash sequences taken for what they mean. */
function tokens(text: string): string[] {
  return (text.match(/\\[0-7]{1,3}|\\[\s\S]|[\s\S]/gu) ?? []).map((one) =>
    one.length === 1 || !one.startsWith("\\") ? one : /^\\[abfnrtv\\0-7]/.test(one) ? ansiQuoted(one) : one.slice(1),
  );
}

export const tr = defineTool({
  name: "tr",
  usage: "[OPTION]... STRING1 [STRING2]",
  summary: "Translate, squeeze, and/or delete characters from standard input, writing to standard output.",
  options: ["c,C,complement", "d,delete", "s,squeeze-repeats", "t,truncate-set1"],
  inOrder: true,

  async run({ options, in: input, out, fail, err }) {
    const [first, second] = options.operands;
    const wrong = async (text: string) => {
      await fail(text);
      await err.line("Try 'tr --help' for more information.");
      return 1;
    };
    if (first === undefined) return wrong("missing operand");
    const [removes, squeezes, complement] = [options.has("delete"), options.has("squeeze-repeats"), options.has("complement")];
    if (second === undefined && !removes && !squeezes) return wrong(`missing operand after ‘${first}’\nTwo strings must be given when translating.`);
    if (options.operands.length > (removes && !squeezes ? 1 : 2)) return wrong(`extra operand ‘${options.operands[removes && !squeezes ? 1 : 2]}’`);
    let from: string[];
    let to: string[];
    try {
      from = setOf(first, 0);
      to = second === undefined ? [] : setOf(second, from.length);
    } catch (error) {
      if (error instanceof RangeError) return fail(error.message);
      throw error;
    }
    if (options.has("truncate-set1")) from = from.slice(0, to.length);
    const translates = second !== undefined && !removes;
    if (translates && to.length === 0) return fail("when not truncating set1, string2 must be non-empty");
    const places = new Map<string, number>();
    for (const [i, one] of from.entries()) places.set(one, i);
    const squeezed = new Set(second === undefined ? from : to);
    const isSqueezed = (one: string) => (second === undefined && complement ? !squeezed.has(one) : squeezed.has(one));
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let last: string | undefined;
    for (let bytes = await input.read(); bytes; bytes = await input.read()) {
      let text = "";
      for (const one of decoder.decode(bytes, { stream: true })) {
        const place = places.get(one);
        const within = (place !== undefined) !== complement;
        if (removes && within) continue;
        const turned = translates && within ? (to[complement ? to.length - 1 : Math.min(place ?? 0, to.length - 1)] ?? one) : one;
        if (squeezes && turned === last && isSqueezed(turned)) continue;
        last = turned;
        text += turned;
      }
      await out.text(text);
      await out.flush();
    }
    return 0;
  },
});
