import { bytesOf } from "#base/streams.ts";
import type { OpenFile } from "../open-file.ts";
import type { Process } from "../process.ts";
import type { Pty, TtyModes } from "../pty.ts";

const rawKeys: TtyModes = { canonical: false, echo: false, signals: false, output: false, input: false };

/** After so many bytes the whole screen is drawn anew, so that whoever joins need not be shown all that came before. */
const redrawAfterBytes = 32 * 1024;

/** What a screen shows: its rows, with their colours, and where the cursor stands. */
export interface Frame {
  rows: readonly string[];
  cursor: { row: number; column: number };
}

const names: Readonly<Record<string, string>> = {
  A: "<up>",
  B: "<down>",
  C: "<right>",
  D: "<left>",
  H: "<home>",
  F: "<end>",
  Z: "<s-tab>",
  P: "<f1>",
  Q: "<f2>",
  R: "<f3>",
  S: "<f4>",
  "1~": "<home>",
  "2~": "<insert>",
  "3~": "<delete>",
  "4~": "<end>",
  "5~": "<page-up>",
  "6~": "<page-down>",
  "7~": "<home>",
  "8~": "<end>",
  "1;5C": "<c-right>",
  "1;5D": "<c-left>",
  "1;5A": "<c-up>",
  "1;5B": "<c-down>",
  "1;5H": "<c-home>",
  "1;5F": "<c-end>",
  "1;2A": "<s-up>",
  "1;2B": "<s-down>",
  "1;2C": "<s-right>",
  "1;2D": "<s-left>",
  "1;3A": "<m-up>",
  "1;3B": "<m-down>",
  "1;3C": "<m-right>",
  "1;3D": "<m-left>",
};

/** The mark of a key that is a pasted text. */
export const pasted = "<paste>";

/**
 * Keys out of bytes, one by one: a character as itself, any other by its name (`<esc>`, `<c-d>`, `<up>`), a pasted text after `<paste>`. An escape with nothing
 * behind it is the Escape key, since what a key sends comes together.
 */
export class Keys {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #text = "";

  feed(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
  }

  /** What was not taken. */
  get rest(): string {
    return this.#text;
  }

  next(): string | undefined {
    const text = this.#text;
    if (text === "") return undefined;
    const paste = /^\x1b\[200~/.exec(text);
    if (paste) {
      const end = text.indexOf("\x1b[201~");
      if (end < 0) return undefined;
      this.#text = text.slice(end + 6);
      return pasted + text.slice(6, end).replace(/\r\n?/g, "\n");
    }
    const sequence = /^\x1b\[([0-9;?]*[A-Za-z~])/.exec(text) ?? /^\x1bO([A-DFHP-S])$/.exec(text);
    if (sequence) {
      this.#text = text.slice(sequence[0].length);
      return names[sequence[1] ?? ""] ?? "<unknown>";
    }
    const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
    this.#text = text.slice(character.length);
    return keyName(character);
  }
}

function keyName(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 27) return "<esc>";
  if (code === 13 || code === 10) return "<cr>";
  if (code === 9) return "<tab>";
  if (code === 127 || code === 8) return "<bs>";
  if (code === 0) return "<c-@>";
  return code < 32 ? `<c-${String.fromCharCode(code + 64).toLowerCase()}>` : character;
}

/** The terminal as a full-screen program has it: its other screen, keys as they are typed, frames of which only what changed is sent. */
export class FullScreen {
  readonly #process: Process;
  readonly #keyboard: OpenFile;
  readonly #tty: Pty | undefined;
  readonly #before: TtyModes | undefined;
  readonly #keys = new Keys();
  readonly #modes: TtyModes;
  readonly #inPlace: boolean;
  #shown: readonly string[] = [];
  #sentBytes = 0;
  #ends: (() => void)[] = [];
  /** Draws what the screen should show; called when its size has changed and when the program goes on after a stop. */
  onRedraw: (() => Frame) | undefined;

  /** `keyboard` is what keys are read from; it is released when the screen is left. `modes` says what of the line discipline stays; `inPlace` leaves the other screen alone. */
  constructor(process: Process, keyboard: OpenFile, { inPlace = false, ...modes }: Partial<TtyModes> & { inPlace?: boolean } = {}) {
    this.#process = process;
    this.#keyboard = keyboard;
    this.#tty = keyboard.tty;
    this.#before = keyboard.tty?.modes;
    this.#modes = { ...rawKeys, ...modes };
    this.#inPlace = inPlace;
  }

  get columns(): number {
    return Math.max(4, this.#process.tty?.columns ?? 80);
  }

  get rows(): number {
    return Math.max(2, this.#process.tty?.rows ?? 24);
  }

  /** Whether there is anything to draw on. */
  get visible(): boolean {
    return this.#process.isTerminal(1);
  }

  async enter(): Promise<void> {
    if (this.#tty) this.#tty.modes = this.#modes;
    if (this.visible && !this.#inPlace) await this.#process.stdout.write(bytesOf("\x1b[?1049h\x1b[?2004h\x1b[H\x1b[2J"));
    this.#shown = [];
    const redraw = () => {
      this.#shown = [];
      const frame = this.onRedraw?.();
      if (frame) this.#process.machine.tasks.detach(() => this.#sent(frame));
    };
    this.#ends = [this.#process.onSignal("WINCH", redraw)];
  }

  async leave(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    if (this.#tty && this.#before) this.#tty.modes = this.#before;
    // A program that was killed leaves the screen too, so that the shell's prompt can be seen.
    if (this.visible && !this.#inPlace) this.#tty?.show(bytesOf("\x1b[?2004l\x1b[?1049l"));
  }

  /** Ends: keys that were not read are for the next program. */
  async end(): Promise<void> {
    await this.leave();
    const rest = bytesOf(this.#keys.rest);
    if (this.#tty) this.#tty.giveBack(rest);
    else this.#keyboard.unread(rest);
    this.#keyboard.release();
  }

  /** Stops this program as Ctrl-Z does, until the shell lets it go on. */
  async suspend(): Promise<void> {
    const { machine, group, stdout } = this.#process;
    if (!this.#tty) return;
    await this.leave();
    machine.processes.signal(-group, "TSTP");
    await stdout.write(new Uint8Array(0));
    await this.enter();
    const frame = this.onRedraw?.();
    if (frame) await this.show(frame);
  }

  /** The next key; undefined at the end of keys. */
  async key(): Promise<string | undefined> {
    for (;;) {
      const key = this.#keys.next();
      if (key !== undefined) return key;
      const bytes = await this.#process.readFrom(this.#keyboard);
      if (!bytes) return undefined;
      this.#keys.feed(bytes);
    }
  }

  /** Whether keys wait to be read: then nothing need be drawn yet. */
  get typedAhead(): boolean {
    return this.#keys.rest !== "";
  }

  async show(frame: Frame): Promise<void> {
    if (this.visible) await this.#sent(frame);
  }

  async #sent({ rows, cursor }: Frame): Promise<void> {
    const whole = this.#shown.length === 0 || this.#sentBytes > redrawAfterBytes;
    let text = whole ? "\x1b[?25l\x1b[m\x1b[H\x1b[2J" : "\x1b[?25l";
    rows.forEach((row, i) => {
      if (whole ? row !== "" : row !== this.#shown[i]) text += `\x1b[${i + 1};1H\x1b[K${row}`;
    });
    text += `\x1b[${cursor.row + 1};${cursor.column + 1}H\x1b[?25h`;
    this.#shown = rows;
    const bytes = bytesOf(text);
    this.#sentBytes = (whole ? 0 : this.#sentBytes) + bytes.length;
    try {
      await this.#process.stdout.write(bytes);
    } catch (error) {
      if (!this.#process.signal.aborted) throw error;
    }
  }
}
