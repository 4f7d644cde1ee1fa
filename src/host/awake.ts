// Everything that a session is made of when it is awake: a module that is imported with the first session of an isolate, so that the Worker starts without it.
import * as profiles from "#cluster/profiles/index.ts";
import { problem, type SessionWanted } from "./contract.ts";
import { Learner } from "./learner.ts";
import { LiveSession } from "./live-session.ts";
import type { SessionRecord, SessionStorage } from "./storage.ts";
import { Terminals } from "./terminals.ts";

export { evaluate } from "./checks.ts";
export { answerKubernetes } from "./kubernetes.ts";

/** A session that is awake: its cluster, the learner's machine, and the terminals. */
export interface Awake {
  live: LiveSession;
  learner: Learner;
  terminals: Terminals;
}

const profileNames = Object.keys(profiles);

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
  return awake(state, await LiveSession.create(state, storage, record, wanted), changed);
}

/** The session as it was when its last row was written, undefined where there is none. */
export async function load(
  state: DurableObjectState,
  storage: SessionStorage,
  record: SessionRecord,
  changed: () => void,
): Promise<Awake | undefined> {
  const live = await LiveSession.load(state, storage, record);
  return live && awake(state, live, changed);
}

function awake(state: DurableObjectState, live: LiveSession, changed: () => void): Awake {
  const learner = new Learner(live.cluster);
  const terminals = new Terminals(state, live, learner, changed);
  live.onChange = changed;
  return { live, learner, terminals };
}
