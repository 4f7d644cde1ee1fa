import type { Kubelets } from "#cluster/kubelet/kubelets.ts";
import type { Machine, MachineSpec } from "#machinery/machines.ts";

type Service = "kubelet" | "containerd";
type Activity = "active" | "inactive";

/** A machine that is switched on, and the kubelet on it. */
export class NodeMachine implements Machine {
  readonly spec: MachineSpec;
  readonly #kubelets: Kubelets;
  readonly #changed: () => void;
  #kubelet: Activity;

  /** `changed` is called when one of its services was started or stopped. */
  constructor(spec: MachineSpec, kubelets: Kubelets, kubelet: Activity, changed: () => void) {
    this.spec = spec;
    this.#kubelets = kubelets;
    this.#kubelet = kubelet;
    this.#changed = changed;
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

  services(): Readonly<Record<Service, Activity>> {
    return { kubelet: this.#kubelet, containerd: "active" };
  }

  async startService(name: Service): Promise<void> {
    if (name === "containerd" || this.#kubelet === "active") return;
    this.#kubelet = "active";
    this.#changed();
    await this.start();
  }

  async stopService(name: Service): Promise<void> {
    if (name === "containerd") throw new Error("Not simulated by Podyard: a node without its container runtime");
    if (this.#kubelet === "inactive") return;
    this.#kubelet = "inactive";
    this.#changed();
    await this.#kubelets.stop(this.name);
  }

  /** Starts what starts with the machine. Gives when its node is ready. */
  async start(): Promise<void> {
    if (this.#kubelet === "active") await this.#kubelets.start(this.spec);
  }

  /** What was running goes on, as if nothing had been in between. */
  resume(): void {
    this.#kubelets.resume(this.spec, this.#kubelet === "active");
  }
}
