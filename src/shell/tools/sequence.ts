import { bytesOf } from "#base/streams.ts";
import { formatted } from "../builtins/printf.ts";
import { ansiQuoted } from "../interpreter/expansion/quote.ts";
import { defineTool } from "./tool.ts";

export const seq = defineTool({
  name: "seq",
  usage: "[OPTION]... LAST | FIRST LAST | FIRST INCREMENT LAST",
  summary: "Print numbers from FIRST to LAST, in steps of INCREMENT.",
  plain: true,

  async run({ args, out, fail, err, process }) {
    let separator = "\n";
    let format: string | undefined;
    let equal = false;
    const numbers: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? "";
      if (arg === "-s" || arg === "--separator") separator = ansiQuoted(args[++i] ?? "");
      else if (arg.startsWith("--separator=")) separator = arg.slice(12);
      else if (/^-s./.test(arg)) separator = arg.slice(2);
      else if (arg === "-f" || arg === "--format") format = args[++i];
      else if (/^-f./.test(arg)) format = arg.slice(2);
      else if (arg === "-w" || arg === "--equal-width") equal = true;
      else numbers.push(arg);
    }
    const help = async (text: string) => {
      await fail(text);
      await err.line("Try 'seq --help' for more information.");
      return 1;
    };
    if (numbers.length === 0) return help("missing operand");
    if (numbers.length > 3) return help(`extra operand ‘${numbers[3]}’`);
    for (const text of numbers) if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return help(`invalid floating point argument: ‘${text}’`);
    const [first, step, last] =
      numbers.length === 1
        ? ["1", "1", numbers[0] ?? ""]
        : numbers.length === 2
          ? [numbers[0] ?? "", "1", numbers[1] ?? ""]
          : [numbers[0] ?? "", numbers[1] ?? "", numbers[2] ?? ""];
    if (Number(step) === 0) return fail(`invalid Zero increment value: ‘${step}’`);
    const decimals = Math.max(...[first, step].map((text) => text.split(".")[1]?.length ?? 0));
    const width = equal ? Math.max(...[first, last].map((text) => Number(text).toFixed(decimals).length)) : 0;
    const count = Math.floor((Number(last) - Number(first)) / Number(step) + 1e-10);
    for (let i = 0; i <= count; i++) {
      const value = (Number(first) + i * Number(step)).toFixed(decimals);
      const padded = value.startsWith("-") ? `-${value.slice(1).padStart(width - 1, "0")}` : value.padStart(width, "0");
      const text = format ? formatted(format, [value], 0).text : padded;
      const full = out.add((i > 0 ? separator : "") + text);
      if (full) await full;
      else if (i % 10_000 === 9999) await process.spend(1000);
    }
    if (count >= 0) await out.text("\n");
    return 0;
  },
});

export const yes = defineTool({
  name: "yes",
  usage: "[STRING]...",
  summary: "Repeatedly output a line with all specified STRING(s), or 'y'.",

  async run({ options, process }) {
    const line = `${options.operands.length > 0 ? options.operands.join(" ") : "y"}\n`;
    const block = bytesOf(line.repeat(Math.max(1, Math.floor(32_768 / line.length))));
    for (;;) await process.stdout.write(block);
  },
});
