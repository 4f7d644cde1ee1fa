// The Worker as a test calls it: in the same isolate, through its own fetch.
import { exports } from "cloudflare:workers";
import type { ExecResult, SessionState } from "../../src/host/contract.ts";

export const origin = "http://podyard.test";

export interface Made {
  id: string;
  profile: string;
  expiresAt: string;
  urls: Record<"page" | "kubernetes" | "kubeconfig" | "terminal", string>;
  tokens: Record<"owner" | "editor" | "viewer", string>;
}

/** One request, as it is. */
export const request = (path: string, init: RequestInit = {}): Promise<Response> =>
  (exports as unknown as { default: { fetch(url: string, init: RequestInit): Promise<Response> } }).default.fetch(origin + path, init);

/** A JSON request with a token. */
export function call(
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Response> {
  const { token, body, headers = {} } = options;
  return request(path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

export class TestSession {
  readonly made: Made;

  constructor(made: Made) {
    this.made = made;
  }

  static async create(wanted: object = {}): Promise<TestSession> {
    const answer = await call("POST", "/api/v1/sessions", { body: wanted });
    if (answer.status !== 201) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
    return new TestSession((await answer.json()) as Made);
  }

  get id(): string {
    return this.made.id;
  }

  call(method: string, path: string, body?: unknown, token = this.made.tokens.owner): Promise<Response> {
    return call(method, `/api/v1/sessions/${this.id}${path}`, { token, body });
  }

  async state(): Promise<SessionState> {
    return (await (await this.call("GET", "")).json()) as SessionState;
  }

  async exec(command: string, more: { terminal?: string; stdin?: string; timeoutSeconds?: number } = {}): Promise<ExecResult> {
    const answer = await this.call("POST", "/exec", { command, ...more });
    if (answer.status !== 200) throw new Error(`${command}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as ExecResult;
  }

  /** Pauses the clock, or lets time pass. */
  async clock(change: { paused?: boolean; advanceSeconds?: number }): Promise<void> {
    const answer = await this.call("POST", "/clock", change);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
  }

  kubernetes(method: string, path: string, options: { token?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Response> {
    return call(method, `/k8s/${this.id}${path}`, { token: this.made.tokens.owner, ...options });
  }
}
