import type { Env } from "#host/env.ts";
import type * as app from "./app.ts";
import { kubernetes } from "./kubernetes.ts";
import { page, withHeaders } from "./pages.ts";

export { Session } from "#host/session.ts";

let api: { app: ReturnType<typeof app.apiApp>; headersFor: typeof app.headersFor } | undefined;

/** Its routes and schemas are imported with the first call, so that the Worker starts without them. */
const apiOf = async () => {
  if (!api) {
    const { apiApp, headersFor } = await import("./app.ts");
    api ??= { app: apiApp(), headersFor };
  }
  return api;
};

/** The Worker: the Kubernetes API goes straight to its session, /api through its routes, the rest is pages. */
export default {
  async fetch(request, env, context) {
    const path = pathOf(request.url);
    if (path.startsWith("/k8s/")) return kubernetes(request, env);
    if (path === "/api" || path.startsWith("/api/")) {
      const { app, headersFor } = await apiOf();
      const answer = await app.fetch(request, env, context);
      return answer.webSocket ? answer : withHeaders(answer, headersFor(path));
    }
    return page(request, env);
  },
} satisfies ExportedHandler<Env>;

function pathOf(url: string): string {
  const from = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", from);
  return url.slice(from, end < 0 ? undefined : end);
}
