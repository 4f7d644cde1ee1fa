import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Registry } from "#cluster/images/registry.ts";
import { hostsOf } from "#cluster/network/hosts.ts";
import type { Network } from "#cluster/network/network.ts";
import { Stack } from "#cluster/network/stack.ts";
import type { Api } from "#machinery/client.ts";
import type { MachineSpec } from "#machinery/machines.ts";
import type { Pod } from "#machinery/types.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import type { FileChanges } from "#shell/file-system.ts";
import { type MachineOptions, machine } from "#shell/machine.ts";
import type { Machine, Net, ProcessInfo, Program } from "#shell/process.ts";
import type { CatchUp } from "./catch-up.ts";
import type { ContainerConfig } from "./container-config.ts";
import type { ContainerExit, Records } from "./container-host.ts";
import { kubeletHandler, kubeletPorts } from "./kubelet-port.ts";
import { Manifests, manifestFiles } from "./manifests.ts";
import { podLogs } from "./pod-logs.ts";
import { running } from "./record.ts";
import { Runtime } from "./runtime.ts";
import { RuntimeView } from "./runtime-view.ts";
import {
  accessOf,
  type KubeletAccess,
  type PressureSettings,
  pressureOf,
  settingsPaths,
  type Trouble,
  troubleOf,
  usualAccess,
  usualPressure,
} from "./settings.ts";
import { largestStoredFile } from "./stored-files.ts";
import { Volumes } from "./volumes.ts";

export interface NodeOptions {
  api: Api;
  /** The same, although its server may be away. */
  directApi: Api;
  clock: Clock;
  catchUp: CatchUp;
  random: Random;
  tasks: Tasks;
  records: Records;
  registry: Registry;
  network: Network;
  /** A part of the control plane works from now on, since its container does, or no longer. */
  provides?(part: string, works: boolean): void;
  /** Programs that its machines have beyond the usual ones; asked for when somebody first looks into one. */
  programs?(): ReadonlyMap<string, Program>;
  /** A machine's network with what it reaches beyond the cluster. */
  outside?(net: Net): Net;
  /** Who may log in to a machine beside root. */
  users?: MachineOptions["users"];
  /** What runs on a machine beside what people start there. */
  processes?(host: NodeHost): readonly ProcessInfo[];
  /** Files that a machine has beyond those of its system and its own; asked for with its programs. */
  files?(spec: MachineSpec): Readonly<Record<string, LayerFile>>;
  /** A token for the service account of a pod, to be mounted into it. */
  token?(pod: Pod, audience: string | undefined): string;
}

/** Who looks after the containers of a node: its kubelet, while it runs. */
export interface Caretaker {
  exited(config: ContainerConfig, exit: ContainerExit): void;
  /** Something in a pod changed that a probe might see; in any pod, where none is said. */
  touched(uid?: string): void;
  /** A container took more memory than others do. */
  tookMemory(): Promise<void>;
  /** Something was written to the node's own disk. */
  diskChanged(): void;
  pod(uid: string): Pod | undefined;
}

/** What a kubelet's machine has beyond an ordinary one. */
const nodeDirectories: Readonly<Record<string, LayerFile>> = Object.fromEntries(
  [
    "/etc/kubernetes/manifests",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/run/containerd",
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/log/pods",
    "/var/log/containers",
    "/mnt",
    "/srv",
  ].map((path) => [path, { directory: true }]),
);

/** Where a runtime looks for the configuration of its pods' network. */
const networkDirectory = "/etc/cni/net.d";

/** How a container is said to have ended that went down with its machine. */
const lostPower = { exitCode: 255, reason: "Error" };

/** One machine: its files, its place in the network, its container runtime. It goes on when its kubelet is stopped. */
export class NodeHost {
  readonly spec: MachineSpec;
  /** The node's own place in the network. */
  readonly stack: Stack;
  readonly runtime: Runtime;
  readonly volumes: Volumes;
  /** The kubelet, while one runs. */
  caretaker: Caretaker | undefined;
  /** Since when its container runtime does not answer: what runs goes on, and nobody can start or end anything. */
  runtimeDownSince: number | undefined;
  /** Hears of each change of its disk. */
  onDiskChange: (() => void) | undefined;
  /** What its kubelet is to run by itself. */
  readonly manifests: Manifests;
  readonly #options: NodeOptions;
  readonly #detach: () => void;
  /** Containers that ended while nobody looked. */
  readonly #missed: { config: ContainerConfig; exit: ContainerExit }[] = [];
  #machine: Machine | undefined;
  #view: RuntimeView | undefined;

  constructor(options: NodeOptions, spec: MachineSpec) {
    this.#options = options;
    this.spec = spec;
    const { api, clock, catchUp, random, tasks, records, registry, network, token = () => "", provides, programs } = options;
    const { name: node, address } = spec;
    this.stack = new Stack(
      address,
      node,
      (port) => kubeletHandler(this, port) ?? this.runtime.nodeHandler(port),
      () => [22, ...(this.caretaker ? kubeletPorts : []), ...this.runtime.nodeListening()],
    );
    this.runtime = new Runtime({
      node,
      nodeStack: this.stack,
      tasks,
      clock,
      catchUp,
      random,
      records,
      registry,
      network,
      mount: (config, fs) => {
        const pod = this.#podOf(config);
        if (pod) this.volumes.mount(pod, config, fs);
      },
      exited: (config, exit) => {
        if (this.caretaker && this.runtimeDownSince === undefined) this.caretaker.exited(config, exit);
        else this.#missed.push({ config, exit });
      },
      touched: (uid) => this.caretaker?.touched(uid),
      tookMemory: () => this.caretaker?.tookMemory(),
      ...(programs ? { programs } : {}),
      isTouched: () => this.isChanged("/etc/kubernetes", "/var/lib/minikube/certs"),
      provides: (part, works) => provides?.(part, works),
    });
    this.volumes = new Volumes({
      api,
      clock,
      records,
      keys: this.runtime.keys,
      node: { name: node, address },
      disk: () => this.machine.fs,
      token,
      files: this.runtime.files,
      touched: (uid) => this.caretaker?.touched(uid),
    });
    this.manifests = new Manifests(spec.staticPods ?? [], () =>
      this.#machine || this.isChanged("/etc/kubernetes/manifests") ? this.machine.fs : undefined,
    );
    this.#detach = network.attachNode(this.stack);
    this.runtime.keep(spec.images);
  }

  /** What is wrong with the settings of its kubelet; nothing while nobody has changed any. */
  kubeletTrouble(servers: readonly string[]): Trouble | undefined {
    return this.isChanged(...settingsPaths) ? troubleOf(this.machine.fs, servers) : undefined;
  }

  /** Whether pods can be given a network: its runtime finds a configuration where it looks, unless somebody took it away. */
  get hasNetwork(): boolean {
    if (!this.isChanged(networkDirectory)) return true;
    const { fs } = this.machine;
    if (fs.stat(networkDirectory)?.kind !== "directory") return false;
    return fs
      .list(networkDirectory)
      .some((name) => /\.(?:conf|conflist|json)$/.test(name) && fs.readText(`${networkDirectory}/${name}`).trim() !== "");
  }

  /** The pods that are bound to it. */
  pods(): readonly Pod[] {
    return this.#options.api.list<Pod>("pods").filter(({ spec }) => spec.nodeName === this.spec.name);
  }

  /** Whom its kubelet lets ask. */
  get kubeletAccess(): KubeletAccess {
    return this.isChanged("/var/lib/kubelet/config.yaml") ? accessOf(this.machine.fs) : usualAccess;
  }

  /** How much memory its kubelet keeps free. */
  get pressure(): PressureSettings {
    return this.isChanged("/var/lib/kubelet/config.yaml") ? pressureOf(this.machine.fs) : usualPressure;
  }

  /** Whether anything below these paths is not as the machine was made. */
  isChanged(...paths: readonly string[]): boolean {
    const isWanted = (path: string) => paths.some((one) => path.startsWith(one));
    if (this.#machine) return this.#machine.fs.isChanged(isWanted);
    const stored = this.#options.records.get<FileChanges>(this.runtime.keys.disk) ?? {};
    // Directories that volumes needed are made, and change nothing.
    return Object.entries(stored).some(([path, change]) => !change?.directory && isWanted(path));
  }

  #podOf({ pod }: ContainerConfig): Pod | undefined {
    return this.caretaker?.pod(pod.uid) ?? this.#options.api.get<Pod>("pods", pod.name, pod.namespace);
  }

  /** Tells of the containers that ended while nobody looked. */
  catchUp(): void {
    for (const { config, exit } of this.#missed.splice(0)) this.caretaker?.exited(config, exit);
  }

  /** The container runtime as the node's own tools see it. */
  get runtimeView(): RuntimeView {
    this.#view ??= new RuntimeView({ ...this.#options, runtime: this.runtime, address: this.spec.address });
    return this.#view;
  }

  /** The node as somebody sees it who logs in: its files, which hostPath volumes show, and its network. */
  get machine(): Machine {
    if (this.#machine) return this.#machine;
    const { records, network, tasks, clock, random } = this.#options;
    const { name } = this.spec;
    const key = this.runtime.keys.disk;
    const changes = records.get<FileChanges>(key);
    const own = network.net(this.stack, { hostname: name, search: [], cluster: false, hosts: () => hostsOf(made.fs) });
    const made: Machine = machine({
      hostname: name,
      tasks,
      clock,
      random,
      net: this.#options.outside?.(own) ?? own,
      base: "full",
      programs: this.#options.programs?.() ?? new Map(),
      others: () => this.#options.processes?.(this) ?? [],
      ...(this.#options.users ? { users: this.#options.users } : {}),
      files: { ...nodeDirectories, ...this.#options.files?.(this.spec), ...this.spec.files, ...manifestFiles(this.spec.staticPods ?? []) },
      ...(changes ? { changes } : {}),
    });
    made.fs.onChange = () => {
      this.runtime.files.changed(key, () => made.fs.changes(largestStoredFile));
      this.caretaker?.diskChanged();
      this.onDiskChange?.();
      // Any pod may show the node's files.
      this.caretaker?.touched();
    };
    for (const [path, fs] of Object.entries(podLogs(this.runtime, () => clock.now()))) made.fs.mount(path, { fs, path: "/", readOnly: true });
    this.#machine = made;
    return made;
  }

  /** The machine is switched off: nothing on it runs any more, and nothing is answered. */
  off(): void {
    const { records, clock } = this.#options;
    this.#detach();
    for (const record of this.runtime.records()) {
      if (record.sandbox) record.sandbox.ready = false;
      for (const container of running(record)) Object.assign(container, { state: "exited", finishedAt: clock.now(), ...lostPower });
      this.runtime.kill(record.uid);
      // What was going on is cut short: the kubelet looks anew when it comes back.
      if (record.stage === "running") record.step = { do: "sync", at: clock.now() };
      else if (record.stage === "terminating") record.step = { do: "stop", at: clock.now() };
      records.put(this.runtime.keys.pod(record.uid), record);
    }
    records.delete(this.runtime.keys.addresses);
  }
}
