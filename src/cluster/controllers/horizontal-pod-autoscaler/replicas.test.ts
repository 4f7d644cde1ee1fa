import { expect, test } from "vitest";
import { formatTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { replicasFor, type Sample, Unknown } from "./replicas.ts";

const now = Date.UTC(2026, 10, 23, 12);
const minute = 60_000;

type Sort = "ready" | "unready" | "pending" | "failed" | "deleted" | "starting" | "young";

function pod(name: string, sort: Sort): Pod {
  const age = sort === "starting" || sort === "young" ? minute : 60 * minute;
  const status = sort === "unready" || sort === "starting" ? "False" : "True";
  const changed = sort === "young" ? now - 5_000 : sort === "unready" ? now - 10 * minute : now - age;
  return {
    metadata: { name, ...(sort === "deleted" ? { deletionTimestamp: formatTime(now) } : {}) },
    spec: { containers: [] },
    status: {
      phase: sort === "pending" ? "Pending" : sort === "failed" ? "Failed" : "Running",
      startTime: formatTime(now - age),
      conditions: [{ type: "Ready", status, lastTransitionTime: formatTime(changed) }],
    },
  } as unknown as Pod;
}

/** Pods that use so much of a hundred; undefined where nothing was measured. */
function ask(pods: [Sort, number | undefined][], current = pods.length, target = 50) {
  const samples = new Map<string, Sample>();
  for (const [i, [, value]] of pods.entries()) if (value !== undefined) samples.set(`p${i}`, { value, at: now - 10_000, window: 15_000 });
  const mean = (values: ReadonlyMap<string, number>) => [...values.values()].reduce((sum, value) => sum + value, 0) / values.size;
  return replicasFor({
    pods: pods.map(([sort], i) => pod(`p${i}`, sort)),
    samples,
    current,
    tolerance: { up: 0.1, down: 0.1 },
    isCpu: true,
    now,
    ratio: (values) => mean(values) / target,
    full: () => 100,
  }).replicas;
}

test.for<[why: string, pods: [Sort, number | undefined][], replicas: number]>([
  [
    "as many as use what they should",
    [
      ["ready", 100],
      ["ready", 60],
    ],
    4,
  ],
  [
    "fewer",
    [
      ["ready", 10],
      ["ready", 20],
      ["ready", 15],
    ],
    1,
  ],
  [
    "a small difference is left alone",
    [
      ["ready", 54],
      ["ready", 54],
    ],
    2,
  ],
  [
    "those that fail or go do not count",
    [
      ["ready", 100],
      ["failed", 0],
      ["deleted", 100],
    ],
    2,
  ],
  [
    "those that are pending count as idle when there would be more",
    [
      ["ready", 100],
      ["ready", 100],
      ["pending", undefined],
    ],
    4,
  ],
  [
    "those that start count as idle too",
    [
      ["ready", 100],
      ["starting", 100],
      ["young", 100],
    ],
    3,
  ],
  [
    "those that are not measured count as idle upwards",
    [
      ["ready", 200],
      ["ready", undefined],
    ],
    4,
  ],
  [
    "and as busy downwards",
    [
      ["ready", 5],
      ["ready", 5],
      ["ready", undefined],
    ],
    3,
  ],
  [
    "those that were ready once count though they are not now",
    [
      ["unready", 100],
      ["ready", 100],
    ],
    4,
  ],
])("%s", ([, pods, replicas]) => {
  expect(ask(pods)).toBe(replicas);
});

test.for<[why: string, pods: [Sort, number | undefined][], message: string]>([
  ["no pods", [], "no pods returned by selector while calculating replica count"],
  ["none measured", [["pending", undefined]], "did not receive metrics for targeted pods (pods might be unready)"],
])("nothing can be said: %s", ([, pods, message]) => {
  expect(() => ask(pods)).toThrow(new Unknown(message));
});
