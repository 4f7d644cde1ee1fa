import { expect, test } from "vitest";
import { isStanding, presentedLease, presentedNode, standingLeaseSpec, stoppedLease } from "./heartbeat.ts";
import { parseTime } from "./time.ts";
import type { Lease, Node } from "./types.ts";

const made = "2026-11-23T12:00:00Z";
const at = (seconds: number) => parseTime(made) + seconds * 1000;
const lease = (spec: Lease["spec"] = standingLeaseSpec("node-1"), namespace = "kube-node-lease"): Lease => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "node-1", namespace, creationTimestamp: made },
  spec,
});
const node: Node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node-1" },
  spec: {},
  status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: made }] },
};

test.for<[why: string, Lease, boolean]>([
  ["one that its kubelet renews", lease(), true],
  ["one that was renewed last at some time", lease({ ...standingLeaseSpec("node-1"), renewTime: "2026-11-23T12:00:00.000000Z" }), false],
  ["one of another namespace", lease(undefined, "default"), false],
  ["one that somebody else holds", lease({ holderIdentity: "other" }), false],
])("a lease stands: %s", ([, of, expected]) => {
  expect(isStanding(of)).toBe(expected);
});

test.for([
  [0, "2026-11-23T12:00:00.000000Z"],
  [9.9, "2026-11-23T12:00:00.000000Z"],
  [10, "2026-11-23T12:00:10.000000Z"],
  [86_405, "2026-11-24T12:00:00.000000Z"],
] as const)("after %d seconds a standing lease was renewed at %s", ([seconds, expected]) => {
  expect(presentedLease(lease(), at(seconds)).spec.renewTime).toBe(expected);
});

test("a lease that no longer stands is shown as it is", () => {
  const stopped = stoppedLease(lease(), at(25));
  expect(presentedLease(stopped, at(1000))).toBe(stopped);
  expect(stopped.spec.renewTime).toBe("2026-11-23T12:00:20.000000Z");
});

test("the conditions of a node have their last heartbeats for as long as its lease stands", () => {
  expect(presentedNode(node, lease(), at(601)).status.conditions?.[0]?.lastHeartbeatTime).toBe("2026-11-23T12:10:00Z");
  expect(presentedNode(node, undefined, at(601))).toBe(node);
});
