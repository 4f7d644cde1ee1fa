import { expect, test } from "vitest";
import { playground } from "../../../test/kit/cluster.ts";

const nodes = [
  { name: "big", cpu: "8", memory: "16Gi", images: ["nginx:1.27"] },
  { name: "small", cpu: "1", memory: "2Gi" },
];

const pod = (name: string, spec: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "nginx:1.27", resources: { requests: { cpu: "2", memory: "1Gi" } } }], ...spec },
});

test("each plugin says what it thinks of each node, also for a pod that has one", async () => {
  const { make, cluster } = await playground({ nodes });
  await make(pod("web", {}));
  const before = cluster.explain("default", "web");
  expect(before?.node).toBe("big");
  const [big, small] = before?.nodes ?? [];
  expect(big?.filters.every(({ reasons }) => reasons.length === 0)).toBe(true);
  expect(big?.scores.map(({ plugin }) => plugin)).toEqual(
    expect.arrayContaining(["NodeResourcesFit", "NodeResourcesBalancedAllocation", "ImageLocality"]),
  );
  expect(big?.total).toBeGreaterThan(0);
  expect(small?.filters).toContainEqual({ plugin: "NodeResourcesFit", reasons: ["Insufficient cpu"] });
  expect(small?.total).toBeUndefined();
  // To ask changes nothing.
  expect(cluster.explain("default", "web")).toEqual(before);
});

test("a pod that fits nowhere has the reasons of all nodes", async () => {
  const { make, cluster } = await playground({ nodes });
  await make(pod("picky", { nodeSelector: { disk: "ssd" } }));
  const said = cluster.explain("default", "picky");
  expect(said?.node).toBeUndefined();
  const reasons = said?.nodes.map(({ node, filters }) => [node, filters.flatMap((one) => one.reasons)]);
  expect(reasons).toEqual([
    ["big", ["node(s) didn't match Pod's node affinity/selector"]],
    ["small", ["node(s) didn't match Pod's node affinity/selector", "Insufficient cpu"]],
  ]);
  expect(cluster.explain("default", "nobody")).toBeUndefined();
});
