// A session of a running server, as a test uses it.
import type { ExecResult } from "../../src/host/contract.ts";

export interface TestSession {
  id: string;
  tokens: { owner: string; editor: string; viewer: string };
  /** Where its Kubernetes API is, the owner's token in it. */
  kubernetes: string;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Response>;
  exec(command: string, options?: { terminal?: string; timeoutSeconds?: number; stdin?: string }): Promise<ExecResult>;
  end(): Promise<void>;
}

export async function newSession(base: string, wanted: object = {}): Promise<TestSession> {
  const made = await fetch(`${base}/api/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  if (made.status !== 201) throw new Error(`no session: ${made.status} ${await made.text()}`);
  const { id, tokens } = (await made.json()) as Pick<TestSession, "id" | "tokens">;
  const call: TestSession["call"] = (method, path, body, token = tokens.owner) =>
    fetch(`${base}/api/v1/sessions/${id}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    id,
    tokens,
    kubernetes: `${base}/k8s/${id}~${tokens.owner}`,
    call,
    async exec(command, options = {}) {
      const answer = await call("POST", "/exec", { command, ...options });
      if (!answer.ok) throw new Error(`exec ${command}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as ExecResult;
    },
    async end() {
      await call("DELETE", "");
    },
  };
}
