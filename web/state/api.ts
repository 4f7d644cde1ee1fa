/** What the server said instead of an answer: its problem's stable code, or `unreachable`. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }
}

export interface Created {
  id: string;
  tokens: { owner: string; editor: string; viewer: string };
}

export interface SessionState {
  id: string;
  profile: string;
  createdAt: string;
  expiresAt: string;
  clock: { now: string; paused: boolean };
  terminals: { name: string; busy: boolean }[];
}

export interface ClockState {
  now: string;
  paused: boolean;
}

async function call<T>(method: string, path: string, token?: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refusal("unreachable", "");
  }
  if (answer.ok) return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
  throw new Refusal(problem.code ?? `http_${answer.status}`, problem.detail ?? problem.title ?? "");
}

export const createSession = (profile: string) => call<Created>("POST", "/api/v1/sessions", undefined, { profile });
export const readSession = (id: string, token: string) => call<SessionState>("GET", `/api/v1/sessions/${id}`, token);
export const setClock = (id: string, token: string, change: { paused?: boolean; advanceSeconds?: number }) =>
  call<ClockState>("POST", `/api/v1/sessions/${id}/clock`, token, change);

/** The kubeconfig's text. */
export async function readKubeconfig(id: string, token: string): Promise<string> {
  const answer = await fetch(`/api/v1/sessions/${id}/kubeconfig`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Refusal(`http_${answer.status}`, "");
  return await answer.text();
}
