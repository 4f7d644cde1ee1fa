import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { ControllerRevision, DaemonSet, Node, Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const nodes = ["node-1", "node-2", "node-3"].map((name) => ({ name, cpu: "4", memory: "8Gi", images: ["nginx:1.27", "nginx:1.28"] }));

function agent(spec: Partial<DaemonSet["spec"]> = {}, pod: Partial<Pod["spec"]> = {}): Draft<DaemonSet> {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace: "default" },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: { metadata: { name: "", labels: { app: "agent" } }, spec: { containers: [{ name: "nginx", image: "nginx:1.27" }], ...pod } },
      ...spec,
    },
  };
}

const setOf = ({ api }: Playground) => api.get<DaemonSet>("daemonsets.apps", "agent", "default") as DaemonSet;
const placesOf = ({ api }: Playground) =>
  api
    .list<Pod>("pods", { namespace: "default" })
    .map(({ spec }) => spec.nodeName)
    .sort();
const change = (play: Playground, name: string, by: (node: Node) => Node) =>
  play.does((api) => api.update("nodes", by(api.get<Node>("nodes", name) as Node)));
const setImage = (play: Playground, image: string) =>
  play.does((api) => {
    const set = setOf(play);
    const { template } = set.spec;
    return api.update("daemonsets.apps", {
      ...set,
      spec: { ...set.spec, template: { ...template, spec: { ...template.spec, containers: [{ name: "nginx", image }] } } },
    });
  });

test("every node has a pod, and a node that comes gets one", async () => {
  const play = await playground({ nodes });
  await play.make(agent());
  expect(placesOf(play)).toEqual(["node-1", "node-2", "node-3"]);
  expect(setOf(play).status).toMatchObject({
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    numberReady: 3,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
  });
  expect(play.events("agent")).toHaveLength(3);
  expect(play.api.list<ControllerRevision>("controllerrevisions.apps").map(({ revision }) => revision)).toEqual([1]);
});

test("nodes are chosen by their labels, and a change of them is followed", async () => {
  const play = await playground({ nodes });
  const label = (name: string, role: string) =>
    change(play, name, (node) => ({ ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, role } } }));
  await play.make(agent({}, { nodeSelector: { role: "agent" } }));
  expect(placesOf(play)).toEqual([]);
  await label("node-2", "agent");
  expect(placesOf(play)).toEqual(["node-2"]);
  await label("node-2", "other");
  expect(placesOf(play)).toEqual([]);
});

test("a cordoned node keeps its pod, and a tainted one gets none", async () => {
  const play = await playground({ nodes });
  await change(play, "node-1", (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
  await change(play, "node-2", (node) => ({ ...node, spec: { ...node.spec, taints: [{ key: "dedicated", value: "db", effect: "NoSchedule" }] } }));
  await play.make(agent());
  expect(placesOf(play)).toEqual(["node-1", "node-3"]);
});

test.for<[why: string, rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string }, least: number, most: number]>([
  ["one after the other", {}, 2, 3],
  ["two at a time", { maxUnavailable: 2 }, 1, 3],
  ["the new one before the old one goes", { maxSurge: 1, maxUnavailable: 0 }, 3, 4],
])("pods are replaced: %s", async ([, rollingUpdate, least, most]) => {
  const play = await playground({ nodes });
  await play.make(agent({ updateStrategy: { type: "RollingUpdate", rollingUpdate } }));
  const counts: { living: number; ready: number }[] = [];
  play.api.watch<Pod>("pods", () => {
    const living = play.api.list<Pod>("pods", { namespace: "default" }).filter(({ metadata }) => !metadata.deletionTimestamp);
    counts.push({
      living: living.length,
      ready: living.filter(({ status }) => status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True")).length,
    });
  });
  await setImage(play, "nginx:1.28");
  expect(setOf(play).status).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3 });
  expect(placesOf(play)).toEqual(["node-1", "node-2", "node-3"]);
  expect(Math.min(...counts.map(({ ready }) => ready))).toBe(least);
  expect(Math.max(...counts.map(({ living }) => living))).toBe(most);
  expect(
    play.api
      .list<ControllerRevision>("controllerrevisions.apps")
      .map(({ revision }) => revision)
      .sort(),
  ).toEqual([1, 2]);
});

test("with OnDelete a pod is new only after somebody deleted the old one", async () => {
  const play = await playground({ nodes });
  await play.make(agent({ updateStrategy: { type: "OnDelete" } }));
  await setImage(play, "nginx:1.28");
  expect(setOf(play).status).toMatchObject({ numberAvailable: 3 });
  expect(setOf(play).status.updatedNumberScheduled).toBeUndefined();
  const [pod] = play.api.list<Pod>("pods", { namespace: "default" });
  await play.does((api) => api.delete("pods", pod?.metadata.name ?? "", "default"));
  expect(setOf(play).status).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 3 });
});
