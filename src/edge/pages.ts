import type { Env } from "#host/env.ts";

/** What every page is served with: it loads nothing from another host, runs nothing inline, and may be framed, since an embed is a page. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; form-action 'none'",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "cross-origin-opener-policy": "same-origin",
};

/** What everything is served with. */
export const allHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "strict-transport-security": "max-age=31536000",
};

/** `/` and `/s/{id}` are pages; anything else is a file of the build, or not there. */
export async function page(request: Request, env: Env): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return withHeaders(new Response("Method not allowed\n", { status: 405, headers: { allow: "GET, HEAD" } }));
  const url = new URL(request.url);
  const asset = pageFile(url.pathname);
  // The file's own address: asking for /session.html would be answered by a redirect to /session.
  const found = await env.ASSETS.fetch(new Request(new URL(asset, url.origin), { method: request.method, headers: request.headers }));
  if (found.status !== 404)
    return withHeaders(found, url.pathname.startsWith("/assets/") ? { "cache-control": "public, max-age=31536000, immutable" } : {});

  const missing = await env.ASSETS.fetch(new Request(new URL("/404", url.origin)));
  return withHeaders(
    missing.ok ? new Response(missing.body, { status: 404, headers: missing.headers }) : new Response("Not found\n", { status: 404 }),
  );
}

function pageFile(path: string): string {
  return /^\/s\/[^/]+\/?$/.test(path) ? "/session" : path;
}

/** The response with the headers that it must have. */
export function withHeaders(response: Response, more: Record<string, string> = {}): Response {
  const answer = new Response(response.body, response);
  const page = response.headers.get("content-type")?.startsWith("text/html") ? pageHeaders : {};
  for (const [name, value] of Object.entries({ ...allHeaders, ...page, ...more })) answer.headers.set(name, value);
  return answer;
}
