import { expect, test } from "vitest";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { Node, Pod } from "#machinery/types.ts";
import { recorded } from "../../../scripts/recorded.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

interface Recording {
  namespace: string;
  images: string[];
  actions: { t: number; cmd: string; stdin?: string }[];
  want: [object: string, lines: string[]][];
}

/** Nodes that are objects of the API and nothing else, as the recording made them. */
function fakeNode(name: string, labels: Record<string, string>, spec: Partial<Node["spec"]>, pods: string): Draft<Node> {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec,
    status: {
      allocatable: { cpu: "4", memory: "8Gi", pods, "ephemeral-storage": "50Gi" },
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "" }],
    },
  };
}

/** Plays the recording of pods that fit nowhere. Gives what was said about each. */
async function unschedulable() {
  const recording = recorded("kubelet/17-unschedulable.json.gz") as Recording;
  const { namespace } = recording;
  const nodes = ["node-1", "node-2"].map((name) => ({ name, cpu: "2", memory: "25171652608", images: recording.images }));
  const play = await playground({ nodes });
  await play.make(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    fakeNode("fake-3", { zone: "b", disk: "ssd" }, { taints: [{ key: "dedicated", value: "special", effect: "NoSchedule" }] }, "110"),
    fakeNode("fake-4", { zone: "c" }, { unschedulable: true }, "110"),
    fakeNode("fake-5", { zone: "d" }, {}, "0"),
  );
  await changeNodes(play, ["node-1", "node-2"], (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, zone: "a" } },
  }));

  const begin = play.cluster.clock.now();
  for (const { t, cmd, stdin } of recording.actions) {
    await play.cluster.clock.advance(begin + t * 1000);
    await play.cluster.tasks.run(async () => {
      if (cmd.includes(" apply "))
        for (const text of (stdin ?? "").split(/^---$/m)) {
          const pod = JSON.parse(text) as Draft<Pod>;
          await play.api.create("pods", { ...pod, metadata: { ...pod.metadata, namespace } });
        }
      else if (cmd.includes("uncordon fake-4"))
        await changeNodes(play, ["fake-4"], (node) => ({ ...node, spec: { ...node.spec, unschedulable: false } }));
    });
  }
  await play.rest(12_000);
  return { recording, play };
}

async function changeNodes({ api, cluster }: Playground, names: readonly string[], change: (node: Node) => Node): Promise<void> {
  await cluster.tasks.run(async () => {
    for (const name of names) await api.update("nodes", change(api.get<Node>("nodes", name) as Node));
  });
}

/** Pods that found a place only by what was done later. */
const afterwards = ["gated", "spread"];

const masked = (text: string) => text.replace(/\b(node|fake)-\d\b/g, "<node>");

test("what is said about pods that fit nowhere is what the real scheduler says", async () => {
  const { recording, play } = await unschedulable();
  const differences: string[] = [];
  for (const [of, lines] of recording.want) {
    const name = /^Event Pod\/(.*)$/.exec(of)?.[1];
    if (!name) continue;
    const wanted = lines.filter((line) => line.includes("default-scheduler")).map((line) => line.replace(" from=|default-scheduler", ""));
    const said = play
      .events(name)
      .filter((line) => /Scheduled|FailedScheduling/.test(line))
      .map(masked);
    const isBefore = (line: string) =>
      !line.includes("FailedScheduling") || line.includes("node(s) were unschedulable") || name === "tolerates" || name === "pvc";
    // Once a node is uncordoned the order of tries decides who is told what, and in the end nodes were deleted, which is not played.
    for (const line of wanted.filter((each) => isBefore(each) && !afterwards.includes(name)))
      if (!said.includes(line)) differences.push(`${name}: missing ${line}`);
    for (const line of said.filter(isBefore)) if (!wanted.includes(line)) differences.push(`${name}: not in the recording ${line}`);
  }
  expect(differences).toEqual([]);
});

const busy = (name: string, spec: Partial<Pod["spec"]> = {}): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", labels: { app: "web" } },
  spec: { containers: [{ name: "main", image: "nginx:1.27", resources: { requests: { cpu: "1" } } }], ...spec },
});
const nodeOf = ({ api }: Playground, name: string) => api.get<Pod>("pods", name, "default")?.spec.nodeName;
const small = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `node-${i + 1}`, cpu: "2", memory: "4Gi", images: ["nginx:1.27"] }));

test("a pod that waits is placed when room is made", async () => {
  const play = await playground({ nodes: small(1) });
  await play.make(busy("a"), busy("b"), busy("c"));
  expect(nodeOf(play, "c")).toBeUndefined();
  await play.does((api) => api.delete("pods", "a", "default"));
  expect(nodeOf(play, "c")).toBe("node-1");
});

test("a gated pod is tried when its last gate goes", async () => {
  const play = await playground({ nodes: small(1) });
  await play.make(busy("a", { schedulingGates: [{ name: "example.com/wait" }] }));
  expect(nodeOf(play, "a")).toBeUndefined();
  await play.does((api) => {
    const pod = api.get<Pod>("pods", "a", "default") as Pod;
    const { schedulingGates: _, ...spec } = pod.spec;
    return api.update("pods", { ...pod, spec });
  });
  expect(nodeOf(play, "a")).toBe("node-1");
});

test("a pod of higher priority takes the place of one of lower priority", async () => {
  const play = await playground({ nodes: small(1) });
  const classOf = (name: string, value: number) => ({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value });
  await play.make(classOf("low", 1), classOf("high", 1000), busy("low-1", { priorityClassName: "low" }), busy("low-2", { priorityClassName: "low" }));
  await play.make(busy("high", { priorityClassName: "high" }));
  expect(nodeOf(play, "high")).toBe("node-1");
  expect(play.api.list("pods", { namespace: "default" })).toHaveLength(2);
  const uid = play.api.get<Pod>("pods", "high", "default")?.metadata.uid;
  const told = [...play.events("low-1"), ...play.events("low-2")].filter((line) => line.includes("Preempted"));
  expect(told).toEqual([`Normal Preempted: Preempted by pod ${uid} on node node-1`]);
});

test("replicas of a set are spread over nodes", async () => {
  const play = await playground({ nodes: small(4) });
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image: "nginx:1.27" }] } };
  await play.make({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web", namespace: "default" },
    spec: { replicas: 8, selector: { matchLabels: { app: "web" } }, template },
  } as Draft<KubeObject>);
  const counts = new Map<string, number>();
  for (const { spec } of play.api.list<Pod>("pods", { namespace: "default" }))
    counts.set(spec.nodeName ?? "", (counts.get(spec.nodeName ?? "") ?? 0) + 1);
  expect([...counts.values()]).toEqual([2, 2, 2, 2]);
});

test("pods that will not have their like near them go to different nodes, and one more waits", async () => {
  const play = await playground({ nodes: small(2) });
  const apart: Partial<Pod["spec"]> = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: "web" } }, topologyKey: "kubernetes.io/hostname" }],
      },
    },
  };
  await play.make(busy("a", apart), busy("b", apart), busy("c", apart));
  expect(new Set([nodeOf(play, "a"), nodeOf(play, "b")])).toEqual(new Set(["node-1", "node-2"]));
  expect(nodeOf(play, "c")).toBeUndefined();
  expect(play.events("c")).toEqual([
    "Warning FailedScheduling: 0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
  ]);
});
