import { Directory } from "./directory.ts";
import { deepFreeze } from "./freeze.ts";
import { MemoryRecords, type RecordLine } from "./records.ts";
import type { Change, Entry, Journal, Store } from "./store.ts";

/** The history that a store keeps for watches that start late and for lists that go on: after that, `410 Gone`. */
const longestHistory = 2000;
/** Of JSON, roughly what its objects cost in memory. */
const largestHistoryBytes = 512 * 1024;
/** States of an object that were overwritten before they reached the journal are written too, while the piece is no larger than this. */
const largestPieceWithHistory = 128 * 1024;

/** How a checkpoint is written. */
export const format = 1;

export type Line =
  | readonly ["head", { format: number; revision: number }]
  | readonly ["p", key: string, createRevision: number, revision: number, value: object]
  | readonly ["d", key: string, revision: number]
  /** States between the written ones were left out: who reads this knows what is there at the revision, not how it came to be. */
  | readonly ["c", revision: number]
  | RecordLine;

/** As a put whose value is made when somebody first asks for it, and is like another one but for ids and times. */
export type LaterLine = readonly ["later", key: string, createRevision: number, revision: number, value: Later];

export interface Later {
  readonly like: object;
  make(): object;
}

export interface Saved {
  /** What a checkpoint says, read already: the values are taken over, not copied. */
  lines?: Iterable<Line | LaterLine>;
  checkpoint?: string | undefined;
  pieces?: Iterable<string>;
}

class LiveEntry implements Entry {
  readonly key: string;
  readonly createRevision: number;
  readonly revision: number;
  #value: object;
  /** Until the value is made, it stands for it. */
  #later: Later | undefined;
  #json: string | undefined;

  constructor(key: string, value: object, createRevision: number, revision: number, later?: Later) {
    this.key = key;
    this.#value = value;
    this.#later = later;
    this.createRevision = createRevision;
    this.revision = revision;
  }

  get value(): object {
    if (this.#later) {
      this.#value = deepFreeze(this.#later.make());
      this.#later = undefined;
    }
    return this.#value;
  }

  get like(): object {
    return this.#value;
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.value);
    return this.#json;
  }

  /** The same without keeping it: the journal reads everything once. */
  get jsonOnce(): string {
    return this.#json ?? JSON.stringify(this.value);
  }

  /** It was overwritten: few will ask for its JSON again. */
  forgetJson(): void {
    this.#json = undefined;
  }
}

/** A store in memory, whose journal makes it last: `new MemoryStore(saved)` is what it was when the last piece was taken. */
export class MemoryStore implements Store {
  #revision = 0;
  #compacted = 0;
  readonly #root = new Directory("/");
  /** What lives, by key: most questions are for one. */
  readonly #live = new Map<string, Entry>();
  /** Those that keys were looked for in: finding one from the root takes a step for each part of a key. */
  readonly #directories = new Map<string, Directory>();
  /** The changes after `#compacted`, without gaps. */
  #log: Change[] = [];
  /** How many changes at the end of the log are not yet in the journal, and how many bytes those before are. */
  #unwritten = 0;
  #logBytes: number[] = [];
  #sumBytes = 0;
  /** The newest changes of objects that left the log before they reached the journal. */
  readonly #passed = new Map<string, Change>();
  #dirty = false;

  readonly records: MemoryRecords;
  readonly journal: Journal;

  constructor(saved: Saved = {}) {
    this.records = new MemoryRecords(() => this.#touch());
    this.journal = {
      onDirty: undefined,
      take: () => this.#take(),
      checkpoint: () => this.#checkpoint(),
    };
    if (saved.lines) for (const line of saved.lines) this.#replayLine(line);
    if (saved.checkpoint !== undefined) this.#replay(saved.checkpoint);
    for (const piece of saved.pieces ?? []) this.#replay(piece);
  }

  get revision(): number {
    return this.#revision;
  }

  get compacted(): number {
    return this.#compacted;
  }

  get(key: string): Entry | undefined {
    return this.#live.get(key);
  }

  list(prefix: string): readonly Entry[] {
    return this.#directoryAt(prefix).list();
  }

  count(prefix: string): number {
    return this.#directoryAt(prefix).count;
  }

  put(key: string, value: object): Entry {
    const revision = this.#revision + 1;
    const entry = this.#place(key, deepFreeze(stamped(value, revision)), revision);
    this.#touch();
    return entry;
  }

  delete(key: string): Entry | undefined {
    const old = this.#live.get(key);
    if (!old) return undefined;
    const entry = this.#remove(this.#directoryOf(key), old, this.#revision + 1);
    this.#touch();
    return entry;
  }

  watch(prefix: string, hear: (change: Change) => void): () => void {
    return this.#root.at(prefix).watch(hear);
  }

  since(prefix: string, revision: number): readonly Change[] | undefined {
    if (revision < this.#compacted) return undefined;
    const from = revision - this.#compacted;
    const changes: Change[] = [];
    for (let i = from; i < this.#log.length; i++) {
      const change = this.#log[i];
      if (change?.entry.key.startsWith(prefix)) changes.push(change);
    }
    return changes;
  }

  at(prefix: string, revision: number): readonly Entry[] | undefined {
    if (revision === this.#revision) return this.list(prefix);
    const changes = revision > this.#revision ? undefined : this.since(prefix, revision);
    if (!changes) return undefined;
    if (changes.length === 0) return this.list(prefix);

    const then = new Map(this.list(prefix).map((entry) => [entry.key, entry]));
    for (const { entry, old } of changes.toReversed()) {
      if (old) then.set(entry.key, old);
      else then.delete(entry.key);
    }
    return [...then.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  compact(revision: number): void {
    const upTo = Math.min(revision, this.#revision);
    // The journal still needs those that it has not written.
    const count = Math.min(upTo - this.#compacted, this.#log.length - this.#unwritten);
    if (count > 0) this.#forget(count);
  }

  #directoryOf(key: string): Directory {
    return this.#directoryAt(key.slice(0, key.lastIndexOf("/") + 1));
  }

  #directoryAt(prefix: string): Directory {
    let directory = this.#directories.get(prefix);
    if (!directory) {
      directory = this.#root.at(prefix);
      this.#directories.set(prefix, directory);
    }
    return directory;
  }

  #place(key: string, value: object, revision: number, createRevision?: number): Entry {
    const directory = this.#directoryOf(key);
    const old = this.#live.get(key);
    const entry = new LiveEntry(key, value, createRevision ?? old?.createRevision ?? revision, revision);
    this.#revision = revision;
    this.#live.set(key, entry);
    directory.set(entry);
    this.#record(directory, { type: "put", revision, entry, old });
    return entry;
  }

  #remove(directory: Directory, old: Entry, revision: number): Entry {
    const entry = new LiveEntry(old.key, deepFreeze(stamped(old.value, revision)), old.createRevision, revision);
    this.#revision = revision;
    this.#live.delete(old.key);
    directory.delete(old.key);
    this.#record(directory, { type: "delete", revision, entry, old });
    return entry;
  }

  #record(directory: Directory, change: Change): void {
    this.#log.push(change);
    this.#unwritten++;
    if (this.#log.length >= 2 * longestHistory) this.#shorten();
    if (change.old instanceof LiveEntry) change.old.forgetJson();
    directory.tell(change);
  }

  /** Much may happen before the journal is written. Of what is too long ago to be of use it needs the newest states alone. */
  #shorten(): void {
    const count = this.#log.length - longestHistory;
    const written = this.#log.length - this.#unwritten;
    for (const change of this.#log.slice(written, count)) {
      this.#passed.delete(change.entry.key);
      this.#passed.set(change.entry.key, change);
    }
    this.#unwritten = Math.min(this.#unwritten, longestHistory);
    this.#forget(count);
  }

  #forget(count: number): void {
    this.#log.splice(0, count);
    for (const bytes of this.#logBytes.splice(0, count)) this.#sumBytes -= bytes;
    this.#compacted += count;
  }

  #touch(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.journal.onDirty?.();
  }

  #take(): string | undefined {
    if (!this.#dirty) return undefined;
    this.#dirty = false;
    const lines: string[] = [];
    this.#writeChanges(lines);
    for (const line of this.records.take()) lines.push(JSON.stringify(line));
    this.#bound();
    return lines.join("\n");
  }

  /** Newest first, since only the newest state of each object must be written, and history as far back as there is room for. */
  #writeChanges(lines: string[]): void {
    const first = this.#log.length - this.#unwritten;
    const bytes: number[] = [];
    const written = new Set<string>();
    let size = 0;
    let isComplete = this.#passed.size === 0;
    for (let i = this.#log.length - 1; i >= first; i--) {
      const change = this.#log[i] as Change;
      const isNewest = !written.has(change.entry.key);
      if (!isNewest && size >= largestPieceWithHistory) {
        isComplete = false;
        bytes.push(0);
        continue;
      }
      written.add(change.entry.key);
      const line = lineOfChange(change);
      size += line.length;
      bytes.push(line.length);
      lines.push(line);
    }
    for (const change of [...this.#passed.values()].reverse()) if (!written.has(change.entry.key)) lines.push(lineOfChange(change));
    this.#passed.clear();
    lines.reverse();
    if (!isComplete) lines.push(lineOf(["c", this.#revision]));
    for (const of of bytes.reverse()) {
      this.#logBytes.push(of);
      this.#sumBytes += of;
    }
    this.#unwritten = 0;
  }

  #bound(): void {
    let sum = this.#sumBytes;
    let drop = 0;
    while (drop < this.#log.length && (this.#log.length - drop > longestHistory || sum > largestHistoryBytes)) sum -= this.#logBytes[drop++] ?? 0;
    this.compact(this.#compacted + drop);
  }

  #checkpoint(): string {
    const lines = [lineOf(["head", { format, revision: this.#revision }])];
    for (const entry of this.#root.list()) lines.push(lineOfEntry(entry));
    for (const line of this.records.all()) lines.push(JSON.stringify(line));
    return lines.join("\n");
  }

  #replay(text: string): void {
    for (const line of text.split("\n")) if (line) this.#replayLine(JSON.parse(line) as Line);
    this.#unwritten = 0;
    while (this.#logBytes.length < this.#log.length) this.#logBytes.push(0);
    this.#dirty = false;
    this.#bound();
  }

  #replayLine(line: Line | LaterLine): void {
    switch (line[0]) {
      case "later": {
        const [, key, createRevision, revision, later] = line;
        this.#restore(new LiveEntry(key, later.like, createRevision, revision, later));
        return;
      }
      case "head":
        if (line[1].format !== format) throw new Error(`a checkpoint of format ${line[1].format}: this version reads ${format}`);
        this.#forgetUntil(line[1].revision);
        return;
      case "c":
        this.#forgetUntil(line[1]);
        return;
      case "p": {
        const [, key, createRevision, revision, value] = line;
        // What a checkpoint holds may be older than the checkpoint; a piece may repeat what it holds already.
        if ((this.get(key)?.revision ?? 0) >= revision) return;
        if (revision > this.#revision) this.#place(key, deepFreeze(value), revision, createRevision);
        else this.#restore(new LiveEntry(key, deepFreeze(value), createRevision, revision));
        return;
      }
      case "d": {
        const [, key, revision] = line;
        const directory = this.#directoryOf(key);
        const old = this.#live.get(key);
        if (old && revision > this.#revision) this.#remove(directory, old, revision);
        else if (old && revision > old.revision) {
          this.#live.delete(key);
          directory.delete(key);
        } else if (revision > this.#revision) this.#forgetUntil(revision);
        return;
      }
      default:
        this.records.replay(line);
    }
  }

  #restore(entry: Entry): void {
    this.#live.set(entry.key, entry);
    this.#directoryOf(entry.key).set(entry);
  }

  /** From here on everything is known, and nothing of what was before. */
  #forgetUntil(revision: number): void {
    this.#log = [];
    this.#passed.clear();
    this.#logBytes = [];
    this.#sumBytes = 0;
    this.#unwritten = 0;
    this.#revision = revision;
    this.#compacted = revision;
  }
}

const lineOf = (line: Line): string => JSON.stringify(line);

/** As `lineOf` a put, around JSON that may be there already. */
function lineOfEntry(entry: Entry): string {
  const json = entry instanceof LiveEntry ? entry.jsonOnce : entry.json;
  return `["p",${JSON.stringify(entry.key)},${entry.createRevision},${entry.revision},${json}]`;
}

const lineOfChange = ({ type, entry, revision }: Change): string => (type === "put" ? lineOfEntry(entry) : lineOf(["d", entry.key, revision]));

/** The value under its revision: an object's `metadata.resourceVersion`. */
function stamped(value: object, revision: number): object {
  if (!("metadata" in value)) return value;
  return { ...value, metadata: { ...(value.metadata as object), resourceVersion: String(revision) } };
}
