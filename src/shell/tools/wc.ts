import type { Source } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { widthOf } from "../terminal/width.ts";
import { defineTool, inputs } from "./tool.ts";

interface Counts {
  lines: number;
  words: number;
  characters: number;
  bytes: number;
  longest: number;
}

async function count(source: Source, text: boolean): Promise<Counts> {
  const counts = { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 };
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let inWord = false;
  let column = 0;
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    counts.bytes += chunk.length;
    for (const byte of chunk) {
      if (byte === 10) counts.lines++;
      const space = byte === 32 || (byte >= 9 && byte <= 13);
      if (space) inWord = false;
      else if (!inWord) {
        inWord = true;
        counts.words++;
      }
    }
    if (!text) continue;
    for (const one of decoder.decode(chunk, { stream: true })) {
      counts.characters++;
      if (one === "\n" || one === "\r") column = 0;
      else column += one === "\t" ? 8 - (column % 8) : one < " " ? 0 : widthOf(one);
      counts.longest = Math.max(counts.longest, column);
    }
  }
  return counts;
}

export const wc = defineTool({
  name: "wc",
  usage: "[OPTION]... [FILE]...",
  summary: "Print newline, word, and byte counts for each FILE, and a total line if more than one FILE is specified.",
  options: ["c,bytes", "m,chars", "l,lines", "files0-from=", "L,max-line-length", "w,words", "total="],

  async run(call) {
    const { options, out, fail } = call;
    const chosen = (["lines", "words", "chars", "bytes", "max-line-length"] as const).filter((name) => options.has(name));
    const columns = chosen.length > 0 ? chosen : (["lines", "words", "bytes"] as const);
    const value = (counts: Counts, name: (typeof columns)[number]) =>
      name === "chars" ? counts.characters : name === "max-line-length" ? counts.longest : counts[name];
    const rows: { name: string; counts: Counts }[] = [];
    let code = 0;
    for await (const { name, source } of inputs(call, options.operands, () => {
      code = 1;
    })) {
      try {
        rows.push({
          name: options.operands.length === 0 ? "" : name,
          counts: await count(source, options.has("chars") || options.has("max-line-length")),
        });
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = await fail(`${name}: ${error.reason}`);
        rows.push({ name, counts: { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 } });
      }
    }
    if (options.operands.length > 1) {
      const total = { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 };
      for (const { counts } of rows)
        for (const name of Object.keys(total) as (keyof Counts)[])
          total[name] = name === "longest" ? Math.max(total.longest, counts.longest) : total[name] + counts[name];
      rows.push({ name: "total", counts: total });
    }
    // As wide as the largest number; what comes from a pipe is laid out for seven digits.
    const fromFiles = options.operands.length > 0 && !options.operands.includes("-");
    const largest = String(Math.max(0, ...rows.map(({ counts }) => counts.bytes))).length;
    const width = columns.length === 1 && rows.length === 1 ? 1 : fromFiles ? largest : 7;
    for (const { name, counts } of rows)
      await out.line(columns.map((column) => String(value(counts, column)).padStart(width)).join(" ") + (name ? ` ${name}` : ""));
    return code;
  },
});
