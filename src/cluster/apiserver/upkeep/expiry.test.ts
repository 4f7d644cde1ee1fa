import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Event } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { noKubelets } from "../kubelets.ts";
import { apiServer } from "../server.ts";

const minute = 60_000;
const noon = Date.UTC(2026, 10, 23, 12);

function serve(store: MemoryStore, now: number) {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, now);
  const api = apiServer({ store, clock, random: new Random(now), tasks, kinds: Object.values(kinds), kubelets: noKubelets }).api(admin);
  return { api, clock, names: () => api.list("events").map(({ metadata }) => metadata.name) };
}

const event = (name: string) => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name, namespace: "default" },
  involvedObject: { namespace: "default" },
  reason: "Tried",
});

test("events are gone an hour after they were last written", async () => {
  const store = new MemoryStore();
  const { api, clock, names } = serve(store, noon);
  await api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  for (const name of ["a", "b", "c"]) await api.create("events", event(name));
  await clock.advance(noon + 20 * minute);
  await api.update<Event>("events", { ...(api.get<Event>("events", "b", "default") as Event), count: 2 });
  await api.delete("events", "c", "default");

  await clock.advance(noon + 60 * minute - 1);
  expect(names()).toEqual(["a", "b"]);
  await clock.advance(noon + 60 * minute);
  expect(names()).toEqual(["b"]);
  await clock.advance(noon + 80 * minute);
  expect(names()).toEqual([]);
  expect(clock.next()).toBeUndefined();
});

test("a server that starts anew goes on counting", async () => {
  const store = new MemoryStore();
  const before = serve(store, noon);
  await before.api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  await before.api.create("events", event("a"));

  const { clock, names } = serve(new MemoryStore({ checkpoint: store.journal.checkpoint() }), noon + 30 * minute);
  await clock.advance(noon + 60 * minute - 1);
  expect(names()).toEqual(["a"]);
  await clock.advance(noon + 60 * minute);
  expect(names()).toEqual([]);
});
