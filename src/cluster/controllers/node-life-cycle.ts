import { type ControllerContext, defineController, defineFreeController } from "#machinery/controller.ts";
import { isStanding, nodeLeases } from "#machinery/heartbeat.ts";
import { formatTime, parseTime } from "#machinery/time.ts";
import type { Lease, Node, NodeCondition, Pod } from "#machinery/types.ts";
import { nextNoExecute, noScheduleTaints, withTaints } from "./node-taints.ts";
import { isReady, isTerminal } from "./pods.ts";

/** A node that was not heard of for so long is given up. */
const grace = 50_000;
/** How long it takes until a new node is taken note of. */
const notice = 3_000;

const watched = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"] as const;

/**
 * Notices nodes that no longer say how they are, taints nodes as their conditions are, and marks the pods of nodes that are not ready.
 * https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller
 */
export const nodeLifeCycleController = defineController<Node>({
  name: "node-controller",
  watches: "nodes",
  concerns: {
    *"leases.coordination.k8s.io"({ object }) {
      if (object.metadata.namespace === nodeLeases) yield object.metadata.name;
    },
    // What the zone's state allows may have changed for all nodes that are not ready.
    *nodes({ object, old }, { api }) {
      if (old && readiness(old as Node) === readiness(object as Node)) return;
      for (const node of api.list<Node>("nodes")) if (readiness(node) !== "True") yield node.metadata.name;
    },
  },

  async reconcile(node, context) {
    const { api, clock } = context;
    const deadline = deadlineOf(node, api.get<Lease>("leases.coordination.k8s.io", node.metadata.name, nodeLeases));
    const isLost = deadline !== undefined && deadline <= clock.now();
    const seen = isLost ? await giveUp(node, context) : node;

    const tainted = await withTaints(seen, "NoSchedule", noScheduleTaints(seen), context);
    if (isLost && seen !== node) await context.event(tainted, "Normal", "NodeNotReady", `Node ${node.metadata.name} status is now: NodeNotReady`);

    const { taints, again } = nextNoExecute(tainted, api.list<Node>("nodes"), clock.now());
    await withTaints(tainted, "NoExecute", taints, context);
    // A kubelet that says itself that its node is not ready speaks for its pods, too.
    if (readiness(tainted) === "Unknown") await markPods(tainted, context);
    return [isLost ? undefined : deadline, again].filter((time) => time !== undefined).sort((a, b) => a - b)[0];
  },
});

/** Says in an event that a node has come, a moment later. */
export const nodeRegistrar = defineFreeController({
  name: "node-controller",

  start({ api, clock, event }, queue) {
    const nodes = queue(async (name) => {
      const node = api.get<Node>("nodes", name);
      if (node) await event(node, "Normal", "RegisteredNode", `Node ${name} event: Registered Node ${name} in Controller`);
    });
    const noticed = ({ metadata }: Node) => parseTime(metadata.creationTimestamp ?? "") + notice;
    for (const node of api.list<Node>("nodes")) if (noticed(node) > clock.now()) nodes.addAt(node.metadata.name, noticed(node));
    return api.watch<Node>("nodes", ({ type, object }) => {
      if (type === "ADDED") nodes.addAt(object.metadata.name, noticed(object));
    });
  },
});

export const readiness = ({ status }: Node): string | undefined => status?.conditions?.find(({ type }) => type === "Ready")?.status;

/** When a node counts as lost if nothing more is heard; undefined while its kubelet renews its lease, and where it is given up already. */
function deadlineOf({ metadata, status }: Node, lease: Lease | undefined): number | undefined {
  if (isStanding(lease)) return undefined;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "Unknown" && ready.reason?.startsWith("NodeStatus")) return undefined;
  const heard = [lease?.spec?.renewTime, ready?.lastHeartbeatTime, metadata.creationTimestamp].flatMap((time) => (time ? [parseTime(time)] : []));
  return Math.max(...heard) + grace;
}

async function giveUp(node: Node, { api, clock }: ControllerContext): Promise<Node> {
  const lastTransitionTime = formatTime(clock.now());
  const conditions = [...(node.status?.conditions ?? [])];
  for (const type of watched) {
    const i = conditions.findIndex((condition) => condition.type === type);
    const old = conditions[i];
    const unknown = { type, status: "Unknown", lastTransitionTime };
    if (!old) conditions.push({ ...unknown, lastHeartbeatTime: node.metadata.creationTimestamp ?? lastTransitionTime, ...never } as NodeCondition);
    else if (old.status !== "Unknown") conditions[i] = { ...old, ...unknown, ...stopped };
  }
  return await api.updateStatus<Node>("nodes", { ...node, status: { ...node.status, conditions } });
}

const stopped = { reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." };
const never = { reason: "NodeStatusNeverUpdated", message: "Kubelet never posted node status." };

/** Pods of a node of which nothing is heard serve nobody, whatever they said last. */
async function markPods(node: Node, { api, clock, event }: ControllerContext): Promise<void> {
  for (const pod of api.list<Pod>("pods", { fields: { "spec.nodeName": node.metadata.name } })) {
    if (!isReady(pod) || isTerminal(pod)) continue;
    const conditions = pod.status.conditions?.map((condition) =>
      condition.type === "Ready" ? { ...condition, status: "False", lastTransitionTime: formatTime(clock.now()) } : condition,
    );
    await api.updateStatus("pods", { ...pod, status: { ...pod.status, ...(conditions ? { conditions } : {}) } });
    await event(pod, "Warning", "NodeNotReady", "Node is not ready");
  }
}
