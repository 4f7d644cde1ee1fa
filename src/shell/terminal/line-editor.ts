import type { Key } from "./keys.ts";
import { type EditorOptions, listing, sharedStart } from "./listing.ts";
import { placeAfter, withoutEscapes } from "./width.ts";
import { cased, lastWord, spaceBefore, visible, wordAfter, wordBefore } from "./words.ts";

export type EditorResult = { kind: "line"; text: string } | { kind: "end" } | { kind: "interrupt" };

/** Edits one line at a prompt with the keys that readline has by default. */
export class LineEditor {
  readonly #options: EditorOptions;
  #prompt = "";
  #text: string[] = [];
  #cursor = 0;
  /** The row of the cursor below the row where the line's prompt stands. */
  #row = 0;
  /** The column of the prompt: behind what a program left without the end of a line. */
  #start = 0;
  #historyAt: number;
  /** Lines of the history as they were changed here, by their place. */
  #edited = new Map<number, string>();
  #killed: string[] = [];
  #lastAction = "";
  #yanked = 0;
  #undo: { text: string[]; cursor: number }[] = [];
  #search: { pattern: string; at: number; before: string[]; failed: boolean } | undefined;
  #literal = false;
  #argumentsBack = 0;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#historyAt = options.history.length;
  }

  /** Shows the prompt; keys go to `type` from now on. */
  begin(prompt: string, text = ""): void {
    const lines = prompt.split("\n");
    this.#prompt = lines.pop() ?? "";
    this.#start = lines.length > 0 ? 0 : (this.#options.column?.() ?? 0);
    this.#options.write(`\x1b[?2004h${lines.map((line) => `${line}\n`).join("")}`);
    this.#text = [...text];
    this.#cursor = this.#text.length;
    this.#row = 0;
    this.#draw();
  }

  /** What stands there now. */
  get text(): string {
    return this.#text.join("");
  }

  /** Shows everything anew: after a change of size, or what others wrote. */
  redraw(): void {
    this.#row = 0;
    this.#draw();
  }

  /** Takes a key; gives a result when the line is done. */
  async type(key: Key): Promise<EditorResult | undefined> {
    if (key.kind === "paste") {
      this.#leaveSearch();
      this.#insert(key.text);
      return undefined;
    }
    if (this.#search && !(await this.#typeInSearch(key))) return undefined;
    if (key.kind === "text") {
      this.#insert(key.text);
      this.#lastAction = "insert";
      return undefined;
    }
    if (this.#literal) {
      this.#literal = false;
      const letter = /^ctrl-(.)$/.exec(key.name)?.[1];
      this.#insert(key.name === "tab" ? "\t" : key.name === "enter" ? "\n" : letter ? String.fromCharCode(letter.charCodeAt(0) - 96) : "");
      return undefined;
    }
    const result = await this.#act(key.name);
    this.#lastAction = key.name;
    return result;
  }

  async #act(name: string): Promise<EditorResult | undefined> {
    switch (name) {
      case "enter":
        this.#toEnd();
        this.#options.write("\n\x1b[?2004l\r");
        return { kind: "line", text: this.text };
      case "ctrl-c":
        this.#toEnd();
        this.#options.write("^C\n\x1b[?2004l\r");
        return { kind: "interrupt" };
      case "ctrl-d":
        if (this.#text.length === 0) {
          this.#options.write("\x1b[?2004l\r");
          return { kind: "end" };
        }
        this.#remove(this.#cursor, this.#cursor + 1);
        return undefined;
      case "tab":
        await this.#complete();
        return undefined;
      case "ctrl-l":
        this.#options.write("\x1b[H\x1b[2J");
        this.#drawAnew();
        return undefined;
      case "ctrl-r":
      case "ctrl-s":
        this.#search = { pattern: "", at: this.#options.history.length, before: this.#text, failed: false };
        this.#draw();
        return undefined;
      case "ctrl-v":
      case "ctrl-q":
        this.#literal = true;
        return undefined;
    }
    this.#edit(name);
    return undefined;
  }

  #edit(name: string): void {
    const { length } = this.#text;
    switch (name) {
      case "left":
      case "ctrl-b":
        this.#move(this.#cursor - 1);
        return;
      case "right":
      case "ctrl-f":
        this.#move(this.#cursor + 1);
        return;
      case "home":
      case "ctrl-a":
        this.#move(0);
        return;
      case "end":
      case "ctrl-e":
        this.#move(length);
        return;
      case "word-left":
      case "meta-b":
        this.#move(wordBefore(this.#text, this.#cursor));
        return;
      case "word-right":
      case "meta-f":
        this.#move(wordAfter(this.#text, this.#cursor));
        return;
      case "backspace":
        this.#remove(this.#cursor - 1, this.#cursor);
        return;
      case "delete":
        this.#remove(this.#cursor, this.#cursor + 1);
        return;
      case "ctrl-k":
        this.#kill(this.#cursor, length, "after");
        return;
      case "ctrl-u":
        this.#kill(0, this.#cursor, "before");
        return;
      case "ctrl-w":
        this.#kill(spaceBefore(this.#text, this.#cursor), this.#cursor, "before");
        return;
      case "meta-backspace":
        this.#kill(wordBefore(this.#text, this.#cursor), this.#cursor, "before");
        return;
      case "meta-d":
      case "kill-word":
        this.#kill(this.#cursor, wordAfter(this.#text, this.#cursor), "after");
        return;
      case "ctrl-y":
        this.#yanked = this.#killed.length - 1;
        this.#insert(this.#killed.at(-1) ?? "");
        return;
      case "meta-y":
        this.#yankBefore();
        return;
      case "ctrl-t":
        this.#transpose();
        return;
      case "meta-u":
      case "meta-l":
      case "meta-c":
        this.#changeCase(name);
        return;
      case "meta-.":
      case "meta-_":
        this.#lastArgument();
        return;
      case "up":
      case "ctrl-p":
        this.#recall(this.#historyAt - 1);
        return;
      case "down":
      case "ctrl-n":
        this.#recall(this.#historyAt + 1);
        return;
      case "meta-<":
        this.#recall(0);
        return;
      case "meta->":
        this.#recall(this.#options.history.length);
        return;
      case "undo":
        this.#takeBack();
        return;
      case "meta-#":
        this.#text = ["#", ...this.#text];
        this.#draw();
        return;
    }
  }

  // --- changing

  #remember(): void {
    this.#undo.push({ text: this.#text.slice(), cursor: this.#cursor });
    if (this.#undo.length > 200) this.#undo.shift();
  }

  #takeBack(): void {
    const before = this.#undo.pop();
    if (!before) {
      this.#bell();
      return;
    }
    this.#text = before.text;
    this.#cursor = before.cursor;
    this.#draw();
  }

  #insert(text: string): void {
    const characters = [...text];
    if (characters.length === 0) return;
    if (this.#lastAction !== "insert") this.#remember();
    const atEnd = this.#cursor === this.#text.length;
    if (characters.length > 1000) this.#text = [...this.#text.slice(0, this.#cursor), ...characters, ...this.#text.slice(this.#cursor)];
    else this.#text.splice(this.#cursor, 0, ...characters);
    this.#cursor += characters.length;
    // Typing at the end only adds to what is shown.
    const before = this.#place(this.#cursor - characters.length);
    const after = this.#place(this.#cursor);
    if (atEnd && !this.#search && after.row === before.row && after.column > before.column && !/[\x00-\x1f\x7f]/.test(text))
      this.#options.write(text);
    else this.#draw();
  }

  #remove(from: number, to: number): void {
    const start = Math.max(0, from);
    const end = Math.min(this.#text.length, to);
    if (end <= start) {
      this.#bell();
      return;
    }
    this.#remember();
    this.#text.splice(start, end - start);
    this.#cursor = start;
    this.#draw();
  }

  #kill(from: number, to: number, side: "before" | "after"): void {
    if (to <= from) {
      this.#bell();
      return;
    }
    this.#remember();
    const text = this.#text.splice(from, to - from).join("");
    // Kills one after the other are yanked as one.
    if (/^(ctrl-[kuw]|meta-(d|backspace)|kill-word)$/.test(this.#lastAction)) {
      const last = this.#killed.pop() ?? "";
      this.#killed.push(side === "after" ? last + text : text + last);
    } else this.#killed.push(text);
    this.#cursor = from;
    this.#draw();
  }

  #yankBefore(): void {
    if (this.#lastAction !== "ctrl-y" && this.#lastAction !== "meta-y") {
      this.#bell();
      return;
    }
    const shown = [...(this.#killed[this.#yanked] ?? "")].length;
    this.#yanked = (this.#yanked - 1 + this.#killed.length) % this.#killed.length;
    const text = [...(this.#killed[this.#yanked] ?? "")];
    this.#text.splice(this.#cursor - shown, shown, ...text);
    this.#cursor += text.length - shown;
    this.#draw();
  }

  #transpose(): void {
    if (this.#cursor === 0 || this.#text.length < 2) {
      this.#bell();
      return;
    }
    this.#remember();
    const at = this.#cursor === this.#text.length ? this.#cursor - 1 : this.#cursor;
    const [a = "", b = ""] = [this.#text[at - 1], this.#text[at]];
    this.#text.splice(at - 1, 2, b, a);
    this.#cursor = at + 1;
    this.#draw();
  }

  #changeCase(name: string): void {
    this.#remember();
    const end = wordAfter(this.#text, this.#cursor);
    const how = name === "meta-u" ? "upper" : name === "meta-c" ? "capital" : "lower";
    this.#text.splice(this.#cursor, end - this.#cursor, ...cased(this.#text.slice(this.#cursor, end), how));
    this.#cursor = end;
    this.#draw();
  }

  #lastArgument(): void {
    const again = this.#lastAction === "meta-." || this.#lastAction === "meta-_";
    this.#argumentsBack = again ? this.#argumentsBack + 1 : 1;
    const { history } = this.#options;
    const word = lastWord(history[history.length - this.#argumentsBack]);
    if (!word) {
      this.#bell();
      return;
    }
    if (again) {
      const before = lastWord(history[history.length - this.#argumentsBack + 1]);
      this.#text.splice(this.#cursor - [...before].length, [...before].length);
      this.#cursor -= [...before].length;
    }
    this.#text.splice(this.#cursor, 0, ...word);
    this.#cursor += [...word].length;
    this.#draw();
  }

  // --- moving

  #move(to: number): void {
    const wanted = Math.max(0, Math.min(this.#text.length, to));
    if (wanted === this.#cursor) {
      this.#bell();
      return;
    }
    this.#cursor = wanted;
    this.#placeCursor();
  }

  // --- history

  #recall(to: number): void {
    const { history } = this.#options;
    if (to < 0 || to > history.length) {
      this.#bell();
      return;
    }
    this.#edited.set(this.#historyAt, this.text);
    this.#historyAt = to;
    this.#text = [...(this.#edited.get(to) ?? history[to] ?? "")];
    this.#cursor = this.#text.length;
    this.#draw();
  }

  /** A key while searching; gives whether the key still is to be acted on. */
  async #typeInSearch(key: Key): Promise<boolean> {
    const search = this.#search;
    if (!search) return true;
    if (key.kind === "text") {
      this.#find(search.pattern + key.text, Math.min(search.at, this.#options.history.length - 1));
      return false;
    }
    if (key.kind !== "key") return true;
    if (key.name === "backspace") {
      this.#find([...search.pattern].slice(0, -1).join(""), this.#options.history.length - 1);
      return false;
    }
    if (key.name === "ctrl-r") {
      this.#find(search.pattern, search.at - 1);
      return false;
    }
    if (key.name === "ctrl-g") {
      this.#text = search.before;
      this.#cursor = this.#text.length;
      this.#leaveSearch();
      return false;
    }
    if (key.name === "ctrl-c") this.#text = search.before;
    this.#leaveSearch();
    return true;
  }

  #find(pattern: string, from: number): void {
    const { history } = this.#options;
    const search = this.#search;
    if (!search) return;
    search.pattern = pattern;
    search.failed = pattern !== "";
    for (let at = Math.min(from, history.length - 1); at >= 0 && pattern !== ""; at--) {
      const line = history[at] ?? "";
      if (!line.includes(pattern)) continue;
      search.at = at;
      search.failed = false;
      this.#text = [...line];
      this.#cursor = [...line.slice(0, line.lastIndexOf(pattern))].length;
      this.#historyAt = at;
      break;
    }
    if (search.failed) this.#bell();
    this.#draw();
  }

  #leaveSearch(): void {
    if (!this.#search) return;
    this.#search = undefined;
    this.#draw();
  }

  // --- completion

  async #complete(): Promise<void> {
    const { complete } = this.#options;
    if (!complete) return this.#insert("\t");
    const line = this.text;
    const before = this.#text.slice(0, this.#cursor).join("");
    const { start, candidates, shown, suffix } = await complete(line, before.length);
    const typed = before.slice(start);
    const [first] = candidates;
    if (first === undefined) return this.#bell();
    const common = candidates.reduce((shared, one) => sharedStart(shared, one), first);
    const whole = candidates.length === 1 ? common + suffix : common;
    if (whole.length > typed.length || (candidates.length === 1 && whole !== typed)) {
      this.#remember();
      this.#text.splice([...before.slice(0, start)].length, [...typed].length, ...whole);
      this.#cursor += [...whole].length - [...typed].length;
      this.#draw();
      return;
    }
    if (this.#lastAction !== "tab") return this.#bell();
    this.#toEnd();
    this.#options.write(`\n${listing(shown ?? candidates, this.#options.columns())}`);
    this.#drawAnew();
  }

  // --- showing

  #bell(): void {
    this.#options.write("\x07");
  }

  get #shownPrompt(): string {
    const search = this.#search;
    return search ? `(${search.failed ? "failed " : ""}reverse-i-search)\`${search.pattern}': ` : this.#prompt;
  }

  #place(cursor: number): { row: number; column: number } {
    const plain = withoutEscapes(this.#shownPrompt.replace(/\x01[^\x02]*\x02/g, ""));
    return placeAfter(plain + this.#text.slice(0, cursor).join(""), this.#start, this.#options.columns());
  }

  /** On a line of its own. */
  #drawAnew(): void {
    this.#start = 0;
    this.redraw();
  }

  #draw(): void {
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : "";
    const prompt = this.#shownPrompt.replace(/[\x01\x02]/g, "");
    const body = visible(this.#text);
    const end = this.#place(this.#text.length);
    // A full row leaves the cursor beyond it: a space and a return bring it to where it is said to be.
    const fix = end.column === 0 && end.row > 0 && !body.endsWith("\n") ? " \r" : "";
    this.#row = end.row;
    const start = this.#start > 0 ? `\x1b[${this.#start}C` : "";
    this.#options.write(`${up}\r${start}\x1b[J${prompt}${body}${fix}`);
    this.#placeCursor();
  }

  #placeCursor(): void {
    const { row, column } = this.#place(this.#cursor);
    const rows = this.#row - row;
    const vertical = rows > 0 ? `\x1b[${rows}A` : rows < 0 ? `\x1b[${-rows}B` : "";
    this.#row = row;
    this.#options.write(`${vertical}\r${column > 0 ? `\x1b[${column}C` : ""}`);
  }

  #toEnd(): void {
    this.#leaveSearch();
    this.#cursor = this.#text.length;
    this.#placeCursor();
  }
}
