import { expect, test } from "vitest";
import type { Node, Pod } from "#machinery/types.ts";
import { type Playground, playground, web } from "../../../test/kit/cluster.ts";

const nodeNamed = ({ api }: Playground, name: string) => api.get<Node>("nodes", name) as Node;
const ready = (node: Node) => node.status.conditions?.find(({ type }) => type === "Ready");
const taints = (node: Node) => (node.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
const machine = ({ cluster }: Playground, name: string) => {
  const found = cluster.machines.nodes().find((each) => each.name === name);
  if (!found) throw new Error(`no machine ${name}`);
  return found;
};
const stop = (play: Playground, name: string) => play.cluster.tasks.run(() => machine(play, name).stopService("kubelet"));

test("a node whose kubelet stops is given up after its grace, and its pods go elsewhere after theirs", async () => {
  const play = await playground();
  await play.make(web({ replicas: 4 }));
  const before = play.api.list<Pod>("pods", { namespace: "default" }).filter(({ spec }) => spec.nodeName === "node-2");
  expect(before).not.toHaveLength(0);

  await stop(play, "node-2");
  await play.rest(39_000);
  expect(ready(nodeNamed(play, "node-2"))?.status).toBe("True");
  await play.rest(12_000);
  const lost = nodeNamed(play, "node-2");
  expect(ready(lost)).toMatchObject({ status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." });
  expect(taints(lost)).toEqual(["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"]);
  expect(play.events("node-2")).toContain("Normal NodeNotReady: Node node-2 status is now: NodeNotReady");
  for (const { metadata } of before) expect(play.events(metadata.name)).toContain("Warning NodeNotReady: Node is not ready");

  await play.rest(301_000);
  for (const { metadata } of before) {
    const pod = play.api.get<Pod>("pods", metadata.name, "default");
    expect(pod?.metadata.deletionTimestamp).toBeDefined();
    expect(pod?.status.conditions?.find(({ type }) => type === "DisruptionTarget")?.reason).toBe("DeletionByTaintManager");
  }
  const elsewhere = play.api.list<Pod>("pods", { namespace: "default" }).filter(({ metadata }) => !metadata.deletionTimestamp);
  expect(elsewhere.map(({ spec }) => spec.nodeName)).toEqual(["node-1", "node-1", "node-1", "node-1"]);
});

test("a kubelet that comes back makes its node ready again, and what was to go may stay", async () => {
  const play = await playground();
  await play.make(web({ replicas: 4 }));
  await stop(play, "node-2");
  await play.rest(60_000);
  play.cluster.tasks.detach(() => machine(play, "node-2").startService("kubelet"));
  await play.rest(60_000);
  expect(ready(nodeNamed(play, "node-2"))?.status).toBe("True");
  expect(taints(nodeNamed(play, "node-2"))).toEqual([]);
  const pods = play.api.list<Pod>("pods", { namespace: "default" });
  expect(pods).toHaveLength(4);
  expect(pods.every(({ metadata }) => !metadata.deletionTimestamp)).toBe(true);
});

test("where all nodes are lost, none loses its pods", async () => {
  const play = await playground();
  await play.make(web({ replicas: 2 }));
  await stop(play, "node-1");
  await stop(play, "node-2");
  await play.rest(600_000);
  for (const name of ["node-1", "node-2"]) expect(taints(nodeNamed(play, name))).toEqual(["node.kubernetes.io/unreachable:NoSchedule"]);
  expect(play.api.list<Pod>("pods", { namespace: "default" }).every(({ metadata }) => !metadata.deletionTimestamp)).toBe(true);
});

test("a cordoned node carries the taint that says so, until it is uncordoned", async () => {
  const play = await playground();
  await play.does((api) => api.update("nodes", { ...nodeNamed(play, "node-1"), spec: { ...nodeNamed(play, "node-1").spec, unschedulable: true } }));
  expect(taints(nodeNamed(play, "node-1"))).toEqual(["node.kubernetes.io/unschedulable:NoSchedule"]);
  await play.does((api) => api.update("nodes", { ...nodeNamed(play, "node-1"), spec: { ...nodeNamed(play, "node-1").spec, unschedulable: false } }));
  expect(taints(nodeNamed(play, "node-1"))).toEqual([]);
});

test("a node that is deleted takes its pods with it after a while", async () => {
  const play = await playground();
  await play.make({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bare", namespace: "default" },
    spec: { nodeName: "node-2", containers: [{ name: "main", image: "nginx:1.27" }] },
  } as never);
  await play.does((api) => api.delete("nodes", "node-2"));
  await play.rest(60_000);
  expect(play.api.get("pods", "bare", "default")).toBeUndefined();
});

test("idle nodes cost nothing: nothing is written and nothing is due", async () => {
  const play = await playground();
  // Events of the beginning expire.
  await play.rest(2 * 3_600_000);
  const { revision } = play.cluster;
  await play.rest(7 * 86_400_000);
  expect(play.cluster.revision).toBe(revision);
  expect(play.cluster.clock.next()).toBeUndefined();
});
