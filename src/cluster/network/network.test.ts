import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { bodyText, textResponse } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { noKubelets } from "#cluster/apiserver/kubelets.ts";
import { apiServer } from "#cluster/apiserver/server.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { EndpointSlice, Service } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { searchOf } from "./dns.ts";
import { network } from "./network.ts";
import { Stack } from "./stack.ts";

/** Two nodes with two pods each, all of which answer on 8080 with their own address and that of who asked. */
async function surroundings() {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const random = new Random(3);
  const api = apiServer({ store: new MemoryStore(), clock, random, tasks, kinds: Object.values(kinds), kubelets: noKubelets }).api(admin);
  await api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  const net = network({ api, clock, random });
  const stacks = new Map<string, Stack>();
  for (const node of [1, 2]) {
    const host = new Stack(`192.168.49.${node + 1}`, `node-${node}`);
    net.attachNode(host);
    for (const pod of [2, 3]) {
      const stack = new Stack(`10.244.${node}.${pod}`, `node-${node}`);
      stack.listen(8080, async ({ client }) => textResponse(200, `${stack.address} hears ${client}`));
      net.attach(stack);
      stacks.set(stack.address, stack);
    }
  }
  const own = new Stack("10.0.0.9", "");
  net.attach(own);
  const pod = net.net(stacks.get("10.244.1.2") as Stack, { hostname: "web-0", search: searchOf("default"), cluster: true });
  const outside = net.net(own, { hostname: "podyard", search: [], cluster: false });

  const service = async (
    name: string,
    spec: Service["spec"],
    addresses: readonly string[],
    conditions = { ready: true, serving: true, terminating: false },
  ) => {
    await api.create<Service>("services", { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, spec });
    await api.create<EndpointSlice>("endpointslices.discovery.k8s.io", {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-abc`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: addresses.map((address, i) => ({
        addresses: [address],
        conditions,
        nodeName: `node-${address.split(".")[2]}`,
        hostname: `${name}-${i}`,
      })),
      ports: [{ name: "", port: 8080, protocol: "TCP" }],
    });
  };
  const ask = async (from: typeof pod, url: string) => bodyText(await from.fetch({ method: "GET", url, headers: {} }));
  return { api, net, pod, outside, service, ask, clock, tasks };
}

const all = ["10.244.1.2", "10.244.1.3", "10.244.2.2", "10.244.2.3"];

test("a service answers by one of its endpoints, by chance", async () => {
  const { service, ask, pod } = await surroundings();
  await service("web", { clusterIP: "10.96.0.7", ports: [{ port: 80, targetPort: 8080 }] }, all);
  const answers = new Set<string>();
  for (let i = 0; i < 40; i++) answers.add(await ask(pod, "http://web/"));
  expect([...answers].sort()).toEqual(all.map((address) => `${address} hears 10.244.1.2`));
  expect(await ask(pod, "http://10.96.0.7/")).toMatch(/^10\.244\./);
});

test("the same client keeps its endpoint where the service wants it", async () => {
  const { service, ask, pod } = await surroundings();
  await service("web", { clusterIP: "10.96.0.7", sessionAffinity: "ClientIP", ports: [{ port: 80, targetPort: 8080 }] }, all);
  const answers = new Set<string>();
  for (let i = 0; i < 20; i++) answers.add(await ask(pod, "http://web/"));
  expect(answers.size).toBe(1);
});

test("a node port is answered by every node, and seen as the node's own", async () => {
  const { service, ask, outside } = await surroundings();
  await service("web", { type: "NodePort", clusterIP: "10.96.0.7", ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }, ["10.244.2.2"]);
  expect(await ask(outside, "http://192.168.49.2:30080/")).toBe("10.244.2.2 hears 10.244.2.1");
  expect(await ask(outside, "http://192.168.49.3:30080/")).toBe("10.244.2.2 hears 10.244.2.1");
});

test("traffic that is to stay on a node stays there", async () => {
  const { service, ask, outside, clock, tasks } = await surroundings();
  const spec = {
    type: "NodePort",
    externalTrafficPolicy: "Local",
    clusterIP: "10.96.0.7",
    ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
  } as const;
  await service("web", spec as unknown as Service["spec"], ["10.244.2.2"]);
  expect(await ask(outside, "http://192.168.49.3:30080/")).toBe("10.244.2.2 hears 10.0.0.9");
  const asked = tasks.run(() => ask(outside, "http://192.168.49.2:30080/").catch((error) => error.code));
  await clock.advance(clock.now() + 200_000);
  expect(await asked).toBe("ETIMEDOUT");
});

test("a load balancer's address is answered like the service's own", async () => {
  const { service, ask, outside, api } = await surroundings();
  await service("web", { type: "LoadBalancer", clusterIP: "10.96.0.7", ports: [{ port: 80, targetPort: 8080 }] }, ["10.244.1.3"]);
  const made = api.get<Service>("services", "web", "default") as Service;
  await api.updateStatus("services", { ...made, status: { loadBalancer: { ingress: [{ ip: "192.168.49.240" }] } } });
  expect(await ask(outside, "http://192.168.49.240/")).toMatch(/^10\.244\.1\.3/);
});

test("endpoints that end are asked only where no others are left", async () => {
  const { service, ask, pod } = await surroundings();
  await service("web", { clusterIP: "10.96.0.7", ports: [{ port: 80 }] }, ["10.244.2.3"], { ready: false, serving: true, terminating: true });
  expect(await ask(pod, "http://web/")).toMatch(/^10\.244\.2\.3/);
});

test.for([
  ["a service without endpoints refuses", "http://empty/", "ECONNREFUSED", 0],
  ["so does a port that nobody listens on", "http://10.244.2.2:81/", "ECONNREFUSED", 0],
  ["and a node port that is none", "http://192.168.49.2:31000/", "ECONNREFUSED", 0],
  ["a service's other ports are silent", "http://empty:81/", "ETIMEDOUT", 127_000],
  ["an address of no pod cannot be reached", "http://10.244.7.7:80/", "EHOSTUNREACH", 3_070],
  ["a name of no service is unknown", "http://nosuch/", "ENOTFOUND", 0],
  ["and there is no internet", "http://example.com/", "NOINTERNET", 0],
] as const)("%s", async ([, url, code, after]) => {
  const { service, ask, pod, clock, tasks } = await surroundings();
  await service("empty", { clusterIP: "10.96.0.8", ports: [{ port: 80 }] }, []);
  const start = clock.now();
  let at = 0;
  const asked = tasks.run(async () => {
    const found = await ask(pod, url).catch((error) => error.code);
    at = clock.now() - start;
    return found;
  });
  await clock.advance(start + 300_000);
  expect([await asked, at]).toEqual([code, after]);
});

test.for([
  ["web", ["10.96.0.7"]],
  ["web.default", ["10.96.0.7"]],
  ["web.default.svc", ["10.96.0.7"]],
  ["web.default.svc.cluster.local", ["10.96.0.7"]],
  ["web.default.svc.cluster.local.", ["10.96.0.7"]],
  ["WEB", ["10.96.0.7"]],
  ["headless", ["10.244.1.2", "10.244.1.3"]],
  ["headless-1.headless", ["10.244.1.3"]],
  ["headless-7.headless.default.svc.cluster.local", []],
  ["alias", ["10.96.0.7"]],
  ["web.other", []],
  ["10-244-1-3.default.pod.cluster.local", ["10.244.1.3"]],
  ["localhost", ["127.0.0.1"]],
  ["web-0", ["10.244.1.2"]],
  ["10.1.2.3", ["10.1.2.3"]],
] as const)("%s resolves to %o", async ([name, addresses]) => {
  const { service, pod } = await surroundings();
  await service("web", { clusterIP: "10.96.0.7", ports: [{ port: 80 }] }, ["10.244.1.2"]);
  await service("headless", { clusterIP: "None", ports: [{ port: 80 }] }, ["10.244.1.2", "10.244.1.3"]);
  await service("alias", { type: "ExternalName", externalName: "web.default.svc.cluster.local" }, []);
  expect(pod.resolve(name)).toEqual(addresses);
});

test("localhost reaches what listens on the same machine, and only that", async () => {
  const { net, pod, outside, ask } = await surroundings();
  expect(await ask(pod, "http://localhost:8080/")).toBe("10.244.1.2 hears 127.0.0.1");
  const end = outside.listen(8001, async () => textResponse(200, "proxy"), "127.0.0.1");
  expect(await ask(outside, "http://localhost:8001/")).toBe("proxy");
  await expect(ask(pod, "http://10.0.0.9:8001/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(() => outside.listen(8001, async () => textResponse(200, ""))).toThrow("address already in use");
  end();
  await expect(ask(outside, "http://localhost:8001/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  net.serve("192.168.49.2", 8443, async () => textResponse(200, "the API"));
  expect(await ask(outside, "https://192.168.49.2:8443/version")).toBe("the API");
});
