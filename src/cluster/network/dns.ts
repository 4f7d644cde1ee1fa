import type { Endpoint, Service } from "#machinery/types.ts";
import type { NameAnswer, NameRecord } from "#shell/process.ts";
import { hostOf, type Services } from "./service.ts";

const domain = "cluster.local";
/** Names with fewer dots are looked for under the search domains first, as in the resolv.conf of a pod. */
const ndots = 5;

/** How a pod's names are completed: as its /etc/resolv.conf says. */
export const searchOf = (namespace: string): readonly string[] => [`${namespace}.svc.${domain}`, `svc.${domain}`, domain];

/** The addresses of a name as CoreDNS gives them, completed by `search`; empty where there is none. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export function lookUp(services: Services, name: string, search: readonly string[]): readonly string[] {
  const absolute = name.endsWith(".");
  const plain = (absolute ? name.slice(0, -1) : name).toLowerCase();
  const completed = absolute ? [] : search.map((suffix) => `${plain}.${suffix}`);
  const dots = plain.split(".").length - 1;
  for (const candidate of dots < ndots ? [...completed, plain] : [plain, ...completed]) {
    const addresses = recordOf(services, candidate);
    if (addresses.length > 0) return addresses;
  }
  return [];
}

/** Whether the cluster's own DNS is in charge of a name, completed or not: then nothing outside is asked. */
export const isClusterName = (name: string): boolean => !name.includes(".") || /\.svc(\.cluster\.local)?\.?$|\.cluster\.local\.?$/.test(name);

/** The addresses of exactly this name. */
const recordOf = (services: Services, name: string): readonly string[] =>
  query(services, name, "A").records.flatMap(({ type, data }) => (type === "A" ? [data] : []));

/** So many names may stand for one another. */
const longestChain = 8;
/** Names that the rest of the world may know; others it does not. */
const isOutside = (name: string) => /\.([a-z]{2}|com|net|org|info|edu|gov|dev|app|cloud)$/.test(name);
const none: NameAnswer = { code: "NOERROR", records: [] };
const unknown: NameAnswer = { code: "NXDOMAIN", records: [] };
/** Beyond the cluster there is nobody to ask. */
const unreachable: NameAnswer = { code: "SERVFAIL", records: [] };

/**
 * What CoreDNS answers to a question about exactly this name.
 * https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function query(services: Services, asked: string, type: string, depth = 0): NameAnswer {
  const name = asked.replace(/\.$/, "").toLowerCase();
  if (name.endsWith(".in-addr.arpa")) return reverse(services, name);
  const place = placeOf(name);
  if (!place) return isOutside(name) ? unreachable : unknown;
  if ("address" in place) return only(type, "A", [{ name, type: "A", data: place.address }]);

  const service = services.get(place.namespace, place.service);
  if (!service) return unknown;
  const { spec } = service;
  if (spec?.type === "ExternalName") return aliasOf(services, name, spec.externalName ?? "", type, depth);
  if (place.port) return portRecords(services, service, name, place, type);
  const headless = spec?.clusterIP === "None";
  if (place.host !== undefined && !headless) return unknown;
  const addresses = headless ? endpointAddresses(services, service, place.host) : spec?.clusterIP ? [spec.clusterIP] : [];
  // A name behind which nobody stands is not there.
  if (addresses.length === 0) return unknown;
  if (type === "SRV" && place.host === undefined) return { code: "NOERROR", records: srvRecords(services, service, name) };
  return only(
    type,
    "A",
    addresses.map((data): NameRecord => ({ name, type: "A", data })),
  );
}

const only = (type: string, own: string, records: readonly NameRecord[]): NameAnswer =>
  type === own || type === "ANY" ? { code: "NOERROR", records } : none;

interface Place {
  namespace: string;
  service: string;
  /** One of those that stand behind it. */
  host?: string;
  port?: { name: string; protocol: string };
}

/** What a name below the cluster's domain means. */
function placeOf(name: string): Place | { address: string } | undefined {
  if (!name.endsWith(`.${domain}`)) return undefined;
  const labels = name.slice(0, -domain.length - 1).split(".");
  const zone = labels.pop();
  const namespace = labels.pop() ?? "";
  if (zone === "pod") {
    const address = podAddress(labels);
    return address === undefined ? undefined : { address };
  }
  const service = labels.pop();
  if (zone !== "svc" || service === undefined) return undefined;
  const [first, second] = labels;
  if (first?.startsWith("_") && second?.startsWith("_") && labels.length === 2)
    return { namespace, service, port: { name: first.slice(1), protocol: second.slice(1) } };
  return labels.length > 1 ? undefined : { namespace, service, ...(first === undefined ? {} : { host: first }) };
}

/** `10-244-0-5.default.pod.cluster.local` says its address itself. */
function podAddress(labels: readonly string[]): string | undefined {
  const address = labels.length === 1 ? labels[0]?.replaceAll("-", ".") : undefined;
  return address && /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address : undefined;
}

/** A name that stands for another one. */
function aliasOf(services: Services, name: string, target: string, type: string, depth: number): NameAnswer {
  const alias: NameRecord = { name, type: "CNAME", data: target.replace(/\.$/, "") };
  if (type === "CNAME") return { code: "NOERROR", records: [alias] };
  const there = isClusterName(alias.data) && depth < longestChain ? query(services, alias.data, type, depth + 1) : none;
  return { code: "NOERROR", records: [alias, ...there.records] };
}

function portRecords(services: Services, service: Service, name: string, { port }: Place, type: string): NameAnswer {
  const known = service.spec?.ports?.some((one) => one.name === port?.name && one.protocol?.toLowerCase() === port?.protocol);
  if (!known) return unknown;
  return only(type, "SRV", srvRecords(services, service, name, port?.name));
}

/** Where the ports of a service are: at its own name, or at the names of those behind it. */
function srvRecords(services: Services, service: Service, name: string, port?: string): NameRecord[] {
  const { metadata, spec } = service;
  const own = `${metadata.name}.${metadata.namespace}.svc.${domain}`;
  const ports = (spec?.ports ?? []).filter((one) => port === undefined || one.name === port);
  const record = (weight: number, number: number, target: string): NameRecord => ({ name, type: "SRV", data: `0 ${weight} ${number} ${target}` });
  if (spec?.clusterIP !== "None") return ports.map((one) => record(Math.floor(100 / ports.length), one.port, own));
  const hosts = [...readyEndpoints(services, service)].map((endpoint) => `${hostOf(endpoint)}.${own}`);
  return ports.flatMap((one) => hosts.map((target) => record(Math.floor(100 / Math.max(1, ports.length * hosts.length)), one.port, target)));
}

/** Whose address it is. */
function reverse(services: Services, name: string): NameAnswer {
  const address = name.slice(0, -".in-addr.arpa".length).split(".").reverse().join(".");
  const owner = services.nameOf(address);
  return owner === undefined ? unknown : { code: "NOERROR", records: [{ name, type: "PTR", data: `${owner}.svc.${domain}` }] };
}

function* readyEndpoints(services: Services, service: Service): Iterable<Endpoint> {
  for (const slice of services.slices(service))
    for (const endpoint of slice.endpoints ?? []) if (endpoint.conditions?.ready !== false) yield endpoint;
}

function endpointAddresses(services: Services, service: Service, host: string | undefined): readonly string[] {
  const addresses: string[] = [];
  for (const endpoint of readyEndpoints(services, service))
    if (host === undefined || hostOf(endpoint) === host) addresses.push(...endpoint.addresses);
  return [...new Set(addresses)];
}
