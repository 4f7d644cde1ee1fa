import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { Pipe, type Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import { partsOf } from "#cluster/images/programs.ts";
import type { CatchUp } from "#cluster/kubelet/catch-up.ts";
import type { ContainerConfig } from "#cluster/kubelet/container-config.ts";
import type { ContainerExit } from "#cluster/kubelet/container-host.ts";
import { execIn, success } from "#cluster/kubelet/exec.ts";
import { readLog } from "#cluster/kubelet/logs.ts";
import { Runtime } from "#cluster/kubelet/runtime.ts";
import type { Network } from "#cluster/network/network.ts";
import type { Stack } from "#cluster/network/stack.ts";
import type { Records } from "#cluster/store/store.ts";
import type { RemoteCommand } from "#machinery/client.ts";
import type { BuiltImage, ContainerEngine, ContainerWanted, EngineContainer, EngineFiles, EngineImage } from "#machinery/container-engine.ts";
import type { ExecOptions, LogOptions } from "#machinery/kubelet.ts";
import type { Pod } from "#machinery/types.ts";
import type { FileChanges, FileSystem } from "#shell/file-system.ts";
import { machine } from "#shell/machine.ts";
import { MemoryFileSystem } from "#shell/memory-file-system.ts";
import { type Machine, NetError, type Program, type SignalName } from "#shell/process.ts";
import { engineNode, podOf, recordOf } from "./as-pod.ts";
import { EngineImages } from "./engine-images.ts";
import type { ImageStore } from "./image-store.ts";

const containerKeys = "/docker/containers/";

interface Options {
  clock: Clock;
  catchUp: CatchUp;
  random: Random;
  tasks: Tasks;
  records: Records;
  network: Network;
  images: ImageStore;
  /** The machine that it runs on: its place in the network, and its disk. */
  stack: Stack;
  disk: () => FileSystem | undefined;
  /** Puts an image on a node. */
  load(name: string, node: string): void;
}

type Mutable = { -readonly [K in keyof EngineContainer]: EngineContainer[K] };

/** The container engine of the machine that people sit at: `docker` is its client. It knows nothing of the cluster. */
export class Engine implements ContainerEngine {
  readonly #options: Options;
  readonly #runtime: Runtime;
  readonly #images: EngineImages;
  readonly #ports = new Map<string, (() => void)[]>();
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Exit codes of those that ended, for those who ask when nothing is left of them. */
  readonly #codes = new Map<string, number>();
  /** Mounts that wait for the machine's disk. */
  readonly #unmounted: (() => void)[] = [];

  constructor(options: Options) {
    this.#options = options;
    const { clock, catchUp, random, tasks, records, network, images, stack } = options;
    this.#images = new EngineImages(images, clock, () => this.containers());
    this.#runtime = new Runtime({
      node: engineNode,
      nodeStack: stack,
      tasks,
      clock,
      catchUp,
      random,
      records,
      registry: { find: (reference) => images.local(reference) ?? images.find(reference), refusal: (...args) => images.refusal(...args) },
      network,
      mount: (config, fs) => this.#mount(config, fs),
      exited: (config, exit) => this.#exited(config, exit),
      touched: () => {},
      isTouched: () => true,
      provides: () => {},
    });
    for (const container of this.#records()) if (container.state === "running") this.#resume(container);
  }

  // --- images

  images(): EngineImage[] {
    return this.#images.images();
  }

  image(name: string): EngineImage | undefined {
    return this.#images.image(name);
  }

  pull(name: string): Promise<EngineImage> {
    return this.#images.pull(name);
  }

  tag(image: EngineImage, name: string): void {
    this.#images.tag(image, name);
  }

  untag(name: string, force: boolean): string[] {
    return this.#images.untag(name, force);
  }

  keep(built: BuiltImage, name: string | undefined): EngineImage {
    return this.#images.keep(built, name);
  }

  built(id: string): BuiltImage | undefined {
    return this.#images.built(id);
  }

  push(name: string): void {
    this.#images.push(name);
  }

  load(name: string, node: string): void {
    this.#options.load(name, node);
  }

  /** The machine's disk is there from now on. */
  diskCame(): void {
    for (const mount of this.#unmounted.splice(0)) mount();
  }

  /** Lets programs that run again catch up with the time. Not for tasks. */
  async catchUp(): Promise<void> {
    await this.#runtime.catchUp();
  }

  /** A machine with the files of an image, to build on; an empty one where there is none. */
  workshop(id: string): Machine {
    const { tasks, clock, random, images, network, stack } = this.#options;
    const found = id === "" ? undefined : this.images().find((one) => one.id === id);
    const image = images.built(id) ? images.imageFor(undefined, id) : images.imageFor(found?.names[0], "");
    const { programs, layers } = image ? partsOf(image) : { programs: new Map<string, Program>(), layers: [] };
    return machine({
      hostname: "buildkitsandbox",
      tasks,
      clock,
      random,
      net: network.net(stack, { hostname: "buildkitsandbox", search: [], cluster: false }),
      base: image?.base ?? "none",
      tools: image?.tools ?? [],
      programs,
      layers,
    });
  }

  // --- containers

  #records(): Mutable[] {
    const { records } = this.#options;
    return records.keys(containerKeys).flatMap((key) => records.get<Mutable>(key) ?? []);
  }

  containers(): EngineContainer[] {
    return this.#records().sort((a, b) => b.createdAt - a.createdAt);
  }

  #get(id: string): Mutable {
    const found = this.#options.records.get<Mutable>(containerKeys + id);
    if (!found) throw new Error(`No such container: ${id}`);
    return found;
  }

  #put(container: EngineContainer): void {
    this.#options.records.put(containerKeys + container.id, container);
  }

  create(wanted: ContainerWanted): EngineContainer {
    const { clock, random, images } = this.#options;
    const { name, image, imageName } = wanted;
    const other = this.#records().find((one) => one.name === name);
    if (other)
      throw new Error(
        `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    const { config } = image;
    const entrypoint = wanted.entrypoint ?? config.entrypoint ?? [];
    const command = wanted.command.length > 0 ? wanted.command : wanted.entrypoint ? [] : (config.command ?? []);
    const args = [...entrypoint, ...command];
    if (args.length === 0) throw new Error("no command specified");
    const id = random.hex(64);
    const env = new Map([...(config.env ?? []), ...wanted.env]);
    const container: EngineContainer = {
      id,
      name,
      imageName,
      imageId: image.id,
      args,
      env: [...env],
      workingDir: wanted.workingDir ?? config.workingDir ?? "/",
      user: wanted.user ?? config.user ?? "",
      hostname: wanted.hostname ?? id.slice(0, 12),
      state: "created",
      createdAt: clock.now(),
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      problem: "",
      ports: wanted.ports.map((port) => (port.host === 0 ? { ...port, host: this.#freePort() } : port)),
      exposed: config.ports ?? [],
      binds: wanted.binds,
      address: "",
      network: wanted.network,
      labels: { ...config.labels, ...wanted.labels },
      tty: wanted.tty,
      stdin: wanted.stdin,
      autoRemove: wanted.autoRemove,
      restart: wanted.restart,
      restarts: 0,
    };
    const full = images.built(image.id) ? builtName(image.id) : (image.names[0] ?? "");
    this.#put(container);
    this.#runtime.create(this.#configOf(container, full, wanted));
    return container;
  }

  #configOf(container: EngineContainer, image: string, { memory, readOnly }: ContainerWanted): ContainerConfig {
    return {
      id: container.id,
      pod: { uid: container.id, name: container.name, namespace: engineNode },
      name: container.name,
      image,
      args: container.args,
      env: [...container.env, ["HOSTNAME", container.hostname]],
      cwd: container.workingDir,
      user: container.user || "0",
      hostname: container.hostname,
      mounts: container.binds.map(({ source, target, readOnly: isReadOnly }) => ({ volume: source, path: target, readOnly: isReadOnly })),
      terminationMessagePath: "/dev/termination-log",
      ...(container.stdin ? { stdin: true } : {}),
      ...(container.tty ? { tty: true } : {}),
      ...(readOnly ? { readOnly: true } : {}),
      ...(memory ? { memoryLimit: memory } : {}),
    };
  }

  async start(id: string): Promise<void> {
    const { clock, random } = this.#options;
    const container = this.#get(id);
    if (container.state === "running") return;
    await clock.sleep(random.between(80, 160));
    const address = container.network === "host" ? this.#options.stack.address : this.#freeAddress();
    this.#enter({ ...container, address });
    const startedAt = clock.now();
    const problem = this.#publish({ ...container, address }) ?? this.#runtime.start(id, startedAt);
    if (problem !== undefined) {
      this.#leave(id);
      const isBind = problem.startsWith("driver failed") || problem.startsWith("failed to set up");
      const code = isBind ? 0 : /not found|no such file/.test(problem) ? 127 : 126;
      this.#put({ ...container, state: "created", exitCode: code, problem });
      throw new Error(
        isBind
          ? problem
          : `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: ${problem}`,
      );
    }
    this.#put({ ...container, state: "running", startedAt, address, exitCode: 0, problem: "" });
  }

  /** Gives a container its place in the network. */
  #enter(container: EngineContainer): void {
    this.#runtime.sandbox(this.#podOf(container), container.address);
  }

  #podOf(container: EngineContainer): Pod {
    const isApart = ["bridge", "host", "none"].includes(container.network);
    return podOf(container, isApart ? [] : this.#records().filter(({ state, network }) => state === "running" && network === container.network));
  }

  /** Its ports are answered at the machine's own address. Gives why not. */
  #publish({ id, ports, name }: EngineContainer): string | undefined {
    const { stack } = this.#options;
    const ends: (() => void)[] = [];
    this.#ports.set(id, ends);
    for (const { host, container, address, protocol } of ports) {
      if (protocol === "udp") continue;
      try {
        ends.push(
          stack.listen(
            host,
            async (request) => {
              const handler = this.#runtime.stack(id)?.handler(container, false);
              if (!handler) throw new NetError("ECONNRESET", "Connection reset by peer");
              return handler(request);
            },
            address,
          ),
        );
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        for (const end of ends) end();
        return `driver failed programming external connectivity on endpoint ${name} (${id}): Bind for ${address}:${host} failed: port is already allocated`;
      }
    }
    return undefined;
  }

  #leave(id: string): void {
    for (const end of this.#ports.get(id) ?? []) end();
    this.#ports.delete(id);
    this.#runtime.removeSandbox(id);
  }

  #exited({ id }: ContainerConfig, { code }: ContainerExit): void {
    const { records, clock, tasks } = this.#options;
    const container = records.get<Mutable>(containerKeys + id);
    this.#codes.set(id, code);
    this.#runtime.ended(id, id);
    this.#leave(id);
    if (!container) return;
    this.#put({ ...container, state: "exited", exitCode: code, finishedAt: clock.now() });
    for (const wake of this.#waiting.get(id) ?? []) wake();
    this.#waiting.delete(id);
    if (container.autoRemove) this.#forget(id);
    else if (this.#stopped.delete(id)) return;
    else if (container.restart === "always" || container.restart === "unless-stopped" || (container.restart.startsWith("on-failure") && code !== 0))
      clock.at(clock.now() + Math.min(100 * 2 ** Math.min(container.restarts, 9), 60_000), () =>
        tasks.detach(async () => {
          const again = records.get<Mutable>(containerKeys + id);
          if (again?.state !== "exited") return;
          this.#put({ ...again, restarts: again.restarts + 1 });
          await this.start(id);
        }),
      );
  }

  /** Those whose end was asked for: they are not started again. */
  readonly #stopped = new Set<string>();

  signal(id: string, name: string): void {
    const container = this.#get(id);
    if (container.state !== "running") throw new Error(`cannot kill container: ${id}: container ${id} is not running`);
    this.#stopped.add(id);
    if (name === "KILL") this.#runtime.get(id, id)?.kill();
    else this.#runtime.get(id, id)?.signal(name as SignalName);
  }

  async wait(id: string, signal?: AbortSignal): Promise<number> {
    const { records, tasks } = this.#options;
    const now = records.get<Mutable>(containerKeys + id);
    if (now?.state !== "running") return this.#codes.get(id) ?? now?.exitCode ?? 0;
    let code = 0;
    await tasks.block((wake, fail) => {
      signal?.addEventListener("abort", () => fail(signal.reason), { once: true });
      const ended = () => {
        code = this.#codes.get(id) ?? 0;
        wake();
      };
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), ended]);
    });
    return code;
  }

  remove(id: string): void {
    this.#get(id);
    this.#forget(id);
  }

  #forget(id: string): void {
    this.#runtime.get(id, id)?.dispose();
    this.#leave(id);
    this.#runtime.remove(id, id);
    this.#options.records.delete(containerKeys + id);
  }

  rename(id: string, name: string): void {
    this.#put({ ...this.#get(id), name });
  }

  logs(id: string, options: LogOptions): Source {
    const { state } = this.#get(id);
    return readLog(this.#runtime.log(id, id), options, state !== "running", this.#options.tasks);
  }

  exec(id: string, options: ExecOptions): RemoteCommand {
    const container = this.#get(id);
    const live = this.#runtime.get(id, id);
    if (!live || container.state !== "running") throw new Error(`container ${id} is not running`);
    return execIn(live, options, this.#options.tasks);
  }

  attach(id: string): RemoteCommand {
    const { tasks } = this.#options;
    const live = this.#runtime.get(id, id);
    if (!live) throw new Error(`You cannot attach to a stopped container, start it first`);
    const { stdin, stdout, stderr, detach } = live.attach();
    const typed = new Pipe(tasks);
    if (stdin)
      tasks.detach(async () => {
        for (let bytes = await typed.read(); bytes; bytes = await typed.read()) stdin.push(bytes);
        stdin.close();
      });
    return {
      stdin: typed,
      stdout,
      stderr,
      resize: (columns, rows) => live.resize(columns, rows),
      result: live.whenEnded().then(() => success),
      abort() {
        detach();
        typed.close();
      },
    };
  }

  files(id: string): EngineFiles {
    const fs = this.#disk(id);
    return {
      read: (path) => fs.read(path),
      write: (path, content) => {
        fs.mkdir(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
        fs.write(path, content);
      },
      list: (path) => (fs.stat(path)?.kind === "directory" ? fs.list(path) : undefined),
      kind: (path) => {
        const kind = fs.stat(path)?.kind;
        return kind === undefined ? undefined : kind === "directory" ? "directory" : "file";
      },
    };
  }

  /** The disk of a container; of one that does not run, as it was left. */
  #disk(id: string): FileSystem {
    const live = this.#runtime.get(id, id);
    if (live) return live.machine.fs;
    const { records, clock, images } = this.#options;
    this.#get(id);
    const config = records.get<ContainerConfig>(this.#runtime.keys.config({ id }));
    const image = config && images.imageFor(config.image, idOf(config.image));
    const changes = records.get<FileChanges>(this.#runtime.keys.files({ id }));
    if (!image) throw new Error(`No such container: ${id}`);
    return new MemoryFileSystem({ layers: image.layers ?? [], now: () => clock.now(), ...(changes ? { changes } : {}) });
  }

  #mount({ mounts }: Pick<ContainerConfig, "mounts">, fs: FileSystem): void {
    if (mounts.length === 0) return;
    const disk = this.#options.disk();
    if (!disk) {
      this.#unmounted.push(() => this.#mount({ mounts }, fs));
      return;
    }
    for (const { volume, path, readOnly } of mounts) {
      if (!disk.stat(volume)) disk.mkdir(volume, { recursive: true });
      fs.mount(path, { fs: disk, path: volume, ...(readOnly ? { readOnly: true } : {}) });
    }
  }

  /** Takes up a container that ran before the object was away. */
  #resume(container: EngineContainer): void {
    this.#runtime.resume(this.#podOf(container), recordOf(container));
    this.#publish(container);
  }

  #freeAddress(): string {
    const taken = new Set(this.#records().flatMap(({ state, address }) => (state === "running" ? address : [])));
    for (let last = 2; last < 255; last++) if (!taken.has(`172.17.0.${last}`)) return `172.17.0.${last}`;
    throw new Error("no available IPv4 addresses on this network's address pools: bridge");
  }

  #freePort(): number {
    const taken = new Set(this.#records().flatMap(({ ports }) => ports.map(({ host }) => host)));
    let port = 32_768;
    while (taken.has(port)) port++;
    return port;
  }
}

/** A name by which the runtime finds what was built, whatever it is called by people. */
const builtName = (id: string) => `localhost/built@${id}`;
const idOf = (name: string) => /^localhost\/built@(sha256:[0-9a-f]+)$/.exec(name)?.[1] ?? "";
