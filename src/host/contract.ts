import type { Check, CheckResult } from "#lessons/check.ts";
import type { When } from "./storage.ts";

// What the edge and a session's object say to each other. A failure is an answer, since thrown errors lose all but their message on the way.

/** Why something failed, by a code that clients may rely on. */
export type ProblemCode =
  | "bad_request"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "terminal_busy"
  | "too_large"
  | "rate_limited"
  | "expired"
  | "internal";

export interface Problem {
  code: ProblemCode;
  detail: string;
}

export type Reply<T> = { value: T; problem?: never } | { problem: Problem; value?: never };

/** Thrown where a call fails; leaves the object as a `Problem`. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  constructor(code: ProblemCode, detail: string) {
    super(detail);
    this.name = "ProblemError";
    this.code = code;
  }
}

export const problem = (code: ProblemCode, detail: string) => new ProblemError(code, detail);

export interface NodeWanted {
  name: string;
  cpu?: string | undefined;
  memory?: string | undefined;
  pods?: number | undefined;
  images?: readonly string[] | undefined;
}

/** A session as it is at one moment, to start another one from. */
export interface Snapshot {
  profile: string;
  checkpoint: string;
  when: When;
}

export interface SessionWanted {
  profile: string;
  /** Starts as a copy, in the place of a new cluster. */
  from?: Snapshot | undefined;
  nodes?: readonly NodeWanted[] | undefined;
  seed?: number | undefined;
}

export interface SessionMade {
  profile: string;
  expiresAt: string;
  tokens: { owner: string; editor: string; viewer: string };
}

export interface SessionState {
  profile: string;
  createdAt: string;
  expiresAt: string;
  clock: ClockState;
  nodes: { name: string; ready: boolean }[];
  pods: { total: number; running: number };
  terminals: { name: string; busy: boolean }[];
}

export interface ClockState {
  now: string;
  paused: boolean;
}

export interface ClockChange {
  paused?: boolean | undefined;
  advanceSeconds?: number | undefined;
}

export interface ExecWanted {
  command: string;
  stdin?: string | undefined;
  terminal?: string | undefined;
  timeoutSeconds: number;
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  exitCode: number;
  timedOut: boolean;
  truncated: boolean;
}

export type { Check };

export interface ChecksResult {
  passed: boolean;
  results: CheckResult[];
}

/** Calls that the edge makes; each carries the token that came with the request. */
export interface SessionCalls {
  create(wanted: SessionWanted): Promise<Reply<SessionMade>>;
  describe(token: string): Promise<Reply<SessionState>>;
  snapshot(token: string): Promise<Reply<Snapshot>>;
  remove(token: string): Promise<Reply<true>>;
  exec(token: string, wanted: ExecWanted): Promise<Reply<ExecResult>>;
  clock(token: string, change: ClockChange): Promise<Reply<ClockState>>;
  checks(token: string, checks: readonly Check[]): Promise<Reply<ChecksResult>>;
}
