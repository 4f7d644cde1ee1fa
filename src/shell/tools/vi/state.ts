import { Buffer, type Place } from "./buffer.ts";
import { firstNonBlank, lastColumn } from "./motions.ts";
import { optionDefaults, type Settings } from "./options.ts";
import { Pattern } from "./pattern.ts";

export type Mode = "normal" | "insert" | "replace" | "visual" | "lines" | "block" | "prompt";

/** What the editor asks its terminal for: a key, or what a shell command prints. */
export type Ask = "key" | { command: string; input?: string; shown?: boolean };

/** A part of the editor: asks for keys, and gets them. */
export type Input<T = void> = Generator<Ask, T, string>;

export interface Register {
  lines: readonly string[];
  linewise: boolean;
  block?: boolean;
}

/** A command cannot be done: it ends, and what it complains about is shown. */
export class Refused extends Error {}

/** The editor is left, with an exit code. */
export class Left extends Error {
  readonly code: number;
  constructor(code: number) {
    super();
    this.code = code;
  }
}

/** What the editor needs of the machine. */
export interface Files {
  /** The file's text; undefined where there is none. Throws a `FileError`. */
  read(name: string): string | undefined;
  /** Gives the size in bytes. Throws a `FileError`. */
  write(name: string, text: string, append: boolean): number;
  exists(name: string): boolean;
  writable(name: string): boolean;
  isDirectory(name: string): boolean;
  now(): number;
}

/** All that the editor knows. */
export class Vi {
  readonly buffer = new Buffer();
  readonly files: Files;
  readonly settings: Settings = { ...optionDefaults };
  readonly registers = new Map<string, Register>();
  readonly marks = new Map<string, Place>();
  readonly history: Record<":" | "/", string[]> = { ":": [], "/": [] };
  /** Commands that a vimrc asks for when a file of a pattern or type is opened. */
  readonly onOpen: { pattern: string; command: string }[] = [];
  cursor: Place = { line: 0, column: 0 };
  /** The column that moves up and down try to keep. */
  wanted = 0;
  mode: Mode = "normal";
  /** Where a selection began. */
  anchor: Place = { line: 0, column: 0 };
  lastVisual: { anchor: Place; cursor: Place; mode: Mode } | undefined;
  /** The line that holds nothing but the indent that it was given: left so, it is emptied. */
  indented: number | undefined;
  /** Where the text that is typed began: Ctrl-U and Ctrl-W stop there. */
  typedFrom: Place = { line: 0, column: 0 };
  lastInsert: Place | undefined;
  message = "";
  isError = false;
  /** More lines to show than the last one holds: until a key is pressed. */
  pages: readonly string[] | undefined;
  prompt: { mark: string; text: string; at: number } | undefined;
  /** What of a command was typed. */
  pending = "";
  /** The first line that is shown, and how many there is room for. */
  top = 0;
  rows = 23;
  columns = 80;
  name = "";
  /** All files of the command line, and which of them this is. */
  args: readonly string[] = [];
  at = 0;
  isNew = false;
  search: { source: string; forward: boolean; offset: string } | undefined;
  highlights = true;
  lastFind: { how: string; character: string } | undefined;
  lastSubstitute: { source: string; template: string; flags: string } | undefined;
  lastEx = "";
  lastShell = "";
  /** Keys that come before those that are typed: of a macro, or of `.`. */
  fed: string[] = [];
  recording: { name: string; keys: string[] } | undefined;
  lastMacro = "";
  /** The keys of the command that is being typed, for `.`. */
  current: string[] = [];
  changes = false;
  lastChange: readonly string[] = [];
  replaying = false;
  /** Whether a file's type decides how it is edited: not without any settings at all. */
  knowsTypes = true;
  /** More files were spoken of: the next time the editor is left. */
  toldOfMore = false;
  /** What `:s` has replaced under `:g`. */
  substituted = { count: 0, lines: 0 };
  /** Does the keys of a text as Normal mode does. */
  runKeys: (text: string) => Input = function* () {};
  /** Does a command line; the parts that know commands set it. */
  runEx: (line: string) => Input = function* () {};

  constructor(files: Files) {
    this.files = files;
  }

  get lines(): readonly string[] {
    return this.buffer.lines;
  }

  get line(): string {
    return this.buffer.line(this.cursor.line);
  }

  get isInserting(): boolean {
    return this.mode === "insert" || this.mode === "replace";
  }

  /** Goes to a place, as near as there is text. Moves up and down come back to this column. */
  go(place: Place, keepsWanted = false): void {
    const line = Math.max(0, Math.min(this.buffer.last, place.line));
    const text = this.buffer.line(line);
    const isSelecting = this.mode === "visual" || this.mode === "block";
    const most = this.isInserting || isSelecting ? text.length : lastColumn(text);
    let column = Math.max(0, Math.min(most, place.column));
    const code = text.charCodeAt(column);
    if (code >= 0xdc00 && code <= 0xdfff && column > 0) column--;
    this.cursor = { line, column };
    if (!keepsWanted) this.wanted = column;
  }

  goLine(line: number): void {
    const at = Math.max(0, Math.min(this.buffer.last, line));
    this.go({ line: at, column: this.settings.startofline ? firstNonBlank(this.buffer.line(at)) : this.wanted }, !this.settings.startofline);
  }

  tell(message: string): void {
    this.message = message;
    this.isError = false;
  }

  complain(message: string): void {
    this.message = message;
    this.isError = message !== "";
  }

  pattern(source: string): Pattern {
    const { ignorecase, smartcase } = this.settings;
    return new Pattern(source, ignorecase && !(smartcase && /[A-Z]/.test(source.replace(/\\./g, ""))));
  }

  /** Before a jump: `''` comes back here. */
  remember(): void {
    this.marks.set("'", this.cursor);
  }
}

/** The next key: of what is fed, else of the keyboard. */
export function* key(vi: Vi): Input<string> {
  const fed = vi.fed.shift();
  if (fed !== undefined) {
    vi.current.push(fed);
    return fed;
  }
  const typed = yield "key";
  vi.current.push(typed);
  vi.recording?.keys.push(typed);
  return typed;
}
