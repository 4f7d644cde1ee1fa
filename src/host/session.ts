import { DurableObject } from "cloudflare:workers";
import { internalError, StatusError, tooLarge, tooManyRequests, unauthorized } from "#machinery/status.ts";
import { admin, anonymous, type User, viewer } from "#machinery/user.ts";
import type { Awake } from "./awake.ts";
import { bodyOfRequest, largestBody } from "./body.ts";
import {
  type Check,
  type ChecksResult,
  type ClockChange,
  type ClockState,
  type ExecResult,
  type ExecWanted,
  ProblemError,
  problem,
  type Reply,
  type SessionCalls,
  type SessionMade,
  type SessionState,
  type SessionWanted,
  type Snapshot,
} from "./contract.ts";
import type { Env } from "./env.ts";
import { fieldDocs } from "./field-docs.ts";
import { kubernetesPath, statusResponse } from "./kubernetes-path.ts";
import type { LiveSession } from "./live-session.ts";
import { bearerOfProtocols } from "./remote-command.ts";
import { claimedRole, hashOf, mayActAs, newToken, type Role, sameHash } from "./roles.ts";
import type { SharedRows } from "./shared-rows.ts";
import { type SessionRecord, SessionStorage } from "./storage.ts";
import { terminalProtocol, tokenOfProtocols } from "./terminal-protocol.ts";
import type { Joined } from "./terminals.ts";
import { Wakeups } from "./wakeups.ts";

const day = 86_400_000;
const lifetime = 7 * day;
/** How exactly the last use is known: a row an hour of use. */
const useGrain = 3_600_000;
/** How long an expired session says so, before nothing is left of it. */
const remembered = 30 * day;
/** Requests, watches among them, that are open at once, at most. */
const mostRequests = 1000;
/** Commands that run at once, at most. */
const mostExecs = 32;

/** What a session needs when it is awake; see there. */
const parts = () => import("./awake.ts");

/** One learner's session: a cluster, its terminals, and who may do what. */
export class Session extends DurableObject<Env> implements SessionCalls {
  readonly #rows: SessionStorage;
  readonly #wakeups: Wakeups;
  #waking: Promise<Awake> | undefined;
  #awake: Awake | undefined;
  #execs = 0;
  /** Tokens that were found to be right, so that each is hashed once. */
  readonly #known = new Map<string, Role>();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#rows = new SessionStorage(state.storage);
    this.#wakeups = new Wakeups(state.storage, {
      due: () => this.#awake?.live.due(),
      isHeld: () => this.#awake !== undefined && (this.#awake.live.heldBy > 0 || this.#awake.isBusy),
      isWatched: () => this.ctx.getWebSockets().length > 0,
      expiry: () => (this.#rows.record()?.lastUsedAt ?? Date.now()) + lifetime,
      run: async () => {
        await this.#awake?.live.catchUp();
      },
    });
  }

  // What the edge calls.

  create(wanted: SessionWanted): Promise<Reply<SessionMade>> {
    return reply(async () => {
      if (this.#rows.record()) throw problem("conflict", "This session is there already.");
      const now = Date.now();
      const tokens = { owner: newToken("owner"), editor: newToken("editor"), viewer: newToken("viewer") };
      const [owner, editor, viewer] = await Promise.all([hashOf(tokens.owner), hashOf(tokens.editor), hashOf(tokens.viewer)]);
      const record: SessionRecord = {
        profile: wanted.profile,
        createdAt: now,
        lastUsedAt: now,
        tokens: { owner, editor, viewer },
      };
      try {
        const { create } = await parts();
        this.#waking = create(this.ctx, this.#rows, record, wanted, this.#changed).then((awake) => this.#isAwake(awake));
        await this.#waking;
      } catch (error) {
        this.#waking = undefined;
        throw error instanceof StatusError ? problem("bad_request", error.message) : error;
      }
      this.#wakeups.rang();
      this.#wakeups.setExpiry();
      return { profile: record.profile, expiresAt: new Date(now + lifetime).toISOString(), tokens };
    });
  }

  describe(token: string): Promise<Reply<SessionState>> {
    return this.#call(token, "viewer", async ({ live, terminals }) => {
      const { nodes, pods } = live.cluster.summary();
      const { profile, createdAt, lastUsedAt } = live.record;
      return {
        profile,
        createdAt: new Date(createdAt).toISOString(),
        expiresAt: new Date(lastUsedAt + lifetime).toISOString(),
        clock: clockState(live),
        nodes: nodes.map(({ name, ready }) => ({ name, ready })),
        pods: { total: pods.total, running: pods.running },
        terminals: terminals.list(),
      };
    });
  }

  snapshot(token: string): Promise<Reply<Snapshot>> {
    return this.#call(token, "editor", async ({ live }) => live.snapshot());
  }

  remove(token: string): Promise<Reply<true>> {
    return this.#call(token, "owner", async () => {
      this.#forget("The session was ended by its owner.");
      await this.#rows.clear();
      return true as const;
    });
  }

  exec(token: string, wanted: ExecWanted): Promise<Reply<ExecResult>> {
    return this.#call(token, "editor", async (awake) => {
      const { live } = awake;
      if (this.#execs >= mostExecs) throw problem("rate_limited", `${mostExecs} commands are running in this session already.`);
      this.#execs++;
      const leave = live.attend();
      try {
        return await (wanted.terminal === undefined ? awake.learner.exec(wanted) : awake.terminals.exec(wanted.terminal, wanted));
      } finally {
        this.#execs--;
        leave();
      }
    });
  }

  clock(token: string, change: ClockChange): Promise<Reply<ClockState>> {
    return this.#call(token, "owner", async ({ live }) => {
      if (change.paused === true) live.clock.pause();
      if (change.advanceSeconds) live.clock.advance(change.advanceSeconds * 1000);
      if (change.paused === false) live.clock.resume();
      await live.catchUp();
      if (change.paused !== undefined || change.advanceSeconds) live.flushClock();
      return clockState(live);
    });
  }

  checks(token: string, checks: readonly Check[]): Promise<Reply<ChecksResult>> {
    return this.#call(token, "editor", async ({ live, learner }) => {
      const leave = live.attend();
      try {
        const { evaluate } = await parts();
        return await evaluate(checks, {
          client: live.cluster.client(admin),
          tasks: live.cluster.tasks,
          exec: (command) => learner.exec({ command, timeoutSeconds: 30 }),
        });
      } finally {
        leave();
      }
    });
  }

  /** What the platform bills, since the object woke: for tests and the bench. */
  figures(): { rowsWritten: number; alarmsSet: number } {
    return { rowsWritten: this.#rows.rowsWritten, alarmsSet: this.#wakeups.alarmsSet };
  }

  // What comes in as it is: the Kubernetes API and terminals.

  override async fetch(request: Request): Promise<Response> {
    const path = kubernetesPath(request.url);
    return path ? await this.#kubernetes(request, path.token, path.rest) : await this.#terminal(request);
  }

  async #kubernetes(request: Request, tokenOfPath: string | undefined, url: string): Promise<Response> {
    let rows: SharedRows | undefined;
    let leave: (() => void) | undefined;
    try {
      const { live } = await this.#wake();
      rows = live.rows;
      leave = rows.enter();
      const token =
        bearerOfHeader(request.headers.get("authorization")) ?? bearerOfProtocols(request.headers.get("sec-websocket-protocol")) ?? tokenOfPath;
      const user = token === undefined ? anonymous : await this.#userOf(live, token);
      if (live.heldBy >= mostRequests) throw tooManyRequests("too many requests and watches are open in this session");
      const body = await bodyOfRequest(request);
      if (body === "too large") throw tooLarge(`Request entity too large: limit is ${largestBody}`);
      if (body && live.isFull()) throw internalError("etcdserver: mvcc: database space exceeded");
      await live.catchUp();
      const { answerKubernetes } = await parts();
      return await answerKubernetes(live.cluster, live, request, url, body, user);
    } catch (error) {
      if (error instanceof StatusError) return statusResponse(error);
      if (error instanceof ProblemError)
        return statusResponse(
          new StatusError(error.code === "expired" ? 410 : 404, error.code === "expired" ? "Expired" : "NotFound", error.message),
        );
      console.error(error);
      return statusResponse(new StatusError(500, "InternalError", "Internal error occurred: the session could not answer"));
    } finally {
      // Whatever is answered may tell of what is not written yet.
      const written = rows?.written();
      if (written) await written;
      leave?.();
    }
  }

  async #terminal(request: Request): Promise<Response> {
    const token = tokenOfProtocols(request.headers.get("sec-websocket-protocol"));
    const query = new URL(request.url).searchParams;
    const size = (name: string, usual: number) => Math.min(1000, Math.max(1, Math.trunc(Number(query.get(name) ?? usual)) || usual));
    const joined: Omit<Joined, "role"> = { name: query.get("name") ?? "t1", cols: size("cols", 80), rows: size("rows", 24) };

    const { 0: client, 1: socket } = new WebSocketPair();
    const answer = new Response(null, { status: 101, webSocket: client, headers: { "sec-websocket-protocol": terminalProtocol } });
    let isAccepted = false;
    try {
      // A browser is told no status of a handshake that failed: so the socket opens, and closes with the reason.
      const awake = await this.#wake();
      const role = token === undefined ? undefined : await this.#roleOf(awake.live.record, token);
      if (!role) throw problem("unauthorized", "That is no token of this session.");
      await awake.live.catchUp();
      const { terminals } = awake;
      this.ctx.acceptWebSocket(socket, [joined.name]);
      isAccepted = true;
      terminals.join(socket, { ...joined, role });
      awake.live.flush();
      this.#wakeups.schedule();
    } catch (error) {
      const [code, why] = error instanceof ProblemError ? [closeCodes[error.code] ?? 4500, error.message] : [4500, "the session could not answer"];
      if (!(error instanceof ProblemError)) console.error(error);
      if (!isAccepted) socket.accept();
      socket.close(code, why);
    }
    return answer;
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    try {
      const { live, terminals } = await this.#wake();
      await live.catchUp();
      await terminals.hear(socket, message);
      live.flush();
      this.#wakeups.schedule();
    } catch (error) {
      if (!(error instanceof ProblemError)) console.error(error);
      socket.close(
        error instanceof ProblemError ? (closeCodes[error.code] ?? 4500) : 4500,
        error instanceof ProblemError ? error.message : "the session could not answer",
      );
    }
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    // 1005 and 1006 say that no code came, and may not be sent.
    if (socket.readyState !== WebSocket.CLOSED) socket.close(code === 1005 || code === 1006 ? 1000 : code);
    if (this.#awake) this.#awake.terminals.leave(socket);
    await this.#wakeups.learn();
    this.#wakeups.schedule();
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.webSocketClose(socket, 1000);
  }

  /** Time for the cluster to go on, or for the session to end. */
  override async alarm(): Promise<void> {
    this.#wakeups.rang();
    const record = this.#rows.record();
    if (!record) return this.#rows.clear();
    const now = Date.now();
    if (record.expired) {
      if (now >= record.lastUsedAt + lifetime + remembered) await this.#rows.clear();
      return;
    }
    if (now >= record.lastUsedAt + lifetime) return this.#expire(record);
    if (this.ctx.getWebSockets().length > 0 || (this.#awake?.live.heldBy ?? 0) > 0) {
      const { live } = await this.#wake();
      await live.catchUp();
      live.flush();
    } else this.#wakeups.setExpiry();
    this.#wakeups.schedule();
  }

  // The session itself.

  /** Runs a call of the edge, as whoever the token says, on a session that has lived until now; what it changed is written before it answers. */
  #call<T>(token: string, wanted: Role, work: (awake: Awake) => Promise<T>): Promise<Reply<T>> {
    return reply(async () => {
      const awake = await this.#wake();
      const role = await this.#roleOf(awake.live.record, token);
      if (!role) throw problem("unauthorized", "That is no token of this session.");
      if (!mayActAs(role, wanted)) throw problem("forbidden", `This call needs the ${wanted}'s token.`);
      await awake.live.catchUp();
      try {
        return await work(awake);
      } finally {
        if (this.#awake === awake) {
          awake.live.flush();
          this.#wakeups.schedule();
        }
      }
    });
  }

  /** The session, read back where the object was asleep. */
  async #wake(): Promise<Awake> {
    this.#waking ??= this.#load();
    try {
      const awake = await this.#waking;
      this.#used(awake.live);
      return awake;
    } catch (error) {
      this.#waking = undefined;
      throw error;
    }
  }

  async #load(): Promise<Awake> {
    const record = this.#rows.record();
    if (!record) throw problem("not_found", "There is no such session.");
    if (record.expired || Date.now() >= record.lastUsedAt + lifetime) {
      if (!record.expired) this.#expire(record);
      throw problem("expired", "The session has expired: it was not used for seven days.");
    }
    const { load } = await parts();
    const awake = await load(this.ctx, this.#rows, record, this.#changed);
    if (!awake) throw problem("not_found", "There is no such session.");
    await this.#wakeups.learn();
    return this.#isAwake(awake);
  }

  #isAwake(awake: Awake): Awake {
    awake.live.cluster.docs = () => fieldDocs(this.env);
    this.#awake = awake;
    return awake;
  }

  readonly #changed = () => this.#wakeups.schedule();

  #used(live: LiveSession): void {
    const now = Date.now();
    if (now - live.record.lastUsedAt >= useGrain) live.update({ lastUsedAt: now });
  }

  #expire(record: SessionRecord): void {
    this.#forget("The session has expired.");
    this.#rows.setRecord({ ...record, expired: true });
    this.#rows.dropCluster();
    void this.ctx.storage.setAlarm(record.lastUsedAt + lifetime + remembered);
  }

  /** Lets go of everything in memory, and of everybody. */
  #forget(why: string): void {
    this.#wakeups.stop();
    for (const socket of this.ctx.getWebSockets()) socket.close(closeCodes.expired, why);
    this.#awake?.live.stop();
    this.#awake = undefined;
    this.#waking = undefined;
    this.#known.clear();
  }

  /** The role that a token has here, undefined where it is none of this session's. */
  async #roleOf(record: SessionRecord, token: string): Promise<Role | undefined> {
    const known = this.#known.get(token);
    if (known) return known;
    const claimed = claimedRole(token);
    if (!claimed || !sameHash(await hashOf(token), record.tokens[claimed])) return undefined;
    this.#known.set(token, claimed);
    return claimed;
  }

  /** Who a token is to the cluster: the session's own tokens are its administrators and its viewer, others are the cluster's to judge. */
  async #userOf(live: LiveSession, token: string): Promise<User> {
    const role = await this.#roleOf(live.record, token);
    if (role) return role === "viewer" ? viewer : admin;
    const user = await live.cluster.authenticate(token);
    if (!user) throw unauthorized();
    return user;
  }
}

/** Why a terminal's socket was closed, for the page to tell apart. */
const closeCodes: Partial<Record<string, number>> & { expired: number } = {
  unauthorized: 4401,
  forbidden: 4403,
  not_found: 4404,
  expired: 4410,
  rate_limited: 4429,
};

const bearerOfHeader = (header: string | null): string | undefined =>
  header === null ? undefined : (/^Bearer +(\S+)$/i.exec(header.trim())?.[1] ?? "");

const clockState = (live: LiveSession): ClockState => ({ now: new Date(live.cluster.clock.now()).toISOString(), paused: live.clock.paused });

/** What a call gives, or why it failed, as an answer. */
async function reply<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: { code: error.code, detail: error.message } };
    console.error(error);
    return { problem: { code: "internal", detail: "Something went wrong in the session; the call was not carried out, or not to its end." } };
  }
}
