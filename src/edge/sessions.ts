import type { Env } from "#host/env.ts";
import type { Session } from "#host/session.ts";

/** Finding an object by its name hashes it: those that are asked for over and over are remembered. */
const ids = new Map<string, DurableObjectId>();
const mostIds = 1000;

/** The object of a session. */
export function sessionOf({ SESSIONS }: Env, session: string): DurableObjectStub<Session> {
  let id = ids.get(session);
  if (!id) {
    if (ids.size === mostIds) ids.clear();
    id = SESSIONS.idFromName(session);
    ids.set(session, id);
  }
  return SESSIONS.get(id);
}
