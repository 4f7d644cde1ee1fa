import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Tasks } from "#base/tasks.ts";
import type { Api } from "./client.ts";
import { recorder, seriesRecorder } from "./event.ts";
import type { KubeObject } from "./object.ts";
import { formatTime } from "./time.ts";
import type { Event as RecordedEvent } from "./types.ts";

const start = 1_795_446_245_000;
const pod: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", uid: "u1", resourceVersion: "7" } };

/** As much of the API as a recorder needs. */
function world() {
  const events = new Map<string, RecordedEvent>();
  const clock = new TimerQueue(new Tasks(), start);
  const api = {
    get: (_: string, name: string) => events.get(name),
    list: (_: string, { fields }: { fields: Record<string, string> }) =>
      [...events.values()].filter(({ involvedObject }) => involvedObject.uid === fields["involvedObject.uid"]),
    create: async (_: string, event: RecordedEvent) => {
      expect(events.has(event.metadata.name)).toBe(false);
      events.set(event.metadata.name, event);
      return event;
    },
    update: async (_: string, event: RecordedEvent) => {
      events.set(event.metadata.name, event);
      return event;
    },
  } as unknown as Api;
  return { api, clock, all: () => [...events.values()] };
}

test("an event is what the real kubelet records", async () => {
  const { api, clock, all } = world();
  await recorder(api, clock, { component: "kubelet", host: "node-1" }).event(pod, "Normal", "Started", "Container started", {
    fieldPath: "spec.containers{a}",
  });
  expect(all()).toEqual([
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `web.${(BigInt(start) * 1_000_000n).toString(16)}`, namespace: "shop" },
      involvedObject: {
        kind: "Pod",
        namespace: "shop",
        name: "web",
        uid: "u1",
        apiVersion: "v1",
        resourceVersion: "7",
        fieldPath: "spec.containers{a}",
      },
      reason: "Started",
      message: "Container started",
      source: { component: "kubelet", host: "node-1" },
      firstTimestamp: formatTime(start),
      lastTimestamp: formatTime(start),
      count: 1,
      type: "Normal",
      reportingComponent: "kubelet",
      reportingInstance: "node-1",
    },
  ]);
});

test("what happens again is counted, by whoever records it", async () => {
  const { api, clock, all } = world();
  await recorder(api, clock, { component: "kubelet" }).event(pod, "Warning", "BackOff", "again");
  await clock.advance(start + 60_000);
  await recorder(api, clock, { component: "kubelet" }).event(pod, "Warning", "BackOff", "again");
  await recorder(api, clock, { component: "other" }).event(pod, "Warning", "BackOff", "again");
  expect(all().map(({ count, firstTimestamp, lastTimestamp }) => [count, firstTimestamp, lastTimestamp])).toEqual([
    [2, formatTime(start), formatTime(start + 60_000)],
    [1, formatTime(start + 60_000), formatTime(start + 60_000)],
  ]);
});

test("the tenth of many alike is combined with those after it", async () => {
  const { api, clock, all } = world();
  const events = recorder(api, clock, { component: "c" });
  for (let i = 1; i <= 12; i++) await events.event(pod, "Normal", "Scaled", `to ${i}`);
  expect(all()).toHaveLength(10);
  expect(all().at(-1)).toMatchObject({ message: "(combined from similar events): to 12", count: 3, reportingComponent: "" });

  await clock.advance(start + 601_000);
  await events.event(pod, "Normal", "Scaled", "to 13");
  expect(all().at(-1)).toMatchObject({ message: "to 13", count: 1 });
});

test("too many are dropped", async () => {
  const { api, clock, all } = world();
  const events = recorder(api, clock, { component: "c" });
  for (let i = 0; i < 40; i++) await events.event(pod, "Warning", "Unhealthy", "no");
  expect(all()[0]?.count).toBe(25);
  await clock.advance(start + 300_000);
  await events.event(pod, "Warning", "Unhealthy", "no");
  await events.event(pod, "Warning", "Unhealthy", "no");
  expect(all()[0]?.count).toBe(26);
});

test("a scheduler's events come in series", async () => {
  const { api, clock, all } = world();
  const events = seriesRecorder(api, clock, "default-scheduler");
  for (let i = 0; i < 3; i++) await events.event(pod, "Warning", "FailedScheduling", "Scheduling", "0/1 nodes");
  expect(all()).toHaveLength(1);
  expect(all()[0]).toMatchObject({ action: "Scheduling", reportingComponent: "default-scheduler", series: { count: 2 } });
  expect(all()[0]).not.toHaveProperty("count");
  await events.event({ ...pod, metadata: { ...pod.metadata, resourceVersion: "8" } }, "Warning", "FailedScheduling", "Scheduling", "0/1 nodes");
  expect(all()).toHaveLength(2);
});

test("events of what has no namespace are in default", async () => {
  const { api, clock, all } = world();
  const node: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: "n", uid: "n1" } };
  await recorder(api, clock, { component: "c" }).event(node, "Normal", "Ready", "ready");
  expect(all()[0]?.metadata.namespace).toBe("default");
  expect(all()[0]?.involvedObject).toEqual({ kind: "Node", name: "n", uid: "n1", apiVersion: "v1" });
});
