import type { Change, Entry, Store } from "#cluster/store/store.ts";
import { controllerOf, type KubeObject } from "#machinery/object.ts";
import { Index } from "./indexes.ts";

/** All objects of one stored kind, and the indexes that were asked for so far: an index costs nothing until something is looked for by it. */
export class Collection {
  /** Where the objects are in the store; ends with `/`. */
  readonly prefix: string;
  readonly #store: Store;
  readonly #indexes = new Map<string, Index>();
  readonly #prefixes = new Map<string, string>();
  #owners: Index | undefined;
  #end: (() => void) | undefined;

  constructor(store: Store, path: string) {
    this.prefix = `/registry/${path}/`;
    this.#store = store;
  }

  key(namespace: string | undefined, name: string): string {
    return namespace ? `${this.prefix}${namespace}/${name}` : this.prefix + name;
  }

  get(namespace: string | undefined, name: string): Entry | undefined {
    return this.#store.get(this.key(namespace, name));
  }

  list(namespace?: string): readonly Entry[] {
    return this.#store.list(this.prefixOf(namespace));
  }

  prefixOf(namespace?: string): string {
    if (!namespace) return this.prefix;
    let prefix = this.#prefixes.get(namespace);
    if (prefix === undefined) {
      prefix = `${this.prefix}${namespace}/`;
      this.#prefixes.set(namespace, prefix);
    }
    return prefix;
  }

  watch(namespace: string | undefined, hear: (change: Change) => void): () => void {
    return this.#store.watch(this.prefixOf(namespace), hear);
  }

  /** Those whose controlling owner has this uid. */
  ownedBy(uid: string): readonly object[] {
    this.#owners ??= this.#follow(
      new Index((value) => {
        const owner = controllerOf(value as KubeObject)?.uid;
        return owner === undefined ? [] : [owner];
      }, this.list()),
    );
    return this.#owners.values(uid);
  }

  /** The index of what `of` gives, known by `name` from now on. */
  index(name: string, of: (value: object) => readonly string[]): Index {
    let index = this.#indexes.get(name);
    if (!index) {
      index = this.#follow(new Index(of, this.list()));
      this.#indexes.set(name, index);
    }
    return index;
  }

  #follow(index: Index): Index {
    this.#end ??= this.#store.watch(this.prefix, (change) => {
      this.#owners?.hear(change);
      for (const each of this.#indexes.values()) each.hear(change);
    });
    return index;
  }
}
