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
        else if (before.length > 0) for (const pod of podsOf(object.metadata.name, api)) if (wouldGo(pod, before)) cancelled.add(keyOf(pod));
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

const wouldGo = (pod: Pod, taints: readonly Taint[]) => pod.metadata.deletionTimestamp === undefined && evictionTime(pod, taints) !== undefined;

async function evictFrom(name: string, context: ControllerContext): Promise<number | undefined> {
  const node = context.api.get<Node>("nodes", name);
  const taints = node ? drivingOff(node) : [];
  if (taints.length === 0) return undefined;
  let next: number | undefined;
  for (const pod of podsOf(name, context.api)) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const at = evictionTime(pod, taints);
    if (at === undefined) continue;
    if (at <= context.clock.now()) await evict(pod, context);
    else if (next === undefined || at < next) next = at;
  }
  return next;
}

/** When the pod has to go: never if it tolerates all taints without end. The shortest of its tolerations counts. */
export function evictionTime({ spec }: Pod, taints: readonly Taint[]): number | undefined {
  let earliest: number | undefined;
  for (const taint of taints) {
    const tolerations = (spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    const [first] = tolerations;
    if (!first) return 0;
    const seconds = Math.min(...tolerations.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY));
    if (seconds === Number.POSITIVE_INFINITY) continue;
    const at = parseTime(taint.timeAdded ?? "") + Math.max(0, seconds) * 1000;
    if (Number.isNaN(at)) return 0;
    if (earliest === undefined || at < earliest) earliest = at;
  }
  return earliest;
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
