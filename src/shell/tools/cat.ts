import { bytesOf } from "#base/streams.ts";
import { defineTool, inputs, lineBlocks, type ToolCall } from "./tool.ts";

export const cat = defineTool({
  name: "cat",
  usage: "[OPTION]... [FILE]...",
  summary: "Concatenate FILE(s) to standard output.",
  options: ["A,show-all", "b,number-nonblank", "e", "E,show-ends", "n,number", "s,squeeze-blank", "t", "T,show-tabs", "u", "v,show-nonprinting"],

  async run(call) {
    const { options, process, out } = call;
    let code = 0;
    const target = process.files.get(1)?.path;
    const shown = options.given.length > 0 && !options.has("u") ? new Shown(call) : undefined;
    for await (const { name, source } of inputs(call, options.operands, () => {
      code = 1;
    }))
      if (name !== "-" && target === process.machine.fs.resolve(process.cwd, name) && (process.machine.fs.stat(target)?.sizeBytes ?? 0) > 0)
        code = await call.fail(`${name}: input file is output file`);
      else if (shown) for await (const block of lineBlocks(source)) await shown.print(block);
      else for (let bytes = await source.read(); bytes; bytes = await source.read()) await process.stdout.write(bytes);
    await out.flush();
    return code;
  },
});

/** Lines with numbers, ends and control characters made visible. */
class Shown {
  readonly #call: ToolCall;
  #number = 0;
  #blank = false;

  constructor(call: ToolCall) {
    this.#call = call;
  }

  async print(block: readonly { text: string; ended: boolean }[]): Promise<void> {
    const { options, out } = this.#call;
    const all = options.has("show-all");
    for (const { text, ended } of block) {
      const blank = text === "" && ended;
      if (blank && this.#blank && options.has("squeeze-blank")) continue;
      this.#blank = blank;
      const numbered = options.has("number-nonblank") ? !blank : options.has("number");
      const number = numbered ? `${String(++this.#number).padStart(6)}\t` : "";
      const visible = all || options.has("show-nonprinting") || options.has("e") || options.has("t") ? nonPrinting(text) : text;
      const tabs = all || options.has("show-tabs") || options.has("t") ? visible.replaceAll("\t", "^I") : visible;
      const end = ended && (all || options.has("show-ends") || options.has("e")) ? "$" : "";
      await out.text(`${number}${tabs}${end}${ended ? "\n" : ""}`);
    }
    await out.flush();
  }
}

function nonPrinting(text: string): string {
  let shown = "";
  for (const byte of bytesOf(text)) {
    const low = byte & 127;
    const meta = byte >= 128 ? "M-" : "";
    shown += meta + (byte === 9 ? "\t" : low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? "^?" : String.fromCharCode(low));
  }
  return shown;
}
