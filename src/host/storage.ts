import type { NodeWanted } from "./contract.ts";

/** A row may hold 2 MB; what is longer is cut into several. */
const longestRow = 1_900_000;

/** Pieces may grow to this many times the checkpoint before a new one is made: reading a session back stays about as dear as its cluster is large. */
const piecesPerCheckpoint = 2;
const fewestBytes = 512 * 1024;
const mostBytes = 8 * 1024 * 1024;

/** As much as a cluster may hold: etcd's own limit, in the measure of an object. */
const largestCluster = 24 * 1024 * 1024;

/** What a session is besides its cluster: one row, written when it changes. */
export interface SessionRecord {
  profile: string;
  createdAt: number;
  /** Rounded down, so that using a session does not mean writing: the expiry counts from here. */
  lastUsedAt: number;
  expired?: boolean;
  /** What it was made of, for as long as there is no checkpoint. */
  born?: Born;
  /** Hashes of the tokens. */
  tokens: { owner: string; editor: string; viewer: string };
}

/** What a new cluster is made of: the same gives the same, in the same version. */
export interface Born {
  profile: string;
  nodes?: readonly NodeWanted[] | undefined;
  seed: number;
}

export interface SavedCluster {
  checkpoint: string;
  pieces: string[];
  when: When;
}

/** What a row knows of time. */
export interface When {
  /** The cluster's time: what was due until then has happened. */
  at: number;
  clock: ClockRecord;
}

/** A session's time: standing still, or so much ahead of the world's. */
export type ClockRecord = { paused: true; at: number } | { paused: false; ahead: number };

type Row = { seq: number; checkpoint: number; last: number; at: number; paused: number; clock: number; body: ArrayBuffer };

/**
 * A session in SQLite: its record, and the journal of its cluster as a checkpoint and the pieces after it. All is written synchronously, so that
 * what one turn writes is one transaction; the platform holds back every answer until it lasts.
 */
export class SessionStorage {
  readonly #sql: SqlStorage;
  readonly #storage: DurableObjectStorage;
  #made: boolean;
  /** What the record's row says, once it was read: nobody else writes it. */
  #record: SessionRecord | undefined;
  #checkpointBytes = 0;
  #pieceBytes = 0;
  /** Rows written since the object woke: what the platform bills. */
  rowsWritten = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    // Asking for a session that never was leaves nothing behind: tables are made with the session.
    this.#made = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'session'").toArray().length > 0;
  }

  /** The session's record, undefined where there never was one or it is gone. */
  record(): SessionRecord | undefined {
    if (!this.#made || this.#record) return this.#record;
    const row = this.#sql.exec<{ body: string }>("SELECT body FROM session").toArray()[0];
    this.#record = row && (JSON.parse(row.body) as SessionRecord);
    return this.#record;
  }

  setRecord(record: SessionRecord): void {
    this.#make();
    this.#write("INSERT INTO session (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", JSON.stringify(record));
    this.#record = record;
  }

  /** The cluster as it was when the last piece was written. */
  cluster(): SavedCluster | undefined {
    if (!this.#made) return undefined;
    const pieces: string[] = [];
    const parts: Uint8Array[] = [];
    let checkpoint: string | undefined;
    let when: When | undefined;
    this.#checkpointBytes = 0;
    this.#pieceBytes = 0;
    for (const row of this.#sql.exec<Row>("SELECT seq, checkpoint, last, at, paused, clock, body FROM journal ORDER BY seq")) {
      parts.push(new Uint8Array(row.body));
      if (row.checkpoint) this.#checkpointBytes += row.body.byteLength;
      else this.#pieceBytes += row.body.byteLength;
      if (!row.last) continue;
      const text = textOfParts(parts.splice(0));
      if (row.checkpoint) checkpoint = text;
      else pieces.push(text);
      when = { at: row.at, clock: row.paused ? { paused: true, at: row.clock } : { paused: false, ahead: row.clock } };
    }
    return checkpoint === undefined || !when ? undefined : { checkpoint, pieces, when };
  }

  /** Adds what happened since the last piece. */
  addPiece(text: string, when: When): void {
    this.#pieceBytes += this.#insert(text, when, 0);
  }

  /** Whether so much was added that a checkpoint should take its place. */
  get wantsCheckpoint(): boolean {
    return this.#pieceBytes > Math.min(Math.max(fewestBytes, this.#checkpointBytes * piecesPerCheckpoint), mostBytes);
  }

  /** Whether the last checkpoint was so large that the session may grow no further: what is read back at once must fit into the object's memory. */
  get isFull(): boolean {
    return this.#checkpointBytes > largestCluster;
  }

  /** Whether anything was written since the last checkpoint. */
  get hasPieces(): boolean {
    return this.#pieceBytes > 0;
  }

  /** Takes the place of all that was written before. Dropping a table costs no rows, deleting from it would cost all of them once more. */
  setCheckpoint(text: string, when: When): void {
    this.#storage.transactionSync(() => {
      this.#make();
      this.#emptyJournal();
      this.#checkpointBytes = this.#insert(text, when, 1);
    });
    this.#pieceBytes = 0;
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
    this.#made = false;
    this.#record = undefined;
  }

  /** Removes the cluster and keeps the record. */
  dropCluster(): void {
    if (this.#made) this.#storage.transactionSync(() => this.#emptyJournal());
  }

  #make(): void {
    if (this.#made) return;
    this.#write("CREATE TABLE session (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
    this.#emptyJournal();
    this.#made = true;
  }

  #emptyJournal(): void {
    this.#write("DROP TABLE IF EXISTS journal");
    this.#write(
      "CREATE TABLE journal (seq INTEGER PRIMARY KEY, checkpoint INTEGER NOT NULL, last INTEGER NOT NULL, at REAL NOT NULL, paused INTEGER NOT NULL, clock REAL NOT NULL, body BLOB NOT NULL)",
    );
  }

  #insert(text: string, { at, clock }: When, checkpoint: 0 | 1): number {
    const bytes = new TextEncoder().encode(text);
    for (let from = 0; from === 0 || from < bytes.length; from += longestRow) {
      const part = bytes.subarray(from, from + longestRow);
      const last = from + longestRow >= bytes.length ? 1 : 0;
      this.#write(
        "INSERT INTO journal (checkpoint, last, at, paused, clock, body) VALUES (?, ?, ?, ?, ?, ?)",
        checkpoint,
        last,
        at,
        ...columnsOf(clock),
        part,
      );
    }
    return bytes.length;
  }

  #write(query: string, ...values: unknown[]): void {
    const cursor = this.#sql.exec(query, ...values);
    cursor.toArray();
    this.rowsWritten += cursor.rowsWritten;
  }
}

const columnsOf = (clock: ClockRecord): [paused: number, clock: number] => (clock.paused ? [1, clock.at] : [0, clock.ahead]);

function textOfParts(parts: Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return parts.map((part, i) => decoder.decode(part, { stream: i < parts.length - 1 })).join("");
}
