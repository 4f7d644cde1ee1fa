import type { EndpointSlice, Service } from "#machinery/types.ts";
import type { Services } from "./service.ts";

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

function recordOf(services: Services, name: string, depth = 0): readonly string[] {
  if (!name.endsWith(`.${domain}`) || depth > 8) return [];
  const labels = name.slice(0, -domain.length - 1).split(".");
  const zone = labels.pop();
  const namespace = labels.pop() ?? "";
  if (zone === "pod") return podAddress(labels);
  if (zone !== "svc" || labels.length === 0 || labels.length > 2) return [];

  const service = services.get(namespace, labels.at(-1) ?? "");
  const host = labels.length === 2 ? labels[0] : undefined;
  if (!service) return [];
  const target = service.spec?.type === "ExternalName" ? service.spec.externalName : undefined;
  if (target) return recordOf(services, target.replace(/\.$/, ""), depth + 1);
  if (service.spec?.clusterIP === "None") return endpointAddresses(services, service, host);
  return host === undefined && service.spec?.clusterIP ? [service.spec.clusterIP] : [];
}

/** `10-244-0-5.default.pod.cluster.local` says its address itself. */
function podAddress(labels: readonly string[]): readonly string[] {
  const address = labels.length === 1 ? labels[0]?.replaceAll("-", ".") : undefined;
  return address && /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? [address] : [];
}

function endpointAddresses(services: Services, service: Service, host: string | undefined): readonly string[] {
  const addresses: string[] = [];
  for (const slice of services.slices(service))
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue;
      if (host !== undefined && hostOf(endpoint) !== host) continue;
      addresses.push(...endpoint.addresses);
    }
  return [...new Set(addresses)];
}

const hostOf = (endpoint: NonNullable<EndpointSlice["endpoints"]>[number]) => endpoint.hostname ?? endpoint.addresses[0]?.replaceAll(".", "-");
