import { type ControllerContext, defineFreeController } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import { tolerates } from "#machinery/taints.ts";
import { formatTime, parseTime } from "#machinery/time.ts";
import type { Node, Pod, PodCondition, Taint } from "#machinery/types.ts";

/** Drives pods off nodes with a NoExecute taint, at once or when they have tolerated it for as long as they wanted. */
export const taintEvictionController = defineFreeController({
  name: "taint-eviction-controller",

  start({ api, event }, queue) {
    const nodes = queue(evictFrom);
    const cancelled = queue(async (key) => {
      const [namespace = "", name = ""] = key.split("/");
      const pod = api.get<Pod>("pods", name, namespace);
      if (pod) await event(pod, "Normal", "TaintManagerEviction", `Cancelling deletion of Pod ${key}`);
    });
    for (const node of api.list<Node>("nodes")) if (drivingOff(node).length > 0) nodes.add(node.metadata.name);

    const ends = [
      api.watch<Node>("nodes", ({ type, object, old }) => {
        if (type === "DELETED" || object.spec.taints === old?.spec.taints) return;
        const [before, now] = [old ? drivingOff(old) : [], drivingOff(object)];
        if (now.length > 0) nodes.add(object.metadata.name);
        else if (before.length > 0) for (const pod of podsOf(object.metadata.name, api)) if (wouldGo(pod, object, before)) cancelled.add(keyOf(pod));
      }),
      api.watch<Pod>("pods", ({ type, object, old }) => {
        const { nodeName } = object.spec;
        if (type === "DELETED" || !nodeName || object.spec === old?.spec) return;
        const node = api.get<Node>("nodes", nodeName);
        if (node && drivingOff(node).length > 0) nodes.add(nodeName);
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
});

const drivingOff = ({ spec }: Node): readonly Taint[] => spec.taints?.filter(({ effect }) => effect === "NoExecute") ?? [];

const keyOf = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`;

const podsOf = (node: string, api: ControllerContext["api"]): readonly Pod[] => api.list<Pod>("pods", { fields: { "spec.nodeName": node } });

const wouldGo = (pod: Pod, node: Node, taints: readonly Taint[]) =>
  pod.metadata.deletionTimestamp === undefined && evictionTime(pod, node, taints) !== undefined;

async function evictFrom(name: string, context: ControllerContext): Promise<number | undefined> {
  const node = context.api.get<Node>("nodes", name);
  const taints = node ? drivingOff(node) : [];
  if (!node || taints.length === 0) return undefined;
  let next: number | undefined;
  for (const pod of podsOf(name, context.api)) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const at = evictionTime(pod, node, taints);
    if (at === undefined) continue;
    if (at <= context.clock.now()) await evict(pod, context);
    else if (next === undefined || at < next) next = at;
  }
  return next;
}

/** When a pod has to go: never if it tolerates all taints without end. The shortest of its tolerations counts, from when it and the taint met. */
export function evictionTime(pod: Pod, node: Node, taints: readonly Taint[]): number | undefined {
  let earliest: number | undefined;
  for (const taint of taints) {
    const tolerations = (pod.spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (tolerations.length === 0) return 0;
    const seconds = Math.min(...tolerations.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY));
    if (seconds === Number.POSITIVE_INFINITY) continue;
    const at = Math.max(boundAt(pod), taintedAt(node, taint)) + Math.max(0, seconds) * 1000;
    if (earliest === undefined || at < earliest) earliest = at;
  }
  return earliest;
}

const boundAt = ({ metadata, status }: Pod): number =>
  parseTime(status.conditions?.find(({ type }) => type === "PodScheduled")?.lastTransitionTime ?? metadata.creationTimestamp ?? "");

/** The node controller says when it put a taint there; of others' taints the fields of whoever wrote them last tell it. */
function taintedAt({ metadata }: Node, { timeAdded }: Taint): number {
  if (timeAdded) return parseTime(timeAdded);
  let at = parseTime(metadata.creationTimestamp ?? "");
  for (const { fieldsV1, time } of metadata.managedFields ?? []) {
    const spec = (fieldsV1 as { "f:spec"?: object } | undefined)?.["f:spec"];
    if (time && spec && "f:taints" in spec) at = Math.max(at, parseTime(time));
  }
  return at;
}

async function evict(pod: Pod, { api, clock, event }: ControllerContext): Promise<void> {
  const { name, namespace, uid = "", generation } = pod.metadata;
  await event(pod, "Normal", "TaintManagerEviction", `Marking for deletion Pod ${keyOf(pod)}`);
  const condition: PodCondition = {
    type: "DisruptionTarget",
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: "True",
    lastTransitionTime: formatTime(clock.now()),
    reason: "DeletionByTaintManager",
    message: "Taint manager: deleting due to NoExecute taint",
  };
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== condition.type);
  try {
    await api.updateStatus("pods", { ...pod, status: { ...pod.status, conditions: [...others, condition] } });
    await api.delete("pods", name, namespace, { preconditions: { uid } });
  } catch (error) {
    if (!(error instanceof StatusError && error.code === 404)) throw error;
  }
}
