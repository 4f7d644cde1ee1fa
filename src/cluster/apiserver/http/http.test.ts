import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { bodySource, bodyText, type HttpResponse } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { ConfigMap } from "#machinery/types.ts";
import { admin, type User } from "#machinery/user.ts";
import { bootstrap } from "../bootstrap/bootstrap.ts";
import { noKubelets } from "../kubelets.ts";
import { apiServer } from "../server.ts";

const maps = "/api/v1/namespaces/default/configmaps";

async function fresh() {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const store = new MemoryStore();
  const server = apiServer({ store, clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets: noKubelets });
  await bootstrap(server, clock);
  const api = server.api(admin);
  const send = (url: string, method = "GET", body?: object, user: User = admin, headers: Record<string, string> = {}) =>
    server.fetch({ method, url, headers, body: body && bytesOf(JSON.stringify(body)) }, user);
  const make = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) =>
    api.create<ConfigMap>("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default", labels }, data });
  return { tasks, clock, store, server, api, send, make };
}

const json = async (response: HttpResponse) => JSON.parse(await bodyText(response));

interface Event {
  type: string;
  object: ConfigMap;
}

/** The events of a stream, as they come. */
async function follow(response: HttpResponse, tasks: Tasks): Promise<Event[]> {
  const source = bodySource(response);
  const events: Event[] = [];
  tasks.detach(async () => {
    for (let chunk = await source.read(); chunk; chunk = await source.read())
      for (const line of textOf(chunk).trim().split("\n")) events.push(JSON.parse(line));
  });
  await tasks.idle();
  return events;
}

const brief = (events: Event[]) => events.map(({ type, object }) => `${type} ${object.metadata.name}`);

test("pages of a list are of one moment, whatever happens in between", async () => {
  const { send, make, api } = await fresh();
  for (const name of ["a", "b", "c", "d"]) await make(name);
  const first = await json(await send(`${maps}?limit=2`));
  await api.delete("configmaps", "d", "default");
  await make("bb");
  const second = await json(await send(`${maps}?limit=2&continue=${first.metadata.continue}`));
  const names = (list: { items: ConfigMap[] }) => list.items.map(({ metadata }) => metadata.name);
  expect([names(first), names(second)]).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect([first.metadata.remainingItemCount, second.metadata.continue]).toEqual([2, undefined]);
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
});

test("a page of a moment that is forgotten tells how to go on with now", async () => {
  const { send, make, store } = await fresh();
  for (const name of ["a", "b", "c"]) await make(name);
  const first = await json(await send(`${maps}?limit=1`));
  await make("aa");
  store.journal.take();
  store.compact(store.revision);
  const expired = await json(await send(`${maps}?limit=1&continue=${first.metadata.continue}`));
  expect(expired).toMatchObject({ code: 410, reason: "Expired" });
  const rest = await json(await send(`${maps}?continue=${expired.metadata.continue}`));
  expect(rest.items.map(({ metadata }: ConfigMap) => metadata.name)).toEqual(["aa", "b", "c"]);
});

test("a watch from a version gives what came after it, then what comes", async () => {
  const { send, make, api, tasks } = await fresh();
  const { metadata } = await make("a");
  await make("b");
  const response = await send(`${maps}?watch=1&resourceVersion=${metadata.resourceVersion}`);
  await api.delete("configmaps", "a", "default");
  expect(brief(await follow(response, tasks))).toEqual(["ADDED b", "DELETED a"]);
});

test("a watch from a version that is forgotten says so, as its only event", async () => {
  const { send, make, store, tasks } = await fresh();
  await make("a");
  store.journal.take();
  store.compact(store.revision);
  const events = await follow(await send(`${maps}?watch=1&resourceVersion=1`), tasks);
  expect(events).toMatchObject([{ type: "ERROR", object: { code: 410, reason: "Expired" } }]);
});

test("what comes into a selection is added, what leaves it deleted", async () => {
  const { send, make, api, tasks } = await fresh();
  const response = await send(`${maps}?watch=1&labelSelector=app%3Dweb`);
  const made = await make("a", {}, { app: "db" });
  const labelled = await api.update<ConfigMap>("configmaps", { ...made, metadata: { ...made.metadata, labels: { app: "web" } } });
  await api.update<ConfigMap>("configmaps", { ...labelled, data: { x: "1" } });
  const now = api.get<ConfigMap>("configmaps", "a", "default") ?? labelled;
  await api.update<ConfigMap>("configmaps", { ...now, metadata: { ...now.metadata, labels: {} } });
  expect(brief(await follow(response, tasks))).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
});

test("all watchers of one form get the same bytes", async () => {
  const { send, make } = await fresh();
  const [one, two] = [await send(`${maps}?watch=1`), await send("/api/v1/configmaps?watch=1")];
  await make("a");
  expect(await bodySource(one).read()).toBe(await bodySource(two).read());
});

test("a watch ends when its time is over, after a bookmark for those who want one", async () => {
  const { send, clock, store, tasks } = await fresh();
  const response = await send(`${maps}?watch=1&timeoutSeconds=60&allowWatchBookmarks=true`);
  const events = await follow(response, tasks);
  await clock.advance(clock.now() + 59_000);
  const resourceVersion = String(store.revision);
  expect(events).toMatchObject([
    { type: "BOOKMARK", object: { kind: "ConfigMap", metadata: { resourceVersion, annotations: { "k8s.io/initial-events-end": "true" } } } },
    { type: "BOOKMARK", object: { kind: "ConfigMap", metadata: { resourceVersion } } },
  ]);
  await clock.advance(clock.now() + 1000);
  expect(clock.next()).toBeUndefined();
});

test("a watch whose reader goes leaves nothing behind", async () => {
  const { send, clock } = await fresh();
  const response = await send(`${maps}?watch=1`);
  bodySource(response).cancel();
  expect(clock.next()).toBeUndefined();
});

test.each([
  ["pods", "list", 200],
  ["secrets", "list", 403],
  ["nodes", "list", 200],
  ["pods/p", "delete", 403],
])("a viewer's %s: %s gives %i", async (path, verb, status) => {
  const { send } = await fresh();
  const base = path === "nodes" ? "/api/v1" : "/api/v1/namespaces/default";
  const response = await send(`${base}/${path}`, verb === "delete" ? "DELETE" : "GET", undefined, {
    name: "viewer",
    groups: ["system:authenticated"],
  });
  expect(response.status).toBe(status);
});

test("a service account's token is good until its account is gone", async () => {
  const { send, api, server } = await fresh();
  await api.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot", namespace: "default" } });
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { status } = await json(await send("/api/v1/namespaces/default/serviceaccounts/robot/token", "POST", request));
  expect(server.tokens.authenticate(status.token)?.name).toBe("system:serviceaccount:default:robot");
  expect(server.tokens.authenticate(`${status.token}x`)).toBeUndefined();
  await api.delete("serviceaccounts", "robot", "default");
  expect(server.tokens.authenticate(status.token)).toBeUndefined();
});

test("curl gets JSON in lines, others in one", async () => {
  const { send } = await fresh();
  const text = async (agent: string) => await bodyText(await send("/version", "GET", undefined, admin, { "user-agent": agent }));
  expect((await text("curl/8.5.0")).split("\n").length).toBeGreaterThan(5);
  expect((await text("kubectl/v1.36.3")).trim().split("\n")).toHaveLength(1);
});

test("the service proxy says when nothing stands behind a service", async () => {
  const { send } = await fresh();
  const answered = await json(await send("/api/v1/namespaces/default/services/kubernetes/proxy/"));
  expect(answered).toMatchObject({ code: 503, message: 'no endpoints available for service "kubernetes"' });
});

test("what is not simulated says so by name", async () => {
  const { send, api } = await fresh();
  await api.create("nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } });
  expect((await json(await send("/api/v1/nodes/n1/proxy/stats"))).message).toBe("Not simulated by Podyard: the kubelet's own HTTP API (nodes/proxy)");
});
