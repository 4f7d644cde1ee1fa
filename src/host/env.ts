import type { Session } from "./session.ts";

/** What wrangler.toml binds to the Worker. */
export interface Env {
  SESSIONS: DurableObjectNamespace<Session>;
  ASSETS: Fetcher;
  /** Limits by address; the local server has none. */
  CREATIONS?: RateLimit;
  CALLS?: RateLimit;
}
