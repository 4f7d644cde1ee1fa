import type { Clock } from "#base/clock.ts";
import type { HttpHandler } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Image } from "#cluster/images/image.ts";
import { parseReference } from "#cluster/images/reference.ts";
import type { Pulled, Registry } from "#cluster/images/registry.ts";
import type { Network } from "#cluster/network/network.ts";
import type { Stack } from "#cluster/network/stack.ts";
import type { Pod } from "#machinery/types.ts";
import type { FileSystem } from "#shell/file-system.ts";
import type { Net, Program } from "#shell/process.ts";
import type { CatchUp } from "./catch-up.ts";
import { Container } from "./container.ts";
import { ContainerClock } from "./container-clock.ts";
import type { ContainerConfig } from "./container-config.ts";
import { type ContainerExit, type ContainerHost, type Keys, keysOf, type Records } from "./container-host.ts";
import { ContainerLog } from "./logs.ts";
import { type PodRecord, running } from "./record.ts";
import { Sandbox } from "./sandbox.ts";
import { StoredFiles } from "./stored-files.ts";

export interface RuntimeOptions {
  node: string;
  nodeStack: Stack;
  tasks: Tasks;
  clock: Clock;
  catchUp: CatchUp;
  random: Random;
  records: Records;
  registry: Registry;
  network: Network;
  /** Puts the volumes of a pod in place. */
  mount(config: ContainerConfig, fs: FileSystem): void;
  exited(config: ContainerConfig, exit: ContainerExit): void;
  /** Something in a pod changed that a probe might see. */
  touched(uid: string): void;
  /** A container took more memory than others do. */
  tookMemory?(): Promise<void> | undefined;
  /** Programs of the cluster's machines. */
  programs?(): ReadonlyMap<string, Program>;
  /** Whether the node's own disk may differ from how it was made. */
  isTouched(): boolean;
  /** A part of the control plane works here from now on, or no longer. */
  provides(name: string, works: boolean): void;
}

/** The container runtime of one node: sandboxes, images and containers. */
export class Runtime {
  readonly keys: Keys;
  readonly #options: RuntimeOptions;
  readonly #sandboxes = new Map<string, Sandbox>();
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
    return this.imageNamed(reference) ?? "unknown";
  }

  keep(names: readonly string[]): void {
    const here = this.images();
    const fresh = names.flatMap((name) => {
      const parsed = parseReference(name);
      return "problem" in parsed || here.includes(parsed.name) ? [] : [parsed.name];
    });
    if (fresh.length > 0) this.#options.records.put(this.keys.images, [...here, ...fresh]);
  }

  /** Forgets an image: it has to be pulled again. */
  drop(name: string): void {
    const parsed = parseReference(name);
    if (!("problem" in parsed))
      this.#options.records.put(
        this.keys.images,
        this.images().filter((here) => here !== parsed.name),
      );
  }

  /** The image of a name, as this node knows it. */
  imageNamed(name: string): Pulled | undefined {
    const parsed = parseReference(name);
    if ("problem" in parsed) return undefined;
    return this.#options.registry.local?.(parsed) ?? this.#options.registry.find(parsed);
  }

  // --- sandboxes

  /** Gives a pod its place in the network. */
  sandbox(pod: Pod, address: string): void {
    const uid = pod.metadata.uid ?? "";
    if (this.#sandboxes.has(uid)) return;
    const { network, nodeStack, node } = this.#options;
    const dns = { cluster: network.dnsAddress(), node: nodeStack.address.replace(/\.\d+$/, ".1") };
    this.#sandboxes.set(uid, new Sandbox({ network, nodeStack, node, dns }, pod, address));
  }

  /** What pods serve at the node's own address. */
  nodeHandler(port: number): HttpHandler | undefined {
    for (const sandbox of this.#sandboxes.values()) {
      const handler = sandbox.nodeHandler(port);
      if (handler) return handler;
    }
    return undefined;
  }

  /** The ports of the node that pods serve. */
  nodeListening(): number[] {
    return [...this.#sandboxes.values()].flatMap((sandbox) => sandbox.nodeListening());
  }

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
    this.#sandboxes.get(uid)?.remove();
    this.#sandboxes.delete(uid);
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
    this.sandbox(pod, record.sandbox.ip);
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

  #build(id: string, startedAt: number, replay: boolean): { container: Container; sandbox: Sandbox } | string {
    const config = this.#options.records.get<ContainerConfig>(this.keys.config({ id }));
    if (!config) return `container "${id}" in namespace "k8s.io": not found`;
    const image = this.#imageOf(config);
    if (!image) return `Not simulated by Podyard: the image ${config.image}`;
    const sandbox = this.#sandboxes.get(config.pod.uid);
    if (!sandbox) return `sandbox of pod ${config.pod.name} not found`;
    const { catchUp, tasks } = this.#options;
    const clock = new ContainerClock(this.#options.clock, tasks, { catchUp, replayFrom: replay ? startedAt : undefined });
    return { container: new Container(this.#hostOf(sandbox), config, image, startedAt, clock), sandbox };
  }

  #forget(container: Container): void {
    this.ended(container.config.pod.uid, container.config.id);
  }

  #imageOf(config: ContainerConfig): Image | undefined {
    return this.imageNamed(config.image)?.image;
  }

  #hostOf(sandbox: Sandbox): ContainerHost {
    const { tasks, random, records, mount, exited, touched, isTouched, provides, tookMemory } = this.#options;
    return {
      get isTouched() {
        return isTouched();
      },
      provides,
      tookMemory: () => tookMemory?.(),
      clusterTools: (names) =>
        [...(this.#options.programs?.() ?? [])].flatMap(([path, program]) => {
          const name = path.slice(path.lastIndexOf("/") + 1);
          return names.includes(name) ? [[name, program] as const] : [];
        }),
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
      systemFiles: sandbox.files,
      mount,
      files: this.files,
      exited,
      isTaken: (port) => !sandbox.usesNode && sandbox.stack.handler(port, true) !== undefined,
      touched: ({ pod }) => touched(pod.uid),
    };
  }

  records(): readonly PodRecord[] {
    const { records } = this.#options;
    return records.keys(this.keys.pods).flatMap((key) => records.get<PodRecord>(key) ?? []);
  }
}
