import type {
  Check,
  ChecksResult,
  ClockChange,
  ClockState,
  ExecResult,
  ExecWanted,
  Reply,
  SessionCalls,
  SessionState,
  Snapshot,
} from "#host/contract.ts";
import { ProblemError } from "#host/contract.ts";
import type { Session } from "#host/session.ts";

/** A session as its routes see it: calls of its object under one token, whose failures are thrown. */
export class SessionCaller {
  readonly #calls: SessionCalls;
  readonly #token: string;

  constructor(stub: DurableObjectStub<Session>, token: string) {
    this.#calls = callsOf(stub);
    this.#token = token;
  }

  describe = (): Promise<SessionState> => this.#ask((calls, token) => calls.describe(token));
  snapshot = (): Promise<Snapshot> => this.#ask((calls, token) => calls.snapshot(token));
  remove = (): Promise<true> => this.#ask((calls, token) => calls.remove(token));
  exec = (wanted: ExecWanted): Promise<ExecResult> => this.#ask((calls, token) => calls.exec(token, wanted));
  clock = (change: ClockChange): Promise<ClockState> => this.#ask((calls, token) => calls.clock(token, change));
  checks = (checks: readonly Check[]): Promise<ChecksResult> => this.#ask((calls, token) => calls.checks(token, checks));

  async #ask<T>(call: (calls: SessionCalls, token: string) => Promise<Reply<T>>): Promise<T> {
    return given(await call(this.#calls, this.#token));
  }
}

/** The calls of a session's object. What they take and give is JSON, so that nothing needs to be disposed of. */
export const callsOf = (stub: DurableObjectStub<Session>): SessionCalls => stub as unknown as SessionCalls;

/** What a call gave, or its problem, thrown. */
export function given<T>(reply: Reply<T>): T {
  if (reply.problem) throw new ProblemError(reply.problem.code, reply.problem.detail);
  return reply.value as T;
}
