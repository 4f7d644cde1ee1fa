import type { Clock } from "#base/clock.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Api } from "#machinery/client.ts";
import { type Net, NetError } from "#shell/process.ts";
import { isClusterName, lookUp, query } from "./dns.ts";
import { Policies, type Protocol } from "./policy.ts";
import { type Backend, type ServiceAt, Services } from "./service.ts";
import type { Stack } from "./stack.ts";

/** After how long a connection to nowhere is given up, as Linux does with its usual settings. */
const connectTimeout = 127_000;
/** After how long an address that should be near is known to be nobody's. */
const unreachableAfter = 3_070;
const usualDns = "10.96.0.10";

export interface NetworkOptions {
  api: Api;
  clock: Clock;
  random: Random;
  /** Addresses of pods begin so. */
  podPrefix?: string;
}

/** How a machine's names are resolved and who it is. */
export interface Resolver {
  hostname: string;
  /** Search domains; none outside of pods. */
  search: readonly string[];
  /** Names that its /etc/hosts knows. */
  hosts?: () => ReadonlyMap<string, string>;
  /** Whether the cluster's DNS is asked at all: not by nodes and not by the learner's machine. */
  cluster: boolean;
}

/** Which container answers a request: what kube-proxy, the pod network and CoreDNS do for a cluster. */
export class Network {
  readonly services: Services;
  readonly #policies: Policies;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #stacks = new Map<string, Stack>();
  readonly #nodes = new Map<string, Stack>();
  readonly #podPrefix: string;
  readonly #fixed = new Map<string, HttpHandler>();

  constructor({ api, clock, random, podPrefix = "10.244." }: NetworkOptions) {
    this.services = new Services(api);
    this.#policies = new Policies(api);
    this.#clock = clock;
    this.#random = random;
    this.#podPrefix = podPrefix;
  }

  /** Puts a machine at its address. Gives its end. */
  attach(stack: Stack): () => void {
    this.#stacks.set(stack.address, stack);
    return () => {
      if (this.#stacks.get(stack.address) === stack) this.#stacks.delete(stack.address);
    };
  }

  /** Puts a node at its address: node ports are answered there too. */
  attachNode(stack: Stack): () => void {
    const end = this.attach(stack);
    this.#nodes.set(stack.address, stack);
    return () => {
      end();
      if (this.#nodes.get(stack.address) === stack) this.#nodes.delete(stack.address);
    };
  }

  /** Answers at a port of an address, whichever machine is there: the API server. */
  serve(address: string, port: number, handler: HttpHandler): void {
    this.#fixed.set(`${address}:${port}`, handler);
  }

  /** The machine at an address. */
  stack(address: string): Stack | undefined {
    return this.#stacks.get(address);
  }

  /** The address of the cluster's own DNS: that of its service, as long as there is one. */
  dnsAddress(): string {
    return this.services.get("kube-system", "kube-dns")?.spec?.clusterIP ?? usualDns;
  }

  /** The network as one machine sees it. */
  net(stack: Stack, resolver: Resolver): Net {
    const resolve = (name: string) => this.#resolve(name, stack, resolver);
    return {
      address: stack.address,
      resolve,
      query: (name, type, server) =>
        (resolver.cluster || server === this.dnsAddress()) && this.#reachesDns(stack)
          ? query(this.services, name, type)
          : { code: "SERVFAIL", records: [] },
      listen: (port, handler, address) => stack.listen(port, handler, address),
      listening: () => stack.listening,
      fetch: (request) => this.#fetch(request, stack, resolve),
    };
  }

  #resolve(name: string, stack: Stack, { hostname, hosts, search, cluster }: Resolver): readonly string[] {
    if (isAddress(name)) return [name];
    if (name === "localhost") return ["127.0.0.1"];
    const known = hosts?.().get(name);
    if (known) return [known];
    if (name === hostname) return [stack.address];
    return cluster && this.#reachesDns(stack) ? lookUp(this.services, name, search) : [];
  }

  /** Whether policies let a machine ask the cluster's name servers. */
  #reachesDns(from: Stack): boolean {
    if (!this.#policies.any) return true;
    const service = this.services.get("kube-system", "kube-dns");
    const port = service?.spec?.ports?.find(({ protocol }) => protocol === "UDP");
    if (!service || !port) return true;
    const servers = this.services.backends(service, port);
    return servers.length === 0 || servers.some((server) => this.#mayPass(from, server.address, server.port, from.address, "UDP"));
  }

  /** Whether policies let a connection be made. What comes from a pod's own node always reaches it. */
  #mayPass(from: Stack, address: string, port: number, client: string, protocol: Protocol = "TCP"): boolean {
    const policies = this.#policies;
    if (!policies.any) return true;
    const stack = this.#stacks.get(address);
    const to = policies.end(address);
    if (!policies.lets(policies.end(from.address), to, port, protocol)) return false;
    const isOwnNode = stack !== undefined && (client === gatewayOf(stack) || (this.#nodes.has(from.address) && from.node === stack.node));
    return isOwnNode || policies.admits(policies.end(client), to, port, protocol);
  }

  async #fetch(request: HttpRequest, from: Stack, resolve: (name: string) => readonly string[]): Promise<HttpResponse> {
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    const addresses = resolve(host);
    const address = addresses.length > 1 ? this.#random.pick(addresses) : addresses[0];
    if (address === undefined) {
      if (isClusterName(host)) throw new NetError("ENOTFOUND", `Could not resolve host: ${host}`);
      throw new NetError("NOINTERNET", `Could not resolve host: ${host} (there is no internet in this sandbox)`);
    }
    return this.connect(from, address, port, request);
  }

  /** Sends a request to a port of an address, from a machine. Throws a `NetError` where nothing answers. */
  async connect(from: Stack, address: string, port: number, request: HttpRequest): Promise<HttpResponse> {
    const { handler, client } = await this.#route(from, address, port, request.signal);
    return handler({ ...request, client });
  }

  async #route(from: Stack, address: string, port: number, signal: AbortSignal | undefined): Promise<{ handler: HttpHandler; client: string }> {
    const own = this.#fixed.get(`${from.address}:${port}`);
    if (isLoopback(address) && own) return { handler: own, client: "127.0.0.1" };
    if (isLoopback(address)) return this.#answering(from, port, address, true, "127.0.0.1");

    const service = this.services.at(address, port);
    if (service === "no such port") return this.#silence(signal);
    if (service) return this.#balanced(from, service, `${address}:${port}`, from.address, signal);

    const fixed = this.#fixed.get(`${address}:${port}`);
    if (fixed && !this.#mayPass(from, address, port, from.address)) return this.#silence(signal);
    if (fixed) return { handler: fixed, client: from.address };
    const stack = this.#stacks.get(address);
    if (this.#nodes.has(address)) {
      const nodePort = this.services.atNodePort(port);
      if (nodePort) return this.#balanced(stack ?? from, nodePort, `${address}:${port}`, from.address, signal);
    }
    if (stack && stack !== from && !this.#mayPass(from, address, port, from.address)) return this.#silence(signal);
    if (stack) return this.#answering(stack, port, address, stack === from, from.address);

    if (address.startsWith(this.#podPrefix)) {
      await this.#clock.sleep(unreachableAfter, signal);
      throw new NetError("EHOSTUNREACH", `connect to ${address} port ${port} failed: No route to host`);
    }
    return this.#silence(signal);
  }

  #answering(stack: Stack, port: number, address: string, local: boolean, client: string): { handler: HttpHandler; client: string } {
    const handler = stack.handler(port, local);
    if (!handler) throw new NetError("ECONNREFUSED", `connect to ${address} port ${port} failed: Connection refused`);
    return { handler, client };
  }

  async #balanced(from: Stack, at: ServiceAt, target: string, client: string, signal: AbortSignal | undefined) {
    const { service, port, by } = at;
    const policy = by === "cluster" ? service.spec?.internalTrafficPolicy : service.spec?.externalTrafficPolicy;
    const local = policy === "Local" ? from.node : undefined;
    const backends = this.services.backends(service, port, local);
    if (backends.length === 0) {
      // With endpoints elsewhere only, a node drops what is to stay on it; without any, it refuses.
      if (local !== undefined && this.services.backends(service, port).length > 0) return this.#silence(signal);
      throw new NetError("ECONNREFUSED", `connect to ${target} failed: Connection refused`);
    }
    const backend = service.spec?.sessionAffinity === "ClientIP" ? sticky(backends, client) : this.#random.pick(backends);
    const fixed = this.#fixed.get(`${backend.address}:${backend.port}`);
    const stack = this.#stacks.get(backend.address);
    const seenAs = policy === "Local" || by === "cluster" ? client : gatewayOf(stack);
    if (!this.#mayPass(from, backend.address, backend.port, seenAs)) return this.#silence(signal);
    if (fixed) return { handler: fixed, client };
    if (!stack) return this.#silence(signal);
    return this.#answering(stack, backend.port, backend.address, false, seenAs);
  }

  /** Nothing comes back: the connection times out. */
  async #silence(signal: AbortSignal | undefined): Promise<never> {
    await this.#clock.sleep(connectTimeout, signal);
    throw new NetError("ETIMEDOUT", "Connection timed out");
  }
}

/** Makes the cluster's network over its API. */
export const network = (options: NetworkOptions): Network => new Network(options);

const isLoopback = (address: string) => address.startsWith("127.") || address === "::1" || address === "0.0.0.0";

const isAddress = (name: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || name.includes(":");

/** The address under which a node speaks to its own pods: the first of their range. */
const gatewayOf = (stack: Stack | undefined) => (stack ? stack.address.replace(/\.\d+$/, ".1") : "127.0.0.1");

/** The same client gets the same backend for as long as there are the same backends. */
function sticky(backends: readonly Backend[], client: string): Backend {
  let best = backends[0] as Backend;
  let most = -1;
  for (const backend of backends) {
    let weight = 0;
    for (const char of `${client}>${backend.address}:${backend.port}`)
      weight = (Math.imul(weight ^ char.charCodeAt(0), 0x01000193) >>> 0) ^ (weight >>> 15);
    if (weight >>> 0 > most) [best, most] = [backend, weight >>> 0];
  }
  return best;
}
