import type { Api, WatchEvent } from "#machinery/client.ts";
import type { Endpoint, EndpointSlice, Service, ServicePort } from "#machinery/types.ts";

/** Where a service's port leads to. */
export interface Backend {
  readonly address: string;
  readonly port: number;
  readonly node: string | undefined;
}

export interface ServiceAt {
  readonly service: Service;
  readonly port: ServicePort;
  /** How it was reached. */
  readonly by: "cluster" | "node" | "load-balancer";
}

const serviceOf = (slice: EndpointSlice) => `${slice.metadata.namespace}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`;
const keyOf = ({ metadata }: Service | EndpointSlice) => `${metadata.namespace}/${metadata.name}`;

/** Services by the addresses that they have, and the endpoints behind them: kept up by watching, so that a request costs a look-up. */
export class Services {
  readonly #api: Api;
  readonly #byAddress = new Map<string, Service>();
  readonly #byNodePort = new Map<number, Service>();
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();

  constructor(api: Api) {
    this.#api = api;
    for (const service of api.list<Service>("services")) this.#add(service);
    for (const slice of api.list<EndpointSlice>("endpointslices.discovery.k8s.io")) this.#addSlice(slice);
    api.watch<Service>("services", (event) => this.#hear(event));
    api.watch<EndpointSlice>("endpointslices.discovery.k8s.io", ({ type, object, old }) => {
      if (old) this.#slices.get(serviceOf(old))?.delete(old.metadata.name);
      if (type === "DELETED") this.#slices.get(serviceOf(object))?.delete(object.metadata.name);
      else this.#addSlice(object);
    });
  }

  get(namespace: string, name: string): Service | undefined {
    return this.#api.get<Service>("services", name, namespace);
  }

  /** The service port that stands at an address that is no machine's; a service without that port where there is one but not that. */
  at(address: string, port: number): ServiceAt | "no such port" | undefined {
    const service = this.#byAddress.get(address);
    if (!service) return undefined;
    const found = service.spec?.ports?.find((one) => one.port === port);
    if (!found) return "no such port";
    const isOwn = service.spec?.clusterIP === address || service.spec?.clusterIPs?.includes(address);
    return { service, port: found, by: isOwn ? "cluster" : "load-balancer" };
  }

  /** The service port that every node answers for. */
  atNodePort(port: number): ServiceAt | undefined {
    const service = this.#byNodePort.get(port);
    const found = service?.spec?.ports?.find((one) => one.nodePort === port);
    return service && found ? { service, port: found, by: "node" } : undefined;
  }

  /** The service or endpoint that has an address, by name and namespace: `web.default`, `web-0.nginx.default`. */
  nameOf(address: string): string | undefined {
    const service = this.#byAddress.get(address);
    if (service) return `${service.metadata.name}.${service.metadata.namespace}`;
    for (const [key, slices] of this.#slices)
      for (const slice of slices.values())
        for (const endpoint of slice.endpoints ?? [])
          if (endpoint.addresses.includes(address)) return `${hostOf(endpoint)}.${key.split("/").reverse().join(".")}`;
    return undefined;
  }

  slices(service: Service): Iterable<EndpointSlice> {
    return this.#slices.get(keyOf(service))?.values() ?? [];
  }

  /** Who may answer for a service's port: ready endpoints, else those that still serve while they end. https://kubernetes.io/docs/reference/networking/virtual-ips/ */
  backends(service: Service, port: ServicePort, node?: string): readonly Backend[] {
    const ready: Backend[] = [];
    const ending: Backend[] = [];
    for (const slice of this.slices(service)) {
      const target = slice.ports?.find((one) => (one.name ?? "") === (port.name ?? ""));
      if (!target) continue;
      for (const endpoint of slice.endpoints ?? []) {
        if (node !== undefined && endpoint.nodeName !== node) continue;
        const list = endpoint.conditions?.ready !== false ? ready : isEnding(endpoint) ? ending : undefined;
        if (list) for (const address of endpoint.addresses) list.push({ address, port: numberOf(target), node: endpoint.nodeName });
      }
    }
    return ready.length > 0 ? ready : ending;
  }

  #hear({ type, object, old }: WatchEvent<Service>): void {
    if (old) this.#remove(old);
    if (type === "DELETED") this.#remove(object);
    else this.#add(object);
  }

  #add(service: Service): void {
    for (const address of addressesOf(service)) this.#byAddress.set(address, service);
    for (const { nodePort } of service.spec?.ports ?? []) if (nodePort) this.#byNodePort.set(nodePort, service);
  }

  #remove(service: Service): void {
    for (const address of addressesOf(service)) this.#byAddress.delete(address);
    for (const { nodePort } of service.spec?.ports ?? []) if (nodePort) this.#byNodePort.delete(nodePort);
  }

  #addSlice(slice: EndpointSlice): void {
    const key = serviceOf(slice);
    const slices = this.#slices.get(key) ?? new Map<string, EndpointSlice>();
    slices.set(slice.metadata.name, slice);
    this.#slices.set(key, slices);
  }
}

/** What an endpoint is called below its service's name. */
export const hostOf = (endpoint: Endpoint): string => endpoint.hostname || (endpoint.addresses[0] ?? "").replaceAll(".", "-");

const isEnding = ({ conditions }: Endpoint) => conditions?.serving === true && conditions.terminating === true;

const numberOf = (port: { port?: number }) => port.port ?? 0;

function* addressesOf({ spec, status }: Service): Iterable<string> {
  for (const address of spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : [])) if (address && address !== "None") yield address;
  for (const address of spec?.externalIPs ?? []) yield address;
  for (const { ip } of status?.loadBalancer?.ingress ?? []) if (ip) yield ip;
}
