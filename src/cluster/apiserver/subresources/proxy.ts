import type { HttpResponse } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Api } from "#machinery/client.ts";
import { badRequest, notSimulated, serviceUnavailable } from "#machinery/status.ts";
import type { Endpoint, EndpointSlice, Node, Pod, Service } from "#machinery/types.ts";
import { type ConnectRequest, defineSubresource, type Verb } from "../kind.ts";

const verbs: readonly Verb[] = ["create", "delete", "get", "patch", "update"];

/** A name in a proxy's path: `http:web:80` is the port 80 of web, asked by http. */
export function proxiedName(text: string): { name: string; port: string } {
  const parts = text.split(":");
  if (parts.length === 1) return { name: text, port: "" };
  if (parts.length === 2) return { name: parts[0] ?? "", port: parts[1] ?? "" };
  const [scheme = "", name = "", port = ""] = parts;
  if (parts.length > 3 || (scheme !== "" && scheme !== "http" && scheme !== "https")) throw badRequest(`invalid pod request ${JSON.stringify(text)}`);
  return { name, port };
}

/** One HTTP request to a pod. */
export const podProxy = defineSubresource<Pod>({
  name: "proxy",
  takesPath: true,
  verbs,
  sends: { group: "", version: "v1", kind: "PodProxyOptions" },
  nameOf: (text) => proxiedName(text).name,

  async connect(pod, request, { kubelets }) {
    if (!pod.status.podIP) throw badRequest("address not allowed");
    const { port } = proxiedName(request.name);
    const first = pod.spec.containers.flatMap(({ ports }) => ports ?? [])[0];
    return withSlash(request) ?? (await kubelets.proxy(pod, port ? numberOf(pod, port) : (first?.containerPort ?? 80), request.http));
  },
});

function numberOf(pod: Pod, port: string): number {
  if (/^\d+$/.test(port)) return Number(port);
  const named = pod.spec.containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === port);
  if (!named) throw badRequest(`pod ${pod.metadata.name} has no port named ${port}`);
  return named.containerPort;
}

/** One HTTP request to a pod behind a service. */
export const serviceProxy = defineSubresource<Service>({
  name: "proxy",
  takesPath: true,
  verbs,
  sends: { group: "", version: "v1", kind: "ServiceProxyOptions" },
  nameOf: (text) => proxiedName(text).name,

  async connect(service, request, { api, random, kubelets, namespace }) {
    const { pod, port } = backend(service, proxiedName(request.name).port, api, random, namespace);
    return withSlash(request) ?? (await kubelets.proxy(pod, port, request.http));
  },
});

/** What stands behind a port of a service, at random; by the port's name, or by its number. */
export function backend({ metadata, spec }: Service, asked: string, api: Api, random: Random, namespace: string): { pod: Pod; port: number } {
  const ports = spec.ports ?? [];
  const wanted = ports.find(({ name = "", port }) => (asked ? name === asked || String(port) === asked : ports.length === 1 || !name));
  if (asked && !wanted) throw serviceUnavailable(`no service port ${JSON.stringify(asked)} found for service ${JSON.stringify(metadata.name)}`);
  const name = wanted?.name ?? "";
  const slices = api.list<EndpointSlice>("endpointslices.discovery.k8s.io", { namespace, labels: `kubernetes.io/service-name=${metadata.name}` });
  const ready = slices.flatMap(({ endpoints, ports }) => {
    const port = ports?.find((each) => (each.name ?? "") === name)?.port;
    return port === undefined ? [] : (endpoints ?? []).filter(isReady).map((endpoint) => ({ endpoint, port }));
  });
  if (ready.length === 0) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(metadata.name)}`);
  const { endpoint, port } = random.pick(ready);
  const pod = api.get<Pod>("pods", endpoint.targetRef?.name ?? "", namespace);
  if (!pod) throw notSimulated(`a service's endpoint that is no pod (${endpoint.addresses[0]})`);
  return { pod, port };
}

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false;

/** The API of a node's kubelet itself. */
export const nodeProxy = defineSubresource<Node>({
  name: "proxy",
  takesPath: true,
  verbs,
  sends: { group: "", version: "v1", kind: "NodeProxyOptions" },
  nameOf: (text) => proxiedName(text).name,

  async connect() {
    throw notSimulated("the kubelet's own HTTP API (nodes/proxy)");
  },
});

/** Relative links need the slash: who leaves it out is sent to where it is. */
function withSlash({ original, rest, http }: ConnectRequest): HttpResponse | undefined {
  if (rest || (http.method !== "GET" && http.method !== "HEAD")) return undefined;
  const { pathname, search } = new URL(original, "http://server");
  return { status: 301, headers: { location: `${pathname}/${search}` }, body: new Uint8Array() };
}
