import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { parseReference } from "#cluster/images/reference.ts";
import type { Registry } from "#cluster/images/registry.ts";
import type { Api } from "#machinery/client.ts";
import type { EventRecorder } from "#machinery/event.ts";
import { nodeLeases, standingLeaseSpec, stoppedConditions, stoppedLease } from "#machinery/heartbeat.ts";
import type { MachineSpec } from "#machinery/machines.ts";
import { wholeUnits } from "#machinery/quantity.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { ContainerImage, Lease, Node, NodeCondition, NodeStatus } from "#machinery/types.ts";
import { writeCsiNode } from "./csi-node.ts";

export interface NodeRegistration {
  spec: MachineSpec;
  api: Api;
  /** What is written down although the API server may be away. */
  directApi: Api;
  clock: Clock;
  random: Random;
  registry: Registry;
  events: EventRecorder;
  images(): readonly string[];
}

const mostImages = 50;

/** What a kubelet tells the API of its node. https://kubernetes.io/docs/reference/node/node-status/ */
export class NodeStatusWriter {
  readonly #options: NodeRegistration;

  constructor(options: NodeRegistration) {
    this.#options = options;
  }

  get #node(): Node | undefined {
    return this.#options.api.get<Node>("nodes", this.#options.spec.name);
  }

  /** Makes the node where it is not there yet, or says that it is back; then it is Ready. */
  async register(): Promise<void> {
    const { spec, api, clock } = this.#options;
    await this.event("Normal", "Starting", "Starting kubelet.");
    await this.event("Warning", "InvalidDiskCapacity", "invalid capacity 0 on image filesystem");
    for (const { fine } of pressures) await this.event("Normal", fine, `Node ${spec.name} status is now: ${fine}`);
    await this.event("Normal", "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods");
    const node = this.#node ?? (await api.create<Node>("nodes", this.#fresh()));
    await writeCsiNode(node, api);
    await this.#lease();
    await clock.sleep(140);
    await this.ready();
  }

  /** The kubelet runs and everything that it needs does. */
  async ready(): Promise<void> {
    const wasReady = this.#node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
    await this.#write(this.#conditions({ status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }));
    if (!wasReady) await this.event("Normal", "NodeReady", `Node ${this.#options.spec.name} status is now: NodeReady`);
  }

  /** The kubelet runs but cannot do its work. */
  async notReady(message: string): Promise<void> {
    await this.#write(this.#conditions({ status: "False", reason: "KubeletNotReady", message }));
    await this.event("Normal", "NodeNotReady", `Node ${this.#options.spec.name} status is now: NodeNotReady`);
  }

  /** There is too little memory, or enough again. */
  async pressure(isOn: boolean): Promise<void> {
    const conditions = this.#node?.status?.conditions ?? [];
    const now = formatTime(this.#options.clock.now());
    const { type, ...verdict } = isOn ? insufficientMemory : sufficientMemory;
    await this.#write(
      conditions.map((one) => (one.type === type && one.status !== verdict.status ? { ...one, ...verdict, lastTransitionTime: now } : one)),
    );
    const reason = isOn ? "NodeHasInsufficientMemory" : "NodeHasSufficientMemory";
    await this.event("Normal", reason, `Node ${this.#options.spec.name} status is now: ${reason}`);
  }

  /** The kubelet ends: from now on its lease and its conditions grow old. */
  async stop(): Promise<void> {
    const { clock, spec } = this.#options;
    // That nobody renews a lease needs nobody to be told.
    const api = this.#options.directApi;
    const node = this.#node;
    const conditions = node && stoppedConditions(node, clock.now());
    if (node && conditions) await api.updateStatus<Node>("nodes", { ...node, status: { ...node.status, conditions } });
    const lease = api.get<Lease>("leases.coordination.k8s.io", spec.name, nodeLeases);
    if (lease) await api.update<Lease>("leases.coordination.k8s.io", stoppedLease(lease, clock.now()));
  }

  /** Whether the node says which images it has. */
  listsImages(): boolean {
    const listed = this.#node?.status?.images;
    return !listed || listed.length >= Math.min(this.#options.images().length, mostImages);
  }

  /** Lists the images that the node has now. */
  async listImages(): Promise<void> {
    const node = this.#node;
    if (node) await this.#write(node.status?.conditions ?? []);
  }

  async #write(conditions: readonly NodeCondition[]): Promise<void> {
    const node = this.#node;
    if (!node) return;
    await this.#options.api.updateStatus<Node>("nodes", { ...node, status: { ...node.status, ...this.#facts(), conditions: [...conditions] } });
  }

  async #lease(): Promise<void> {
    const { api, spec } = this.#options;
    const node = this.#node;
    const known = api.get<Lease>("leases.coordination.k8s.io", spec.name, nodeLeases);
    if (known) {
      await api.update<Lease>("leases.coordination.k8s.io", { ...known, spec: standingLeaseSpec(spec.name) });
      return;
    }
    try {
      await api.create<Lease>("leases.coordination.k8s.io", {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: {
          name: spec.name,
          namespace: nodeLeases,
          ownerReferences: [{ apiVersion: "v1", kind: "Node", name: spec.name, uid: node?.metadata.uid ?? "" }],
        },
        spec: standingLeaseSpec(spec.name),
      });
    } catch (error) {
      // Where the namespace of leases is not there, the node does without.
      if (!(error instanceof StatusError)) throw error;
    }
  }

  #fresh() {
    const { spec } = this.#options;
    const taints = [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" as const }, ...(spec.taints ?? [])];
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: spec.name,
        labels: {
          "beta.kubernetes.io/arch": "amd64",
          "beta.kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": spec.name,
          "kubernetes.io/os": "linux",
          ...spec.labels,
        },
        annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true", ...spec.annotations },
      },
      spec: { taints },
      status: {
        ...this.#facts(),
        conditions: this.#conditions({ status: "False", reason: "KubeletNotReady", message: "CSINode is not yet initialized" }),
      },
    };
  }

  #conditions(ready: Pick<NodeCondition, "status" | "reason" | "message">): NodeCondition[] {
    const before = this.#node?.status?.conditions ?? [];
    const now = formatTime(this.#options.clock.now());
    const pressure = pressures.map(({ type, name, message }) => ({ type, status: "False", reason: name, message }));
    return [...pressure, { type: "Ready", ...ready }].map((condition) => {
      const last = before.find(({ type }) => type === condition.type);
      const since = last?.status === condition.status ? last.lastTransitionTime : undefined;
      return { ...condition, lastTransitionTime: since ?? now };
    });
  }

  #facts(): NodeStatus {
    const { spec } = this.#options;
    const capacity = {
      cpu: spec.cpu,
      "ephemeral-storage": kibi(spec.ephemeralStorage),
      "hugepages-1Gi": "0",
      "hugepages-2Mi": "0",
      memory: kibi(spec.memory),
      pods: String(spec.pods),
    };
    return {
      capacity,
      // Nothing is kept back for the system: pods may use all that a node has.
      allocatable: capacity,
      addresses: [
        { type: "InternalIP", address: spec.address },
        { type: "Hostname", address: spec.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: this.#info(),
      images: this.#images(),
      runtimeHandlers: ["", "runc"].map((name) => ({ name, features: { recursiveReadOnlyMounts: true, userNamespaces: true } })),
      features: { supplementalGroupsPolicy: true },
      declaredFeatures: [
        "ExtendWebSocketsToKubelet",
        "InPlacePodLevelResourcesVerticalScaling",
        "InPlacePodVerticalScalingInitContainers",
        "RestartAllContainersOnContainerExits",
      ],
    };
  }

  #info(): NonNullable<NodeStatus["nodeInfo"]> {
    const { random } = this.#options;
    const known = this.#node?.status?.nodeInfo;
    const machineID = known?.machineID ?? random.hex(32);
    return {
      machineID,
      systemUUID: known?.systemUUID ?? machineID,
      bootID: known?.bootID ?? random.uuid(),
      kernelVersion: "6.18.33",
      osImage: "Debian GNU/Linux 12 (bookworm)",
      containerRuntimeVersion: "containerd://2.2.9",
      kubeletVersion: "v1.36.3",
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: "amd64",
    };
  }

  #images(): ContainerImage[] {
    const { images, registry } = this.#options;
    return images()
      .map((name): ContainerImage => {
        const reference = parseReference(name);
        const found = "problem" in reference ? undefined : (registry.local?.(reference) ?? registry.find(reference));
        return found ? { names: [found.id, name], sizeBytes: found.sizeBytes } : { names: [name], sizeBytes: 0 };
      })
      .sort((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0))
      .slice(0, mostImages);
  }

  /** A kubelet's events about its node name it without a uid: it may not know it yet. */
  async event(type: "Normal" | "Warning", reason: string, message: string): Promise<void> {
    const { events, spec } = this.#options;
    await events.event({ apiVersion: "v1", kind: "Node", metadata: { name: spec.name } }, type, reason, message);
  }
}

const pressures = [
  { type: "MemoryPressure", name: "KubeletHasSufficientMemory", message: "kubelet has sufficient memory available", fine: "NodeHasSufficientMemory" },
  { type: "DiskPressure", name: "KubeletHasNoDiskPressure", message: "kubelet has no disk pressure", fine: "NodeHasNoDiskPressure" },
  { type: "PIDPressure", name: "KubeletHasSufficientPID", message: "kubelet has sufficient PID available", fine: "NodeHasSufficientPID" },
] as const;

const insufficientMemory = {
  type: "MemoryPressure",
  status: "True",
  reason: "KubeletHasInsufficientMemory",
  message: "kubelet has insufficient memory available",
} as const;
const sufficientMemory = {
  type: "MemoryPressure",
  status: "False",
  reason: "KubeletHasSufficientMemory",
  message: "kubelet has sufficient memory available",
} as const;

const kibi = (size: string) => `${Math.floor(wholeUnits(size) / 1024)}Ki`;
