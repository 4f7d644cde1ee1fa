import type { Clock } from "#base/clock.ts";
import type { HttpHandler } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Image } from "#cluster/images/image.ts";
import { parseReference } from "#cluster/images/reference.ts";
import type { Pulled, Registry } from "#cluster/images/registry.ts";
import { type Network, podResolver } from "#cluster/network/network.ts";
import { Stack } from "#cluster/network/stack.ts";
import type { Pod } from "#machinery/types.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import type { FileSystem } from "#shell/file-system.ts";
import type { Net } from "#shell/process.ts";
import { Container } from "./container.ts";
import { ContainerClock } from "./container-clock.ts";
import type { ContainerConfig } from "./container-config.ts";
import { type ContainerExit, type ContainerHost, type Keys, keysOf, type Records } from "./container-host.ts";
import { ContainerLog } from "./logs.ts";
import { type PodRecord, running } from "./record.ts";
import { StoredFiles } from "./stored-files.ts";

export interface RuntimeOptions {
  node: string;
  nodeStack: Stack;
  tasks: Tasks;
  clock: Clock;
  random: Random;
  records: Records;
  registry: Registry;
  network: Network;
  /** Puts the volumes of a pod in place. */
  mount(config: ContainerConfig, fs: FileSystem): void;
  exited(config: ContainerConfig, exit: ContainerExit): void;
  /** Something in a pod changed that a probe might see. */
  touched(uid: string): void;
}

interface SandboxLive {
  readonly stack: Stack;
  readonly net: Net;
  readonly detach: () => void;
  readonly containers: Map<string, Container>;
  readonly pod: { hostname: string; namespace: string; hosts: ReadonlyMap<string, string> };
}

/** The container runtime of one node: sandboxes, images and containers. */
export class Runtime {
  readonly keys: Keys;
  readonly #options: RuntimeOptions;
  readonly #sandboxes = new Map<string, SandboxLive>();
  /** Files of containers and volumes, on their way into the records. */
  readonly files: StoredFiles;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.keys = keysOf(options.node);
    this.files = new StoredFiles(options.records, options.clock, options.tasks);
  }

  // --- images

  /** The full names of the images that are here. */
  images(): readonly string[] {
    return this.#options.records.get<string[]>(this.keys.images) ?? [];
  }

  /** Whether an image is here, and what it is; undefined where it must be pulled. */
  present(reference: string): Pulled | "unknown" | undefined {
    const parsed = parseReference(reference);
    if ("problem" in parsed || !this.images().includes(parsed.name)) return undefined;
    return this.#options.registry.find(parsed) ?? "unknown";
  }

  keep(names: readonly string[]): void {
    const here = this.images();
    const fresh = names.flatMap((name) => {
      const parsed = parseReference(name);
      return "problem" in parsed || here.includes(parsed.name) ? [] : [parsed.name];
    });
    if (fresh.length > 0) this.#options.records.put(this.keys.images, [...here, ...fresh]);
  }

  // --- sandboxes

  /** Gives a pod its place in the network. */
  sandbox(pod: Pod, ip: string, hosts: ReadonlyMap<string, string>): void {
    const uid = pod.metadata.uid ?? "";
    if (this.#sandboxes.has(uid)) return;
    const { network, nodeStack, node } = this.#options;
    const containers = new Map<string, Container>();
    const servers = (port: number): HttpHandler | undefined => {
      for (const container of containers.values()) {
        const handler = container.handler(port);
        if (handler) return handler;
      }
      return undefined;
    };
    const isHost = pod.spec.hostNetwork === true;
    const stack = isHost ? nodeStack : new Stack(ip, node, servers);
    const hostname = hostnameOf(pod, node);
    const resolver = isHost
      ? { hostname, search: [], cluster: pod.spec.dnsPolicy === "ClusterFirstWithHostNet", hosts: () => hosts }
      : podResolver(hostname, pod.metadata.namespace ?? "", () => hosts);
    const detach = isHost ? () => {} : network.attach(stack);
    if (isHost) this.#hostServers.set(uid, servers);
    this.#sandboxes.set(uid, {
      stack,
      net: network.net(stack, resolver),
      detach,
      containers,
      pod: { hostname, namespace: pod.metadata.namespace ?? "", hosts },
    });
  }

  /** What pods in the node's own network serve there. */
  hostHandler(port: number): HttpHandler | undefined {
    for (const servers of this.#hostServers.values()) {
      const handler = servers(port);
      if (handler) return handler;
    }
    return undefined;
  }
  readonly #hostServers = new Map<string, (port: number) => HttpHandler | undefined>();

  stack(uid: string): Stack | undefined {
    return this.#sandboxes.get(uid)?.stack;
  }

  net(uid: string): Net | undefined {
    return this.#sandboxes.get(uid)?.net;
  }

  /** What the gRPC health service at a pod's port says; undefined where there is none. */
  health(uid: string, port: number): ReturnType<Container["health"]> {
    for (const container of this.#sandboxes.get(uid)?.containers.values() ?? []) {
      const health = container.health(port);
      if (health) return health;
    }
    return undefined;
  }

  removeSandbox(uid: string): void {
    this.#sandboxes.get(uid)?.detach();
    this.#sandboxes.delete(uid);
    this.#hostServers.delete(uid);
  }

  // --- containers

  create(config: ContainerConfig): void {
    this.#options.records.put(this.keys.config(config), config);
  }

  /** Starts a container that was created; gives why it cannot, in the runtime's words. */
  start(id: string, startedAt: number): string | undefined {
    const made = this.#make(id, startedAt);
    if (typeof made === "string") return made;
    const problem = made.start();
    if (problem) this.#forget(made);
    return problem && `unable to start container process: error during container init: ${problem}`;
  }

  /** Takes up a pod again that was running before the object was away; where its containers never stopped, nothing is to be done. */
  resume(pod: Pod, record: PodRecord): void {
    if (!record.sandbox?.ready || this.#sandboxes.has(record.uid)) return;
    this.sandbox(pod, record.sandbox.ip, hostAliasesOf(pod));
    for (const { id, startedAt } of running(record)) {
      const made = this.#make(id, startedAt, true);
      if (typeof made !== "string") made.resume();
    }
  }

  /** Everything of a pod stops at once, and nobody is told. */
  kill(uid: string): void {
    for (const container of this.#sandboxes.get(uid)?.containers.values() ?? []) container.dispose();
    this.removeSandbox(uid);
  }

  /** Lets programs that were resumed catch up with the time. Not for tasks. */
  async catchUp(): Promise<void> {
    for (const { containers } of this.#sandboxes.values()) for (const container of containers.values()) await container.clock.catchUp();
  }

  /** A container that runs. */
  get(uid: string, id: string): Container | undefined {
    return this.#sandboxes.get(uid)?.containers.get(id);
  }

  /** The log of a container, whether it still runs or not. */
  log(uid: string, id: string): ContainerLog {
    return this.get(uid, id)?.log ?? new ContainerLog(this.#options.records, this.keys.log({ id }));
  }

  /** Its processes are gone; its files and log stay until it is removed. */
  ended(uid: string, id: string): void {
    this.#sandboxes.get(uid)?.containers.delete(id);
  }

  remove(uid: string, id: string): void {
    this.ended(uid, id);
    const { records } = this.#options;
    this.files.forget(this.keys.files({ id }));
    for (const key of [this.keys.config({ id }), this.keys.log({ id }), this.keys.state({ id })]) records.delete(key);
  }

  #make(id: string, startedAt: number, replay = false): Container | string {
    const made = this.#build(id, startedAt, replay);
    if (typeof made === "string") return made;
    made.sandbox.containers.set(id, made.container);
    return made.container;
  }

  #build(id: string, startedAt: number, replay: boolean): { container: Container; sandbox: SandboxLive } | string {
    const config = this.#options.records.get<ContainerConfig>(this.keys.config({ id }));
    if (!config) return `container "${id}" in namespace "k8s.io": not found`;
    const image = this.#imageOf(config);
    if (!image) return `Not simulated by Podyard: the image ${config.image}`;
    const sandbox = this.#sandboxes.get(config.pod.uid);
    if (!sandbox) return `sandbox of pod ${config.pod.name} not found`;
    const clock = new ContainerClock(this.#options.clock, this.#options.tasks, replay ? startedAt : undefined);
    return { container: new Container(this.#hostOf(sandbox), config, image, startedAt, clock), sandbox };
  }

  #forget(container: Container): void {
    this.ended(container.config.pod.uid, container.config.id);
  }

  #imageOf(config: ContainerConfig): Image | undefined {
    const parsed = parseReference(config.image);
    return "problem" in parsed ? undefined : this.#options.registry.find(parsed)?.image;
  }

  #hostOf(sandbox: SandboxLive): ContainerHost {
    const { tasks, random, records, mount, exited, touched } = this.#options;
    return {
      tasks,
      random,
      records,
      keys: this.keys,
      net: sandbox.net,
      netFor: (clock) => ({
        ...sandbox.net,
        fetch: (request) => {
          clock.jump();
          return sandbox.net.fetch(request);
        },
      }),
      filesOf: () => systemFiles(sandbox),
      mount,
      files: this.files,
      exited,
      touched: ({ pod }) => touched(pod.uid),
    };
  }

  records(): readonly PodRecord[] {
    const { records } = this.#options;
    return records.keys(this.keys.pods).flatMap((key) => records.get<PodRecord>(key) ?? []);
  }
}

/** Names that a pod's own /etc/hosts knows. */
export function hostAliasesOf({ spec }: Pod): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const { ip, hostnames } of spec.hostAliases ?? []) for (const name of hostnames ?? []) hosts.set(name, ip);
  return hosts;
}

/** What a pod calls itself. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-hostname-and-subdomain-field */
export function hostnameOf(pod: Pod, node: string): string {
  if (pod.spec.hostNetwork) return node;
  return (pod.spec.hostnameOverride ?? pod.spec.hostname ?? pod.metadata.name ?? "").slice(0, 63).replace(/[-.]+$/, "");
}

function systemFiles({ stack, pod }: SandboxLive): Readonly<Record<string, LayerFile>> {
  const own = `${stack.address}\t${pod.hostname}\n`;
  const aliases = [...pod.hosts].map(([name, ip]) => `${ip}\t${name}\n`).join("");
  return {
    "/etc/hosts": `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${own}${aliases && `\n# Entries added by HostAliases.\n${aliases}`}`,
    "/etc/resolv.conf": `search ${pod.namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`,
    "/dev/termination-log": { content: "", mode: 0o666 },
  };
}
