import type { StrategyContext } from "#cluster/apiserver/kind.ts";
import type { Api } from "#machinery/client.ts";
import { invalidValue } from "#machinery/field-error.ts";
import { type FieldPath, invalid, StatusError } from "#machinery/status.ts";
import type { IPAddress, Service } from "#machinery/types.ts";
import { pickAddress, whyNotAddress } from "./cluster-ips.ts";
import { settleFamilies } from "./families.ts";
import { NodePorts, type PortProblem } from "./node-ports.ts";
import { dropWhatTheTypeHasNot, keepWhatWasAllocated, needsHealthCheckPort, needsNodePorts } from "./type-change.ts";

/** Gives a new service its addresses and ports. They are taken when the service is written; see `claimAddresses`. */
export function allocateForCreate(service: Service, context: StrategyContext): void {
  const { spec } = service;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];

  settleFamilies(service, undefined);
  allocateAddresses(service, context);
  allocateNodePorts(service, undefined, context);
}

export function allocateForUpdate(service: Service, old: Service, context: StrategyContext): void {
  if (context.subresource !== "") return;
  service.spec = { ...service.spec, ...(service.spec.ports && { ports: service.spec.ports.map((port) => ({ ...port })) }) };
  dropWhatTheTypeHasNot(service, old);
  keepWhatWasAllocated(service, old);
  alignAddresses(service, old);
  settleFamilies(service, old);
  if (old.spec.type === "ExternalName" && service.spec.type !== "ExternalName") allocateAddresses(service, context);
  allocateNodePorts(service, old, context);
}

/** After the write: an IPAddress object stands for each address that the service holds, and for none that it gave up. */
export async function claimAddresses(service: Service, old: Service | undefined, { api }: StrategyContext): Promise<void> {
  const before = addressesOf(old);
  const now = addressesOf(service);
  for (const ip of now.filter((ip) => !before.includes(ip))) await api.create<IPAddress>("ipaddresses.networking.k8s.io", addressObject(ip, service));
  for (const ip of before.filter((ip) => !now.includes(ip))) await release(ip, api);
}

export async function releaseAddresses(service: Service, { api }: StrategyContext): Promise<void> {
  for (const ip of addressesOf(service)) await release(ip, api);
  const { name, namespace } = service.metadata;
  if (api.get("endpoints", name, namespace)) await api.delete("endpoints", name, namespace);
}

const addressesOf = (service: Service | undefined): readonly string[] =>
  !service || service.spec.type === "ExternalName" ? [] : (service.spec.clusterIPs ?? []).filter((ip) => ip !== "" && ip !== "None");

async function release(ip: string, api: Api): Promise<void> {
  if (api.get("ipaddresses.networking.k8s.io", ip)) await api.delete("ipaddresses.networking.k8s.io", ip);
}

const addressObject = (ip: string, { metadata }: Service) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IPAddress",
  metadata: {
    name: ip,
    labels: {
      "ipaddress.kubernetes.io/ip-family": ip.includes(":") ? "IPv6" : "IPv4",
      "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
    },
  },
  spec: { parentRef: { resource: "services", namespace: metadata.namespace ?? "", name: metadata.name } },
});

const refused = (service: Service, path: FieldPath, value: unknown, why: string) =>
  invalid({ group: "", kind: "Service" }, service.metadata.name ?? "", [invalidValue(path, value, why)]);

function allocateAddresses(service: Service, { api, random, dryRun }: StrategyContext): void {
  const { spec } = service;
  if (spec.type === "ExternalName" || spec.clusterIPs?.[0] === "None") return;

  const asked = spec.clusterIPs ?? [];
  spec.clusterIPs = (spec.ipFamilies ?? []).map((_, i) => {
    const ip = asked[i];
    if (!ip) {
      const free = pickAddress(api, random, dryRun);
      if (free) return free;
      throw new StatusError(
        500,
        "InternalError",
        `Internal error occurred: failed to allocate a serviceIP for Service "${service.metadata.name}": range is full`,
      );
    }
    const why = whyNotAddress(ip, api, dryRun);
    if (why) throw refused(service, ["spec", "clusterIPs"], spec.clusterIPs, `failed to allocate IP ${ip}: ${why}`);
    return ip;
  });
  spec.clusterIP = spec.clusterIPs[0] ?? "";
  // The object that stands for the address names the service, and cannot name one without a name.
  if (!service.metadata.name && !dryRun) {
    const why = `IPAddress.networking.k8s.io "${spec.clusterIP}" is invalid: spec.parentRef.name: Required value`;
    throw refused(service, ["spec", "clusterIPs"], spec.clusterIPs, `failed to allocate IP: ${why}`);
  }
}

/** `clusterIP` and `clusterIPs` say the same; a client that knows only the first may have changed it alone. */
function alignAddresses({ spec }: Service, { spec: old }: Service): void {
  const samePlural = JSON.stringify(spec.clusterIPs ?? []) === JSON.stringify(old.clusterIPs ?? []);
  if (spec.clusterIP === old.clusterIP) {
    if (old.clusterIPs?.length && !spec.clusterIPs?.length) spec.clusterIPs = old.clusterIPs;
  } else if (old.clusterIP && !spec.clusterIP) {
    if (samePlural) delete spec.clusterIPs;
  } else if (samePlural && spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
}

function allocateNodePorts(service: Service, old: Service | undefined, context: StrategyContext): void {
  const ports = new NodePorts(context, old);
  const { spec } = service;

  if (spec.type === "NodePort" || spec.type === "LoadBalancer") {
    const problem = old ? ports.update(spec, needsNodePorts(spec)) : ports.create(spec, needsNodePorts(spec));
    if (problem) throw portRefused(service, problem);
  }

  if (needsHealthCheckPort(spec) && !(old && needsHealthCheckPort(old.spec))) {
    const why = spec.healthCheckNodePort ? ports.take(spec.healthCheckNodePort) : undefined;
    if (why) {
      const text = `failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: ${why}`;
      throw new StatusError(500, "InternalError", `Internal error occurred: ${text}`, { causes: [{ message: text }] });
    }
    spec.healthCheckNodePort ||= ports.pick();
  }
}

const portRefused = (service: Service, { index, value, why }: PortProblem) => refused(service, ["spec", "ports", index, "nodePort"], value, why);
