// Everything that a session is made of when it is awake: a module that is imported with the first session of an isolate, so that the Worker starts without it.
import * as profiles from "#cluster/profiles/index.ts";
import { problem, type SessionWanted } from "./contract.ts";
import { Learner } from "./learner.ts";
import { LiveSession } from "./live-session.ts";
import type { SessionRecord, SessionStorage } from "./storage.ts";
import { Terminals } from "./terminals.ts";

export { evaluate } from "./checks.ts";
export { answerKubernetes } from "./kubernetes.ts";

/** A session that is awake: its cluster, and the learner's machine and terminals as soon as somebody asks for them. */
export class Awake {
  readonly live: LiveSession;
  readonly #state: DurableObjectState;
  readonly #changed: () => void;
  #learner: Learner | undefined;
  #terminals: Terminals | undefined;

  constructor(state: DurableObjectState, live: LiveSession, changed: () => void) {
    this.live = live;
    this.#state = state;
    this.#changed = changed;
    live.onChange = changed;
    // Who watches a terminal while the object wakes sees what it shows from now on.
    if (state.getWebSockets().length > 0) this.#terminals = this.terminals;
  }

  get learner(): Learner {
    this.#learner ??= new Learner(this.live.cluster, this.live.record.createdAt);
    return this.#learner;
  }

  get terminals(): Terminals {
    this.#terminals ??= new Terminals(this.#state, this.live, this.learner, this.#changed);
    return this.#terminals;
  }

  /** Whether a job runs in a terminal that somebody watches. */
  get isBusy(): boolean {
    return this.#terminals?.areBusy ?? false;
  }
}

const profileNames = Object.values(profiles).map(({ name }) => name);

/** A new session, written before anybody hears of it. */
export async function create(
  state: DurableObjectState,
  storage: SessionStorage,
  record: SessionRecord,
  wanted: SessionWanted,
  changed: () => void,
): Promise<Awake> {
  if (!profileNames.includes(wanted.profile))
    throw problem("bad_request", `profile: there is no "${wanted.profile}"; there are ${profileNames.join(", ")}`);
  return new Awake(state, await LiveSession.create(state, storage, record, wanted), changed);
}

/** The session as it was when its last row was written, undefined where there is none. */
export async function load(
  state: DurableObjectState,
  storage: SessionStorage,
  record: SessionRecord,
  changed: () => void,
): Promise<Awake | undefined> {
  const live = await LiveSession.load(state, storage, record);
  return live && new Awake(state, live, changed);
}
