import { bytesOf } from "#base/streams.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";
import { execute, type Keyspace } from "./commands.ts";
import { bulks, decodedAll, encoded } from "./resp.ts";

/** What a snapshot begins with. What follows is JSON here, where the real server has a form of its own. */
const magic = "REDIS0011\n";

type Settings = Readonly<Record<string, string>>;

/** What a redis server keeps on its disk: snapshots, and with `appendonly yes` each command that wrote. */
export class Persistence {
  readonly #files: FileSystem;
  readonly #settings: Settings;
  readonly #version: string;

  constructor(files: FileSystem, settings: Settings, version: string) {
    this.#files = files;
    this.#settings = settings;
    this.#version = version;
  }

  get #snapshot(): string {
    return this.#inDirectory(this.#settings["dbfilename"] ?? "dump.rdb");
  }

  /** One file up to version 6, a folder with a manifest from 7 on. */
  get #log(): string {
    return this.#inDirectory(this.#hasFolder ? "appendonlydir/appendonly.aof.1.incr.aof" : "appendonly.aof");
  }

  get #hasFolder(): boolean {
    return Number(this.#version.split(".")[0]) >= 7;
  }

  get #appends(): boolean {
    return this.#settings["appendonly"] === "yes";
  }

  readonly #inDirectory = (name: string): string => this.#files.resolve(this.#settings["dir"] ?? "/data", name);

  /** What was kept when the server starts: the log of commands counts where there is to be one, the snapshot otherwise. */
  load(now: () => number): Keyspace {
    if (!this.#appends) return this.#read(this.#snapshot) ?? { keys: {} };
    const space = (this.#hasFolder && this.#read(this.#inDirectory("appendonlydir/appendonly.aof.1.base.rdb"))) || { keys: {} };
    const session = { space, settings: {}, now };
    for (const message of decodedAll(bytesOf(this.#text(this.#log) ?? "")))
      if (message.type === "list")
        execute(
          session,
          message.items.map((item) => (item.type === "text" ? item.text : "")),
        );
    return space;
  }

  /** Writes a snapshot; throws a `FileError` where the disk does not take it. */
  save(space: Keyspace): void {
    this.#files.write(this.#snapshot, `${magic}${JSON.stringify(space)}`, { mode: 0o644 });
  }

  /** Adds a command that wrote. When its key is to expire is told by the clock, as by the time of the next start any span would be wrong. */
  append(space: Keyspace, words: readonly string[]): void {
    if (!this.#appends) return;
    const path = this.#log;
    if (this.#hasFolder && !this.#files.stat(path)) this.#begin();
    const expires = space.keys[words[1] ?? ""]?.expires;
    const lines = [words, ...(expires === undefined ? [] : [["PEXPIREAT", words[1] ?? "", String(Math.round(expires))]])];
    this.#files.write(path, lines.map((line) => encoded(bulks(line))).join(""), { mode: 0o644, append: true });
  }

  #begin(): void {
    this.#files.mkdir(this.#inDirectory("appendonlydir"), { recursive: true });
    this.#files.write(this.#inDirectory("appendonlydir/appendonly.aof.1.base.rdb"), `${magic}${JSON.stringify({ keys: {} })}`);
    this.#files.write(
      this.#inDirectory("appendonlydir/appendonly.aof.manifest"),
      "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
    );
  }

  #text(path: string): string | undefined {
    return this.#files.stat(path)?.kind === "file" ? this.#files.readText(path) : undefined;
  }

  #read(path: string): Keyspace | undefined {
    const text = this.#text(path);
    if (!text?.startsWith(magic)) return undefined;
    try {
      return JSON.parse(text.slice(magic.length)) as Keyspace;
    } catch {
      return undefined;
    }
  }
}

/** Whether a snapshot could be written. */
export function saved(persistence: Persistence, space: Keyspace): boolean {
  try {
    persistence.save(space);
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
