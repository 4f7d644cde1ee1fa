import { FileError, type FileSystem } from "#shell/file-system.ts";
import { dirnameOf } from "#shell/paths.ts";
import type { Discovery } from "./discovery.ts";

/** How long it is believed, in milliseconds. */
const lasts = 6 * 60 * 60 * 1000;

/** What was offered when a server was asked last: known to the machine as long as the cluster is awake, in each directory for each server. */
interface Cached {
  readonly discovery: Discovery;
  readonly since: number;
}
const known = new WeakMap<FileSystem, Map<string, Cached>>();

/** What kubectl knows of one server from before. A directory stands for it, as with the real one: whoever removes that clears it. */
export class DiscoveryCache {
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #path: string;
  readonly #now: number;

  /** `directory` is what `--cache-dir` names, `url` the server's address. */
  constructor(fs: FileSystem, directory: string, url: string, now: number) {
    this.#fs = fs;
    this.#directory = directory;
    this.#path = `${directory}/discovery/${url.replace(/^https?:\/\//, "").replace(/[^\w(/.)]/g, "_")}/servergroups.json`;
    this.#now = now;
  }

  get(): Discovery | undefined {
    const cached = known.get(this.#fs)?.get(this.#path);
    if (!cached || this.#now - cached.since >= lasts || !this.#fs.stat(this.#path)) return undefined;
    return cached.discovery;
  }

  set(discovery: Discovery): void {
    if (this.get() === discovery) return;
    const all = known.get(this.#fs) ?? new Map<string, Cached>();
    known.set(this.#fs, all);
    all.set(this.#path, { discovery, since: this.#now });
    try {
      for (const directory of [this.#directory, `${this.#directory}/http`, dirnameOf(this.#path)]) makeDirectory(this.#fs, directory);
      this.#fs.write(this.#path, JSON.stringify(discovery.groupList), { mode: 0o660 });
    } catch (error) {
      // Where nothing can be written nothing is remembered, and nobody is told.
      if (!(error instanceof FileError)) throw error;
    }
  }
}

function makeDirectory(fs: FileSystem, path: string): void {
  if (fs.stat(path)) return;
  makeDirectory(fs, dirnameOf(path));
  fs.mkdir(path, { mode: 0o750 });
}
