import type { Clock } from "#base/clock.ts";
import type { Kubelets } from "#cluster/kubelet/kubelets.ts";
import type { ContainerRuntime } from "#machinery/container-runtime.ts";
import type { Machine, MachineSpec, Service, ServiceName } from "#machinery/machines.ts";
import type { Machine as Computer } from "#shell/process.ts";

/** What is remembered of a machine that is not as it was when it was made. */
export interface MachineRecord {
  /** When it was switched on, or off. */
  switchedAt?: number;
  isOff?: boolean;
  services?: Partial<Record<ServiceName, ServiceRecord>>;
}

interface ServiceRecord {
  isStopped?: boolean;
  /** When it was started or stopped. */
  at?: number;
  isDisabled?: boolean;
  /** Why it ends whenever it is started. */
  problem?: string;
  /** It runs, and cannot do anything: the API server is not where it looks. */
  isLost?: boolean;
}

export interface NodeMachineOptions {
  spec: MachineSpec;
  clock: Clock;
  kubelets: Kubelets;
  /** The addresses of the API server, as kubeconfigs on the machine may have them. */
  servers: readonly string[];
  /** When the cluster's machines were switched on. */
  madeAt: number;
  record(): MachineRecord;
  note(record: MachineRecord): void;
}

const names: readonly ServiceName[] = ["containerd", "kubelet"];
/** How long a machine takes to come up, and to go down, before and after what runs on it. */
const bootTime = 4_000;
const stopTime = 1_000;
/** After how long systemd starts a kubelet anew that has failed. */
const restartsAfter = 10_000;

/** A machine of the cluster, on or off, and the services on it. */
export class NodeMachine implements Machine {
  readonly spec: MachineSpec;
  readonly #options: NodeMachineOptions;

  constructor(options: NodeMachineOptions) {
    this.spec = options.spec;
    this.#options = options;
  }

  get name(): string {
    return this.spec.name;
  }
  get address(): string {
    return this.spec.address;
  }
  get role(): "control-plane" | "worker" {
    return this.spec.role;
  }

  get #record(): MachineRecord {
    return this.#options.record();
  }

  /** The machine as somebody sees it who logs in; undefined while it is off. */
  get computer(): Computer | undefined {
    return this.#record.isOff ? undefined : this.#options.kubelets.host(this.spec).machine;
  }

  /** Whether anything below these paths of its disk is not as it was made. */
  isChanged(...paths: readonly string[]): boolean {
    return this.#options.kubelets.host(this.spec).isChanged(...paths);
  }

  /** Whether its kubelet should run and does not, or not to any use. */
  get isStuck(): boolean {
    const { problem, isLost = false } = this.#service("kubelet");
    return problem !== undefined || isLost;
  }

  /** An image is on its disk from now on. */
  keepImage(name: string): void {
    this.#options.kubelets.host(this.spec).runtime.keep([name]);
  }

  // --- power

  onSince(): number | undefined {
    const { isOff, switchedAt = this.#options.madeAt } = this.#record;
    return isOff ? undefined : switchedAt;
  }

  async switchOn(): Promise<void> {
    const { clock } = this.#options;
    if (!this.#record.isOff) return;
    await clock.sleep(bootTime);
    const services: Partial<Record<ServiceName, ServiceRecord>> = {};
    for (const name of names) if (this.#service(name).isDisabled) services[name] = { isStopped: true, isDisabled: true, at: clock.now() };
    this.#note({ switchedAt: clock.now(), services }, ["isOff"]);
    await this.start();
  }

  async switchOff(): Promise<void> {
    const { clock, kubelets } = this.#options;
    if (this.#record.isOff) return;
    await clock.sleep(stopTime);
    this.#note({ isOff: true, switchedAt: clock.now() });
    await kubelets.off(this.name);
  }

  // --- services

  services(): Readonly<Record<ServiceName, "active" | "inactive">> {
    const activity = (name: ServiceName) => (this.service(name).active ? "active" : "inactive");
    return { kubelet: activity("kubelet"), containerd: activity("containerd") };
  }

  service(name: ServiceName): Service {
    const { isStopped = false, isDisabled = false, at, problem } = this.#service(name);
    const { isOff = false, switchedAt = this.#options.madeAt } = this.#record;
    const active = !isOff && !isStopped;
    return { active, since: Math.max(at ?? 0, switchedAt), enabled: !isDisabled, ...(active && problem !== undefined ? { problem } : {}) };
  }

  async startService(name: ServiceName): Promise<void> {
    if (this.#record.isOff || this.service(name).active) return;
    this.#noteService(name, { isStopped: false });
    const { kubelets } = this.#options;
    if (name === "containerd") await kubelets.runtimeUp(this.spec);
    else await this.#startKubelet();
  }

  /** Starts the kubelet, unless its settings keep it from running: then it is tried again when they have changed. */
  async #startKubelet(): Promise<void> {
    const { kubelets, servers } = this.#options;
    const host = kubelets.host(this.spec);
    const { fails, isLost } = host.kubeletTrouble(servers) ?? {};
    const { problem, isLost: wasLost } = this.#service("kubelet");
    if (fails !== problem || (isLost ?? false) !== (wasLost ?? false)) this.#noteKubelet(fails, isLost);
    host.onDiskChange = undefined;
    if (fails !== undefined) host.onDiskChange = () => this.#retry();
    else if (!isLost) await kubelets.start(this.spec);
  }

  #retry(): void {
    const { clock, kubelets } = this.#options;
    kubelets.host(this.spec).onDiskChange = undefined;
    clock.at(clock.now() + restartsAfter, async () => {
      if (this.service("kubelet").problem !== undefined) await this.#startKubelet();
    });
  }

  #noteKubelet(problem: string | undefined, isLost: true | undefined): void {
    const { problem: _, isLost: __, ...rest } = this.#service("kubelet");
    const kubelet = { ...rest, ...(problem === undefined ? {} : { problem }), ...(isLost ? { isLost } : {}) };
    this.#note({ services: { ...this.#record.services, kubelet } });
  }

  async stopService(name: ServiceName): Promise<void> {
    if (!this.service(name).active) return;
    this.#noteService(name, { isStopped: true });
    const { kubelets } = this.#options;
    if (name === "containerd") kubelets.runtimeDown(this.spec, this.#options.clock.now());
    else await kubelets.stop(this.name);
  }

  enableService(name: ServiceName, enabled: boolean): void {
    const { [name]: known, ...rest } = this.#record.services ?? {};
    this.#note({ services: { ...rest, [name]: { ...known, isDisabled: !enabled } } });
  }

  runtime(): ContainerRuntime | undefined {
    return this.service("containerd").active ? this.#options.kubelets.host(this.spec).runtimeView : undefined;
  }

  #service(name: ServiceName): ServiceRecord {
    return this.#record.services?.[name] ?? {};
  }

  #noteService(name: ServiceName, change: ServiceRecord): void {
    const services = this.#record.services ?? {};
    this.#note({ services: { ...services, [name]: { ...services[name], ...change, at: this.#options.clock.now() } } });
  }

  #note(change: MachineRecord, without: readonly (keyof MachineRecord)[] = []): void {
    const record = { ...this.#record, ...change };
    for (const key of without) delete record[key];
    this.#options.note(record);
  }

  // --- with the cluster

  /** Starts what starts with the machine. Gives when its node is ready, if its kubelet is to run. */
  async start(): Promise<void> {
    const { isOff } = this.#record;
    if (isOff) return;
    this.#withRuntime();
    if (this.service("kubelet").active) await this.#startKubelet();
  }

  #withRuntime(): void {
    const { active, since } = this.service("containerd");
    if (!active) this.#options.kubelets.runtimeDown(this.spec, since);
  }

  /** What was running goes on, as if nothing had been in between. */
  resume(): void {
    if (this.#record.isOff) return;
    this.#withRuntime();
    const { active, problem } = this.service("kubelet");
    this.#options.kubelets.resume(this.spec, active && problem === undefined && !this.#service("kubelet").isLost);
    if (active && problem !== undefined) this.#retry();
  }
}
