import type { Env } from "#host/env.ts";
import { apiApp, largestBody } from "./app.ts";
import { kubernetes } from "./kubernetes.ts";
import { page, withHeaders } from "./pages.ts";

export { Session } from "#host/session.ts";

let api: ReturnType<typeof apiApp> | undefined;

/** The Worker: the Kubernetes API goes straight to its session, /api through its routes, the rest is pages. */
export default {
  async fetch(request, env, context) {
    const path = pathOf(request.url);
    if (path.startsWith("/k8s/")) return kubernetes(request, env, largestBody);
    if (path === "/api" || path.startsWith("/api/")) {
      api ??= apiApp();
      const answer = await api.fetch(request, env, context);
      return answer.webSocket ? answer : withHeaders(answer);
    }
    return page(request, env);
  },
} satisfies ExportedHandler<Env>;

function pathOf(url: string): string {
  const from = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", from);
  return url.slice(from, end < 0 ? undefined : end);
}
