import type { Change, Entry } from "./store.ts";

/**
 * The live entries under one prefix: a tree along the slashes of the keys, so that a list costs what it gives, a change finds those who listen to
 * it, and neither looks at anything else. Lists are kept until something under the prefix changes.
 */
export class Directory {
  /** Ends with `/`. */
  readonly prefix: string;
  readonly #parent: Directory | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #children = new Map<string, Directory>();
  readonly #listeners = new Set<(change: Change) => void>();
  #sortedNames: string[] | undefined;
  #list: readonly Entry[] | undefined;
  #count = 0;

  constructor(prefix: string, parent?: Directory) {
    this.prefix = prefix;
    this.#parent = parent;
  }

  get count(): number {
    return this.#count;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The directory of a prefix, made if it is missing. */
  at(prefix: string): Directory {
    let directory: Directory = this;
    for (let end = prefix.indexOf("/", this.prefix.length); end >= 0; end = prefix.indexOf("/", end + 1)) {
      const path = prefix.slice(0, end + 1);
      let child = directory.#children.get(path);
      if (!child) {
        child = new Directory(path, directory);
        directory.#children.set(path, child);
        directory.#sortedNames = undefined;
      }
      directory = child;
    }
    return directory;
  }

  set(entry: Entry): void {
    const isNew = !this.#entries.has(entry.key);
    this.#entries.set(entry.key, entry);
    if (isNew) this.#sortedNames = undefined;
    this.#changed(isNew ? 1 : 0);
  }

  delete(key: string): void {
    if (!this.#entries.delete(key)) return;
    this.#sortedNames = undefined;
    this.#changed(-1);
  }

  /** Everything in it and below, in the order of keys. */
  list(): readonly Entry[] {
    if (this.#list) return this.#list;
    this.#sortedNames ??= [...this.#entries.keys(), ...this.#children.keys()].sort();
    const list: Entry[] = [];
    for (const name of this.#sortedNames) {
      const entry = this.#entries.get(name);
      if (entry) list.push(entry);
      else for (const below of this.#children.get(name)?.list() ?? []) list.push(below);
    }
    this.#list = list;
    return list;
  }

  watch(hear: (change: Change) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  /** Tells those who listen here or above; those nearest first, since indexes listen to one kind and others to all. */
  tell(change: Change): void {
    for (const hear of this.#listeners) hear(change);
    this.#parent?.tell(change);
  }

  #changed(by: number): void {
    let directory: Directory | undefined = this;
    while (directory) {
      directory.#list = undefined;
      directory.#count += by;
      directory = directory.#parent;
    }
  }
}
