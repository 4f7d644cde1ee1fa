import type { StatusError } from "#machinery/status.ts";

/** What `/k8s/{id}~{token}/api/v1/pods?watch=1` says. */
export interface KubernetesPath {
  id: string;
  /** The token of the address, undefined where it names none. */
  token: string | undefined;
  /** The rest: path and query as the API server sees them. */
  rest: string;
}

const form = /^https?:\/\/[^/]+\/k8s\/([^/~?]+)(?:~([^/?]*))?(?:(\/[^?]*))?(\?.*)?$/;

export function kubernetesPath(url: string): KubernetesPath | undefined {
  const [, id, token, path, query] = form.exec(url) ?? [];
  return id === undefined ? undefined : { id, token, rest: (path ?? "/") + (query ?? "") };
}

/** A failure of the Kubernetes API, as its answer. */
export function statusResponse(error: StatusError): Response {
  return Response.json(error.status, {
    status: error.code,
    headers: { "access-control-allow-origin": "*", "cache-control": "no-cache, private", ...error.headers },
  });
}
