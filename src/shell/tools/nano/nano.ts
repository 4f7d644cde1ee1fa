import { bytesOf, textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import { FullScreen, pasted } from "../full-screen.ts";
import { defineTool, type ToolCall } from "../tool.ts";
import { after, before, indentOf, matching } from "../vi/motions.ts";
import { NanoState } from "./state.ts";
import { frameOf } from "./view.ts";

const help = `Main nano help text

 The first line of the screen names the file and says whether it was changed.  Below it stands the text; the last lines show messages
 and the keys.  ^X is Ctrl with X, M-U is Alt with U, or Escape and then U.

 ^G   Display this help text              ^X   Close the current buffer / Exit from nano
 ^O   Write the current buffer to disk    ^R   Insert another file into current buffer
 ^W   Search forward for a string         ^Q   Search backward for a string
 ^\\   Replace a string                    M-W  Search next occurrence forward
 ^K   Cut current line into cutbuffer     ^U   Paste the contents of cutbuffer
 M-6  Copy current line into cutbuffer    M-A  Mark text starting from the cursor
 M-U  Undo the last operation             M-E  Redo the last undone operation
 ^C   Display the position of the cursor  ^/   Go to line and column number
 ^A   Go to beginning of current line     ^E   Go to end of current line
 ^Y   Go one screenful up                 ^V   Go one screenful down
 M-\\  Go to the first line                M-/  Go to the last line
 ^D   Delete the character under cursor   M-]  Go to the matching bracket
 M-N  Line numbering on and off           M-T  Cut from cursor to the end
 ^T   Execute a command, insert its output`;

class Nano {
  readonly #call: ToolCall;
  readonly #screen: FullScreen;
  readonly #state: NanoState;
  #kind = "";
  #keepsCut = false;

  constructor(call: ToolCall, state: NanoState) {
    this.#call = call;
    this.#state = state;
    this.#screen = new FullScreen(call.process, call.process.open("/dev/stdin", "read"));
  }

  #frame = () => frameOf(this.#state, this.#screen.columns, this.#screen.rows);

  async #key(): Promise<string> {
    if (!this.#screen.typedAhead) await this.#screen.show(this.#frame());
    return (await this.#screen.key()) ?? "<hangup>";
  }

  async run(): Promise<number> {
    const screen = this.#screen;
    screen.onRedraw = this.#frame;
    this.#frame();
    await screen.enter();
    try {
      for (;;) {
        let typed = await this.#key();
        if (typed === "<hangup>") return 1;
        if (typed === "<esc>") typed = `M-${(await this.#key()).toLowerCase()}`;
        this.#state.message = "";
        if (typed === "<c-x>") {
          if (await this.#leaves()) return 0;
          continue;
        }
        const cut = this.#keepsCut;
        this.#keepsCut = false;
        await this.#act(typed, cut);
      }
    } finally {
      await screen.end();
    }
  }

  /** A step that is undone by itself, or together with those of the same kind before it. */
  #change(kind: string, work: () => void): void {
    const { buffer, settings } = this.#state;
    if (settings.view) {
      this.#state.message = "Key is invalid in view mode";
      return;
    }
    if (kind !== this.#kind || kind === "") buffer.commit(0);
    this.#kind = kind;
    buffer.begin(this.#state.cursor);
    work();
    if (kind === "") buffer.commit(0);
  }

  async #act(typed: string, keepsCut: boolean): Promise<void> {
    const state = this.#state;
    const { buffer, cursor } = state;
    const { line: row, column } = cursor;
    const { line } = state;
    if (typed.startsWith(pasted)) {
      this.#change("", () => state.insert(typed.slice(pasted.length)));
      return;
    }
    switch (typed) {
      case "<up>":
      case "<c-p>":
        state.go(row - 1, row === 0 ? 0 : state.wanted, true);
        break;
      case "<down>":
      case "<c-n>":
        if (row < buffer.last) state.go(row + 1, state.wanted, true);
        break;
      case "<left>":
      case "<c-b>":
        if (column > 0) state.go(row, before(line, column));
        else if (row > 0) state.go(row - 1, Number.POSITIVE_INFINITY);
        break;
      case "<right>":
      case "<c-f>":
        if (column < line.length) state.go(row, after(line, column));
        else if (row < buffer.last) state.go(row + 1, 0);
        break;
      case "<c-right>":
      case "M- ": {
        const rest = /^\w*\W*/.exec(line.slice(column))?.[0].length ?? 0;
        if (column + rest < line.length || row === buffer.last) state.go(row, column + rest);
        else state.go(row + 1, 0);
        break;
      }
      case "<c-left>":
        if (column === 0 && row > 0) state.go(row - 1, Number.POSITIVE_INFINITY);
        else state.go(row, column - (/\w*\W*$/.exec(line.slice(0, column))?.[0].length ?? 0));
        break;
      case "<home>":
      case "<c-a>":
        state.go(row, 0);
        break;
      case "<end>":
      case "<c-e>":
        state.go(row, line.length);
        break;
      case "<page-up>":
      case "<c-y>":
        state.top = Math.max(0, state.top - state.height + 2);
        state.go(row - state.height + 2, 0);
        break;
      case "<page-down>":
      case "<c-v>":
        state.top = Math.min(buffer.last, state.top + state.height - 2);
        state.go(row + state.height - 2, 0);
        break;
      case "M-\\":
      case "<c-home>":
        state.go(0, 0);
        break;
      case "M-/":
      case "<c-end>":
        state.go(buffer.last, Number.POSITIVE_INFINITY);
        break;
      case "M-]": {
        const there = matching(state.buffer.lines, cursor);
        if (there) state.go(there.line, there.column);
        else state.message = "Not a bracket";
        break;
      }
      case "<cr>":
        this.#change("", () => state.insert(`\n${state.settings.autoIndent ? indentOf(line).slice(0, column) : ""}`));
        break;
      case "<tab>": {
        const { tabsToSpaces, tabSize } = state.settings;
        this.#change("", () => state.insert(tabsToSpaces ? " ".repeat(tabSize - (column % tabSize)) : "\t"));
        break;
      }
      case "<bs>":
        if (state.selection) this.#cutMarked();
        else if (column > 0) this.#change("back", () => state.remove({ line: row, column: before(line, column) }, cursor));
        else if (row > 0) this.#change("back", () => state.remove({ line: row - 1, column: buffer.line(row - 1).length }, cursor));
        break;
      case "<delete>":
      case "<c-d>":
        if (state.selection) this.#cutMarked();
        else if (column < line.length) this.#change("delete", () => state.remove(cursor, { line: row, column: after(line, column) }));
        else if (row < buffer.last) this.#change("delete", () => state.remove(cursor, { line: row + 1, column: 0 }));
        break;
      case "<c-k>":
        if (state.selection) this.#cutMarked();
        else this.#cutLine(keepsCut);
        break;
      case "M-6":
        this.#copy(keepsCut);
        break;
      case "M-t":
        this.#change("", () => {
          state.cutText = [state.remove(cursor, { line: buffer.last, column: buffer.line(buffer.last).length })];
        });
        break;
      case "<c-u>":
        if (state.cutText.length === 0) state.message = "Cutbuffer is empty";
        else this.#change("", () => state.insert(state.cutText.join("")));
        break;
      case "M-a":
      case "<c-^>":
        state.mark = state.mark ? undefined : cursor;
        state.message = state.mark ? "Mark Set" : "Mark Unset";
        break;
      case "M-u":
      case "M-e":
        this.#undo(typed === "M-u");
        break;
      case "<c-o>":
        await this.#write(false);
        break;
      case "<c-s>":
        await this.#write(true);
        break;
      case "<c-r>":
        await this.#insertFile();
        break;
      case "<c-w>":
      case "<c-q>":
        await this.#search(typed === "<c-w>");
        break;
      case "M-w":
      case "M-q":
        if (state.lastSearch) this.#find(state.lastSearch, typed === "M-w");
        else state.message = "No current search pattern";
        break;
      case "<c-\\>":
      case "M-r":
        await this.#replace();
        break;
      case "<c-_>":
      case "M-g":
        await this.#goTo();
        break;
      case "<c-c>":
        this.#tellPlace();
        break;
      case "<c-t>":
        await this.#execute();
        break;
      case "<c-j>":
        break;
      case "<c-l>":
        break;
      case "<c-g>":
        await this.#help();
        break;
      case "<c-z>":
        await this.#screen.suspend();
        break;
      case "M-n":
        state.settings = { ...state.settings, lineNumbers: !state.settings.lineNumbers };
        state.message = `Line numbering ${state.settings.lineNumbers ? "enabled" : "disabled"}`;
        break;
      case "M-i":
        state.settings = { ...state.settings, autoIndent: !state.settings.autoIndent };
        state.message = `Auto indent ${state.settings.autoIndent ? "enabled" : "disabled"}`;
        break;
      case "M-x":
        state.settings = { ...state.settings, noHelp: !state.settings.noHelp };
        break;
      default:
        if (/^<.+>$|^M-/.test(typed)) state.message = "Unbound key";
        else this.#change("type", () => state.insert(typed));
    }
  }

  #undo(back: boolean): void {
    const state = this.#state;
    state.buffer.commit(0);
    this.#kind = "";
    const done = back ? state.buffer.undo() : state.buffer.redo();
    if (!done) state.message = back ? "Nothing to undo" : "Nothing to redo";
    else {
      state.go(done.line, done.column ?? 0);
      state.message = back ? "Undid action" : "Redid action";
    }
  }

  #cutMarked(): void {
    const state = this.#state;
    const { selection } = state;
    if (!selection) return;
    this.#change("", () => {
      state.cutText = [state.remove(selection.from, selection.end)];
    });
    state.mark = undefined;
  }

  #cutLine(keeps: boolean): void {
    const state = this.#state;
    const { line: row } = state.cursor;
    if (row === state.buffer.last && state.line === "") return;
    this.#keepsCut = true;
    this.#change("cut", () => {
      const taken = state.remove({ line: row, column: 0 }, { line: row + 1, column: 0 });
      state.cutText = keeps ? [...state.cutText, taken] : [taken];
    });
  }

  #copy(keeps: boolean): void {
    const state = this.#state;
    const { selection, cursor, buffer } = state;
    if (selection) {
      const { from, end } = selection;
      const lines = buffer.lines.slice(from.line, end.line + 1);
      state.cutText = [lines.map((line, i) => line.slice(i === 0 ? from.column : 0, i === lines.length - 1 ? end.column : undefined)).join("\n")];
      state.mark = undefined;
      return;
    }
    this.#keepsCut = true;
    state.cutText = keeps ? [...state.cutText, `${state.line}\n`] : [`${state.line}\n`];
    state.go(cursor.line + 1, 0);
  }

  /** Asks for a line of text; undefined when it is given up. */
  async #ask(text: string, start = ""): Promise<string | undefined> {
    const state = this.#state;
    const question = { text: `${text}: `, reply: start, answers: false };
    state.question = question;
    try {
      for (;;) {
        const typed = await this.#key();
        if (typed === "<cr>") return question.reply;
        if (typed === "<c-c>" || typed === "<hangup>") {
          state.message = "Cancelled";
          return undefined;
        }
        if (typed === "<bs>") question.reply = [...question.reply].slice(0, -1).join("");
        else if (typed === "<c-u>" || typed === "<c-k>") question.reply = "";
        else if (typed.startsWith(pasted)) question.reply += typed.slice(pasted.length).replaceAll("\n", "");
        else if (!/^<.+>$/.test(typed)) question.reply += typed;
      }
    } finally {
      state.question = undefined;
    }
  }

  /** Asks whether; undefined when it is given up. */
  async #whether(text: string): Promise<"y" | "n" | "a" | undefined> {
    const state = this.#state;
    state.question = { text: `${text} `, reply: "", answers: true };
    try {
      for (;;) {
        const typed = (await this.#key()).toLowerCase();
        if (typed === "y" || typed === "n" || typed === "a") return typed;
        if (typed === "<c-c>" || typed === "<hangup>") {
          state.message = "Cancelled";
          return undefined;
        }
      }
    } finally {
      state.question = undefined;
    }
  }

  async #leaves(): Promise<boolean> {
    const { buffer, settings } = this.#state;
    if (!buffer.modified || settings.view) return true;
    const answer = await this.#whether("Save modified buffer?");
    if (answer === "n") return true;
    return answer === "y" && (await this.#write(false));
  }

  /** Writes the file; whether it was written. */
  async #write(directly: boolean): Promise<boolean> {
    const state = this.#state;
    const { fs } = this.#call.process.machine;
    const name = directly && state.name ? state.name : await this.#ask("File Name to Write", state.name);
    if (name === undefined) return false;
    if (name === "") {
      state.message = "Cancelled";
      return false;
    }
    const path = this.#path(name);
    const isOther = name !== state.name;
    if (isOther && fs.stat(path) && (await this.#whether(`File "${name}" exists; OVERWRITE?`)) !== "y") return false;
    try {
      const { process } = this.#call;
      fs.write(path, bytesOf(state.text), { mode: 0o666 & ~process.umask, owner: process.user.name });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      state.message = `Error writing ${name}: ${error.reason}`;
      return false;
    }
    state.name = name;
    state.buffer.commit(0);
    this.#kind = "";
    state.buffer.wasSaved();
    const count = state.buffer.last;
    state.message = `Wrote ${count} line${count === 1 ? "" : "s"}`;
    return true;
  }

  #path(name: string): string {
    const { process } = this.#call;
    return process.machine.fs.resolve(process.cwd, name.replace(/^~(?=\/|$)/, process.user.home));
  }

  async #insertFile(): Promise<void> {
    const state = this.#state;
    const name = await this.#ask("File to insert [from ./]");
    if (!name) return;
    try {
      const text = this.#call.process.machine.fs.readText(this.#path(name));
      this.#change("", () => state.insert(text));
      const count = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
      state.message = `Inserted ${count} line${count === 1 ? "" : "s"}`;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      state.message = error.code === "ENOENT" ? `File "${name}" not found` : `Error reading ${name}: ${error.reason}`;
    }
  }

  async #execute(): Promise<void> {
    const state = this.#state;
    const command = await this.#ask("Command to execute");
    if (!command) return;
    const { process } = this.#call;
    const chunks: Uint8Array[] = [];
    const sink = { write: async (bytes: Uint8Array) => void chunks.push(bytes.slice()), close() {} };
    const stdin = { read: async () => undefined, cancel() {} };
    await process.run([process.env.get("SHELL") || "/bin/sh", "-c", command], { stdin, stdout: sink, stderr: sink });
    this.#change("", () => state.insert(chunks.map(textOf).join("")));
  }

  async #search(forward: boolean): Promise<void> {
    const state = this.#state;
    const typed = await this.#ask(`Search${forward ? "" : " [Backwards]"}${state.lastSearch ? ` [${state.lastSearch}]` : ""}`);
    if (typed === undefined) return;
    const wanted = typed || state.lastSearch;
    if (wanted === "") {
      state.message = "Cancelled";
      return;
    }
    state.lastSearch = wanted;
    this.#find(wanted, forward);
  }

  /** Goes to the next place of a text, whatever its case. */
  #find(wanted: string, forward: boolean): boolean {
    const state = this.#state;
    const { lines } = state.buffer;
    const needle = wanted.toLowerCase();
    const { line: row, column } = state.cursor;
    for (let i = 0; i <= lines.length; i++) {
      const at = forward ? (row + i) % lines.length : (row - i + 2 * lines.length) % lines.length;
      const text = (lines[at] ?? "").toLowerCase();
      const found = forward
        ? text.indexOf(needle, i === 0 ? column + 1 : 0)
        : i === 0
          ? column === 0
            ? -1
            : text.lastIndexOf(needle, column - 1)
          : text.lastIndexOf(needle);
      if (found < 0) continue;
      if (i > 0 && (forward ? at <= row : at >= row))
        state.message = at === row && found === column ? "This is the only occurrence" : "Search Wrapped";
      state.go(at, found);
      return true;
    }
    state.message = `"${wanted}" not found`;
    return false;
  }

  async #replace(): Promise<void> {
    const state = this.#state;
    const typed = await this.#ask(`Search (to replace)${state.lastSearch ? ` [${state.lastSearch}]` : ""}`);
    if (typed === undefined) return;
    const wanted = typed || state.lastSearch;
    if (wanted === "") return;
    const made = await this.#ask("Replace with");
    if (made === undefined) return;
    state.lastSearch = wanted;
    let [count, isAll] = [0, false];
    const needle = wanted.toLowerCase();
    let from = { ...state.cursor };
    for (let at = from.line; at <= state.buffer.last; at++) {
      for (let found = next(at); found >= 0; found = next(at)) {
        state.go(at, found);
        const answer = isAll ? "y" : await this.#whether("Replace this instance?");
        if (answer === undefined) return;
        isAll ||= answer === "a";
        if (answer !== "n") {
          this.#change("replace", () => {
            state.remove({ line: at, column: found }, { line: at, column: found + wanted.length });
            state.insert(made);
          });
          count++;
        }
        from = { line: at, column: found + (answer === "n" ? 1 : made.length) };
      }
      from = { line: at + 1, column: 0 };
    }
    state.message = count === 0 ? `"${wanted}" not found` : `Replaced ${count} occurrence${count === 1 ? "" : "s"}`;

    function next(at: number): number {
      return state.buffer
        .line(at)
        .toLowerCase()
        .indexOf(needle, at === from.line ? from.column : 0);
    }
  }

  async #goTo(): Promise<void> {
    const state = this.#state;
    const typed = await this.#ask("Enter line number, column number");
    if (typed === undefined) return;
    const [, line, column] = /^\s*(-?\d+)?(?:[\s,;.:]+(\d+))?\s*$/.exec(typed) ?? [];
    if (line === undefined && column === undefined) {
      state.message = "Invalid line or column number";
      return;
    }
    const row = line === undefined ? state.cursor.line : Number(line) < 0 ? state.buffer.last + 1 + Number(line) : Number(line) - 1;
    state.go(row, column === undefined ? 0 : Number(column) - 1);
  }

  #tellPlace(): void {
    const state = this.#state;
    const { lines } = state.buffer;
    const { line, column } = state.cursor;
    const before_ = lines.slice(0, line).reduce((sum, one) => sum + [...one].length + 1, 0) + [...state.line.slice(0, column)].length;
    const all = [...state.text].length;
    const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.floor((100 * part) / whole));
    const [width, columns] = [[...state.line.slice(0, column)].length + 1, [...state.line].length + 1];
    state.message = `line ${line + 1}/${lines.length} (${share(line + 1, lines.length)}%), col ${width}/${columns} (${share(width, columns)}%), char ${before_}/${all} (${share(before_, all)}%)`;
  }

  async #help(): Promise<void> {
    const state = this.#state;
    state.page = help.split("\n");
    state.pageTop = 0;
    for (;;) {
      const typed = await this.#key();
      if (typed === "<c-x>" || typed === "<hangup>" || typed === "q" || typed === "<esc>") break;
      if (typed === "<down>" || typed === "<c-n>" || typed === "<page-down>" || typed === "<c-v>")
        state.pageTop = Math.min(
          Math.max(0, state.page.length - state.height),
          state.pageTop + (typed.includes("page") || typed === "<c-v>" ? state.height : 1),
        );
      if (typed === "<up>" || typed === "<c-p>" || typed === "<page-up>" || typed === "<c-y>")
        state.pageTop = Math.max(0, state.pageTop - (typed.includes("page") || typed === "<c-y>" ? state.height : 1));
    }
    state.page = undefined;
  }
}

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
