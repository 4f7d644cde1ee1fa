// Whatever is malformed, oversized, unauthorised or unknown gets a clear answer, and the session goes on.
import { beforeAll, expect, test } from "vitest";
import { call, request, TestSession } from "./api.ts";

let session: TestSession;

beforeAll(async () => {
  session = await TestSession.create({ profile: "envtest" });
});

const json = { "content-type": "application/json" };
const large = "x".repeat(3 * 1024 * 1024 + 1);

test.for<[what: string, method: string, path: string, init: RequestInit & { as?: "owner" | "editor" | "viewer" }, status: number, code: string]>([
  ["no such path", "GET", "/api/v1/nothing", {}, 404, "not_found"],
  ["no such method", "PATCH", "/api/v1/sessions", {}, 405, "bad_request"],
  ["no such method of a session", "PUT", "/api/v1/sessions/{id}", { as: "owner" }, 405, "bad_request"],
  ["no JSON", "POST", "/api/v1/sessions", { headers: json, body: "{profile" }, 400, "bad_request"],
  ["JSON of another type", "POST", "/api/v1/sessions", { headers: json, body: "[]" }, 400, "bad_request"],
  [
    "a form",
    "POST",
    "/api/v1/sessions",
    { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "profile=minikube" },
    415,
    "bad_request",
  ],
  ["a field of another type", "POST", "/api/v1/sessions", { headers: json, body: '{"profile":7}' }, 400, "bad_request"],
  ["an unknown field", "POST", "/api/v1/sessions", { headers: json, body: '{"profil":"minikube"}' }, 400, "bad_request"],
  ["an unknown profile", "POST", "/api/v1/sessions", { headers: json, body: '{"profile":"maxikube"}' }, 400, "bad_request"],
  ["an unknown lesson", "POST", "/api/v1/sessions", { headers: json, body: '{"lesson":"cooking"}' }, 400, "bad_request"],
  ["a bad node", "POST", "/api/v1/sessions", { headers: json, body: '{"nodes":[{"name":"A_B"}]}' }, 400, "bad_request"],
  [
    "two nodes of one name",
    "POST",
    "/api/v1/sessions",
    { headers: json, body: '{"profile":"bare","nodes":[{"name":"a"},{"name":"a"}]}' },
    400,
    "bad_request",
  ],
  ["a body over the limit", "POST", "/api/v1/sessions", { headers: json, body: JSON.stringify({ profile: large }) }, 413, "too_large"],
  ["no token", "GET", "/api/v1/sessions/{id}", {}, 401, "unauthorized"],
  ["another sort of credentials", "GET", "/api/v1/sessions/{id}", { headers: { authorization: "Basic YTpi" } }, 401, "unauthorized"],
  ["what is no token", "GET", "/api/v1/sessions/{id}", { headers: { authorization: "Bearer sesame" } }, 401, "unauthorized"],
  ["a token of another session", "GET", "/api/v1/sessions/{id}", { headers: { authorization: `Bearer pyo_${"A".repeat(32)}` } }, 401, "unauthorized"],
  ["a session that is none", "GET", "/api/v1/sessions/abcdefghijkmnpqr", { as: "owner" }, 404, "not_found"],
  ["an id that is none", "GET", "/api/v1/sessions/..%2f..%2fetc", { as: "owner" }, 404, "not_found"],
  ["a viewer who acts", "POST", "/api/v1/sessions/{id}/exec", { as: "viewer", headers: json, body: '{"command":"id"}' }, 403, "forbidden"],
  ["an editor who owns", "DELETE", "/api/v1/sessions/{id}", { as: "editor" }, 403, "forbidden"],
  ["an editor at the clock", "POST", "/api/v1/sessions/{id}/clock", { as: "editor", headers: json, body: '{"paused":true}' }, 403, "forbidden"],
  ["an empty command", "POST", "/api/v1/sessions/{id}/exec", { as: "owner", headers: json, body: '{"command":""}' }, 400, "bad_request"],
  ["no command", "POST", "/api/v1/sessions/{id}/exec", { as: "owner", headers: json, body: "{}" }, 400, "bad_request"],
  ["no body", "POST", "/api/v1/sessions/{id}/exec", { as: "owner" }, 400, "bad_request"],
  [
    "a time-out that is too long",
    "POST",
    "/api/v1/sessions/{id}/exec",
    { as: "owner", headers: json, body: '{"command":"id","timeoutSeconds":601}' },
    400,
    "bad_request",
  ],
  [
    "a bad terminal name",
    "POST",
    "/api/v1/sessions/{id}/exec",
    { as: "owner", headers: json, body: '{"command":"id","terminal":"../t1"}' },
    400,
    "bad_request",
  ],
  [
    "time that runs backwards",
    "POST",
    "/api/v1/sessions/{id}/clock",
    { as: "owner", headers: json, body: '{"advanceSeconds":-1}' },
    400,
    "bad_request",
  ],
  ["no checks", "POST", "/api/v1/sessions/{id}/checks", { as: "owner", headers: json, body: '{"checks":[]}' }, 400, "bad_request"],
  [
    "a check of neither sort",
    "POST",
    "/api/v1/sessions/{id}/checks",
    { as: "owner", headers: json, body: '{"checks":[{"name":"x"}]}' },
    400,
    "bad_request",
  ],
  ["a terminal that is no socket", "GET", "/api/v1/sessions/{id}/terminal", {}, 400, "bad_request"],
])("%s", async ([, method, path, { as, ...init }, status, code]) => {
  const headers = { ...(init.headers as Record<string, string>), ...(as ? { authorization: `Bearer ${session.made.tokens[as]}` } : {}) };
  const answer = await request(path.replace("{id}", session.id), { ...init, method, headers });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
  const problem = (await answer.json()) as { code: string; detail: string; status: number; title: string };
  expect(problem).toMatchObject({ code, status, detail: expect.stringMatching(/\S/), title: expect.stringMatching(/\S/) });
});

test.for<[what: string, path: string, init: RequestInit, status: number, reason: string]>([
  ["wrong credentials", "/k8s/{id}~nonsense/api/v1/namespaces", {}, 401, "Unauthorized"],
  [
    "a wrong header counts before the address",
    "/k8s/{id}~{owner}/api/v1/namespaces",
    { headers: { authorization: "Bearer nonsense" } },
    401,
    "Unauthorized",
  ],
  ["no credentials", "/k8s/{id}/api/v1/namespaces", {}, 403, "Forbidden"],
  ["no such session", "/k8s/abcdefghijkmnpqr/api", {}, 404, "NotFound"],
  ["an id that is none", "/k8s/x/api", {}, 404, "NotFound"],
  ["no such resource", "/k8s/{id}~{owner}/api/v1/nothings", {}, 404, "NotFound"],
  ["a body that is no object", "/k8s/{id}~{owner}/api/v1/namespaces", { method: "POST", headers: json, body: "{" }, 400, "BadRequest"],
  ["a body over the limit", "/k8s/{id}~{owner}/api/v1/namespaces", { method: "POST", headers: json, body: large }, 413, "RequestEntityTooLarge"],
  ["a method that is none", "/k8s/{id}~{owner}/api/v1/namespaces", { method: "PURGE" }, 405, "MethodNotAllowed"],
])("Kubernetes: %s", async ([, path, init, status, reason]) => {
  const answer = await request(path.replace("{id}", session.id).replace("{owner}", session.made.tokens.owner), init);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ kind: "Status", status: "Failure", reason });
});

test("the session went on through all of it", async () => {
  expect((await session.kubernetes("GET", "/api/v1/namespaces/default")).status).toBe(200);
});

test("the API describes itself, for programs and for people", async () => {
  const document = (await (await request("/api/v1/openapi.json")).json()) as { openapi: string; paths: Record<string, object> };
  expect(document.openapi).toBe("3.1.0");
  expect(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      ["post", "get", "delete"].filter((method) => method in methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  ).toEqual([
    "POST /api/v1/sessions",
    "GET /api/v1/sessions/{id}",
    "DELETE /api/v1/sessions/{id}",
    "POST /api/v1/sessions/{id}/checks",
    "POST /api/v1/sessions/{id}/clock",
    "POST /api/v1/sessions/{id}/exec",
    "GET /api/v1/sessions/{id}/kubeconfig",
    "GET /api/v1/sessions/{id}/terminal",
  ]);
  const page = await request("/api");
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
  const text = await page.text();
  for (const path of Object.keys(document.paths)) expect(text).toContain(path);
  expect(text).not.toMatch(/https?:\/\/(?!podyard)/);
});

test("another site's page may call the API", async () => {
  const preflight = await call("OPTIONS", "/api/v1/sessions", {
    headers: {
      origin: "https://tutorial.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,authorization",
    },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin"), preflight.headers.get("access-control-allow-headers")]).toEqual([
    204,
    "*",
    "authorization,content-type",
  ]);
  const kubernetes = await request(`/k8s/${session.id}/version`, { method: "OPTIONS" });
  expect([kubernetes.status, kubernetes.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
});
