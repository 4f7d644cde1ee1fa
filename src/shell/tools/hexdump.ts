import { joined } from "#base/streams.ts";
import { allOf, defineTool, inputs } from "./tool.ts";

const width = 16;
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** One line of sixteen bytes: as `-C` shows it, or as numbers of two bytes each. */
function shown(bytes: Uint8Array, canonical: boolean): string {
  if (canonical) {
    const pairs = Array.from({ length: width }, (_, i) => (i < bytes.length ? hex(bytes[i] ?? 0, 2) : "  "));
    const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    return `  ${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}  |${text}|`;
  }
  const words: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) words.push(hex((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8), 4));
  return ` ${words.join(" ")}`.padEnd(40);
}

/** `4`, `0x10`, `2k`, as its options take numbers. */
function amount(text: string | undefined, fallback: number): number {
  const [, number, unit = ""] = /^(0x[0-9a-fA-F]+|\d+)([bkm]?)$/.exec(text ?? "") ?? [];
  return number === undefined ? fallback : Number(number) * ({ b: 512, k: 1024, m: 1024 * 1024 }[unit] ?? 1);
}

export const hexdump = defineTool({
  name: "hexdump",
  usage: "[options] <file>...",
  summary: "Display file contents in hexadecimal, decimal, octal, or ascii.",
  options: ["C,canonical", "x,two-bytes-hex", "v,no-squeezing", "n,length=", "s,skip="],

  async run(call) {
    const { options, out } = call;
    let code = 0;
    const chunks: Uint8Array[] = [];
    for await (const { source } of inputs(call, options.operands, () => {
      code = 1;
    }))
      chunks.push(await allOf(source));
    const skip = amount(options.get("skip"), 0);
    const bytes = joined(chunks).subarray(skip);
    const length = Math.min(bytes.length, amount(options.get("length"), bytes.length));
    const canonical = options.has("canonical");
    const digits = canonical ? 8 : 7;
    let before: string | undefined;
    let squeezed = false;
    for (let at = 0; at < length; at += width) {
      const line = shown(bytes.subarray(at, Math.min(at + width, length)), canonical);
      if (line === before && !options.has("no-squeezing")) {
        if (!squeezed) await out.line("*");
        squeezed = true;
        continue;
      }
      before = line;
      squeezed = false;
      await out.line(hex(skip + at, digits) + line);
    }
    if (length > 0) await out.line(hex(skip + length, digits));
    return code;
  },
});
