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
  nodes(): readonly Machine[];
  /** The address of the API server as the kubeconfig of the terminal names it: https://192.168.49.2:8443. */
  readonly server: string;
  /** Kubernetes' version without the v: 1.36.3. */
  readonly version: string;
}

export interface Machine {
  readonly name: string;
  readonly address: string;
  readonly role: "control-plane" | "worker";
  /** What runs on it by systemd's names. */
  services(): Readonly<Record<"kubelet" | "containerd", "active" | "inactive">>;
  startService(name: "kubelet" | "containerd"): Promise<void>;
  stopService(name: "kubelet" | "containerd"): Promise<void>;
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
