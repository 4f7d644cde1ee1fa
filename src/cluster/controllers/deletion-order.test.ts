import { expect, test } from "vitest";
import { formatTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { inDeletionOrder } from "./deletion-order.ts";

const now = Date.UTC(2026, 10, 23, 12);
const ago = (seconds: number) => formatTime(now - seconds * 1000);

interface Said {
  node?: string;
  phase?: Pod["status"]["phase"];
  ready?: number;
  cost?: string;
  restarts?: number;
  age?: number;
}

function pod(name: string, { node = "n", phase = "Running", ready = 100, cost, restarts = 0, age = 200 }: Said = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      uid: name,
      creationTimestamp: ago(age),
      ...(cost ? { annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } } : {}),
    },
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status: {
      phase,
      conditions: ready < 0 ? [] : [{ type: "Ready", status: "True", lastTransitionTime: ago(ready) }],
      containerStatuses: [{ name: "c", image: "", imageID: "", ready: true, restartCount: restarts }],
    },
  };
}

test.for<[why: string, first: Said, second: Said]>([
  ["without a node before those with one", { node: "" }, { ready: -1 }],
  ["pending before running", { phase: "Pending", ready: -1 }, { ready: -1 }],
  ["not ready before ready", { ready: -1 }, {}],
  ["a lower cost before a higher one", { cost: "-5" }, { restarts: 9 }],
  ["a cost that is no number counts as none", { cost: "1" }, { cost: "02" }],
  ["where it is crowded before where it is not", { node: "crowded" }, { restarts: 9 }],
  ["ready for less time before longer, by order of magnitude", { ready: 2 }, { ready: 100 }],
  ["more restarts before fewer", { restarts: 3 }, { restarts: 1 }],
  ["younger before older, by order of magnitude", { age: 20 }, { age: 200 }],
])("%s", ([why, first, second]) => {
  const [a, b] = [pod("b", first), pod("a", second)];
  const crowd = new Map([["crowded", 3]]);
  const expected = why.startsWith("a cost that is no number") ? ["a", "b"] : ["b", "a"];
  expect(inDeletionOrder([b, a], crowd, now).map(({ metadata }) => metadata.name)).toEqual(expected);
});
