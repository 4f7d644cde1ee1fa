import type { ContainerRuntime } from "./container-runtime.ts";
import type { Draft } from "./object.ts";
import type { Pod, Taint } from "./types.ts";

/**
 * What no Kubernetes API does: the machines under the cluster. minikube, ssh, systemctl and their like are its clients; `cluster` implements it.
 * Failures are thrown `Error`s whose message a user may read.
 */
export interface Machines {
  /** The profile's own name: minikube, empty, bare … */
  readonly profile: string;
  state(): "absent" | "running" | "stopped" | "paused";
  /** Brings the cluster up, making it first where it is absent. Gives when the control plane answers and the nodes are Ready. */
  start(options?: { nodes?: number; kubernetesVersion?: string }): Promise<void>;
  stop(): Promise<void>;
  /** Removes the cluster and everything in it. */
  remove(): Promise<void>;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** The machines of a cluster that is there, those that are switched off too. */
  nodes(): readonly Machine[];
  /** Makes one more machine of the profile's sort and switches it on. Gives when its node is Ready. */
  addNode(wanted?: { name?: string }): Promise<Machine>;
  /** Switches a machine off for good; its node is taken out of the API too, where that answers. */
  removeNode(name: string): Promise<void>;
  /** The address of the API server as the kubeconfig of the terminal names it: https://192.168.49.2:8443. */
  readonly server: string;
  /** Kubernetes' version without the v: 1.36.3. */
  readonly version: string;
}

/** What systemd runs of the cluster on a machine. */
export type ServiceName = "kubelet" | "containerd";

export interface Service {
  readonly active: boolean;
  /** When it became so. */
  readonly since: number;
  /** Whether it starts with its machine. */
  readonly enabled: boolean;
  /** Why it ends again and again although it is to run, in its own words. */
  readonly problem?: string;
}

export interface Machine {
  readonly name: string;
  readonly address: string;
  readonly role: "control-plane" | "worker";
  /** How it was made. */
  readonly spec: MachineSpec;
  /** Since when it is on; undefined while it is off. */
  onSince(): number | undefined;
  /** Gives when its node is Ready, where its kubelet starts with it. */
  switchOn(): Promise<void>;
  /** Everything on it stops, and nothing there is answered. */
  switchOff(): Promise<void>;
  /** What runs on it by systemd's names. */
  services(): Readonly<Record<ServiceName, "active" | "inactive">>;
  service(name: ServiceName): Service;
  /** Gives when it does its work: the kubelet, when its node is Ready. */
  startService(name: ServiceName): Promise<void>;
  /** Stops it. Containers run on, without their kubelet and without their runtime. */
  stopService(name: ServiceName): Promise<void>;
  /** Whether it is to start with its machine. */
  enableService(name: ServiceName, enabled: boolean): void;
  /** Its containers as a client of its runtime sees them; undefined while containerd does not run. */
  runtime(): ContainerRuntime | undefined;
}

/** A machine before it is switched on: what its node will say of itself. */
export interface MachineSpec {
  name: string;
  address: string;
  role: "control-plane" | "worker";
  /** Quantities: `2`, `4Gi`. */
  cpu: string;
  memory: string;
  ephemeralStorage: string;
  /** How many pods it takes. */
  pods: number;
  /** Images that are on it already. */
  images: readonly string[];
  /** Labels and taints that its kubelet registers it with, beyond the usual ones. */
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  taints?: readonly Taint[];
  /** Files on its disk, beyond those of its system: texts by path. */
  files?: Readonly<Record<string, string>>;
  /** Manifests in /etc/kubernetes/manifests: what the kubelet runs without being told by the API server. */
  staticPods?: readonly Draft<Pod>[];
}
