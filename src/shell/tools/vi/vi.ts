import { bytesOf, textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import type { OpenFile } from "../../open-file.ts";
import type { Process } from "../../process.ts";
import { FullScreen } from "../full-screen.ts";
import { defineTool, type Tool, type ToolCall } from "../tool.ts";
import { exCommand } from "./ex.ts";
import { edit } from "./files.ts";
import { macroKeys } from "./macros.ts";
import { command, session } from "./normal.ts";
import { type Ask, type Files, type Input, Left, Refused, Vi } from "./state.ts";
import { frameOf } from "./view.ts";

/** What the command line asks for. */
interface Wanted {
  files: string[];
  before: string[];
  after: string[];
  readOnly: boolean;
  silent: boolean;
  /** Keys out of a file, as `-s` reads them. */
  script: string | undefined;
  noVimrc: boolean;
}

function wantedOf(args: readonly string[], isEx: boolean): Wanted | string {
  const wanted: Wanted = { files: [], before: [], after: [], readOnly: false, silent: false, script: undefined, noVimrc: false };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      wanted.files.push(...args.slice(i + 1));
      break;
    }
    if (arg === "-" || !/^[-+]/.test(arg)) wanted.files.push(arg);
    else if (arg.startsWith("+")) wanted.after.push(/^\+\d+$/.test(arg) ? arg.slice(1) : arg === "+" ? "$" : arg.slice(1));
    else if (arg === "-c" || arg === "--cmd") (arg === "-c" ? wanted.after : wanted.before).push(args[++i] ?? "");
    else if (arg === "-u") wanted.noVimrc = args[++i] !== undefined;
    else if (arg === "-s" && !wanted.silent && !isEx) wanted.script = args[++i];
    else if (/^-(?:es|Es|e)$/.test(arg)) wanted.silent = true;
    else if (/^-[RnNCbyZvmX]+$/.test(arg)) wanted.readOnly ||= arg.includes("R");
    else if (arg === "-T" || arg === "-i") i++;
    else if (arg === "-s") continue;
    else return arg;
  }
  return wanted;
}

function filesOf(process: Process): Files {
  const { fs, clock } = process.machine;
  const path = (name: string) => fs.resolve(process.cwd, name.replace(/^~(?=\/|$)/, process.env.get("HOME") ?? process.user.home));
  return {
    read: (name) => (fs.stat(path(name)) ? textOf(fs.read(path(name))) : undefined),
    write(name, text, append) {
      const bytes = bytesOf(text);
      fs.write(path(name), bytes, { append, mode: 0o666 & ~process.umask, owner: process.user.name });
      return bytes.length;
    },
    exists: (name) => fs.stat(path(name)) !== undefined,
    isDirectory: (name) => fs.stat(path(name))?.kind === "directory",
    writable(name) {
      const stat = fs.stat(path(name));
      if (!stat || process.user.uid === 0) return true;
      const shift = stat.owner === process.user.name ? 6 : stat.group === process.user.name ? 3 : 0;
      return ((stat.mode >> shift) & 2) !== 0;
    },
    now: () => clock.now(),
  };
}

/** Does a part of the editor without keys: what asks for one is given up. Shell commands run. */
async function settled(process: Process, part: Input): Promise<void> {
  let reply = "";
  for (;;) {
    const { done, value } = part.next(reply);
    if (done) return;
    reply = value === "key" ? "<esc>" : await ran(process, value);
  }
}

async function ran(process: Process, { command: line, input }: Exclude<Ask, "key">): Promise<string> {
  const chunks: Uint8Array[] = [];
  const sink = { write: async (bytes: Uint8Array) => void chunks.push(bytes.slice()), close() {} };
  let sent = input === undefined ? undefined : bytesOf(input);
  const stdin = {
    async read() {
      const next = sent;
      sent = undefined;
      return next;
    },
    cancel() {},
  };
  await process.run([process.env.get("SHELL") || "/bin/sh", "-c", line], { stdin, stdout: sink, stderr: sink });
  return chunks.map(textOf).join("");
}

/** What a vimrc sets; lines that are not known here say nothing, since nobody could answer them. */
async function readSettings(vi: Vi, process: Process): Promise<void> {
  for (const name of ["~/.vimrc", "~/.exrc"]) {
    let text: string | undefined;
    try {
      text = vi.files.read(name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
    if (text === undefined) continue;
    for (const line of text.replace(/\n\s*\\/g, "").split("\n")) {
      const onOpen = /^\s*au(?:tocmd)?!?\s+(?:FileType|Buf\w+(?:,Buf\w+)*)\s+(\S+)\s+(.*)$/.exec(line);
      if (onOpen) {
        vi.onOpen.push({ pattern: onOpen[1] ?? "", command: onOpen[2] ?? "" });
        continue;
      }
      try {
        await settled(process, exCommand(vi, line));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    break;
  }
}

async function run(call: ToolCall): Promise<number> {
  const { process, args, err } = call;
  const wanted = wantedOf(args, call.name === "ex");
  if (typeof wanted === "string") {
    await err.text(`VIM - Vi IMproved 9.0 (2022 Jun 28)\nUnknown option argument: "${wanted}"\nMore info with: "vim -h"\n`);
    return 1;
  }
  const vi = new Vi(filesOf(process));
  vi.knowsTypes = !wanted.noVimrc;
  vi.runEx = (line) => exCommand(vi, line);
  vi.runKeys = (text) => typed(vi, text);
  const isBatch = wanted.silent || call.name === "ex";
  // With `-` the standard input is the text.
  const piped = wanted.files[0] === "-" ? textOf(await process.read("-")) : undefined;
  if (piped !== undefined) wanted.files.shift();
  if (!isBatch && !process.isTerminal(1)) await err.line("Vim: Warning: Output is not to a terminal");
  if (!isBatch && piped === undefined && !process.isTerminal(0)) await err.line("Vim: Warning: Input is not from a terminal");
  await err.flush();
  try {
    if (!wanted.noVimrc) await readSettings(vi, process);
    vi.args = wanted.files;
    for (const line of wanted.before) await settled(process, exCommand(vi, line));
    await settled(process, edit(vi, wanted.files[0] ?? ""));
    if (wanted.readOnly || call.name === "view") vi.settings.readonly = true;
    if (piped !== undefined) vi.buffer.load(piped);
    if (isBatch) return await batch(vi, process, wanted);
    return await interactive(vi, call, wanted, piped !== undefined);
  } catch (error) {
    if (error instanceof Left) return error.code;
    throw error;
  }
}

/** `:normal`: the keys of a text as if they were typed; what is left unfinished is given up. */
function* typed(vi: Vi, text: string): Input {
  const rest = vi.fed;
  const { current } = vi;
  vi.fed = macroKeys(text);
  while (vi.fed.length > 0) {
    const part = command(vi);
    let reply = "";
    for (;;) {
      const { done, value } = part.next(reply);
      if (done) break;
      reply = value === "key" ? "<esc>" : yield value;
    }
  }
  vi.fed = rest;
  vi.current = current;
}

/** `ex -s`: command lines from the standard input. */
async function batch(vi: Vi, process: Process, { after }: Wanted): Promise<number> {
  let code = 0;
  const lines = [...after, ...textOf(await process.read("-")).split("\n")];
  for (const line of lines) {
    try {
      vi.buffer.begin(vi.cursor);
      await settled(process, exCommand(vi, line));
      vi.buffer.commit(vi.files.now());
      if (/^\s*[%\d,.$']*\s*(?:p|print)\s*$/.test(line))
        await process.stdout.write(bytesOf(`${(vi.pages?.slice(0, -1) ?? [vi.message]).join("\n")}\n`));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      code = 1;
    }
  }
  return code;
}

async function interactive(vi: Vi, call: ToolCall, wanted: Wanted, isPiped: boolean): Promise<number> {
  const { process, err } = call;
  const keyboard: OpenFile = isPiped ? process.open("/dev/tty", "read") : process.open("/dev/stdin", "read");
  const screen = new FullScreen(process, keyboard);
  const frame = () => frameOf(vi, screen.columns, screen.rows);
  screen.onRedraw = frame;
  frame();
  await screen.enter();
  try {
    for (const line of wanted.after) {
      try {
        await settled(process, exCommand(vi, line));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        vi.complain(error.message);
      }
    }
    if (wanted.script !== undefined) vi.fed = macroKeys(vi.files.read(wanted.script) ?? "");
    const part = session(vi);
    let reply = "";
    for (;;) {
      const { done, value } = part.next(reply);
      if (done) return 0;
      if (value !== "key") {
        reply = await ran(process, value);
        continue;
      }
      if (!screen.typedAhead) await screen.show(frame());
      const pressed = await screen.key();
      if (pressed === undefined) {
        await screen.leave();
        await err.line("Vim: Error reading input, exiting...");
        await err.line("Vim: Finished.");
        return 1;
      }
      if (pressed === "<c-z>" && vi.mode !== "prompt" && !vi.isInserting) {
        await screen.suspend();
        reply = "<esc>";
      } else reply = pressed;
    }
  } finally {
    await screen.end();
  }
}

const summary = "Edit text files.";
const options = { usage: "[arguments] [file ..]", summary, plain: true, run } as const;

export const vim: Tool = defineTool({ ...options, name: "vim" });
export const vi: Tool = defineTool({ ...options, name: "vi" });
export const view: Tool = defineTool({ ...options, name: "view" });
export const ex: Tool = defineTool({ ...options, name: "ex" });
