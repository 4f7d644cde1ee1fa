import type { Clock } from "#base/clock.ts";
import type { Api } from "#machinery/client.ts";
import { formatTime } from "#machinery/time.ts";
import type { APIService, EndpointSlice, Endpoints, Namespace, PriorityClass, Service, ServiceCIDR } from "#machinery/types.ts";
import { component } from "#machinery/user.ts";
import { groupPriority } from "../discovery/groups.ts";
import type { ApiServer } from "../server.ts";
import { statusApplier } from "../upkeep/status-applier.ts";
import type { Upkeep } from "../upkeep/upkeep.ts";
import { makeFlowControl } from "./flow-control.ts";
import { makeRoles } from "./roles.ts";

const namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** The range that services get their addresses out of. */
const serviceRange = "10.96.0.0/12";
const serviceCidrs = "servicecidrs.networking.k8s.io";

/** Makes what a real API server makes itself when it starts: namespaces, its own service, the roles and classes that everything in a cluster relies on. */
export async function bootstrap(server: ApiServer, clock: Clock, securePort = 8443, address?: string): Promise<void> {
  const as = (manager: string): Api => server.api(component("system:apiserver"), manager);
  const api = as("kube-apiserver");
  for (const name of namespaces) await api.create<Namespace>("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await makeRoles(api);
  await makeFlowControl(as("api-priority-and-fairness-config-producer-v1"));
  await makePriorityClasses(api);
  await makeApiServices(api, server);
  await makeServiceRange(
    api,
    statusApplier(server.registry, (request) => server.fetch(request, component("system:apiserver"))),
    formatTime(clock.now()),
  );
  await makeService(api, securePort);
  if (address) await makeEndpoints(api, address, securePort);
}

async function makePriorityClasses(api: Api): Promise<void> {
  const make = async (name: string, value: number, description: string) => {
    const object = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, description };
    await api.create<PriorityClass>("priorityclasses.scheduling.k8s.io", object);
  };
  await make("system-node-critical", 2000001000, "Used for system critical pods that must not be moved from their current node.");
  await make(
    "system-cluster-critical",
    2000000000,
    "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  );
}

async function makeApiServices(api: Api, server: ApiServer): Promise<void> {
  // Who serves the others is served by nobody.
  const others = server.registry.all().filter(({ gvk }) => gvk.group !== "apiregistration.k8s.io");
  const served = new Map(others.map(({ gvk: { group, version } }) => [`${version}.${group}`, { group, version }]));
  for (const [name, { group, version }] of served) {
    const { groupPriorityMinimum, versionPriority } = groupPriority(group, version);
    await api.create<APIService>("apiservices.apiregistration.k8s.io", {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name, labels: { "kube-aggregator.kubernetes.io/automanaged": "onstart" } },
      spec: { ...(group ? { group } : {}), version, groupPriorityMinimum, versionPriority },
    });
  }
}

async function makeServiceRange(api: Api, applyStatus: Upkeep["applyStatus"], lastTransitionTime: string): Promise<void> {
  const head = { apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", metadata: { name: "kubernetes" } };
  await api.create<ServiceCIDR>(serviceCidrs, { ...head, spec: { cidrs: [serviceRange] } });
  const condition = { type: "Ready", status: "True", message: "Kubernetes default Service CIDR is ready", lastTransitionTime };
  await applyStatus(serviceCidrs, "kubernetes-service-cidr-controller", { ...head, status: { conditions: [condition] } } as ServiceCIDR);
}

async function makeService(api: Api, securePort: number): Promise<void> {
  await api.create<Service>("services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.1",
      ipFamilyPolicy: "SingleStack",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: securePort }],
    },
  });
}

/** The API server is the one endpoint of its own service: no controller finds it. */
async function makeEndpoints(api: Api, address: string, port: number): Promise<void> {
  const ports = [{ name: "https", port, protocol: "TCP" as const }];
  await api.create<Endpoints>("endpoints", {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "kubernetes", namespace: "default", labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: [{ ip: address }], ports }],
  });
  await api.create<EndpointSlice>("endpointslices.discovery.k8s.io", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "kubernetes", namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports,
  });
}
