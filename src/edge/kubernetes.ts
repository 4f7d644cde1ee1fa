import { largestBody } from "#host/body.ts";
import type { Env } from "#host/env.ts";
import { kubernetesPath, statusResponse } from "#host/kubernetes-path.ts";
import { isSessionId } from "#host/roles.ts";
import { noSuchPath, StatusError, tooLarge } from "#machinery/status.ts";
import { sessionOf } from "./sessions.ts";

const preflight = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers": "authorization, content-type, accept",
  "access-control-max-age": "86400",
};

/** `/k8s/{id}/…`: the session's Kubernetes API. The request goes on as it is, its answer comes back as it is, streams and sockets included. */
export function kubernetes(request: Request, env: Env): Response | Promise<Response> {
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: preflight });
  const path = kubernetesPath(request.url);
  if (!path) return statusResponse(noSuchPath());
  if (!isSessionId(path.id)) return statusResponse(new StatusError(404, "NotFound", `there is no session "${path.id}"`));
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > largestBody) return statusResponse(tooLarge(`Request entity too large: limit is ${largestBody}`));
  return sessionOf(env, path.id).fetch(request);
}
