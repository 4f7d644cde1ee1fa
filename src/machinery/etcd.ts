/** A cluster's database as its own tools see it. */
export interface EtcdStore {
  readonly revision: number;
  /** What stands under a key, or under all keys that begin with it, or of a range up to `end`; in the order of keys. */
  range(key: string, to?: { prefix: true } | { end: string }): readonly EtcdPair[];
  /** Gives what was there before. */
  put(key: string, value: string): EtcdPair | undefined;
  /** Gives what was there. */
  delete(key: string, to?: { prefix: true } | { end: string }): readonly EtcdPair[];
  /** All of it, as one file. */
  snapshot(): Uint8Array;
}

export interface EtcdPair {
  readonly key: string;
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}

/** What a snapshot's file says of itself; undefined where it is none. */
export interface EtcdSnapshot {
  readonly revision: number;
  /** Where it was restored into a directory: which restoring it was. */
  readonly restored?: string;
  readonly entries: readonly (readonly [key: string, createRevision: number, revision: number, value: object])[];
}
