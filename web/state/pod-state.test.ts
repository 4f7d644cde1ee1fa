import { expect, test } from "vitest";
import type { ContainerStatus, Pod } from "./objects.ts";
import { messageOf, statusOf, toneOf } from "./pod-state.ts";

const container = (state: ContainerStatus["state"], ready = false): ContainerStatus => ({
  name: "app",
  ready,
  restartCount: 0,
  ...(state ? { state } : {}),
});

function pod(status: Pod["status"], more: Partial<Pod["spec"]> & { deleting?: boolean } = {}): Pod {
  const { deleting, ...spec } = more;
  return {
    metadata: { name: "web", uid: "u", resourceVersion: "1", ...(deleting ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}) },
    spec: { containers: [{ name: "app" }], nodeName: "minikube", ...spec },
    ...(status ? { status } : {}),
  };
}

const ready = [{ type: "Ready", status: "True" }];

test.for<[string, Pod, string, string]>([
  ["has no node yet", pod({ phase: "Pending" }, { nodeName: "" }), "Pending", "waiting"],
  [
    "is made",
    pod({ phase: "Pending", containerStatuses: [container({ waiting: { reason: "ContainerCreating" } })] }),
    "ContainerCreating",
    "creating",
  ],
  ["serves", pod({ phase: "Running", conditions: ready, containerStatuses: [container({ running: {} }, true)] }), "Running", "ready"],
  ["runs but is not ready", pod({ phase: "Running", containerStatuses: [container({ running: {} })] }), "Running", "running"],
  [
    "has no image",
    pod({ phase: "Pending", containerStatuses: [container({ waiting: { reason: "ImagePullBackOff" } })] }),
    "ImagePullBackOff",
    "failing",
  ],
  ["crashes", pod({ phase: "Running", containerStatuses: [container({ waiting: { reason: "CrashLoopBackOff" } })] }), "CrashLoopBackOff", "failing"],
  ["failed", pod({ phase: "Failed", containerStatuses: [container({ terminated: { reason: "Error", exitCode: 1 } })] }), "Error", "failing"],
  ["is done", pod({ phase: "Succeeded", containerStatuses: [container({ terminated: { reason: "Completed", exitCode: 0 } })] }), "Completed", "done"],
  [
    "ended by a signal",
    pod({ phase: "Failed", containerStatuses: [container({ terminated: { exitCode: 137, signal: 9 } })] }),
    "Signal:9",
    "failing",
  ],
  [
    "is being deleted",
    pod({ phase: "Running", conditions: ready, containerStatuses: [container({ running: {} }, true)] }, { deleting: true }),
    "Terminating",
    "ending",
  ],
  [
    "waits for its init containers",
    pod(
      { phase: "Pending", initContainerStatuses: [{ ...container({ running: {} }), name: "wait" }] },
      { initContainers: [{ name: "wait" }, { name: "then" }] },
    ),
    "Init:0/2",
    "creating",
  ],
  [
    "fails in its init container",
    pod(
      { phase: "Pending", initContainerStatuses: [{ ...container({ waiting: { reason: "CrashLoopBackOff" } }), name: "wait" }] },
      { initContainers: [{ name: "wait" }] },
    ),
    "Init:CrashLoopBackOff",
    "failing",
  ],
])("a pod that %s", ([, given, word, tone]) => {
  expect([statusOf(given), toneOf(given)]).toEqual([word, tone]);
});

test("the message is that of what stands in the way", () => {
  expect(messageOf(pod({ containerStatuses: [container({ waiting: { reason: "ErrImagePull", message: "not found" } })] }))).toBe("not found");
  expect(messageOf(pod({ conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }] }))).toBe(
    "0/1 nodes are available",
  );
  expect(messageOf(pod({ conditions: ready }))).toBeUndefined();
});
