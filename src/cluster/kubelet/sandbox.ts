import type { HttpHandler } from "#base/http.ts";
import type { Network } from "#cluster/network/network.ts";
import { Stack } from "#cluster/network/stack.ts";
import type { Pod } from "#machinery/types.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import type { Net } from "#shell/process.ts";
import type { Container } from "./container.ts";
import { dnsOf, hostAliasesOf, hostnameOf, hostsFile } from "./pod-dns.ts";

export interface SandboxOptions {
  network: Network;
  node: string;
  nodeStack: Stack;
  /** The address of the cluster's DNS, and of the node's. */
  dns: { cluster: string; node: string };
}

/** A pod's place on a node: its network, and what its containers share. */
export class Sandbox {
  readonly stack: Stack;
  readonly net: Net;
  /** Those that run, by id. */
  readonly containers = new Map<string, Container>();
  /** Whether it has no network of its own. */
  readonly usesNode: boolean;
  /** Files that every container gets. */
  readonly files: Readonly<Record<string, LayerFile>>;
  readonly #hostPorts = new Map<number, number>();
  readonly #detach: () => void;

  constructor({ network, node, nodeStack, dns }: SandboxOptions, pod: Pod, address: string) {
    this.usesNode = pod.spec.hostNetwork === true;
    this.stack = this.usesNode
      ? nodeStack
      : new Stack(
          address,
          node,
          (port, probed) => this.handler(port, probed),
          () => this.listening(),
        );
    const hostname = hostnameOf(pod, node);
    const { resolvConf, search, cluster } = dnsOf(pod, dns.cluster, dns.node);
    const hosts = hostAliasesOf(pod);
    this.net = network.net(this.stack, { hostname, search, cluster, hosts: () => hosts });
    this.#detach = this.usesNode ? () => {} : network.attach(this.stack);
    this.files = {
      "/etc/hosts": hostsFile(pod, address, hostname),
      "/etc/resolv.conf": resolvConf,
      "/dev/termination-log": { content: "", mode: 0o666 },
    };
    for (const { ports = [] } of pod.spec.containers)
      for (const { hostPort, containerPort } of ports) if (hostPort) this.#hostPorts.set(hostPort, containerPort);
  }

  /** What one of its containers serves on a port. */
  handler(port: number, probed = false): HttpHandler | undefined {
    for (const container of this.containers.values()) {
      const handler = container.handler(port, probed);
      if (handler) return handler;
    }
    return undefined;
  }

  /** The ports that its containers serve. */
  listening(): number[] {
    return [...this.containers.values()].flatMap((container) => container.listening);
  }

  /** Those of the node among them. */
  nodeListening(): number[] {
    if (this.usesNode) return this.listening();
    return [...this.#hostPorts].filter(([, own]) => this.stack.handler(own, false)).map(([port]) => port);
  }

  /** What it answers on a port of the node. */
  nodeHandler(port: number): HttpHandler | undefined {
    if (this.usesNode) return this.handler(port);
    const own = this.#hostPorts.get(port);
    return own === undefined ? undefined : this.stack.handler(own, false);
  }

  remove(): void {
    this.#detach();
  }
}
