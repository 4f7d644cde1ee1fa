import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Draft } from "#machinery/object.ts";
import type { APIService, CustomResourceDefinition, EndpointSlice, FlowSchema, PriorityLevelConfiguration, Service } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { bootstrap } from "../bootstrap/bootstrap.ts";
import { noKubelets } from "../kubelets.ts";
import { apiServer } from "../server.ts";

async function fresh() {
  const tasks = new Tasks((error) => {
    throw error;
  });
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const server = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets: noKubelets });
  await bootstrap(server, clock);
  await tasks.idle();
  return { api: server.api(admin), server, tasks };
}

test("a flow knows whether its priority level is there", async () => {
  const { api, tasks } = await fresh();
  const verdict = async (name: string) => {
    await tasks.idle();
    const condition = api.get<FlowSchema>("flowschemas.flowcontrol.apiserver.k8s.io", name)?.status?.conditions?.[0];
    return [condition?.type, condition?.status, condition?.message];
  };
  const refers = 'This FlowSchema references the PriorityLevelConfiguration object named "mine"';
  const metadata = { name: "mine" };
  const apiVersion = "flowcontrol.apiserver.k8s.io/v1";
  await api.create<FlowSchema>("flowschemas.flowcontrol.apiserver.k8s.io", {
    apiVersion,
    kind: "FlowSchema",
    metadata,
    spec: { priorityLevelConfiguration: { name: "mine" } },
  });
  expect(await verdict("mine")).toEqual(["Dangling", "True", `${refers} but there is no such object`]);

  await api.create<PriorityLevelConfiguration>("prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", {
    apiVersion,
    kind: "PriorityLevelConfiguration",
    metadata,
    spec: { type: "Limited", limited: { limitResponse: { type: "Reject" } } },
  });
  expect(await verdict("mine")).toEqual(["Dangling", "False", `${refers} and it exists`]);
  expect(await verdict("catch-all")).toEqual(["Dangling", "False", expect.stringContaining("and it exists")]);
});

test("an API that a service serves is as available as its service", async () => {
  const { api, server, tasks } = await fresh();
  await api.create<APIService>("apiservices.apiregistration.k8s.io", {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1.far.example.com" },
    spec: {
      group: "far.example.com",
      version: "v1",
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      insecureSkipTLSVerify: true,
      service: { name: "far", namespace: "default", port: 443 },
    },
  });
  const verdict = async () => {
    await tasks.idle();
    const condition = api.get<APIService>("apiservices.apiregistration.k8s.io", "v1.far.example.com")?.status?.conditions?.[0];
    return `${condition?.status} ${condition?.reason}: ${condition?.message}`;
  };
  expect(await verdict()).toBe('False ServiceNotFound: service/far in "default" is not present');

  const service = (port: number): Draft<Service> => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "far", namespace: "default" },
    spec: { ports: [{ name: "https", port }] },
  });
  const made = await api.create<Service>("services", service(80));
  expect(await verdict()).toBe('False ServicePortError: service/far in "default" is not listening on port 443');

  await api.update<Service>("services", { ...made, spec: { ...made.spec, ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 443 }] } });
  expect(await verdict()).toBe('False EndpointsNotFound: cannot find endpointslices for service/far in "default"');

  const slice: Draft<EndpointSlice> = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "far-1", namespace: "default", labels: { "kubernetes.io/service-name": "far" } },
    addressType: "IPv4",
    endpoints: [],
    ports: [{ name: "https", port: 443 }],
  };
  const empty = await api.create<EndpointSlice>("endpointslices.discovery.k8s.io", slice);
  expect(await verdict()).toBe('False MissingEndpoints: endpointslices for service/far in "default" have no addresses with port name "https"');

  await api.update<EndpointSlice>("endpointslices.discovery.k8s.io", { ...empty, endpoints: [{ addresses: ["10.244.0.9"] }] });
  expect(await verdict()).toMatch(/^False FailedDiscoveryCheck: failing or missing response from https:\/\/10\.\d+\.\d+\.\d+:443\/apis\/far/);

  const answered = await server.fetch({ method: "GET", url: "/apis/far.example.com/v1/things", headers: {} }, admin);
  expect(answered.status).toBe(503);
});

test("groups of custom resources are registered while they are served", async () => {
  const { api, tasks } = await fresh();
  const registered = async () => {
    await tasks.idle();
    return api.get<APIService>("apiservices.apiregistration.k8s.io", "v1.example.com");
  };
  const names = { plural: "widgets", kind: "Widget" };
  const schema = { openAPIV3Schema: { type: "object" } };
  await api.create<CustomResourceDefinition>("customresourcedefinitions.apiextensions.k8s.io", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: { group: "example.com", scope: "Namespaced", names, versions: [{ name: "v1", served: true, storage: true, schema }] },
  });
  expect(await registered()).toMatchObject({
    metadata: { labels: { "kube-aggregator.kubernetes.io/automanaged": "true" } },
    spec: { group: "example.com", version: "v1", groupPriorityMinimum: 1000, versionPriority: 100 },
    status: { conditions: [{ type: "Available", status: "True", reason: "Local" }] },
  });
});
