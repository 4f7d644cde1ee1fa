import { textOf } from "#base/streams.ts";
import { allOf, defineTool } from "./tool.ts";

const letters = "KMGTPEZYRQ";
const scales = ["none", "si", "iec", "iec-i"];

class Misread extends Error {}

/** A number as people write it, `1.5Ki`, by the scale that it is said to be in. */
function read(text: string, from: string): number {
  const [, digits = "", suffix = ""] = /^(-?\d+(?:\.\d+)?)?(.*)$/s.exec(text) ?? [];
  if (digits === "") throw new Misread(`invalid number: '${text}'`);
  if (suffix === "") return Number(digits);
  const power = letters.indexOf(suffix.charAt(0) === "k" ? "K" : suffix.charAt(0)) + 1;
  if (power === 0) throw new Misread(`invalid suffix in input: '${text}'`);
  if (from === "none") throw new Misread(`rejecting suffix in input: '${text}' (consider using --from)`);
  const rest = suffix.slice(1);
  const binary = rest.startsWith("i") && (from === "auto" || from === "iec-i");
  if (from === "iec-i" && !binary) throw new Misread(`missing 'i' suffix in input: '${text}' (e.g Ki/Mi/Gi)`);
  if (rest !== (binary ? "i" : "")) throw new Misread(`invalid suffix in input '${text}': '${binary ? rest.slice(1) : rest}'`);
  return Number(digits) * (binary || from === "iec" ? 1024 : 1000) ** power;
}

const roundings: Readonly<Record<string, (value: number) => number>> = {
  up: Math.ceil,
  down: Math.floor,
  nearest: (value) => Math.sign(value) * Math.round(Math.abs(value)),
  "towards-zero": Math.trunc,
  "from-zero": (value) => Math.sign(value) * Math.ceil(Math.abs(value)),
};

/** A number in the scale that is asked for: one digit after the point below ten, none from there on. */
function write(value: number, to: string, round: (value: number) => number, decimals: number): string {
  if (to === "none") return value.toFixed(decimals);
  const base = to === "si" ? 1000 : 1024;
  let [scaled, power] = [value, 0];
  for (; Math.abs(scaled) >= base; power++) scaled /= base;
  if (power === 0) return String(round(scaled));
  let shown = Math.abs(scaled) < 10 ? round(scaled * 10) / 10 : round(scaled);
  if (Math.abs(shown) >= base) {
    shown /= base;
    power++;
  }
  return shown.toFixed(Math.abs(shown) < 10 ? 1 : 0) + letters.charAt(power - 1) + (to === "iec-i" ? "i" : "");
}

/** `2`, `1,3`, `2-`, `-3`, `-`: whether a field is among those named. */
function among(list: string): (field: number) => boolean {
  const ranges = list.split(",").map((one): readonly [number, number] => {
    const [first = "", last] = one.split("-");
    return [Number(first || 1), last === undefined ? Number(first) : Number(last || Infinity)];
  });
  return (field) => ranges.some(([first, last]) => field >= first && field <= last);
}

export const numfmt = defineTool({
  name: "numfmt",
  usage: "[OPTION]... [NUMBER]...",
  summary: "Reformat NUMBER(s), or the numbers from standard input if none are specified.",
  options: ["from=", "to=", "field=", "d,delimiter=", "suffix=", "padding=", "round=", "header?", "invalid="],

  async run(call) {
    const { options, out, fail } = call;
    const [from, to] = [options.get("from") ?? "none", options.get("to") ?? "none"];
    for (const [name, scale] of Object.entries({ from, to }))
      if (!scales.includes(scale) && !(name === "from" && scale === "auto")) return fail(`invalid argument '${scale}' for '--${name}'`);
    const round = roundings[options.get("round") ?? "from-zero"];
    if (!round) return fail(`invalid argument '${options.get("round")}' for '--round'`);
    const [suffix, delimiter] = [options.get("suffix") ?? "", options.get("delimiter")];
    const padding = Number(options.get("padding") ?? 0);
    const asked = among(options.get("field") ?? "1");
    const onInvalid = options.get("invalid") ?? "abort";
    let code = 0;

    const one = (text: string) => {
      const bare = suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
      const shown = write(read(bare, from), to, round, /\.(\d+)$/.exec(bare)?.[1]?.length ?? 0) + suffix;
      return padding < 0 ? shown.padEnd(-padding) : shown.padStart(padding);
    };
    const line = (text: string) => {
      let field = 0;
      if (delimiter !== undefined)
        return text
          .split(delimiter)
          .map((cell) => (asked(++field) ? one(cell.trim()) : cell))
          .join(delimiter);
      // A field has the blanks before it, and keeps its width when it had any.
      return text.replace(/(\s*)(\S+)/g, (whole: string, blanks: string, cell: string) => {
        if (!asked(++field)) return whole;
        const shown = one(cell);
        if (padding !== 0 || blanks === "") return (field > 1 ? " " : "") + shown;
        return blanks.length === 1 && field > 1 ? blanks + shown : (field > 1 ? " " : "") + shown.padStart(whole.length - (field > 1 ? 1 : 0));
      });
    };

    const given = call.options.operands;
    const lines =
      given.length > 0
        ? given
        : textOf(await allOf(call.in))
            .replace(/\n$/, "")
            .split("\n");
    const headers = given.length === 0 && options.has("header") ? Number(options.get("header") || 1) : 0;
    for (const [i, text] of lines.entries()) {
      try {
        await out.line(i < headers ? text : line(text));
      } catch (error) {
        if (!(error instanceof Misread)) throw error;
        if (onInvalid !== "ignore") code = await fail(error.message, 2);
        if (onInvalid === "abort") return 2;
        await out.line(text);
      }
    }
    return code;
  },
});
