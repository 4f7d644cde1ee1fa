import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Api, WatchEvent } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import { controllerReference } from "#machinery/object.ts";
import type { ConfigMap, Pod } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { noKubelets } from "./kubelets.ts";
import { apiServer } from "./server.ts";

async function fresh(): Promise<Api> {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const api = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets: noKubelets }).api(
    admin,
  );
  await api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  await api.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } });
  return api;
}

const map = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});
const pod = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", labels },
  spec: { containers: [{ name: "c", image: "nginx" }] },
});

test("creates, reads, changes and deletes", async () => {
  const api = await fresh();
  const made = await api.create<ConfigMap>("configmaps", map("a", { x: "1" }));
  expect(made.metadata).toMatchObject({ creationTimestamp: "2026-11-23T12:00:00Z", uid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(api.get("configmaps", "a", "default")).toBe(made);

  const changed = await api.update<ConfigMap>("configmaps", { ...made, data: { x: "2" } });
  expect(api.list("configmaps")).toEqual([changed]);
  await expect(api.update<ConfigMap>("configmaps", { ...made, data: { x: "3" } })).rejects.toThrow(
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
  await api.delete("configmaps", "a", "default");
  await expect(api.delete("configmaps", "a", "default")).rejects.toThrow('configmaps "a" not found');
});

test("writing what is there writes nothing", async () => {
  const api = await fresh();
  const made = await api.create<Pod>("pods", pod("a"));
  expect(await api.update("pods", structuredClone(made))).toBe(made);
  expect(await api.updateStatus("pods", structuredClone(made))).toBe(made);
});

test("an update keeps what it leaves as it was, the same in memory", async () => {
  const api = await fresh();
  const made = await api.create<Pod>("pods", pod("a"));
  const changed = await api.updateStatus<Pod>("pods", structuredClone({ ...made, status: { ...made.status, phase: "Running" } }));
  expect(changed.spec).toBe(made.spec);
  expect(changed.status.phase).toBe("Running");
  expect(Object.isFrozen(changed.status)).toBe(true);
});

test("finds by label, by field and by owner", async () => {
  const api = await fresh();
  const owner = await api.create<ConfigMap>("configmaps", map("owner"));
  await api.create<Pod>("pods", { ...pod("b", { app: "web" }), spec: { nodeName: "n1", containers: [{ name: "c", image: "nginx" }] } });
  const owned = pod("a", { app: "db" });
  await api.create<Pod>("pods", { ...owned, metadata: { ...owned.metadata, ownerReferences: [controllerReference(owner)] } });

  const names = (pods: readonly KubeObject[]) => pods.map((each) => each.metadata.name);
  expect(names(api.list("pods"))).toEqual(["a", "b"]);
  expect(names(api.list("pods", { labels: "app=web" }))).toEqual(["b"]);
  expect(names(api.list("pods", { fields: { "spec.nodeName": "n1" } }))).toEqual(["b"]);
  expect(names(api.list("pods", { namespace: "other", fields: { "spec.nodeName": "n1" } }))).toEqual([]);
  expect(names(api.owned("pods", owner))).toEqual(["a"]);
  expect(api.dependents(owner.metadata.uid ?? "").map(({ resource }) => resource)).toEqual(["pods"]);
  await api.delete("pods", "a", "default");
  expect(names(api.owned("pods", owner))).toEqual([]);
});

test("tells what happens as it happens: a pod that is deleted with grace goes in two steps", async () => {
  const api = await fresh();
  const heard: string[] = [];
  api.watch("pods", ({ type, object }: WatchEvent) =>
    heard.push(`${type} ${object.metadata.name} ${object.metadata.deletionGracePeriodSeconds ?? "-"}`),
  );
  const draft = pod("a");
  await api.create<Pod>("pods", { ...draft, spec: { ...draft.spec, nodeName: "n1" } });
  await api.delete("pods", "a", "default");
  await api.delete("pods", "a", "default");
  await api.delete("pods", "a", "default", { gracePeriodSeconds: 0 });
  expect(heard).toEqual(["ADDED a -", "MODIFIED a 30", "MODIFIED a 0", "DELETED a 0"]);
});

test("finalizers hold a deleted object until they are gone", async () => {
  const api = await fresh();
  const draft = map("a");
  const made = await api.create<ConfigMap>("configmaps", { ...draft, metadata: { ...draft.metadata, finalizers: ["example.com/wait"] } });
  await api.delete("configmaps", "a", "default");
  const waiting = api.get<ConfigMap>("configmaps", "a", "default") ?? made;
  expect(waiting.metadata).toMatchObject({ deletionTimestamp: "2026-11-23T12:00:00Z", deletionGracePeriodSeconds: 0 });
  await api.update<ConfigMap>("configmaps", { ...waiting, metadata: { ...waiting.metadata, finalizers: [] } });
  expect(api.get("configmaps", "a", "default")).toBeUndefined();
});

test("gives names that are free", async () => {
  const api = await fresh();
  const draft = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "web-", namespace: "default" } };
  const made = [await api.create<ConfigMap>("configmaps", draft), await api.create<ConfigMap>("configmaps", draft)];
  for (const each of made) expect(each.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
});

test("nothing is created where no namespace is", async () => {
  const api = await fresh();
  const draft = map("a");
  await expect(api.create("configmaps", { ...draft, metadata: { name: "a", namespace: "none" } })).rejects.toThrow('namespaces "none" not found');
});
