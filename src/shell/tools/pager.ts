import { bytesOf, textOf } from "#base/streams.ts";
import { Regex, RegexError } from "../interpreter/regex.ts";
import { widthOf, withoutEscapes } from "../terminal/width.ts";
import { type Frame, FullScreen } from "./full-screen.ts";
import { allOf, defineTool, inputs, type ToolCall } from "./tool.ts";

interface Document {
  name: string;
  lines: readonly string[];
}

/** Reads what is to be shown; without a screen it is only copied. */
async function read(call: ToolCall): Promise<{ documents: Document[]; code: number }> {
  const { options, process } = call;
  let code = 0;
  const documents: Document[] = [];
  const names = options.operands.filter((one) => !/^\+/.test(one));
  for await (const { name, source } of inputs(call, names, () => {
    code = 1;
  })) {
    const bytes = await allOf(source);
    if (process.isTerminal(1)) documents.push({ name: name === "-" ? "" : name, lines: textOf(bytes).replace(/\n$/, "").split("\n") });
    else await process.stdout.write(bytes);
  }
  return { documents, code };
}

/** A row of the screen: which line it is of, and what it shows. */
interface Row {
  line: number;
  text: string;
}

const help = `SUMMARY OF LESS COMMANDS

  h            Display this help.
  q  :q  ZZ    Exit.

  e  j  ENTER  Forward one line (or N lines).
  y  k         Backward one line (or N lines).
  f  SPACE     Forward one window (or N lines).
  b            Backward one window (or N lines).
  d  u         Forward, backward one half-window.
  g  <         Go to first line in file (or line N).
  G  >         Go to last line in file (or line N).
  p  %         Go to N percent into the file.
  /pattern     Search forward for a matching line.
  ?pattern     Search backward for a matching line.
  &pattern     Show only matching lines.
  n  N         Repeat the search, or in the other direction.
  :n  :p       The next file, or the one before.
  =            Tell the name and the place.
  -N  -S  -i   Number lines; chop long ones; ignore case.`.split("\n");

class Less {
  readonly #documents: readonly Document[];
  readonly #screen: FullScreen;
  #at = 0;
  #top = 0;
  #message = "";
  #typing: { mark: string; text: string } | undefined;
  #search: { regex: Regex; forward: boolean } | undefined;
  #only: Regex | undefined;
  #highlights = true;
  #helping: number | undefined;
  readonly #settings: { numbers: boolean; chops: boolean; ignoresCase: boolean; raw: boolean };

  constructor(call: ToolCall, documents: readonly Document[]) {
    const { options } = call;
    this.#documents = documents;
    // Keys come from the terminal, since the standard input may be what is shown.
    this.#screen = new FullScreen(call.process, call.process.open("/dev/tty", "read"));
    this.#settings = {
      numbers: options.has("LINE-NUMBERS"),
      chops: options.has("chop-long-lines"),
      ignoresCase: options.has("ignore-case") || options.has("IGNORE-CASE"),
      raw: options.has("RAW-CONTROL-CHARS") || options.has("r"),
    };
  }

  get #document(): Document {
    return this.#helping === undefined ? (this.#documents[this.#at] ?? { name: "", lines: [] }) : { name: "HELP", lines: help };
  }

  get #height(): number {
    return Math.max(1, this.#screen.rows - 1);
  }

  /** All rows; a text is short enough to lay it out anew for each key. */
  #laidOut(): Row[] {
    const { numbers, chops, raw } = this.#settings;
    const columns = this.#screen.columns - (numbers ? 8 : 0);
    const rows: Row[] = [];
    for (const [line, whole] of this.#document.lines.entries()) {
      if (this.#only && !this.#only.test(whole)) continue;
      const text = raw ? whole : visible(whole);
      const number = numbers ? `${String(line + 1).padStart(7)} ` : "";
      for (const [i, part] of (raw || fits(text, columns) ? [text] : wrapped(text, columns)).entries()) {
        if (chops && i > 0) break;
        rows.push({ line, text: (i === 0 ? number : " ".repeat(number.length)) + part });
      }
    }
    return rows;
  }

  async run(first: readonly string[]): Promise<void> {
    const screen = this.#screen;
    screen.onRedraw = () => this.#frame();
    await screen.enter();
    try {
      for (const one of first) this.#begin(one);
      let count = "";
      for (;;) {
        if (!screen.typedAhead) await screen.show(this.#frame());
        const key = await screen.key();
        if (key === undefined) return;
        this.#message = "";
        if (key === "<c-z>") {
          await screen.suspend();
          continue;
        }
        if (this.#typing) {
          if (this.#type(key)) return;
          continue;
        }
        if (/^\d$/.test(key)) {
          count += key;
          this.#message = `:${count}`;
          continue;
        }
        if (this.#act(key, count)) {
          if (this.#helping === undefined) return;
          this.#top = this.#helping;
          this.#helping = undefined;
        }
        count = "";
      }
    } finally {
      await screen.end();
    }
  }

  /** What `+` and `-p` say: a pattern, a line, or the end. */
  #begin(text: string): void {
    if (text.startsWith("/")) this.#look("/", text.slice(1));
    else if (/^\d+g?$/.test(text)) this.#act("g", text.replace("g", ""));
    else if (text === "G") this.#act("G", "");
  }

  /** Does what a key says; whether it leaves. */
  #act(key: string, given: string): boolean {
    const count = given === "" ? undefined : Number(given);
    const rows = this.#laidOut();
    const last = Math.max(0, rows.length - this.#height);
    const to = (row: number) => {
      this.#top = Math.max(0, Math.min(last, row));
    };
    switch (key) {
      case "q":
      case "Q":
      case "<c-c>":
        return key !== "<c-c>" || this.#helping !== undefined;
      case " ":
      case "f":
      case "<c-f>":
      case "<c-v>":
      case "z":
      case "<page-down>":
        to(this.#top + (count ?? this.#height));
        break;
      case "b":
      case "<c-b>":
      case "w":
      case "<page-up>":
        to(this.#top - (count ?? this.#height));
        break;
      case "<cr>":
      case "e":
      case "j":
      case "<c-e>":
      case "<c-n>":
      case "<down>":
        to(this.#top + (count ?? 1));
        break;
      case "y":
      case "k":
      case "<c-y>":
      case "<c-p>":
      case "<c-k>":
      case "<up>":
        to(this.#top - (count ?? 1));
        break;
      case "d":
      case "<c-d>":
        to(this.#top + (count ?? Math.ceil(this.#height / 2)));
        break;
      case "u":
      case "<c-u>":
        to(this.#top - (count ?? Math.ceil(this.#height / 2)));
        break;
      case "g":
      case "<":
      case "<home>":
        to(count === undefined ? 0 : rows.findIndex((row) => row.line >= count - 1));
        break;
      case "G":
      case ">":
      case "<end>":
        to(count === undefined ? last : rows.findIndex((row) => row.line >= count - 1));
        break;
      case "p":
      case "%":
        to(Math.floor((rows.length * Math.min(100, count ?? 0)) / 100));
        break;
      case "/":
      case "?":
      case "&":
      case ":":
      case "-":
      case "Z":
        this.#typing = { mark: key, text: "" };
        break;
      case "n":
      case "N":
        if (this.#search) this.#find((key === "n") === this.#search.forward, rows);
        else this.#message = "No previous regular expression";
        break;
      case "<esc>":
        this.#highlights = !this.#highlights;
        break;
      case "=":
      case "<c-g>": {
        const { name, lines } = this.#document;
        const [from, end] = [rows[this.#top]?.line ?? 0, rows[Math.min(rows.length, this.#top + this.#height) - 1]?.line ?? 0];
        this.#message = `${name || "stdin"} lines ${from + 1}-${end + 1}/${lines.length} ${end + 1 >= lines.length ? "(END)" : `${Math.floor(((end + 1) * 100) / lines.length)}%`}`;
        break;
      }
      case "h":
      case "H":
        if (this.#helping === undefined) {
          this.#helping = this.#top;
          this.#top = 0;
        }
        break;
    }
    return false;
  }

  /** A key of what is typed at the bottom; whether it leaves. */
  #type(key: string): boolean {
    const typing = this.#typing;
    if (!typing) return false;
    const done = () => {
      this.#typing = undefined;
    };
    if (key === "<esc>" || key === "<c-c>" || (key === "<bs>" && typing.text === "")) {
      done();
      return false;
    }
    if (typing.mark === ":" || typing.mark === "-" || typing.mark === "Z") {
      done();
      return this.#letter(typing.mark, key);
    }
    if (key === "<bs>") typing.text = [...typing.text].slice(0, -1).join("");
    else if (key === "<c-u>") typing.text = "";
    else if (key === "<cr>") {
      done();
      this.#look(typing.mark, typing.text);
    } else if (!/^<.+>$/.test(key)) typing.text += key;
    return false;
  }

  /** The letter behind `:`, `-` or `Z`; whether it leaves. */
  #letter(mark: string, key: string): boolean {
    if (mark === "Z") return key === "Z";
    if (mark === "-") {
      const settings = this.#settings;
      if (key === "N") settings.numbers = !settings.numbers;
      else if (key === "S") settings.chops = !settings.chops;
      else if (key === "i" || key === "I") settings.ignoresCase = !settings.ignoresCase;
      else if (key === "R" || key === "r") settings.raw = !settings.raw;
      else this.#message = `There is no -${key} option`;
      return false;
    }
    if (key === "n" || key === "p") {
      const at = this.#at + (key === "n" ? 1 : -1);
      if (!this.#documents[at]) this.#message = key === "n" ? "No next file" : "No previous file";
      else [this.#at, this.#top] = [at, 0];
    }
    return key === "q";
  }

  #look(mark: string, text: string): void {
    if (mark === "&" && text === "") {
      this.#only = undefined;
      return;
    }
    try {
      const ignoreCase = this.#settings.ignoresCase && !/[A-Z]/.test(text);
      const regex = text === "" ? this.#search?.regex : new Regex(text, { extended: true, ignoreCase });
      if (!regex) {
        this.#message = "No previous regular expression";
        return;
      }
      if (mark === "&") {
        this.#only = regex;
        this.#top = 0;
        return;
      }
      this.#search = { regex, forward: mark === "/" };
      this.#highlights = true;
      this.#find(mark === "/", this.#laidOut());
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.#message = error.message;
    }
  }

  #find(forward: boolean, rows: readonly Row[]): void {
    const { regex } = this.#search ?? {};
    for (let row = this.#top + (forward ? 1 : -1); row >= 0 && row < rows.length; row += forward ? 1 : -1)
      if (regex?.test(withoutEscapes(rows[row]?.text ?? ""))) {
        this.#top = Math.min(row, Math.max(0, rows.length - 1));
        return;
      }
    this.#message = "Pattern not found";
  }

  #frame(): Frame {
    const rows = this.#laidOut();
    const height = this.#height;
    const shown = rows.slice(this.#top, this.#top + height).map(({ text }) => this.#marked(text));
    while (shown.length < height) shown.push("~");
    const atEnd = this.#top + height >= rows.length;
    const { name } = this.#document;
    const typed = this.#typing && `${this.#typing.mark === "&" ? "&/" : this.#typing.mark}${this.#typing.text}`;
    const reversed = (text: string) => `\x1b[7m${text}\x1b[27m`;
    const status =
      typed ??
      (this.#message.startsWith(":")
        ? this.#message
        : this.#message
          ? reversed(`${this.#message}  (press RETURN)`)
          : this.#helping !== undefined
            ? reversed(`HELP -- ${atEnd ? "END -- Press g to see it again, or q when done" : "Press RETURN for more, or q when done"}`)
            : atEnd
              ? reversed("(END)")
              : this.#top === 0 && name
                ? reversed(name)
                : ":");
    return { rows: [...shown, status], cursor: { row: height, column: Math.min(this.#screen.columns - 1, withoutEscapes(status).length) } };
  }

  /** What is looked for, in reverse. */
  #marked(text: string): string {
    const { regex } = this.#search ?? {};
    if (!regex || !this.#highlights || text.includes("\x1b")) return text;
    let made = "";
    let from = 0;
    for (let found = regex.exec(text); found; found = regex.exec(text, from)) {
      if (found.end === found.at) break;
      made += `${text.slice(from, found.at)}\x1b[7m${text.slice(found.at, found.end)}\x1b[27m`;
      from = found.end;
    }
    return made + text.slice(from);
  }
}

/** Control characters as they are shown, and tabs as blanks. */
function visible(text: string): string {
  let made = "";
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character === "\t") made += " ".repeat(8 - (made.length % 8));
    else if (code === 27) made += "ESC";
    else made += code < 32 ? `^${String.fromCharCode(code + 64)}` : character;
  }
  return made;
}

const fits = (text: string, columns: number): boolean =>
  text.length * 2 <= columns || [...text].reduce((sum, one) => sum + widthOf(one), 0) <= columns;

function wrapped(text: string, columns: number): string[] {
  const rows: string[] = [];
  let [row, width] = ["", 0];
  for (const one of text) {
    const cells = widthOf(one);
    if (width + cells > columns) {
      rows.push(row);
      [row, width] = ["", 0];
    }
    row += one;
    width += cells;
  }
  return [...rows, row];
}

const options = [
  "N,LINE-NUMBERS",
  "n,line-numbers",
  "R,RAW-CONTROL-CHARS",
  "r",
  "S,chop-long-lines",
  "F,quit-if-one-screen",
  "X,no-init",
  "i,ignore-case",
  "I,IGNORE-CASE",
  "e",
  "E",
  "m",
  "M",
  "s",
  "d",
  "f",
  "p=",
  "c",
  "l",
  "K",
  "V,version",
];

export const less = defineTool({
  name: "less",
  usage: "[options] [FILE]...",
  summary: "View the contents of a file page by page.",
  options,

  async run(call) {
    const { options: given, process, out } = call;
    if (given.has("version")) {
      await out.line("less 590 (GNU regular expressions)");
      return 0;
    }
    if (process.isTerminal(1) && process.isTerminal(0) && given.operands.length === 0) return call.fail('missing filename ("less --help" for help)');
    const { documents, code } = await read(call);
    if (documents.length === 0) return code;
    const [first] = documents;
    const rows = process.tty?.rows ?? 24;
    if (given.has("quit-if-one-screen") && documents.length === 1 && first && first.lines.length < rows) {
      await out.text(`${first.lines.join("\n")}\n`);
      return code;
    }
    const pattern = given.get("p");
    const begins = given.operands.filter((one) => /^\+/.test(one)).map((one) => one.slice(1));
    await new Less(call, documents).run([...begins, ...(pattern ? [`/${pattern}`] : [])]);
    return code;
  },
});

/** `more` leaves what it has shown on the screen, and ends with the text. */
export const more = defineTool({
  name: "more",
  usage: "[options] <file>...",
  summary: "Display the contents of a file in a terminal.",
  options: ["c", "d", "f", "l", "n=", "p", "s", "u", "e"],

  async run(call) {
    const { process } = call;
    const { documents, code } = await read(call);
    if (documents.length === 0) return code;
    const screen = new FullScreen(process, process.open("/dev/tty", "read"), { output: true, inPlace: true });
    const lines = documents.flatMap(({ name, lines: own }) => (documents.length > 1 ? [":".repeat(14), name, ":".repeat(14), ...own] : own));
    const write = (text: string) => process.stdout.write(bytesOf(text));
    await screen.enter();
    try {
      let at = 0;
      let step = screen.rows - 1;
      for (;;) {
        await write(
          lines
            .slice(at, at + step)
            .map((line) => `${line}\n`)
            .join(""),
        );
        at += step;
        if (at >= lines.length) return code;
        await write(`\x1b[7m--More--(${Math.floor((at * 100) / lines.length)}%)\x1b[27m`);
        for (step = 0; step === 0; ) {
          const key = await screen.key();
          if (key === undefined || key === "q" || key === "Q" || key === "<c-c>") {
            await write("\r\x1b[K");
            return code;
          }
          if (key === " " || key === "f" || key === "z" || key === "<page-down>") step = screen.rows - 1;
          else if (key === "<cr>" || key === "j" || key === "<down>" || key === "s") step = 1;
          else if (key === "d" || key === "<c-d>") step = 11;
          else if (key === "b" || key === "<c-b>") {
            at = Math.max(0, at - 2 * (screen.rows - 1));
            step = screen.rows - 1;
          }
        }
        await write("\r\x1b[K");
      }
    } finally {
      await screen.end();
    }
  },
});
