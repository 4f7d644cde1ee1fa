import { bytesOf, textOf } from "#base/streams.ts";
import { defineTool, inputs, lineBlocks } from "./tool.ts";

type Ranges = readonly (readonly [from: number, to: number])[];

/** `1,3-5,7-` as ranges. */
function rangesOf(text: string): Ranges | undefined {
  const ranges: [number, number][] = [];
  for (const part of text.split(/[,\s]/)) {
    const [, from, dash, to] = /^(\d*)(-?)(\d*)$/.exec(part) ?? [];
    if (from === undefined || (from === "" && to === "") || Number(from || 1) < 1) return undefined;
    const first = Number(from || 1);
    const last = dash ? Number(to || Number.POSITIVE_INFINITY) : first;
    if (last < first) return undefined;
    ranges.push([first, last]);
  }
  return ranges;
}

const isIn = (ranges: Ranges, number: number, complement: boolean): boolean =>
  ranges.some(([from, to]) => number >= from && number <= to) !== complement;

export const cut = defineTool({
  name: "cut",
  usage: "OPTION... [FILE]...",
  summary: "Print selected parts of lines from each FILE to standard output.",
  options: [
    "b,bytes=",
    "c,characters=",
    "d,delimiter=",
    "f,fields=",
    "n",
    "s,only-delimited",
    "complement",
    "output-delimiter=",
    "z,zero-terminated",
  ],

  async run(call) {
    const { options, out, fail, err } = call;
    const list = options.get("bytes") ?? options.get("characters") ?? options.get("fields");
    if (list === undefined) {
      await fail("you must specify a list of bytes, characters, or fields");
      await err.line("Try 'cut --help' for more information.");
      return 1;
    }
    const ranges = rangesOf(list);
    if (!ranges) {
      await fail(
        /(^|,)0/.test(list)
          ? `${options.has("fields") ? "fields" : "byte/character positions"} are numbered from 1`
          : `invalid ${options.has("fields") ? "field" : "byte or character"} range`,
      );
      await err.line("Try 'cut --help' for more information.");
      return 1;
    }
    const delimiter = options.get("delimiter") ?? "\t";
    if ([...delimiter].length > 1) return fail("the delimiter must be a single character");
    const joiner = options.get("output-delimiter") ?? delimiter;
    const complement = options.has("complement");
    let code = 0;
    for await (const { source } of inputs(call, options.operands, () => {
      code = 1;
    })) {
      for await (const block of lineBlocks(source, options.has("zero-terminated") ? "\0" : "\n")) {
        for (const { text } of block) {
          if (options.has("fields")) {
            const fields = text.split(delimiter);
            if (fields.length === 1) {
              if (!options.has("only-delimited")) await out.line(text);
              continue;
            }
            await out.line(fields.filter((_, i) => isIn(ranges, i + 1, complement)).join(joiner));
          } else if (options.has("bytes")) await out.line(textOf(bytesOf(text).filter((_, i) => isIn(ranges, i + 1, complement))));
          else await out.line([...text].filter((_, i) => isIn(ranges, i + 1, complement)).join(""));
        }
        await out.flush();
      }
    }
    return code;
  },
});
