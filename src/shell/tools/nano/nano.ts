import { textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import { defineTool, type ToolCall } from "../tool.ts";
import { Nano } from "./editor.ts";
import { NanoState } from "./state.ts";

/** What `~/.nanorc` sets; what it says of colours and files' types changes nothing here. */
function readSettings(call: ToolCall, state: NanoState): void {
  const { fs } = call.process.machine;
  const path = `${call.process.env.get("HOME") ?? call.process.user.home}/.nanorc`;
  if (!fs.stat(path)) return;
  const known: Readonly<Record<string, keyof typeof state.settings>> = {
    tabstospaces: "tabsToSpaces",
    autoindent: "autoIndent",
    linenumbers: "lineNumbers",
    nohelp: "noHelp",
    view: "view",
  };
  for (const line of fs.readText(path).split("\n")) {
    const [, verb, name = "", value] = /^\s*(set|unset)\s+(\w+)\s*(\S*)/.exec(line) ?? [];
    if (name === "tabsize" && Number(value) > 0) state.settings.tabSize = Number(value);
    const setting = known[name];
    if (setting) Object.assign(state.settings, { [setting]: verb === "set" });
  }
}

async function run(call: ToolCall): Promise<number> {
  const { options, process, err } = call;
  if (!process.isTerminal(0)) {
    await err.line("Standard input is not a terminal");
    return 1;
  }
  if (!process.env.get("TERM")) {
    await err.line("Error opening terminal: unknown.");
    return 1;
  }
  const state = new NanoState();
  readSettings(call, state);
  const size = options.get("tabsize");
  if (size !== undefined) state.settings.tabSize = Math.max(1, Number(size) || 8);
  if (options.has("tabstospaces")) state.settings.tabsToSpaces = true;
  if (options.has("autoindent")) state.settings.autoIndent = true;
  if (options.has("linenumbers")) state.settings.lineNumbers = true;
  if (options.has("view")) state.settings.view = true;
  if (options.has("nohelp")) state.settings.noHelp = true;
  const places = options.operands.filter((one) => /^\+\d/.test(one));
  const [name = ""] = options.operands.filter((one) => !/^\+\d/.test(one));
  state.buffer.load("\n");
  if (name) open(call, state, name);
  const [, line, column] = /^\+(\d+)(?:,(\d+))?/.exec(places[0] ?? "") ?? [];
  if (line) state.go(Number(line) - 1, Number(column ?? 1) - 1);
  return await new Nano(call, state).run();
}

function open({ process }: ToolCall, state: NanoState, name: string): void {
  const { fs } = process.machine;
  const path = fs.resolve(process.cwd, name);
  const stat = fs.stat(path);
  if (stat?.kind === "directory") {
    state.message = `"${name}" is a directory`;
    return;
  }
  try {
    if (!stat) state.message = "New File";
    else {
      const text = textOf(fs.read(path));
      state.buffer.load(text.endsWith("\n") || text === "" ? `${text}\n` : `${text}\n\n`);
      const count = text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);
      state.message = `Read ${count} line${count === 1 ? "" : "s"}`;
    }
    state.name = name;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.message = `Error reading ${name}: ${error.reason}`;
  }
}

export const nano = defineTool({
  name: "nano",
  usage: "[OPTIONS] [[+LINE[,COLUMN]] FILE]...",
  summary: "Edit text files.",
  options: [
    "T,tabsize=",
    "E,tabstospaces",
    "i,autoindent",
    "l,linenumbers",
    "v,view",
    "x,nohelp",
    "w,nowrap",
    "m,mouse",
    "B,backup",
    "c,constantshow",
    "S,softwrap",
    "L,nonewlines",
    "Y,syntax=",
    "k,cutfromcursor",
    "A,smarthome",
    "I,ignorercfiles",
  ],
  run,
});
