import { BrokenPipe } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import type { OpenFile } from "../open-file.ts";
import { defineTool } from "./tool.ts";

export const tee = defineTool({
  name: "tee",
  usage: "[OPTION]... [FILE]...",
  summary: "Copy standard input to each FILE, and also to standard output.",
  options: ["a,append", "i,ignore-interrupts", "p", "output-error?"],

  async run({ options, process, fail, in: input }) {
    const files: OpenFile[] = [];
    let code = 0;
    for (const name of options.operands) {
      try {
        files.push(process.open(name, options.has("append") ? "append" : "write"));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = await fail(`${name}: ${error.reason}`);
      }
    }
    if (options.has("ignore-interrupts")) process.onSignal("INT", () => {});
    try {
      for (let bytes = await input.read(); bytes; bytes = await input.read()) {
        for (const file of files) await process.writeTo(file, bytes);
        try {
          await process.stdout.write(bytes);
        } catch (error) {
          if (!(error instanceof BrokenPipe) || !options.has("p")) throw error;
        }
      }
    } finally {
      for (const file of files) file.release();
    }
    return code;
  },
});
