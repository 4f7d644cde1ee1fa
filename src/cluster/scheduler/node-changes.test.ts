import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Event, Node, Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const pod = (spec: Partial<Pod["spec"]>): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "waits", namespace: "default", labels: { app: "waits" } },
  spec: { containers: [{ name: "main", image: "busybox:1.36" }], ...spec },
});

const large = { containers: [{ name: "main", image: "busybox:1.36", resources: { requests: { cpu: "90" } } }] };
const spread = {
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "waits" } } },
  ],
};

const label = (key: string) => (node: Node) => ({ ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, [key]: "a" } } });

/** How often it was said of the pod that it fits nowhere. */
const refusals = ({ api }: Playground) =>
  api
    .list<Event>("events", { namespace: "default" })
    .filter(({ reason }) => reason === "FailedScheduling")
    .reduce((sum, { series }) => sum + (series?.count ?? 1), 0);

test.for([
  ["a label that nothing asks for", large, label("colour"), false],
  ["the label that it asks for", { nodeSelector: { disk: "a" } }, label("disk"), true],
  ["a label that does not help", { nodeSelector: { disk: "a" } }, label("colour"), false],
  ["a zone to spread over", spread, label("zone"), true],
] as const)("a pod that was refused hopes for what may help it: %s", async ([, spec, change, helps]) => {
  const play = await playground();
  await play.cluster.tasks.run(() => play.api.create("pods", pod(spec as unknown as Partial<Pod["spec"]>)));
  await play.rest(30_000);
  expect(refusals(play)).toBe(1);
  await play.cluster.tasks.run(() => play.api.update("nodes", change(play.api.get<Node>("nodes", "node-1") as Node)));
  await play.rest(30_000);
  const isPlaced = play.api.get<Pod>("pods", "waits", "default")?.spec.nodeName !== undefined;
  expect(isPlaced).toBe(helps);
  expect(refusals(play)).toBe(1);
});
