import type { Clock } from "#base/clock.ts";
import type { Profile } from "#cluster/profiles/profile.ts";
import type { Records } from "#cluster/store/store.ts";
import type { Machine, MachineSpec, Machines } from "#machinery/machines.ts";
import type { MachineRecord } from "./node-machine.ts";

export type PowerState = ReturnType<Machines["state"]>;

/** What the machines of a session remember of themselves. */
export interface MachinesRecord {
  profile: string;
  state: PowerState;
  specs: readonly MachineSpec[];
  /** What was done to single machines. */
  changed?: Readonly<Record<string, MachineRecord>>;
  /** Parts of the control plane whose containers do not run. */
  down?: readonly string[];
  /** When the machines were switched on. */
  onSince?: number;
  /** The cluster is being made: if that does not come to its end, it is as if it had never begun. */
  making?: boolean;
}

const key = "/machines";

/** The one version of Kubernetes that is simulated. */
export const kubernetesVersion = "1.36.3";

/** What machines can be made to do, by those who know how. */
export interface Power {
  /** Makes the cluster: its API server's own objects and what the profile puts into it. */
  install(): Promise<void>;
  /** Switches the machines on. Gives when their nodes are ready. */
  on(specs: readonly MachineSpec[]): Promise<void>;
  off(): Promise<void>;
  /** Stops everything but the containers. */
  freeze(): Promise<void>;
  /** Forgets everything in the cluster. */
  wipe(): void;
  machines(): readonly Machine[];
  /** Takes a machine out of the cluster for good. */
  remove(name: string): Promise<void>;
}

/** How long the parts of a start take before Kubernetes itself comes up: the machine is made, or merely switched on. */
const makeTime = 9_000;
const bootTime = 4_000;
const stopTime = 2_000;

/** The machines under the cluster, as minikube and its like command them. What state they are in is remembered with the cluster. */
export class ClusterMachines implements Machines {
  readonly #records: Records;
  readonly #profile: Profile;
  readonly #clock: Clock;
  readonly #power: Power;

  constructor(records: Records, profile: Profile, clock: Clock, power: Power) {
    this.#records = records;
    this.#profile = profile;
    this.#clock = clock;
    this.#power = power;
  }

  get profile(): string {
    return this.#profile.name;
  }
  get server(): string {
    return `https://${this.#profile.machines[0]?.address ?? "127.0.0.1"}:${this.#profile.port}`;
  }
  get version(): string {
    return kubernetesVersion;
  }

  get record(): MachinesRecord {
    return this.#records.get<MachinesRecord>(key) ?? { profile: this.profile, state: "absent", specs: [] };
  }

  note(change: Partial<MachinesRecord>): void {
    this.#records.put(key, { ...this.record, ...change });
  }

  state(): PowerState {
    return this.record.state;
  }

  nodes(): readonly Machine[] {
    return this.#power.machines();
  }

  async start({ nodes, kubernetesVersion: wanted }: { nodes?: number; kubernetesVersion?: string } = {}): Promise<void> {
    if (wanted && wanted.replace(/^v/, "") !== this.version)
      throw new Error(`Not simulated by Podyard: Kubernetes ${wanted}; it is v${this.version} here`);
    const { state, specs } = this.record;
    if (state === "absent") return await this.#make(nodes ?? this.#profile.machines.length);
    if (state === "running") return;
    if (state === "paused") return await this.unpause();
    await this.#clock.sleep(bootTime);
    this.note({ state: "running", onSince: this.#clock.now() });
    await this.#power.on(specs);
  }

  async stop(): Promise<void> {
    if (this.state() === "absent" || this.state() === "stopped") return;
    await this.#clock.sleep(stopTime);
    await this.#power.off();
    this.note({ state: "stopped" });
  }

  async remove(): Promise<void> {
    if (this.state() === "absent") return;
    await this.#power.off();
    this.forget();
  }

  /** Nothing is left of the cluster. */
  forget(): void {
    this.#power.wipe();
    this.note({ state: "absent", specs: [], changed: {}, making: false });
  }

  async pause(): Promise<void> {
    if (this.state() !== "running") return;
    await this.#power.freeze();
    this.note({ state: "paused" });
  }

  async unpause(): Promise<void> {
    if (this.state() !== "paused") return;
    this.note({ state: "running" });
    await this.#power.on(this.record.specs);
  }

  async addNode({ name }: { name?: string } = {}): Promise<Machine> {
    const { specs } = this.record;
    if (this.state() !== "running") throw new Error("the cluster does not run");
    if (name !== undefined && specs.some((spec) => spec.name === name)) throw new Error(`there is a machine ${name} already`);
    let index = specs.length + 1;
    const made = () => this.#profile.nextMachine(index, name === undefined ? undefined : { name });
    while (specs.some((spec) => spec.name === made().name || spec.address === made().address)) index++;
    const spec = made();
    await this.#clock.sleep(makeTime);
    this.note({ specs: [...this.record.specs, spec], changed: { ...this.record.changed, [spec.name]: { switchedAt: this.#clock.now() } } });
    await this.#power.on([spec]);
    const machine = this.nodes().find((one) => one.name === spec.name);
    if (!machine) throw new Error(`the machine ${spec.name} was removed again`);
    return machine;
  }

  async removeNode(name: string): Promise<void> {
    const { specs, changed } = this.record;
    if (!specs.some((spec) => spec.name === name)) throw new Error(`there is no machine ${name}`);
    await this.#power.remove(name);
    const { [name]: _, ...others } = changed ?? {};
    this.note({ specs: this.record.specs.filter((spec) => spec.name !== name), changed: others });
  }

  /** What was done to one of the machines. */
  changeOf(name: string): MachineRecord {
    return this.record.changed?.[name] ?? {};
  }

  noteChange(name: string, change: MachineRecord): void {
    this.note({ changed: { ...this.record.changed, [name]: change } });
  }

  async #make(count: number): Promise<void> {
    await this.#clock.sleep(makeTime);
    const specs = Array.from({ length: Math.max(1, count) }, (_, i) => this.#profile.nextMachine(i + 1));
    this.note({ state: "running", specs, changed: {}, onSince: this.#clock.now(), making: true });
    await this.#power.install();
    this.note({ making: false });
    await this.#power.on(specs);
  }
}
