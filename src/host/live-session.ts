import { Cluster } from "#cluster/cluster.ts";
import type { SessionWanted, Snapshot } from "./contract.ts";
import type { Around } from "./kubernetes.ts";
import { installed } from "./learner.ts";
import { SessionClock } from "./session-clock.ts";
import { SharedRows } from "./shared-rows.ts";
import type { Born, ClockRecord, SessionRecord, SessionStorage, When } from "./storage.ts";
import { templates } from "./templates.ts";

/** Written rows are waited for this long, while nobody needs to be told: what happens in between shares a row. */
const flushDelay = 1000;
/** The first checkpoint lets the first questions pass before it. */
const birthDelay = 50;

/** A session that is awake: its cluster, its time, and how what happens in it comes to last. */
export class LiveSession implements Around {
  readonly cluster: Cluster;
  readonly clock: SessionClock;
  readonly #state: DurableObjectState;
  readonly #storage: SessionStorage;
  /** When rows are written while requests are answered. */
  readonly rows: SharedRows;
  #record: SessionRecord;
  #held = 0;
  #isUnwritten = false;
  /** Whether anything may have happened since the last row. */
  #isDirty = true;
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  /** Called when somebody came or went, and when the cluster has something to do earlier than it had. */
  onChange: () => void = () => {};

  constructor(state: DurableObjectState, storage: SessionStorage, record: SessionRecord, cluster: Cluster, clock: ClockRecord) {
    this.#state = state;
    this.#storage = storage;
    this.#record = record;
    this.cluster = cluster;
    this.clock = new SessionClock(clock);
    this.rows = new SharedRows({ isDirty: () => this.#isDirty, write: () => this.flush(), sync: () => state.storage.sync() });
    cluster.journal.onDirty = () => {
      this.#isDirty = true;
      this.#flushSoon();
    };
    cluster.onFailure = (error) => console.error(error);
    cluster.clock.onEarlier = () => this.onChange();
  }

  /** A new session, written before anybody hears of it. */
  static async create(state: DurableObjectState, storage: SessionStorage, record: SessionRecord, wanted: SessionWanted): Promise<LiveSession> {
    if (wanted.from) return await LiveSession.#copy(state, storage, record, wanted.from);
    const born = { profile: wanted.profile, nodes: wanted.nodes, seed: wanted.seed ?? randomSeed() };
    const live = await LiveSession.#boot(state, storage, { ...record, born }, born);
    storage.setRecord(live.#record);
    return live;
  }

  /** A session that goes on from where another one was. */
  static async #copy(
    state: DurableObjectState,
    storage: SessionStorage,
    record: SessionRecord,
    { checkpoint, when }: Snapshot,
  ): Promise<LiveSession> {
    const cluster = await Cluster.restore({ checkpoint, pieces: [], now: when.at, seed: randomSeed(), programs: installed });
    storage.setRecord(record);
    storage.setCheckpoint(checkpoint, when);
    return new LiveSession(state, storage, record, cluster, when.clock);
  }

  /** The session as it is now. */
  snapshot(): Snapshot {
    return { profile: this.#record.profile, checkpoint: this.cluster.journal.checkpoint(), when: this.#when };
  }

  /** The session as it was when its last row was written, undefined where there is none. */
  static async load(state: DurableObjectState, storage: SessionStorage, record: SessionRecord): Promise<LiveSession | undefined> {
    const saved = storage.cluster();
    if (!saved) return record.born && (await LiveSession.#boot(state, storage, record, record.born));
    const cluster = await Cluster.restore({
      checkpoint: saved.checkpoint,
      pieces: saved.pieces,
      now: saved.when.at,
      seed: randomSeed(),
      programs: installed,
    });
    const live = new LiveSession(state, storage, record, cluster, saved.when.clock);
    // The world's clock may have been set back since: the session's time is not.
    const behind = saved.when.at - live.clock.now();
    if (behind > 0) live.clock.advance(behind);
    return live;
  }

  /**
   * A session that nothing has happened in: how it is made says all about it. The checkpoint, which also holds it over a change of version, is written
   * a moment later, or before the first thing that happens.
   */
  static async #boot(state: DurableObjectState, storage: SessionStorage, record: SessionRecord, born: Born): Promise<LiveSession> {
    const cluster = await Cluster.boot({ ...born, now: record.createdAt, prepared: templates, programs: installed });
    cluster.journal.take();
    const live = new LiveSession(state, storage, record, cluster, { paused: false, ahead: 0 });
    live.#isUnwritten = true;
    live.#flushSoon(birthDelay);
    return live;
  }

  get record(): SessionRecord {
    return this.#record;
  }

  /** Somebody waits, and keeps the object awake, until what this gives is called. */
  attend(): () => void {
    this.#held++;
    if (this.#held === 1) this.onChange();
    let here = true;
    return () => {
      if (!here) return;
      here = false;
      this.#held--;
      if (this.#held === 0) this.onChange();
    };
  }

  /** How many requests, streams and commands hold the object. */
  get heldBy(): number {
    return this.#held;
  }

  /** Lets the cluster live until now. */
  async catchUp(): Promise<void> {
    await this.cluster.clock.advance(this.clock.now());
  }

  /** When the cluster next has something to do, by the world's clock. */
  due(): number | undefined {
    const next = this.cluster.clock.next();
    if (next === undefined) return undefined;
    const wait = next - this.clock.now();
    return this.clock.paused && wait > 0 ? undefined : Date.now() + Math.max(0, Math.ceil(wait));
  }

  /** Settles when all that has happened lasts: for streams, which the platform does not hold back by itself. */
  lasts = (): Promise<void> | undefined => this.rows.lasts();

  get allLasts(): boolean {
    return this.rows.allLasts;
  }

  /** Writes what happened. */
  flush(): void {
    const piece = this.#take();
    if (piece !== undefined) this.#write(piece);
  }

  /** Writes what happened, and the clock even if nothing did. */
  flushClock(): void {
    this.#write(this.#take() ?? "");
  }

  #take(): string | undefined {
    this.#isDirty = false;
    return this.cluster.journal.take();
  }

  #write(piece: string): void {
    if (this.#flushTimer !== undefined) clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    try {
      if (!this.#isUnwritten) this.#storage.addPiece(piece, this.#when);
      if (this.#isUnwritten || this.#storage.wantsCheckpoint) this.#checkpoint();
    } catch (error) {
      // What is in memory would no longer follow from what is written: only starting anew from there is safe.
      this.#state.abort(`the session could not be written: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
    this.rows.wrote();
  }

  /** Whether the session may grow no further, looked at anew when something was removed since. */
  isFull(): boolean {
    if (!this.#storage.isFull) return false;
    this.flush();
    if (this.#storage.hasPieces) this.#checkpoint();
    return this.#storage.isFull;
  }

  get #when(): When {
    return { at: this.cluster.clock.now(), clock: this.clock.state };
  }

  #checkpoint(): void {
    this.#isUnwritten = false;
    this.#storage.setCheckpoint(this.cluster.journal.checkpoint(), this.#when);
  }

  /** Changes the session's record. */
  update(change: Partial<SessionRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#storage.setRecord(this.#record);
  }

  /** Ends everything that would still be written. */
  stop(): void {
    if (this.#flushTimer !== undefined) clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#isDirty = false;
    this.cluster.journal.onDirty = undefined;
    this.cluster.clock.onEarlier = undefined;
    this.onChange = () => {};
  }

  #flushSoon(delay = flushDelay): void {
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      if (this.#isUnwritten) this.flushClock();
      else this.flush();
    }, delay);
  }
}

const randomSeed = (): number => {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high & 0x1fffff) * 2 ** 32 + low;
};
