import { TimerQueue } from "#base/clock.ts";
import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { bootstrap } from "#cluster/apiserver/bootstrap/bootstrap.ts";
import { laterKubelets } from "#cluster/apiserver/kubelets.ts";
import type { FieldDocs } from "#cluster/apiserver/openapi/schemas.ts";
import { type ApiServer, apiServer } from "#cluster/apiserver/server.ts";
import { minikubeUsers, nodeFiles } from "#cluster/disk/node-disk.ts";
import { nodeProcesses } from "#cluster/disk/node-processes.ts";
import { catalogue } from "#cluster/images/catalogue.ts";
import { registry } from "#cluster/images/registry.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { metricsKinds } from "#cluster/kinds/metrics/index.ts";
import { Kubelets } from "#cluster/kubelet/kubelets.ts";
import { reachable } from "#cluster/kubelet/unreachable.ts";
import { hostsOf } from "#cluster/network/hosts.ts";
import { type Network, network } from "#cluster/network/network.ts";
import { Stack } from "#cluster/network/stack.ts";
import type { Profile } from "#cluster/profiles/profile.ts";
import type { Explanation } from "#cluster/scheduler/explain.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Journal, Records } from "#cluster/store/store.ts";
import type { Api, Client, Connected } from "#machinery/client.ts";
import type { ContainerEngine } from "#machinery/container-engine.ts";
import type { EtcdStore } from "#machinery/etcd.ts";
import type { MachineSpec, Machines } from "#machinery/machines.ts";
import { parseTime } from "#machinery/time.ts";
import type { Namespace, Node, Pod, ServiceAccount } from "#machinery/types.ts";
import { component, type User } from "#machinery/user.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { type Machine, type Net, NetError } from "#shell/process.ts";
import { apiEndpoint } from "./api-endpoint.ts";
import { type BootOptions, lentBy, type NodePrograms, profileOf, type RestoreOptions } from "./boot-options.ts";
import { ControlPlane } from "./control-plane.ts";
import { engineNode } from "./engine/as-pod.ts";
import { Engine } from "./engine/engine.ts";
import { ImageStore } from "./engine/image-store.ts";
import { Etcd } from "./etcd.ts";
import { ClusterMachines, type MachinesRecord } from "./machines.ts";
import { NodeMachine } from "./node-machine.ts";
import { answerUntil } from "./request-until.ts";
import { type Booted, bootTime, type Snapshot, snapshotOf, templateFor } from "./template.ts";
import { together } from "./together.ts";

export interface Summary {
  nodes: readonly { name: string; ready: boolean }[];
  pods: { total: number; running: number };
}

/** A cluster in which nothing was written for so long has come to rest. */
const quiet = 45_000;

/** The images that there are, in all clusters. */
const images = registry(catalogue);

/** A whole simulated cluster: the store, the API server over it, the control plane, the machines and their kubelets, and the network between them. */
export class Cluster {
  readonly tasks: Tasks;
  readonly clock: TimerQueue;
  readonly random: Random;
  readonly profile: Profile;
  /** The network as the learner's own machine sees it. */
  readonly hostNet: Net;
  #learnerFiles: FileSystem | undefined;
  readonly #store: MemoryStore;
  readonly #etcd: Etcd;
  readonly #images: ImageStore;
  #engine: Engine | undefined;
  /** The learner's own machine in the network. */
  readonly #own: Stack;
  readonly #server: ApiServer;
  readonly #network: Network;
  readonly #kubelets: Kubelets;
  readonly #machines: ClusterMachines;
  readonly #nodes = new Map<string, NodeMachine>();
  readonly #controlPlane: ControlPlane;
  /** Aborts when the API server goes away: whoever watches is cut off. */
  #up = new AbortController();
  /** Hears of defects: errors that no part of the cluster should have let through. */
  onFailure: (error: unknown) => void = () => {};
  /** What is said of fields in prose, for `kubectl explain`: the host knows where it is. */
  docs: () => Promise<FieldDocs> = async () => ({});

  private constructor(store: MemoryStore, profile: Profile, random: Random, now: number, programs?: NodePrograms) {
    const failed = (error: unknown) => this.onFailure(error);
    this.profile = profile;
    this.#store = store;
    this.#etcd = new Etcd(store);
    this.random = random;
    this.tasks = new Tasks(failed);
    this.clock = new TimerQueue(this.tasks, now);
    const { tasks, clock } = this;
    const [first] = profile.machines;
    this.#server = apiServer({
      store,
      clock,
      random,
      tasks,
      kinds: Object.values(kinds),
      aggregated: metricsKinds,
      isStale: (entry) => this.#etcd.isStale(entry),
      kubelets: laterKubelets(() => this.#kubelets.api),
      docs: () => this.docs(),
      address: `${first?.address ?? "127.0.0.1"}:${profile.port}`,
    });
    const api = this.#server.api(component("system:nodes"), "kubelet");
    this.#network = network({ api, clock, random });
    if (first) this.#network.serve(first.address, profile.port, apiEndpoint(this));
    this.#controlPlane = new ControlPlane({
      server: this.#server,
      clock,
      tasks,
      random,
      failed,
      down: () => this.#machines.record.down ?? [],
      noteDown: (down) => this.#machines.note({ down }),
      served: (isUp) => this.#served(isUp),
    });
    this.#images = new ImageStore(images, store.records);
    this.#kubelets = new Kubelets({
      api: reachable(api, () => this.#controlPlane.isServed, `${first?.address ?? "127.0.0.1"}:${profile.port}`),
      directApi: api,
      provides: (part, works) => {
        if (works)
          this.#etcd.partStarted(
            part,
            [...this.#nodes.values()].find(({ role }) => role === "control-plane"),
          );
        this.#controlPlane.provides(part, works);
      },
      clock,
      random,
      tasks,
      records: store.records,
      registry: this.#images,
      network: this.#network,
      ...lentBy(programs, this),
      files: (spec) => this.#filesOf(spec),
      ...(profile.installer === "minikube" ? { users: minikubeUsers } : {}),
      processes: (host) => {
        const node = this.#nodes.get(host.spec.name);
        return node ? nodeProcesses(node, host.runtimeView) : [];
      },
      token: (pod, audience) => this.#tokenFor(pod, audience),
    });
    this.#machines = new ClusterMachines(store.records, profile, clock, {
      install: () => this.#install(),
      on: (specs) => this.#switchOn(specs),
      off: () => this.#switchOff(),
      freeze: () => this.#freeze(),
      wipe: () => this.#wipe(),
      machines: () => [...this.#nodes.values()],
      remove: (name) => this.#remove(name),
    });
    const own = new Stack(profile.learnerAddress, "");
    this.#own = own;
    this.#network.attach(own);
    this.hostNet = this.#network.net(own, {
      hostname: "podyard",
      search: [],
      cluster: false,
      hosts: () => (this.#learnerFiles ? hostsOf(this.#learnerFiles) : new Map()),
    });
  }

  /** A new cluster of a profile, as it is when everything in it has come to rest: made once, and taken over from then on. */
  static async boot({ profile: name, nodes, seed, now, prepared = {}, programs }: BootOptions): Promise<Cluster> {
    const profile = profileOf(name, nodes);
    const random = new Random(seed);
    const template = await templateFor(profile, () => Cluster.#make(profile), prepared[name]);
    const cluster = new Cluster(template.copy(random, now), profile, random, now, programs);
    await cluster.#goOn();
    return cluster;
  }

  /** A profile's cluster, booted, as text: the same each time. */
  static async snapshot(name: string): Promise<Snapshot> {
    const profile = profileOf(name);
    return snapshotOf(profile, await Cluster.#make(profile));
  }

  /** Really boots a cluster of a profile, on a clock of its own. Gives what is in it in the end, and when that is. */
  static async #make(profile: Profile): Promise<Booted> {
    const cluster = new Cluster(new MemoryStore(), profile, new Random(0), bootTime);
    let failure: unknown;
    cluster.onFailure = (error) => {
      failure ??= error;
    };
    cluster.tasks.detach(async () => {
      cluster.#machines.note({
        profile: profile.name,
        state: profile.started ? "running" : "absent",
        specs: profile.started ? profile.machines : [],
        ...(profile.started ? { onSince: cluster.clock.now() } : {}),
      });
      if (!profile.started) return;
      await cluster.#install();
      await cluster.#switchOn(profile.machines);
    });
    await cluster.settle();
    await cluster.close();
    if (failure) throw failure;
    return { store: cluster.#store, now: cluster.clock.now() };
  }

  /** The cluster as it was when the last of the pieces was written. */
  static async restore({ checkpoint, pieces, now, seed, programs }: RestoreOptions): Promise<Cluster> {
    const store = new MemoryStore({ checkpoint, pieces });
    const record = store.records.get<MachinesRecord>("/machines");
    if (!record) throw new Error("the checkpoint does not say of which profile the cluster is");
    const profile = profileOf(record.profile);
    const cluster = new Cluster(store, record.specs.length > 0 ? { ...profile, machines: record.specs } : profile, new Random(seed), now, programs);
    await cluster.#goOn();
    return cluster;
  }

  get journal(): Journal {
    return this.#store.journal;
  }

  /** What machines, terminals and the like remember. */
  get records(): Records {
    return this.#store.records;
  }

  get revision(): number {
    return this.#store.revision;
  }

  get machines(): Machines {
    return this.#machines;
  }

  /** The container engine of the machine that the learner sits at; made when first asked for. */
  get engine(): ContainerEngine {
    return this.#engineHere();
  }

  /** A machine with the files of one of the engine's images, to build on. */
  workshop(image: string): Machine {
    return this.#engineHere().workshop(image);
  }

  #engineHere(): Engine {
    const { clock, random, tasks } = this;
    const node = this.profile.learnerAt === undefined ? undefined : this.#nodes.get(this.profile.learnerAt);
    this.#engine ??= new Engine({
      clock,
      catchUp: this.#kubelets.catchUps,
      random,
      tasks,
      records: this.records,
      network: this.#network,
      images: this.#images,
      stack: node ? this.#kubelets.host(node.spec).stack : this.#own,
      disk: () => (node ? node.computer?.fs : this.#learnerFiles),
      load: (name, on) => this.#nodes.get(on)?.keepImage(name),
    });
    return this.#engine;
  }

  /** The files of the learner's own machine, whose `/etc/hosts` counts there. */
  get learnerFiles(): FileSystem | undefined {
    return this.#learnerFiles;
  }

  set learnerFiles(files: FileSystem | undefined) {
    this.#learnerFiles = files;
    this.#engine?.diskCame();
  }

  /** The cluster's database as its own tools see it. */
  get etcd(): EtcdStore {
    return this.#etcd;
  }

  /** A node as somebody sees it who logs in; undefined while its machine is off. */
  nodeShell(name: string): Machine | undefined {
    return this.#nodes.get(name)?.computer;
  }

  /** What each plugin of the scheduler says of each node for a pod; undefined where there is no such pod, or no scheduler. */
  explain(namespace: string, name: string): Explanation | undefined {
    const pod = this.api(component("system:apiserver")).get<Pod>("pods", name, namespace);
    return pod && this.#controlPlane.explain(pod);
  }

  /** The API for somebody in this process; `manager` is what managedFields calls them. */
  api(user: User, manager?: string): Api {
    return this.#server.api(user, manager);
  }

  /** The API as a command sees it. While the machines are off, nobody answers: a `NetError`. */
  client(user: User): Client {
    return { fetch: (request) => this.fetch(request, user), connect: (request) => this.connect(request, user) };
  }

  async fetch(request: HttpRequest, user: User): Promise<HttpResponse> {
    this.#refuseIfOff();
    return await answerUntil(this.#up.signal, request, (until) => this.#server.fetch(until, user));
  }

  async connect(request: HttpRequest, user: User): Promise<Connected | HttpResponse> {
    this.#refuseIfOff();
    return await this.#server.connect(request, user);
  }

  /** Whose bearer token it is; undefined where it is nobody's. */
  async authenticate(token: string): Promise<User | undefined> {
    return this.#server.tokens.authenticate(token);
  }

  summary(): Summary {
    const api = this.api(component("system:apiserver"));
    const pods = api.list<Pod>("pods");
    return {
      nodes: api.list<Node>("nodes").map((node) => ({ name: node.metadata.name, ready: isReady(node) })),
      pods: { total: pods.length, running: pods.filter(({ status }) => status.phase === "Running").length },
    };
  }

  /**
   * Lets time pass from one due entry to the next, at once, until `until` holds, or nothing has been written for a while of the cluster's own time
   * and nothing is due but what repeats itself or is far off; at most `within` milliseconds of that time. Not for tasks.
   */
  async settle({ until, within = 600_000 }: { until?: () => boolean; within?: number } = {}): Promise<void> {
    await this.tasks.idle();
    const end = this.clock.now() + within;
    let written = { revision: this.revision, at: this.clock.now() };
    const stop = () => {
      if (written.revision !== this.revision) written = { revision: this.revision, at: this.clock.now() };
      const next = this.clock.next();
      if (until?.()) return true;
      if (next === undefined || next > end) return true;
      return !until && next > written.at + quiet;
    };
    // Time stands where the last entry left it, not at the end of what was allowed.
    while (!stop()) await this.clock.advance(this.clock.next() ?? end, stop);
  }

  /** Ends everything that runs; what is in the store stays. */
  async close(): Promise<void> {
    this.#stop();
    this.#kubelets.close();
    await this.tasks.idle();
  }

  /** Its manifest may lead it to other data than before. */
  #filesOf(spec: MachineSpec): Readonly<Record<string, LayerFile>> {
    const { installer = "nobody" } = this.profile;
    const began = this.api(component("system:apiserver")).get<Namespace>("namespaces", "kube-system")?.metadata.creationTimestamp;
    const since = began === undefined ? this.clock.now() : parseTime(began);
    return nodeFiles({ installer, spec, machines: this.#machines.record.specs, server: this.#machines.server, since });
  }

  #tokenFor(pod: Pod, audience: string | undefined): string {
    const account = this.api(component("system:apiserver")).get<ServiceAccount>(
      "serviceaccounts",
      pod.spec.serviceAccountName ?? "default",
      pod.metadata.namespace,
    );
    return account ? this.#server.tokens.issue({ account, pod, audiences: audience ? [audience] : [], seconds: 3607 }).token : "";
  }

  async #install(): Promise<void> {
    this.#reachServer();
    await bootstrap(this.#server, this.clock, this.profile.port, this.profile.machines[0]?.address);
    this.#runControlPlane();
    const api = this.#server.api(component("kubernetes-admin"), "kubectl-create");
    for (const { resource, object } of this.profile.objects) await api.create(resource, object);
  }

  /** Puts machines and their kubelets on; gives when their nodes are ready. */
  async #switchOn(specs: readonly MachineSpec[]): Promise<void> {
    this.#reachServer();
    this.#runControlPlane();
    this.#addMachines(specs);
    const started = specs.flatMap(({ name }) => this.#nodes.get(name) ?? []);
    await together(
      this.tasks,
      started.map((node) => () => node.start()),
    );
  }

  async #switchOff(): Promise<void> {
    this.#stop();
    for (const node of this.#nodes.keys()) await this.#kubelets.off(node);
    this.#controlPlane.forget();
    this.#nodes.clear();
  }

  /** The control plane and the kubelets stand still; containers stay as they are. */
  async #freeze(): Promise<void> {
    this.#stop();
    for (const node of this.#nodes.keys()) await this.#kubelets.stop(node);
    this.#nodes.clear();
  }

  /** What was running goes on, as if nothing had been in between; programs that ran are where they were. Not for tasks. */
  async #goOn(): Promise<void> {
    await this.tasks.run(() => this.#resume());
    // Containers beside the cluster run on too.
    if (this.records.keys("/docker/containers/").length > 0) await this.tasks.run(() => void this.#engineHere());
    await this.#engine?.catchUp();
    await this.#kubelets.catchUp();
  }

  #resume(): void {
    const { state, specs, making } = this.#machines.record;
    if (making) this.#machines.forget();
    else if (state === "paused") for (const spec of specs) this.#kubelets.resume(spec, false);
    if (making || state !== "running") return;
    this.#reachServer();
    this.#runControlPlane();
    this.#addMachines(specs);
    const api = this.api(component("system:apiserver"));
    for (const node of this.#nodes.values()) {
      const registered = api.get<Node>("nodes", node.name);
      const { kubelet, containerd } = node.services();
      const rests = kubelet === "inactive" || containerd === "inactive" || node.isStuck;
      // Its kubelet may have been about to register it.
      if (rests || (registered && isReady(registered))) node.resume();
      else this.tasks.detach(() => node.start());
    }
  }

  #wipe(): void {
    for (const { key } of this.#store.list("/registry/")) this.#store.delete(key);
    for (const key of this.#store.records.keys("/node/")) if (!key.startsWith(`/node/${engineNode}/`)) this.#store.records.delete(key);
  }

  #addMachines(specs: readonly MachineSpec[]): void {
    if (!this.profile.controlPlane) return;
    const { clock } = this;
    for (const spec of specs) {
      const { name } = spec;
      this.#nodes.set(
        name,
        new NodeMachine({
          spec,
          clock,
          kubelets: this.#kubelets,
          servers: [this.#machines.server, `https://control-plane.minikube.internal:${this.profile.port}`, `https://127.0.0.1:${this.profile.port}`],
          madeAt: this.#machines.record.onSince ?? clock.now(),
          record: () => this.#machines.changeOf(name),
          note: (change) => this.#machines.noteChange(name, change),
        }),
      );
    }
  }

  /** Takes a machine away, and its node with it. */
  async #remove(name: string): Promise<void> {
    await this.#nodes.get(name)?.switchOff();
    this.#nodes.delete(name);
    const api = this.api(component("kubernetes-admin"), "kubectl");
    if (api.get("nodes", name)) await api.delete("nodes", name);
    for (const key of this.#store.records.keys(`/node/${name}/`)) this.#store.records.delete(key);
  }

  #runControlPlane(): void {
    if (this.profile.controlPlane) this.#controlPlane.start();
  }

  /** The API server's container came, or went. */
  #served(isUp: boolean): void {
    if (!isUp) {
      this.#up.abort(new Error("the API server was stopped"));
      return;
    }
    this.#reachServer();
    this.tasks.detach(() => this.#kubelets.reached());
  }

  /** The API server answers from now on. */
  #reachServer(): void {
    if (this.#up.signal.aborted && this.#controlPlane.isServed) this.#up = new AbortController();
  }

  #stop(): void {
    this.#controlPlane.stop();
    this.#up.abort(new Error("the API server was stopped"));
  }

  #refuseIfOff(): void {
    if (this.#machines.state() === "running" && this.#controlPlane.isServed) return;
    const address = this.#machines.server.replace("https://", "");
    throw new NetError("ECONNREFUSED", `dial tcp ${address}: connect: connection refused`);
  }
}

const isReady = ({ status }: Node) => status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
