import type { FileSystem } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { sortedJson } from "../print/json.ts";
import {
  type ConfigFiles,
  clusterPaths,
  directoryOf,
  emptyConfig,
  type KubeConfig,
  mergedConfig,
  readConfig,
  userPaths,
  writeConfig,
} from "./kubeconfig.ts";

const sections = [
  ["clusters", clusterPaths],
  ["contexts", []],
  ["users", userPaths],
] as const;

/** The kubeconfig files as one, and their changes: each goes to the file that it came from, and what is new to the first. */
export class ConfigEditor {
  readonly #fs: FileSystem;
  readonly #cwd: string;
  readonly #files: ConfigFiles;
  readonly #origins = new Map<object, string>();
  readonly config: KubeConfig;

  constructor({ machine, cwd }: Process, files: ConfigFiles) {
    this.#fs = machine.fs;
    this.#cwd = cwd;
    this.#files = files;
    this.config = mergedConfig(machine.fs, cwd, files, (entry, path) => this.#origins.set(entry, path));
  }

  /** The file that new entries go to, as the user names it. */
  get file(): string {
    const { paths } = this.#files;
    return paths.find((path) => paths.length === 1 || this.#fs.stat(this.#at(path))) ?? paths.at(-1) ?? "";
  }

  /** Writes what is different now. File names are written as seen from the kubeconfig where they lie below it. */
  save(changed: KubeConfig, relative = true): void {
    if (changed.currentContext !== this.config.currentContext) this.#saveContext(changed.currentContext);
    if (sortedJson(changed.preferences) !== sortedJson(this.config.preferences))
      this.#edit(this.file, (config) => {
        config.preferences = changed.preferences;
      });
    for (const [section, paths] of sections) {
      const before: ReadonlyMap<string, object> = this.config[section];
      const after: ReadonlyMap<string, object> = changed[section];
      for (const [name, entry] of after) {
        const old = before.get(name);
        if (old && sortedJson(old) === sortedJson(entry)) continue;
        const file = (old && this.#origins.get(old)) ?? this.file;
        const placed = relative ? this.#relative(entry, paths, directoryOf(this.#at(file))) : entry;
        this.#edit(file, (config) => (config[section] as Map<string, object>).set(name, placed));
      }
      for (const [name, entry] of before)
        if (!after.has(name)) this.#edit(this.#origins.get(entry) ?? this.file, (config) => config[section].delete(name));
    }
  }

  #at(path: string): string {
    return this.#fs.resolve(this.#cwd, path);
  }

  #edit(path: string, change: (config: KubeConfig) => void): void {
    const config = readConfig(this.#fs, this.#at(path), path) ?? emptyConfig();
    change(config);
    writeConfig(this.#fs, this.#at(path), config);
  }

  /** A name goes to the first file; nothing takes the name out of the file that has it. */
  #saveContext(name: string): void {
    const holder = this.#files.paths.find((path) => readConfig(this.#fs, this.#at(path), path)?.currentContext);
    this.#edit(name === "" ? (holder ?? this.file) : this.file, (config) => {
      config.currentContext = name;
    });
  }

  #relative(entry: object, fields: readonly string[], base: string): object {
    const paths = Object.entries(entry).filter(([key, value]) => fields.includes(key) && typeof value === "string" && value.startsWith(`${base}/`));
    return { ...entry, ...Object.fromEntries(paths.map(([key, value]) => [key, String(value).slice(base.length + 1)])) };
  }
}

/** A copy whose maps may be changed. */
export const copyOf = (config: KubeConfig): KubeConfig => ({
  ...config,
  clusters: new Map(config.clusters),
  users: new Map(config.users),
  contexts: new Map(config.contexts),
});
