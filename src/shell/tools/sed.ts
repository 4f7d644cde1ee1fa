import { bytesOf, type Source } from "#base/streams.ts";
import { FileError } from "../file-system.ts";
import { RegexError } from "../interpreter/regex.ts";
import type { OpenFile } from "../open-file.ts";
import { SedMachine } from "./sed-machine.ts";
import { parseSed, type SedCommand, SedError } from "./sed-script.ts";
import { defineTool, lineBlocks, sourceOfFile, type ToolCall } from "./tool.ts";

export const sed = defineTool({
  name: "sed",
  usage: "[OPTION]... {script-only-if-no-other-script} [input-file]...",
  summary: "Edit text, line by line, as a script says.",
  options: [
    "n,quiet",
    "silent",
    "debug",
    "e,expression=",
    "f,file=",
    "E,r,regexp-extended",
    "follow-symlinks",
    "i,in-place?",
    "l,line-length=",
    "posix",
    "s,separate",
    "sandbox",
    "u,unbuffered",
    "z,null-data",
  ],

  async run(call) {
    const { options, process, fail, err } = call;
    const operands = [...options.operands];
    const parts: string[] = [];
    for (const [name, value] of options.given) {
      if (name === "expression") parts.push(value);
      if (name === "file") parts.push(new TextDecoder().decode(await process.read(value)).replace(/\n$/, ""));
    }
    if (parts.length === 0) {
      const script = operands.shift();
      if (script === undefined) {
        await err.line(`Usage: sed ${sed.usage}`);
        return 1;
      }
      parts.push(script);
    }
    let script: SedCommand[];
    try {
      script = parseSed(parts.join("\n"), options.has("regexp-extended"));
    } catch (error) {
      if (error instanceof SedError || error instanceof RegexError)
        return fail(error instanceof SedError ? error.message : `-e expression #1, char ${parts.join("\n").length}: ${error.message}`);
      throw error;
    }
    const inPlace = options.has("in-place");
    if (!inPlace && options.has("separate")) {
      let code = 0;
      for (const name of operands.length > 0 ? operands : ["-"])
        code = Math.max(code, await edit(call, script, [name], (text) => call.out.text(text)));
      return code;
    }
    if (!inPlace) return edit(call, script, operands.length > 0 ? operands : ["-"], (text) => call.out.text(text));
    let code = 0;
    for (const name of operands) code = Math.max(code, await editInPlace(call, script, name, options.get("in-place") ?? ""));
    return code;
  },
});

async function edit(
  call: ToolCall,
  script: readonly SedCommand[],
  names: readonly string[],
  print: (text: string) => Promise<void>,
): Promise<number> {
  const { options, process } = call;
  const written = new Map<string, OpenFile>();
  const machine = new SedMachine(script, {
    quiet: options.has("quiet") || options.has("silent") || script[0]?.quiet === true,
    print,
    flush: () => call.out.flush(),
    write: async (path, text) => {
      if (path === "/dev/stdout") return print(text);
      const file = written.get(path) ?? process.open(path, "write");
      written.set(path, file);
      await process.writeTo(file, bytesOf(text));
    },
    readText: (path) => {
      try {
        return process.machine.fs.readText(process.machine.fs.resolve(process.cwd, path));
      } catch (error) {
        if (error instanceof FileError) return undefined;
        throw error;
      }
    },
    separator: options.has("null-data") ? "\0" : "\n",
    separate: options.has("separate") || options.has("in-place"),
  });
  let code = 0;
  const sources = async function* (): AsyncGenerator<{ name: string; source: Source }> {
    for (const name of names) {
      if (name === "-") yield { name, source: call.in };
      else {
        try {
          yield { name, source: sourceOfFile(process, name) };
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          code = 2;
          await call.fail(error.code === "EISDIR" ? `couldn't edit ${name}: not a regular file` : `can't read ${name}: ${error.reason}`);
        }
      }
    }
  };
  try {
    const left = await machine.run(sources(), lineBlocks);
    return left ?? code;
  } finally {
    for (const file of written.values()) file.release();
  }
}

async function editInPlace(call: ToolCall, script: readonly SedCommand[], name: string, suffix: string): Promise<number> {
  const { fs } = call.process.machine;
  const path = fs.resolve(call.process.cwd, name);
  const stat = fs.stat(path);
  if (!stat) return call.fail(`can't read ${name}: No such file or directory`, 2);
  if (stat.kind !== "file") return call.fail(`couldn't edit ${name}: not a regular file`, 4);
  const before = fs.read(path).slice();
  let text = "";
  const code = await edit(call, script, [name], async (part) => {
    text += part;
  });
  if (suffix)
    fs.write(suffix.includes("*") ? path.replace(/[^/]+$/, (base) => suffix.replaceAll("*", base)) : path + suffix, before, { mode: stat.mode });
  fs.write(path, text);
  return code;
}
