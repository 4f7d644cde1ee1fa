/**
 * The cluster's memory: one ordered log of revisions and the set of what lives now. Keys are paths (`/registry/pods/default/web`); values are
 * frozen JSON objects, serialized at most once a revision.
 */
export interface Store {
  /** The revision of the last write. */
  readonly revision: number;
  /** The oldest revision that `since` and `at` still know. */
  readonly compacted: number;

  get(key: string): Entry | undefined;
  /** Everything under a prefix that ends with `/`, in the order of keys. */
  list(prefix: string): readonly Entry[];
  count(prefix: string): number;
  /** Writes, as a revision of its own; `value` gets its `metadata.resourceVersion` from it through `stamp`, if it has metadata, and is frozen. */
  put(key: string, value: object): Entry;
  delete(key: string): Entry | undefined;
  /** Hears of each revision under the prefix as it is written, synchronously. Gives its end. */
  watch(prefix: string, hear: (change: Change) => void): () => void;
  /** The changes under the prefix after `revision`, oldest first; undefined when that was compacted away. */
  since(prefix: string, revision: number): readonly Change[] | undefined;
  /** What lived under the prefix at a revision; undefined when that was compacted away or is not yet. */
  at(prefix: string, revision: number): readonly Entry[] | undefined;
  /** Forgets how things were before `revision`. */
  compact(revision: number): void;

  readonly records: Records;
  readonly journal: Journal;
}

export interface Entry {
  readonly key: string;
  readonly value: object;
  readonly createRevision: number;
  readonly revision: number;
  /** The value as JSON; made when first asked for. */
  readonly json: string;
  /** A value that differs from this one in ids and times alone, where there is one: asking it makes nothing. Otherwise the value. */
  readonly like: object;
}

export interface Change {
  readonly type: "put" | "delete";
  readonly revision: number;
  /** What is there now; for a deletion, what was last there, under the deletion's revision. */
  readonly entry: Entry;
  readonly old: Entry | undefined;
}

/**
 * What the machines remember (containers, logs, disks, terminals): lasting as the objects are, but no revision, no watch, not in the API. Values are JSON;
 * they count as changed when put, not when mutated.
 */
export interface Records {
  get<T>(key: string): T | undefined;
  put(key: string, value: unknown): void;
  delete(key: string): void;
  keys(prefix: string): readonly string[];
  /** Adds to the end of a text, written to the journal as just what was added. */
  append(key: string, text: string): void;
  text(key: string): string;
}

/** What the host makes last. */
export interface Journal {
  /** Called, synchronously, when the first thing is to be written since the last `take`. */
  onDirty: (() => void) | undefined;
  /** What was written since the last call, as one piece of text; undefined when nothing was. */
  take(): string | undefined;
  /** Everything, as one piece of text: what restoring starts from, pieces taken after it being replayed on top. */
  checkpoint(): string;
}
