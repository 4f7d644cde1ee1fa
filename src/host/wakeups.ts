/** What is due within this time is waited for in memory; what is later is the alarm's, so that the object may sleep. */
const near = 15_000;
/** An alarm that comes a little early costs less than setting it anew. */
const slack = 1000;
const longestTimeout = 2 ** 31 - 1;
const day = 86_400_000;

export interface Wake {
  /** When the cluster next has something to do, by the world's clock; undefined when it has nothing or its time stands still. */
  due(): number | undefined;
  /** Whether somebody holds on to the object: a request, a stream, an exec. It will not sleep then. */
  isHeld(): boolean;
  /** Whether somebody watches, who need not hold it: a terminal's socket. */
  isWatched(): boolean;
  /** When the session ends if it is not used. */
  expiry(): number;
  /** Lets the cluster do what is due. */
  run(): Promise<void>;
}

/** Wakes a session when its cluster has something to do: while someone is there. For nobody it wakes but once, at its end. */
export class Wakeups {
  readonly #storage: DurableObjectStorage;
  readonly #wake: Wake;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** What the one alarm is set to; undefined as long as that has not been asked. */
  #alarmAt: number | null | undefined;
  #running = false;
  /** Alarms set since the object woke; each is a row. */
  alarmsSet = 0;

  constructor(storage: DurableObjectStorage, wake: Wake) {
    this.#storage = storage;
    this.#wake = wake;
  }

  /** Looks anew at what is due. Cheap: called after everything that happens. */
  schedule(): void {
    if (this.#running) return;
    const held = this.#wake.isHeld();
    if (!held && !this.#wake.isWatched()) {
      this.#clearTimer();
      this.#setAlarmUnless((at) => at >= this.#wake.expiry() - 2 * day, this.#wake.expiry());
      return;
    }
    const due = this.#wake.due();
    if (due !== undefined && (held || due - Date.now() <= near)) {
      this.#setTimer(due);
      return;
    }
    this.#clearTimer();
    if (due !== undefined) this.#setAlarmUnless((at) => at <= due + slack, due);
  }

  /** Learns what the alarm is set to: once, when the object woke. */
  async learn(): Promise<void> {
    this.#alarmAt ??= await this.#storage.getAlarm();
  }

  /** The alarm rang, and is no longer set. */
  rang(): void {
    this.#alarmAt = null;
  }

  /** Sets the alarm of the session's end. */
  setExpiry(): void {
    this.#setAlarm(this.#wake.expiry());
  }

  stop(): void {
    this.#clearTimer();
  }

  /** Sets the alarm, unless it is set to what will do. */
  #setAlarmUnless(willDo: (at: number) => boolean, at: number): void {
    if (this.#alarmAt === undefined || (this.#alarmAt !== null && willDo(this.#alarmAt))) return;
    this.#setAlarm(at);
  }

  #setAlarm(at: number): void {
    this.#alarmAt = at;
    this.alarmsSet++;
    void this.#storage.setAlarm(at);
  }

  #setTimer(due: number): void {
    const now = Date.now();
    if (this.#timer !== undefined && this.#timerAt <= due && this.#timerAt > now) return;
    this.#clearTimer();
    this.#timerAt = due;
    this.#timer = setTimeout(() => void this.#run(), Math.min(Math.max(0, due - now), longestTimeout));
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  async #run(): Promise<void> {
    this.#clearTimer();
    this.#running = true;
    try {
      await this.#wake.run();
    } finally {
      this.#running = false;
    }
    this.schedule();
  }
}
