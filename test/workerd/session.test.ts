// A session as it lasts: written before it answers, back as it was after it was put to sleep or killed, and silent when nobody is there.
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/host/env.ts";
import type { Session } from "../../src/host/session.ts";
import { call, request, TestSession } from "./api.ts";

const sessions = (env as unknown as Env).SESSIONS;
const stubOf = (session: TestSession) => sessions.getByName(session.id);
const day = 86_400_000;

test("a session is there at once, with its nodes and tokens, and its addresses hold none of them", async () => {
  const session = await TestSession.create({ profile: "bare", nodes: [{ name: "node-1", cpu: "2", memory: "4Gi" }, { name: "node-2" }] });
  const state = await session.state();
  expect(state.nodes).toEqual([
    { name: "node-1", ready: true },
    { name: "node-2", ready: true },
  ]);
  for (const url of Object.values(session.made.urls)) for (const token of Object.values(session.made.tokens)) expect(url).not.toContain(token);
  expect(Date.parse(session.made.expiresAt) - Date.parse(state.createdAt)).toBe(7 * day);
});

test.for([
  ["put to sleep", (session: TestSession) => evictDurableObject(stubOf(session))],
  ["killed", () => abortAllDurableObjects()],
] as const)("a session that was %s is as it was", async ([, end]) => {
  const session = await TestSession.create({ profile: "envtest" });
  await session.clock({ paused: true });
  for (let i = 0; i < 20; i++) {
    const made = await session.kubernetes("POST", "/api/v1/namespaces", {
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: `n${i}` } },
    });
    expect(made.status).toBe(201);
    await made.body?.cancel();
  }
  const [before, state] = [await (await session.kubernetes("GET", "/api/v1/namespaces")).json(), await session.state()];
  await end(session);
  expect(await (await session.kubernetes("GET", "/api/v1/namespaces")).json()).toEqual(before);
  expect(await session.state()).toEqual(state);
});

test("a watch that was open when the object died can be taken up again where it was", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  // The first checkpoint, of which no history is known, is written a moment after the session was made.
  await scheduler.wait(150);
  const list = (await (await session.kubernetes("GET", "/api/v1/namespaces")).json()) as { metadata: { resourceVersion: string } };
  await session.kubernetes("POST", "/api/v1/namespaces", { body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "later" } } });
  await abortAllDurableObjects();
  const watch = await session.kubernetes("GET", `/api/v1/namespaces?watch=1&timeoutSeconds=1&resourceVersion=${list.metadata.resourceVersion}`);
  const [event] = (await watch.text()).split("\n");
  expect(JSON.parse(event ?? "")).toMatchObject({ type: "ADDED", object: { metadata: { name: "later" } } });
});

test("a paused clock stands still, and what is let pass has passed", async () => {
  const session = await TestSession.create();
  await session.clock({ paused: true });
  const before = (await session.state()).clock;
  await scheduler.wait(30);
  expect((await session.state()).clock).toEqual({ now: before.now, paused: true });
  await session.clock({ advanceSeconds: 3600 });
  expect(Date.parse((await session.state()).clock.now) - Date.parse(before.now)).toBe(3_600_000);
  await session.clock({ paused: false });
  const after = (await session.state()).clock;
  expect([after.paused, Math.round((Date.parse(after.now) - Date.parse(before.now)) / 60_000)]).toEqual([false, 60]);
});

test("a session for which nobody is there has one alarm: that of its end, and hardly ever sets it", async () => {
  const session = await TestSession.create();
  await session.exec("kubectl create deployment web --image=nginx --replicas=3");
  await session.exec("kubectl get pods");
  await runInDurableObject(stubOf(session), async (_: Session, state) => {
    const alarm = await state.storage.getAlarm();
    expect(Math.abs((alarm ?? 0) - (Date.now() + 7 * day))).toBeLessThan(60_000);
  });
});

test("a session that was not used for seven days is gone, and says so", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  await runInDurableObject(stubOf(session), (_: Session, state) => {
    const [{ body } = { body: "" }] = state.storage.sql.exec<{ body: string }>("SELECT body FROM session").toArray();
    const record = JSON.parse(body) as { lastUsedAt: number };
    state.storage.sql.exec("UPDATE session SET body = ?", JSON.stringify({ ...record, lastUsedAt: Date.now() - 8 * day }));
  });
  await evictDurableObject(stubOf(session));
  expect(await runDurableObjectAlarm(stubOf(session))).toBe(true);
  const answer = await session.call("GET", "");
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([410, "expired"]);
  const kubernetes = await session.kubernetes("GET", "/api/v1/namespaces");
  expect([kubernetes.status, ((await kubernetes.json()) as { reason: string }).reason]).toEqual([410, "Expired"]);
  await runInDurableObject(stubOf(session), (_: Session, state) => {
    expect(state.storage.sql.exec("SELECT count(*) AS rows FROM journal").one()).toEqual({ rows: 0 });
  });
});

test("what its owner ends is gone", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  expect((await session.call("DELETE", "")).status).toBe(204);
  expect((await session.call("GET", "")).status).toBe(404);
  expect((await session.kubernetes("GET", "/api")).status).toBe(404);
});

test("asking for a session that never was leaves nothing behind", async () => {
  const id = "zzzzzzzzzzzzzzzz";
  expect((await call("GET", `/api/v1/sessions/${id}`, { token: `pyo_${"A".repeat(32)}` })).status).toBe(404);
  expect((await request(`/k8s/${id}/api`)).status).toBe(404);
  await runInDurableObject(sessions.getByName(id), async (_: Session, state) => {
    expect([
      state.storage.sql.exec("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('session', 'journal')").one(),
      await state.storage.getAlarm(),
    ]).toEqual([{ n: 0 }, null]);
  });
});

test("who one is follows from the token", async () => {
  const session = await TestSession.create();
  const whoami = async (token: string) => {
    const answer = await session.kubernetes("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      token,
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    });
    return ((await answer.json()) as { status: { userInfo: { username: string; groups: string[] } } }).status.userInfo;
  };
  const { owner, editor, viewer } = session.made.tokens;
  expect((await whoami(owner)).username).toBe("kubernetes-admin");
  expect(await whoami(editor)).toEqual(await whoami(owner));
  expect((await whoami(viewer)).username).toBe("viewer");
  const asViewer = (method: string, body?: unknown) => session.kubernetes(method, "/api/v1/namespaces/default/configmaps", { token: viewer, body });
  expect((await asViewer("GET")).status).toBe(200);
  expect((await asViewer("POST", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } })).status).toBe(403);
});

test("commands run in a shell of their own, or in a terminal that remembers", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  expect(await session.exec("echo out; echo err >&2; exit 3")).toEqual({
    stdout: "out\n",
    stderr: "err\n",
    exitCode: 3,
    timedOut: false,
    truncated: false,
  });
  expect((await session.exec("cat", { stdin: "from outside\n" })).stdout).toBe("from outside\n");
  await session.exec("cd /tmp; export WHO=me; greet() { echo hello $WHO; }", { terminal: "t1" });
  expect((await session.exec("pwd; greet", { terminal: "t1" })).stdout).toBe("/tmp\nhello me\n");
  expect((await session.exec("echo $WHO", { terminal: "t2" })).stdout).toBe("\n");
  await abortAllDurableObjects();
  expect((await session.exec("pwd; greet", { terminal: "t1" })).stdout).toBe("/tmp\nhello me\n");
  expect((await session.state()).terminals).toEqual([
    { name: "t1", busy: false },
    { name: "t2", busy: false },
  ]);
});

test("a command that goes on for too long is ended, and what it printed is told", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  expect(await session.exec("echo begun; sleep 100; echo never", { timeoutSeconds: 0.3 })).toMatchObject({ stdout: "begun\n", timedOut: true });
  expect(await session.exec("trap '' INT; echo begun; sleep 100; sleep 100", { timeoutSeconds: 0.3 })).toMatchObject({
    stdout: "begun\n",
    timedOut: true,
  });
});

test("a terminal with a job in its foreground is busy", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const running = session.exec("sleep 1; echo done", { terminal: "t1" });
  await scheduler.wait(100);
  const second = await session.call("POST", "/exec", { command: "id", terminal: "t1" });
  expect([second.status, ((await second.json()) as { code: string }).code]).toEqual([409, "terminal_busy"]);
  expect((await running).stdout).toBe("done\n");
});

test("more than 4 MiB of a stream is cut off", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const { stdout, truncated } = await session.exec("head -c 5000000 /dev/zero | tr '\\0' x");
  expect([stdout.length, truncated]).toEqual([4 * 1024 * 1024, true]);
});

test("goals are checked by commands and by what is in the cluster", async () => {
  const session = await TestSession.create();
  await session.clock({ paused: true });
  await session.exec("kubectl create deployment web --image=nginx --replicas=2");
  await session.clock({ advanceSeconds: 60 });
  const checks = [
    { name: "available", resource: "deploy", object: "web", condition: "Available" },
    { name: "two pods", resource: "pods", selector: "app=web", count: 2 },
    { name: "the image", resource: "deployments.apps", object: "web", jsonpath: "{.spec.template.spec.containers[0].image}", equals: "nginx" },
    { name: "replicas", resource: "deployment", object: "web", jsonpath: ".spec.replicas", equals: 2 },
    { name: "a command", command: "kubectl get deployment web" },
    { name: "no service", resource: "svc", object: "web" },
    { name: "another number", resource: "pods", selector: "app=web", count: 3 },
    { name: "no such resource", resource: "gadgets" },
    { name: "a failing command", command: "kubectl get deployment nope" },
  ];
  const answer = (await (await session.call("POST", "/checks", { checks })).json()) as {
    passed: boolean;
    results: { name: string; passed: boolean; message: string }[];
  };
  expect(answer.passed).toBe(false);
  expect(answer.results.map(({ passed }) => passed)).toEqual([true, true, true, true, true, false, false, false, false]);
  expect(answer.results.slice(5).map(({ message }) => message)).toEqual([
    "found no svc/web",
    "expected 3 of pods, found 2",
    `the server doesn't have a resource type "gadgets"`,
    `the command exited with 1: Error from server (NotFound): deployments.apps "nope" not found`,
  ]);
});

test("a session that died right after it was made is the one that was made", async () => {
  const session = await TestSession.create();
  const nodes = () => session.kubernetes("GET", "/api/v1/pods?limit=500").then((answer) => answer.json());
  const before = await nodes();
  await abortAllDurableObjects();
  expect(await nodes()).toEqual(before);
});

test("a disk that is full says so, and the session goes on", async () => {
  const session = await TestSession.create({ profile: "envtest" });
  const full = await session.exec("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do head -c 1000000 /dev/zero > f$i || break; done; ls | wc -l");
  expect(full.stderr).toMatch(/No space left on device/);
  expect((await session.exec("rm f*; echo fine > f; cat f")).stdout).toBe("fine\n");
});

test("a session can start as a copy of another, and goes its own way from there", async () => {
  const first = await TestSession.create();
  await first.clock({ paused: true });
  await first.exec("kubectl create configmap shared --from-literal=a=1; echo note > ~/note", { terminal: "t1" });
  const copy = async (token?: string, from: object = { session: first.id }) =>
    call("POST", "/api/v1/sessions", { ...(token ? { token } : {}), body: { from } });

  const second = new TestSession(await (await copy(first.made.tokens.editor)).json());
  expect((await second.state()).clock).toEqual((await first.state()).clock);
  expect((await second.exec("kubectl get configmap shared -o jsonpath={.data.a}; cat ~/note")).stdout).toBe("1note\n");
  await second.exec("kubectl delete configmap shared");
  expect((await first.exec("kubectl get configmap shared -o name")).stdout).toBe("configmap/shared\n");
  expect((await first.call("GET", "", undefined, second.made.tokens.owner)).status).toBe(401);

  expect([(await copy()).status, (await copy(first.made.tokens.viewer)).status, (await copy(second.made.tokens.owner)).status]).toEqual([
    401, 403, 401,
  ]);
  expect([
    (await copy(first.made.tokens.owner, { session: "abcdefghijkmnpqr" })).status,
    (await copy(first.made.tokens.owner, { session: first.id, revision: 3 })).status,
  ]).toEqual([404, 400]);
});
