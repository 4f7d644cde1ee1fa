import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Container, Pod, ResourceRequirements } from "#machinery/types.ts";
import { playground } from "../kit/cluster.ts";

const amounts = (cpu: string, memory: string): ResourceRequirements => ({ requests: { cpu, memory }, limits: { cpu, memory } });
const told = (cpu: string, memory: string, generation: number, error?: string) =>
  JSON.stringify({ containers: [{ name: "main", resources: { limits: { cpu, memory }, requests: { cpu, memory } } }], generation, error });

async function started(resources: ResourceRequirements, more: Partial<Container> = {}) {
  const kit = await playground({ nodes: [{ name: "node-1", cpu: "2", memory: "8Gi", images: ["busybox:1.36"] }] });
  const pod = (name: string, own: Partial<Container>): Draft<Pod> => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "main", image: "busybox:1.36", command: ["sleep", "1000000"], ...own }],
    },
  });
  await kit.make(pod("web", { resources, ...more }), pod("hog", { resources: amounts("800m", "64Mi") }));
  await kit.rest(5000);
  const web = () => kit.api.get<Pod>("pods", "web", "default");
  return {
    ...kit,
    web,
    status: () => web()?.status?.containerStatuses?.[0],
    resizing: () => web()?.status?.conditions?.filter(({ type }) => type?.startsWith("PodResize")) ?? [],
    resize: (resources: ResourceRequirements) =>
      kit.does(async (api) => {
        const pod = web();
        const [main] = pod?.spec.containers ?? [];
        if (pod && main) await api.updateSub<Pod>("pods", "resize", { ...pod, spec: { ...pod.spec, containers: [{ ...main, resources }] } });
      }),
  };
}

test("a container gets more while it runs", async () => {
  const { api, resize, rest, events, status, resizing } = await started(amounts("100m", "64Mi"));
  const before = events("web").length;
  const seen: unknown[] = [];
  api.watch<Pod>("pods", ({ object: { metadata, status: now } }) => {
    const [main] = now?.containerStatuses ?? [];
    const [first] = now?.conditions ?? [];
    const resizes = first?.type?.startsWith("PodResize") ? first.type : "";
    if (metadata.name === "web") seen.push([resizes, main?.allocatedResources?.cpu, main?.resources?.limits?.cpu]);
  });
  await resize(amounts("200m", "96Mi"));
  await rest(3000);
  expect(seen).toEqual([
    ["", "100m", "100m"],
    ["PodResizeInProgress", "200m", "100m"],
    ["", "200m", "200m"],
  ]);
  expect(resizing()).toEqual([]);
  expect(status()).toMatchObject({ restartCount: 0, resources: amounts("200m", "96Mi") });
  expect(events("web").slice(before)).toEqual([
    `Normal ResizeStarted: Pod resize started: ${told("200m", "96Mi", 2)}`,
    `Normal ResizeCompleted: Pod resize completed: ${told("200m", "96Mi", 2)}`,
  ]);
});

test("a container is started anew where its policy asks for that", async () => {
  const { resize, rest, events, status, resizing } = await started(amounts("100m", "64Mi"), {
    resizePolicy: [
      { resourceName: "cpu", restartPolicy: "NotRequired" },
      { resourceName: "memory", restartPolicy: "RestartContainer" },
    ],
  });
  await resize(amounts("150m", "64Mi"));
  await rest(3000);
  expect(status()).toMatchObject({ restartCount: 0, resources: amounts("150m", "64Mi") });
  const before = events("web").length;
  await resize(amounts("150m", "128Mi"));
  await rest(5000);
  expect(status()).toMatchObject({ restartCount: 1, ready: true, resources: amounts("150m", "128Mi") });
  expect(resizing()).toEqual([]);
  const reasons = events("web").slice(before);
  expect(reasons).toContain("Normal Killing: Container main resize requires restart");
  expect(reasons.at(-1)).toBe(`Normal ResizeCompleted: Pod resize completed: ${told("150m", "128Mi", 3)}`);
});

test("what the node has not is waited for, and what it cannot have is refused", async () => {
  const { resize, rest, events, status, resizing, does } = await started(amounts("150m", "48Mi"));
  await resize(amounts("1500m", "48Mi"));
  await rest(1000);
  const lack = "Node didn't have enough resource: cpu, requested: 1500, used: 800, capacity: 2000";
  expect(resizing()).toMatchObject([{ type: "PodResizePending", reason: "Deferred", message: lack }]);
  expect(status()).toMatchObject({ allocatedResources: { cpu: "150m" }, resources: { limits: { cpu: "150m" } } });
  expect(events("web").at(-1)).toBe(`Warning ResizeDeferred: Pod resize OutOfcpu: ${told("1500m", "48Mi", 2, lack)}`);

  await does((api) => api.delete("pods", "hog", "default"));
  await rest(5000);
  expect(resizing()).toEqual([]);
  expect(status()).toMatchObject({ restartCount: 0, resources: amounts("1500m", "48Mi") });

  await resize(amounts("5", "48Mi"));
  await rest(1000);
  expect(resizing()).toMatchObject([{ reason: "Infeasible", message: "Node didn't have enough capacity: cpu, requested: 5000, capacity: 2000" }]);
  expect(status()).toMatchObject({ resources: { limits: { cpu: "1500m" } } });
});
