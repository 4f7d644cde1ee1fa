import type { Api, WatchEvent } from "#machinery/client.ts";
import type { KubeletApi } from "#machinery/kubelet.ts";
import type { MachineSpec } from "#machinery/machines.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { PersistentVolume, Pod } from "#machinery/types.ts";
import { CatchUp } from "./catch-up.ts";
import { abandonedDirectory } from "./claimed-volumes.ts";
import { Kubelet } from "./kubelet.ts";
import { kubeletApi } from "./kubelet-api.ts";
import { NodeHost, type NodeOptions } from "./node-host.ts";

/** The kubelets of a cluster. One watch serves them all: what changes is told to the kubelet of its node. */
export class Kubelets {
  readonly #shared: NodeOptions;
  readonly #kubelets = new Map<string, Kubelet>();
  /** The machines that are on, whether their kubelets run or not. */
  readonly #hosts = new Map<string, NodeHost>();
  readonly #ends: (() => void)[];

  constructor(shared: Omit<NodeOptions, "catchUp">) {
    this.#shared = { ...shared, catchUp: new CatchUp(shared.clock) };
    const { api } = shared;
    this.#ends = [
      api.watch<Pod>("pods", (event) => this.#hear(event)),
      ...this.#sources(api, "configmaps"),
      ...this.#sources(api, "secrets"),
      this.#directories(api),
    ];
  }

  /** How programs catch up that run again after the object was away. */
  get catchUps(): CatchUp {
    return this.#shared.catchUp;
  }

  /** What the API server asks of kubelets. */
  get api(): KubeletApi {
    return kubeletApi((node) => this.#kubelets.get(node));
  }

  /** Starts the kubelet of a machine: it registers its node, which is Ready when this gives. */
  async start(machine: MachineSpec): Promise<Kubelet> {
    const kubelet = this.#make(machine);
    await kubelet.start();
    return kubelet;
  }

  /** A machine that was on before the object was away goes on; so does its kubelet, if that ran too. */
  resume(machine: MachineSpec, withKubelet = true): void {
    if (withKubelet) this.#make(machine).goOn();
    else this.#resumeAlone(this.host(machine));
  }

  /** The machine itself: there from when it is first switched on until it is switched off. */
  host(machine: MachineSpec): NodeHost {
    const known = this.#hosts.get(machine.name);
    if (known) return known;
    const host = new NodeHost(this.#shared, machine);
    this.#hosts.set(machine.name, host);
    return host;
  }

  #make(machine: MachineSpec): Kubelet {
    const kubelet = new Kubelet(this.#shared, this.host(machine));
    this.#kubelets.set(machine.name, kubelet);
    return kubelet;
  }

  /** Containers run on without their kubelet. */
  #resumeAlone(host: NodeHost): void {
    for (const record of host.runtime.records()) {
      const pod = this.#shared.api.get<Pod>("pods", record.name, record.namespace);
      if (pod?.metadata.uid === record.uid) host.runtime.resume(pod, record);
    }
  }

  get(node: string): Kubelet | undefined {
    return this.#kubelets.get(node);
  }

  /** The API server answers again. */
  async reached(): Promise<void> {
    for (const kubelet of this.#kubelets.values()) await kubelet.reached();
  }

  all(): Iterable<Kubelet> {
    return this.#kubelets.values();
  }

  /** Stops a kubelet. Its containers run on, and nobody looks after them. */
  async stop(node: string): Promise<void> {
    const kubelet = this.#kubelets.get(node);
    this.#kubelets.delete(node);
    kubelet?.close();
    await kubelet?.nodeStatus.stop();
  }

  /** The container runtime of a machine is there no more; what it started runs on. */
  runtimeDown(machine: MachineSpec, since: number): void {
    this.host(machine).runtimeDownSince = since;
    this.#kubelets.get(machine.name)?.runtimeWent(since);
  }

  /** The container runtime is back. Gives when the node is ready again, where its kubelet runs. */
  async runtimeUp(machine: MachineSpec): Promise<void> {
    const host = this.host(machine);
    host.runtimeDownSince = undefined;
    await this.#kubelets.get(machine.name)?.runtimeCame();
  }

  /** Switches a machine off, with everything that runs on it. */
  async off(node: string): Promise<void> {
    await this.stop(node);
    this.#hosts.get(node)?.off();
    this.#hosts.delete(node);
  }

  /** Lets programs that run again after the object was away catch up with the time. Not for tasks. */
  async catchUp(): Promise<void> {
    for (const host of this.#hosts.values()) await host.runtime.catchUp();
  }

  close(): void {
    for (const end of this.#ends) end();
    for (const kubelet of this.#kubelets.values()) kubelet.close();
    this.#kubelets.clear();
  }

  #hear(event: WatchEvent<Pod>): void {
    const { nodeName } = event.object.spec;
    if (nodeName) this.#kubelets.get(nodeName)?.hear(event);
  }

  /** What was in the directory of a volume goes with it. */
  #directories(api: Api): () => void {
    return api.watch<PersistentVolume>("persistentvolumes", (event) => {
      const path = abandonedDirectory(event);
      if (path === undefined) return;
      for (const { machine } of this.#hosts.values()) if (machine.fs.stat(path)) machine.fs.remove(path, { recursive: true });
    });
  }

  *#sources(api: Api, resource: string): Iterable<() => void> {
    yield api.watch<KubeObject>(resource, ({ type, object, old }) => {
      if (type !== "MODIFIED" && !(type === "ADDED" && !old)) return;
      for (const kubelet of this.#kubelets.values()) kubelet.sourceChanged(`${resource}/${object.metadata.name}`, object.metadata.namespace ?? "");
    });
  }
}

/** The kubelets of a cluster, none running yet. */
export const kubelets = (shared: NodeOptions): Kubelets => new Kubelets(shared);
