import { type HttpHandler, textResponse } from "#base/http.ts";
import type { Pod } from "#machinery/types.ts";
import type { KubeletAccess } from "./settings.ts";

/** Where a kubelet listens: for what asks whether it is well on its own machine, and for the API server. */
export const kubeletPorts = [10248, 10250] as const;

/** What of a node answers here. */
export interface Asked {
  /** The kubelet, while it runs. */
  readonly caretaker: unknown;
  readonly kubeletAccess: KubeletAccess;
  pods(): readonly Pod[];
}

/**
 * What a kubelet answers to those who ask it without going through the API server. No client certificate reaches it, so that all of them are nobody in particular.
 * https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
export function kubeletHandler(node: Asked, port: number): HttpHandler | undefined {
  if (!node.caretaker) return undefined;
  if (port === 10248)
    return async ({ url }) => (new URL(url).pathname === "/healthz" ? textResponse(200, "ok") : textResponse(404, "404 page not found\n"));
  if (port !== 10250) return undefined;
  return async ({ url, method }) => {
    const { pathname } = new URL(url);
    const { anonymous, mode } = node.kubeletAccess;
    if (!anonymous) return textResponse(401, "Unauthorized");
    if (mode !== "AlwaysAllow") {
      const verb = method === "GET" || method === "HEAD" ? "get" : method === "POST" ? "create" : method.toLowerCase();
      return textResponse(403, `Forbidden (user=system:anonymous, verb=${verb}, resource=nodes, subresource(s)=[${subresources(pathname)}])`);
    }
    if (pathname === "/healthz") return textResponse(200, "ok");
    if (pathname === "/pods" || pathname === "/runningpods/")
      return textResponse(200, JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items: node.pods() }), "application/json");
    return textResponse(404, "404 page not found\n");
  };
}

/** What of a node somebody must be allowed to see for a path. */
function subresources(path: string): string {
  const [, first = ""] = path.split("/");
  if (first === "stats" || first === "metrics" || first === "logs") return first === "logs" ? "log" : first;
  if (first === "pods" || first === "healthz" || first === "configz") return `${first} proxy`;
  return "proxy";
}
