import type { Tasks } from "./tasks.ts";

/** Where bytes come from. */
export interface Source {
  /** The next bytes, as soon as there are any; undefined at the end. Blocks the calling task, until `signal` aborts: then it throws the signal's reason. */
  read(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** More that lies ready, without blocking; undefined where nothing does now, or nobody knows. */
  take?(): Uint8Array | undefined;
  /** Nobody reads any more: whoever writes gets `BrokenPipe`. */
  cancel(): void;
}

/** Where bytes go. */
export interface Sink {
  /** Gives when there is room for more. Throws `BrokenPipe` when nobody reads any more, and the reason of `signal` when that aborts while it waits. */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** No more will come. Closing twice does nothing. */
  close(): void;
}

/** Thrown by a write that nobody will read: what SIGPIPE is made of. */
export class BrokenPipe extends Error {
  constructor() {
    super("Broken pipe");
    this.name = "BrokenPipe";
  }
}

/** Bytes from one task to another, with back-pressure: a write waits while `highWater` bytes lie unread. */
export class Pipe implements Source, Sink {
  readonly #tasks: Tasks;
  readonly #highWater: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #closed = false;
  #cancelled = false;
  #readers: (() => void)[] = [];
  #writers: (() => void)[] = [];

  constructor(tasks: Tasks, highWater = 64 * 1024) {
    this.#tasks = tasks;
    this.#highWater = highWater;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many bytes nobody has read yet. */
  get unread(): number {
    return this.#size;
  }

  async read(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0) {
      if (this.#closed || this.#cancelled) return undefined;
      await waitIn(this.#tasks, this.#readers, signal);
    }
    // All that lies ready goes at once: whoever reads slowly has fewer pieces to carry.
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Uint8Array) : joined(this.#chunks);
    this.#chunks = [];
    this.#size = 0;
    wakeAll(this.#writers);
    return bytes;
  }

  /** What lies ready, without blocking; undefined when there is nothing now. */
  take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (!chunk) return undefined;
    this.#size -= chunk.length;
    if (this.#size < this.#highWater) wakeAll(this.#writers);
    return chunk;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.#cancelled || this.#closed) throw new BrokenPipe();
    if (bytes.length === 0) return;
    this.push(bytes);
    while (this.#size >= this.#highWater && !this.#cancelled && !this.#closed) await waitIn(this.#tasks, this.#writers, signal);
  }

  /** Adds bytes without waiting for room: for those who cannot wait, such as a key that was typed. */
  push(bytes: Uint8Array): void {
    if (this.#cancelled || this.#closed || bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    wakeAll(this.#readers);
  }

  close(): void {
    this.#closed = true;
    wakeAll(this.#readers);
    wakeAll(this.#writers);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#chunks = [];
    this.#size = 0;
    wakeAll(this.#readers);
    wakeAll(this.#writers);
  }
}

/** Blocks the calling task until somebody calls what it leaves in `waiting`, or `signal` aborts: then it throws the signal's reason. */
export async function waitIn(tasks: Tasks, waiting: (() => void)[], signal?: AbortSignal): Promise<void> {
  if (!signal) return await tasks.block((wake) => waiting.push(wake));
  signal.throwIfAborted();
  await tasks.block((wake, fail) => {
    const woken = () => {
      signal.removeEventListener("abort", aborted);
      wake();
    };
    const aborted = () => {
      const at = waiting.indexOf(woken);
      if (at >= 0) waiting.splice(at, 1);
      fail(signal.reason);
    };
    signal.addEventListener("abort", aborted, { once: true });
    waiting.push(woken);
  });
}

/** Wakes all that wait, once. */
export function wakeAll(waiting: (() => void)[]): void {
  for (const wake of waiting.splice(0)) wake();
}

const encoder = new TextEncoder();

/** Text as UTF-8. */
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);

/** UTF-8 as text; what is malformed becomes U+FFFD. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** Several pieces as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** A source of bytes that are all there already. */
export function sourceOf(...chunks: Uint8Array[]): Source {
  return {
    async read() {
      return chunks.shift();
    },
    cancel() {
      chunks = [];
    },
  };
}

/** Everything until the end, at most `limit` bytes: what is over is dropped and the source cancelled. */
export async function readAll(source: Source, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    chunks.push(size + chunk.length > limit ? chunk.subarray(0, limit - size) : chunk);
    size += chunk.length;
    if (size >= limit) {
      source.cancel();
      break;
    }
  }
  return joined(chunks);
}

/** The source's lines, without their ends, as they come; the last may lack one. */
export async function* lines(source: Source): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = "";
  for (let chunk = await source.read(); chunk; chunk = await source.read()) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  rest += decoder.decode();
  if (rest) yield rest;
}
