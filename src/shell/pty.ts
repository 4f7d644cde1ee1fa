import { bytesOf, joined, type Sink, type Source, textOf, waitIn, wakeAll } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import { OpenFile } from "./open-file.ts";
import type { SignalName, Tty } from "./process.ts";
import { columnAfter } from "./terminal/width.ts";

const ctrl = { c: 3, d: 4, h: 8, r: 18, u: 21, v: 22, w: 23, z: 26, backslash: 28, del: 127, lf: 10, cr: 13 } as const;

/** How a terminal treats what goes through it; what `stty` sets. */
export interface TtyModes {
  /** Lines are gathered and edited before a program reads them. */
  canonical: boolean;
  echo: boolean;
  /** Ctrl-C, Ctrl-\ and Ctrl-Z are signals. */
  signals: boolean;
  /** A line feed that a program writes goes out as carriage return and line feed. */
  output: boolean;
  /** Enter is a line feed. */
  input: boolean;
}

/** A line without an end is looked through so often. */
const mostPartialBytes = 4096;

const cooked: TtyModes = { canonical: true, echo: true, signals: true, output: true, input: true };
const rawModes: TtyModes = { canonical: false, echo: false, signals: false, output: false, input: false };

/**
 * A pseudo terminal: a person's keys come in at one side, programs read and write the other. Between them the line discipline gathers
 * lines, echoes, and makes signals of keys.
 */
export class Pty implements Tty {
  readonly #tasks: Tasks;
  readonly #out: (bytes: Uint8Array) => void;
  readonly #signal: (group: number, name: SignalName) => void;
  #columns: number;
  #rows: number;
  #modes: TtyModes = { ...cooked };
  #line: number[] = [];
  #literal = false;
  #ready: (Uint8Array | "end")[] = [];
  #readers: (() => void)[] = [];
  #returned: Uint8Array | undefined;
  #hungUp = false;
  #heard = new Set<() => void>();
  /** What was shown since the last line feed; the column where it begins. */
  #partial: Uint8Array[] = [];
  #partialBytes = 0;
  #partialFrom = 0;
  readonly name: string;
  /** The process group that reads keys and gets signals. */
  foreground = 0;
  /** The session that it controls. */
  session = 0;

  constructor(
    tasks: Tasks,
    options: { name: string; columns: number; rows: number; out(bytes: Uint8Array): void; signal(group: number, name: SignalName): void },
  ) {
    this.#tasks = tasks;
    this.name = options.name;
    this.#columns = options.columns;
    this.#rows = options.rows;
    this.#out = options.out;
    this.#signal = options.signal;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The column in which the next thing shown begins. */
  get column(): number {
    if (this.#partialBytes > 0) {
      this.#partialFrom = columnAfter(textOf(joined(this.#partial)), this.#partialFrom, this.#columns);
      this.#partial = [];
      this.#partialBytes = 0;
    }
    return this.#partialFrom;
  }

  get raw(): boolean {
    return !this.#modes.canonical && !this.#modes.signals;
  }

  set raw(wanted: boolean) {
    this.modes = wanted ? rawModes : cooked;
  }

  get modes(): Readonly<TtyModes> {
    return this.#modes;
  }

  set modes(modes: TtyModes) {
    const wasCanonical = this.#modes.canonical;
    this.#modes = { ...modes };
    // Keys that were gathered for a line can be read one by one from now on.
    if (wasCanonical && !modes.canonical && this.#line.length > 0) this.#deliver(Uint8Array.from(this.#line.splice(0)));
  }

  resize(columns: number, rows: number): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    for (const hear of [...this.#heard]) hear();
    if (this.foreground) this.#signal(this.foreground, "WINCH");
  }

  onResize(hear: () => void): () => void {
    this.#heard.add(hear);
    return () => this.#heard.delete(hear);
  }

  /** What programs hold open: reading gives keys, writing shows. */
  open(): OpenFile {
    const source: Source = { read: (signal) => this.#read(signal), cancel() {} };
    const sink: Sink = { write: async (bytes) => this.show(bytes), close() {} };
    return new OpenFile(`/dev/${this.name}`, source, sink, this);
  }

  /** Bytes to the person's screen, as a program wrote them. */
  show(bytes: Uint8Array): void {
    if (this.#hungUp) return;
    this.#put(this.#modes.output ? withCarriageReturns(bytes) : bytes);
  }

  #put(bytes: Uint8Array): void {
    const feed = bytes.lastIndexOf(ctrl.lf);
    if (feed >= 0) {
      this.#partial = [];
      this.#partialBytes = 0;
      this.#partialFrom = 0;
    }
    if (feed < bytes.length - 1) {
      this.#partial.push(bytes.slice(feed + 1));
      this.#partialBytes += bytes.length - feed - 1;
      if (this.#partialBytes > mostPartialBytes) void this.column;
    }
    this.#out(bytes);
  }

  /** Nobody is at the keys any more: readers get the end, and the session SIGHUP. */
  hangup(): void {
    this.#hungUp = true;
    wakeAll(this.#readers);
  }

  /** Takes back keys that whoever read them leaves to the next. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#returned = bytes;
  }

  /** Keys that were typed. */
  type(bytes: Uint8Array): void {
    if (this.#hungUp) return;
    if (!this.#modes.canonical && !this.#modes.signals && !this.#modes.echo && !this.#modes.input) {
      this.#deliver(bytes);
      return;
    }
    let plain: number[] = [];
    const flush = () => {
      if (plain.length === 0) return;
      if (this.#modes.echo) this.#put(echoed(plain));
      if (this.#modes.canonical) this.#line.push(...plain);
      else this.#deliver(Uint8Array.from(plain));
      plain = [];
    };
    for (const typed of bytes) {
      const byte = typed === ctrl.cr && this.#modes.input ? ctrl.lf : typed;
      if (this.#literal) {
        this.#literal = false;
        plain.push(byte);
        continue;
      }
      if (this.#isPlain(byte)) {
        plain.push(byte);
        continue;
      }
      flush();
      this.#control(byte);
    }
    flush();
  }

  #isPlain(byte: number): boolean {
    const { canonical, signals } = this.#modes;
    if (signals && (byte === ctrl.c || byte === ctrl.z || byte === ctrl.backslash)) return false;
    if (!canonical) return true;
    return !(
      byte === ctrl.lf ||
      byte === ctrl.d ||
      byte === ctrl.del ||
      byte === ctrl.h ||
      byte === ctrl.u ||
      byte === ctrl.w ||
      byte === ctrl.v ||
      byte === ctrl.r
    );
  }

  #control(byte: number): void {
    const signal = byte === ctrl.c ? "INT" : byte === ctrl.z ? "TSTP" : byte === ctrl.backslash ? "QUIT" : undefined;
    if (this.#modes.signals && signal) {
      if (this.#modes.echo) this.#put(bytesOf(`^${String.fromCharCode(byte + 64)}`));
      this.#line = [];
      this.#signal(this.foreground, signal);
      return;
    }
    switch (byte) {
      case ctrl.lf:
        if (this.#modes.echo) this.#put(bytesOf("\r\n"));
        this.#line.push(byte);
        this.#deliver(Uint8Array.from(this.#line.splice(0)));
        break;
      case ctrl.d:
        if (this.#line.length > 0) this.#deliver(Uint8Array.from(this.#line.splice(0)));
        else {
          this.#ready.push("end");
          wakeAll(this.#readers);
        }
        break;
      case ctrl.del:
      case ctrl.h:
        this.#erase(1);
        break;
      case ctrl.u:
        this.#erase(characters(this.#line).length);
        break;
      case ctrl.w: {
        const word = /\S*\s*$/.exec(String.fromCodePoint(...characters(this.#line)))?.[0] ?? "";
        this.#erase([...word].length);
        break;
      }
      case ctrl.r:
        if (this.#modes.echo) this.#put(bytesOf(`^R\r\n${String.fromCodePoint(...characters(this.#line))}`));
        break;
      case ctrl.v:
        this.#literal = true;
        break;
    }
  }

  #erase(count: number): void {
    for (let i = 0; i < count && this.#line.length > 0; i++) {
      let byte = this.#line.pop() ?? 0;
      const control = byte < 32;
      while ((byte & 0xc0) === 0x80 && this.#line.length > 0) byte = this.#line.pop() ?? 0;
      const cells = control ? 2 : byte >= 0xe3 ? 2 : 1;
      if (this.#modes.echo) this.#put(bytesOf("\b \b".repeat(cells)));
    }
  }

  #deliver(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#ready.push(bytes);
    wakeAll(this.#readers);
  }

  async #read(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const returned = this.#returned;
    this.#returned = undefined;
    if (returned) {
      if (!this.#modes.canonical) return returned;
      // They were typed before, when nothing was echoed.
      const { echo } = this.#modes;
      this.#modes.echo = false;
      this.type(returned);
      this.#modes.echo = echo;
    }
    while (this.#ready.length === 0) {
      if (this.#hungUp) return undefined;
      await waitIn(this.#tasks, this.#readers, signal);
    }
    const next = this.#ready.shift();
    return next === "end" ? undefined : next;
  }
}

const characters = (bytes: readonly number[]): number[] => [...new TextDecoder().decode(Uint8Array.from(bytes))].map((c) => c.codePointAt(0) ?? 0);

/** Keys as they show: control characters as `^X`. */
function echoed(keys: readonly number[]): Uint8Array {
  const shown: number[] = [];
  for (const key of keys) {
    if (key === ctrl.lf) shown.push(ctrl.cr, ctrl.lf);
    else if (key < 32 && key !== 9) shown.push(94, key + 64);
    else shown.push(key);
  }
  return Uint8Array.from(shown);
}

function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  let feeds = 0;
  for (const byte of bytes) if (byte === ctrl.lf) feeds++;
  if (feeds === 0) return bytes;
  const all = new Uint8Array(bytes.length + feeds);
  let at = 0;
  for (const byte of bytes) {
    if (byte === ctrl.lf) all[at++] = ctrl.cr;
    all[at++] = byte;
  }
  return all;
}

/** A pipe whose bytes are typed into a terminal: how a remote keyboard reaches it. */
export async function typeFrom(source: Source, pty: Pty, signal?: AbortSignal): Promise<void> {
  for (let bytes = await source.read(signal); bytes; bytes = await source.read(signal)) pty.type(bytes);
}
