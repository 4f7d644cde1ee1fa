import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { largestBody } from "#host/body.ts";
import { ProblemError } from "#host/contract.ts";
import { fail, failureResponse, problemResponse } from "./problem.ts";
import { referencePage, referenceStyle } from "./reference.ts";
import * as registry from "./routes/index.ts";
import type { Context } from "./routes.ts";

const base = "/api/v1";
const exposed = ["retry-after", "www-authenticate"];

/** What answers to a path say beside what they answer: pages of any site may read them. */
export const headersFor = (path: string): Record<string, string> =>
  path.startsWith(`${base}/`) ? { "access-control-allow-origin": "*", "access-control-expose-headers": exposed.join(",") } : {};

const document = {
  openapi: "3.1.0",
  info: {
    title: "Podyard",
    version: "1",
    description:
      "A Kubernetes cluster behind every URL. The cluster's own API is at `/k8s/{id}/…`, as Kubernetes v1.36 has it; this is everything around it.",
  },
} as const;

/** The whole of /api: every route of the registry, the document that describes them, and what is true of all. */
export function apiApp(): OpenAPIHono<Context> {
  const app = new OpenAPIHono<Context>();
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "A session's owner, editor or viewer token.",
  });

  app.onError((error) => {
    const answer = failureResponse(error);
    // What went wrong in a session, the session has told already.
    if (answer.status >= 500 && !(error instanceof ProblemError)) console.error(error);
    return answer;
  });
  const preflight = cors({ origin: "*", allowHeaders: ["authorization", "content-type"], exposeHeaders: exposed, maxAge: 86_400 });
  app.use(`${base}/*`, (c, next) => (c.req.method === "OPTIONS" ? preflight(c, next) : next()));
  app.use(`${base}/*`, async (c, next) => {
    const { CALLS } = c.env;
    if (CALLS && !(await CALLS.limit({ key: c.req.header("cf-connecting-ip") ?? "" })).success)
      throw fail("rate_limited", "Too many calls from this address; try again in a minute.");
    await next();
  });
  app.use(
    `${base}/*`,
    bodyLimit({ maxSize: largestBody, onError: () => problemResponse("too_large", `The body is over its limit of ${largestBody} bytes.`) }),
  );

  for (const route of Object.values(registry)) app.route(base, route);

  let described: ReturnType<typeof app.getOpenAPI31Document> | undefined;
  const description = () => {
    described ??= inOrder(app.getOpenAPI31Document(document));
    return described;
  };
  app.get(`${base}/openapi.json`, (c) => c.json(description()));
  app.get("/api", (c) => c.html(referencePage(description())));
  app.get("/api/reference.css", (c) => c.body(String(referenceStyle), 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/api/", (c) => c.redirect("/api", 301));

  app.notFound((c) => {
    const allowed = methodsOf(app, c.req.path);
    if (allowed.length === 0) return problemResponse("not_found", `There is nothing at ${c.req.path}.`);
    return problemResponse("bad_request", `${c.req.method} is not a method of ${c.req.path}, which has ${allowed.join(", ")}.`, {
      status: 405,
      headers: { allow: allowed.join(", ") },
    });
  });
  return app;
}

/** The document with its paths sorted, so that what belongs together stands together. */
function inOrder<D extends { paths?: object }>(document: D): D {
  return { ...document, paths: Object.fromEntries(Object.entries(document.paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The methods that a path has, by the routes' own patterns. */
function methodsOf(app: OpenAPIHono<Context>, path: string): string[] {
  const methods = app.routes.filter((route) => route.method !== "ALL" && matches(route.path, path)).map((route) => route.method);
  return [...new Set(methods)];
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(":") || part === given[i]);
}
