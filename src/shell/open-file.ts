import { BrokenPipe, Pipe, type Sink, type Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import { FileError, type FileSystem } from "./file-system.ts";
import type { Pty } from "./pty.ts";

/**
 * An open file as descriptors share it: copies made by `dup`, by `2>&1` or by a fork have one position and one end. When the last
 * holder has released it, it is closed: only then a pipe's other side sees the end.
 */
export class OpenFile {
  readonly #source: Source | undefined;
  readonly #sink: Sink | undefined;
  #holders = 1;
  #back: Uint8Array | undefined;
  /** The terminal that it is, if it is one. */
  readonly tty: Pty | undefined;
  /** The path that it was opened by, for `/proc/self/fd` and messages. */
  readonly path: string;

  constructor(path: string, source: Source | undefined, sink: Sink | undefined, tty?: Pty) {
    this.path = path;
    this.#source = source;
    this.#sink = sink;
    this.tty = tty;
  }

  get readable(): boolean {
    return this.#source !== undefined;
  }

  get writable(): boolean {
    return this.#sink !== undefined;
  }

  async read(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted();
    const back = this.#back;
    this.#back = undefined;
    if (back) return back;
    if (!this.#source) throw new FileError("EBADF", this.path);
    return this.#source.read(signal);
  }

  /** Gives back what was read too much: the next read, whoever does it, gets it first. */
  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#back = bytes;
  }

  async write(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#sink) throw new FileError("EBADF", this.path);
    await this.#sink.write(bytes, signal);
  }

  /** One more holds it. */
  retain(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders !== 0) return;
    this.#source?.cancel();
    this.#sink?.close();
  }
}

/** A pipe's two ends. */
export function pipe(tasks: Tasks): { reader: OpenFile; writer: OpenFile } {
  const both = new Pipe(tasks);
  return { reader: new OpenFile("pipe", both, undefined), writer: new OpenFile("pipe", undefined, both) };
}

const nothing: Source = { read: async () => undefined, cancel() {} };
const nowhere: Sink = { write: async () => {}, close() {} };

/** `/dev/null`. */
export const nullDevice = (): OpenFile => new OpenFile("/dev/null", nothing, nowhere);

const blockBytes = 64 * 1024;

/** A regular file, with a position that readers and writers share. */
export function regularFile(fs: FileSystem, path: string, how: { read: boolean; write: boolean; append: boolean }): OpenFile {
  let position = 0;
  const source: Source = {
    async read() {
      const content = fs.read(path);
      if (position >= content.length) return undefined;
      const chunk = content.subarray(position, position + blockBytes);
      position += chunk.length;
      return chunk;
    },
    cancel() {},
  };
  const sink: Sink = {
    async write(bytes) {
      const sizeBytes = fs.stat(path)?.sizeBytes;
      // Whoever holds a file that was removed writes to nowhere.
      if (bytes.length === 0 || sizeBytes === undefined) return;
      if (how.append || position === sizeBytes) {
        fs.write(path, bytes, { append: true });
        position = sizeBytes + bytes.length;
        return;
      }
      const content = new Uint8Array(Math.max(sizeBytes, position + bytes.length));
      content.set(fs.read(path));
      content.set(bytes, position);
      fs.write(path, content);
      position += bytes.length;
    },
    close() {},
  };
  return new OpenFile(path, how.read ? source : undefined, how.write ? sink : undefined);
}

/** A source whose reads can be given up: what it is asked for comes later and is kept for the next reader. */
export function interruptible(tasks: Tasks, source: Source): Source {
  if (source instanceof Pipe) return source;
  const through = new Pipe(tasks, 1);
  tasks.detach(async () => {
    try {
      for (let bytes = await source.read(); bytes; bytes = await source.read()) await through.write(bytes);
    } catch (error) {
      if (!(error instanceof BrokenPipe)) throw error;
    } finally {
      through.close();
    }
  });
  return {
    read: (signal) => through.read(signal),
    cancel() {
      through.cancel();
      source.cancel();
    },
  };
}
