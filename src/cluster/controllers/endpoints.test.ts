import { expect, test } from "vitest";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { EndpointSlice, Endpoints, Pod, Service } from "#machinery/types.ts";
import { type Playground, playground, web } from "../../../test/kit/cluster.ts";

const nodes = [{ name: "node-1", cpu: "64", memory: "128Gi", pods: 500, images: ["nginx:1.27"] }];
const service = (name: string, spec: Partial<Service["spec"]> = {}): Draft<KubeObject> =>
  ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default", labels: { tier: name } },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }], ...spec },
  }) as Draft<KubeObject>;

const endpointsOf = ({ api }: Playground, name: string) => api.get<Endpoints>("endpoints", name, "default");
const slicesOf = ({ api }: Playground, name: string) =>
  api.list<EndpointSlice>("endpointslices.discovery.k8s.io", { namespace: "default", labels: `kubernetes.io/service-name=${name}` });
const ready = (play: Playground, name: string) => endpointsOf(play, name)?.subsets?.flatMap(({ addresses = [] }) => addresses).length ?? 0;

test("a service has endpoints of both sorts from the beginning, and loses them with itself", async () => {
  const play = await playground({ nodes });
  await play.make(service("web"));
  expect(endpointsOf(play, "web")).toMatchObject({
    metadata: { labels: { tier: "web", "endpoints.kubernetes.io/managed-by": "endpoint-controller" } },
  });
  expect(endpointsOf(play, "web")?.subsets).toBeUndefined();
  expect(slicesOf(play, "web")).toMatchObject([
    {
      metadata: {
        generateName: "web-",
        labels: { tier: "web", "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io", "kubernetes.io/service-name": "web" },
      },
      addressType: "IPv4",
    },
  ]);

  await play.does((api) => api.delete("services", "web", "default"));
  expect(endpointsOf(play, "web")).toBeUndefined();
  expect(slicesOf(play, "web")).toEqual([]);
});

test("ready pods are endpoints, in the slice that was empty before", async () => {
  const play = await playground({ nodes });
  await play.make(service("web"));
  const [empty] = slicesOf(play, "web");
  await play.make(web({ replicas: 2 }));
  const [slice, ...others] = slicesOf(play, "web");
  expect(others).toEqual([]);
  expect(slice?.metadata.name).toBe(empty?.metadata.name);
  expect(slice?.ports).toEqual([{ name: "http", port: 80, protocol: "TCP" }]);
  expect(slice?.endpoints?.map(({ conditions, nodeName }) => ({ conditions, nodeName }))).toEqual(
    [1, 2].map(() => ({ conditions: { ready: true, serving: true, terminating: false }, nodeName: "node-1" })),
  );
  expect(endpointsOf(play, "web")?.subsets).toMatchObject([
    { addresses: [{ nodeName: "node-1" }, {}], ports: [{ name: "http", port: 80, protocol: "TCP" }] },
  ]);

  await play.does((api) => api.delete("deployments.apps", "web", "default"));
  expect(slicesOf(play, "web")).toHaveLength(1);
  expect(endpointsOf(play, "web")?.subsets).toBeUndefined();
});

test.for<[why: string, spec: Partial<Service["spec"]>, addresses: number]>([
  ["a port by its name", { ports: [{ port: 80, targetPort: "web" }] }, 2],
  ["a port that no pod names", { ports: [{ port: 80, targetPort: "admin" }] }, 0],
  ["no cluster address", { clusterIP: "None" }, 2],
  ["no cluster address and no port", { clusterIP: "None", ports: [] }, 2],
  ["a selector that no pod meets", { selector: { app: "db" } }, 0],
])("a service with %s", async ([, spec, addresses]) => {
  const play = await playground({ nodes });
  const containers = [{ name: "nginx", image: "nginx:1.27", ports: [{ name: "web", containerPort: 80 }] }];
  await play.make(service("web", spec), web({ replicas: 2, template: { metadata: { name: "", labels: { app: "web" } }, spec: { containers } } }));
  expect(ready(play, "web")).toBe(addresses);
});

test("pods that are not ready are listed apart, unless the service wants them all", async () => {
  const play = await playground({ nodes });
  const containers = [{ name: "nginx", image: "nginx:1.27", readinessProbe: { httpGet: { path: "/missing", port: 80 } } }];
  await play.make(
    service("web"),
    service("all", { publishNotReadyAddresses: true }),
    web({ replicas: 1, template: { metadata: { name: "", labels: { app: "web" } }, spec: { containers } } }),
  );
  await play.rest(30_000);
  expect(endpointsOf(play, "web")?.subsets?.map(({ addresses, notReadyAddresses }) => [addresses?.length, notReadyAddresses?.length])).toEqual([
    [undefined, 1],
  ]);
  expect(slicesOf(play, "web")[0]?.endpoints?.[0]?.conditions).toEqual({ ready: false, serving: false, terminating: false });
  expect(ready(play, "all")).toBe(1);
  expect(slicesOf(play, "all")[0]?.endpoints?.[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
});

test("a slice holds a hundred, and a change touches the slices that it concerns", async () => {
  const play = await playground({ nodes });
  await play.make(service("web"), web({ replicas: 230 }));
  expect(
    slicesOf(play, "web")
      .map(({ endpoints }) => endpoints?.length)
      .sort(),
  ).toEqual([100, 100, 30]);

  const changed = new Set<string>();
  play.api.watch("endpointslices.discovery.k8s.io", ({ object }) => changed.add(object.metadata.name));
  const [pod] = play.api.list<Pod>("pods", { namespace: "default" });
  await play.does((api) => api.delete("pods", pod?.metadata.name ?? "", "default"));
  expect(slicesOf(play, "web").reduce((sum, { endpoints = [] }) => sum + endpoints.length, 0)).toBe(230);
  expect(changed.size).toBeLessThan(3);
});

test("what somebody writes for a service without a selector is mirrored in slices", async () => {
  const play = await playground({ nodes });
  const external = service("db", { selector: {}, ports: [{ port: 5432 }] });
  const endpoints: Draft<Endpoints> = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "db", namespace: "default" },
    subsets: [{ addresses: [{ ip: "192.0.2.7" }], notReadyAddresses: [{ ip: "192.0.2.8" }], ports: [{ port: 5432 }] }],
  };
  await play.make(external, endpoints);
  expect(slicesOf(play, "db")).toMatchObject([
    {
      metadata: { labels: { "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io" } },
      endpoints: [
        { addresses: ["192.0.2.7"], conditions: { ready: true } },
        { addresses: ["192.0.2.8"], conditions: { ready: false } },
      ],
      ports: [{ name: "", port: 5432, protocol: "TCP" }],
    },
  ]);
  await play.does((api) => api.delete("endpoints", "db", "default"));
  expect(slicesOf(play, "db")).toEqual([]);
});
