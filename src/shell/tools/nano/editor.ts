import { bytesOf, textOf } from "#base/streams.ts";
import { FileError } from "../../file-system.ts";
import { FullScreen, pasted } from "../full-screen.ts";
import type { ToolCall } from "../tool.ts";
import { after, before, indentOf, matching } from "../vi/motions.ts";
import { help } from "./help.ts";
import type { NanoState } from "./state.ts";
import { frameOf } from "./view.ts";

/** The editor at its keys. */
export class Nano {
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
        if (state.lastSearch) this.#state.find(state.lastSearch, typed === "M-w");
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
        this.#state.tellPlace();
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
    this.#state.find(wanted, forward);
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
