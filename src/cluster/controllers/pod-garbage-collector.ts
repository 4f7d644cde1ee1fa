import { type ControllerContext, defineFreeController } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Node, Pod } from "#machinery/types.ts";
import { isTerminal } from "./pods.ts";

/** A node that is gone may come back under its name: its pods wait this long. */
const quarantine = 40_000;

/** Removes the pods of nodes that are gone: no kubelet will finish them. */
export const podGarbageCollector = defineFreeController({
  name: "pod-garbage-collector",

  start({ api, clock }, queue) {
    const nodes = queue(removePodsOf);
    for (const name of new Set(api.list<Pod>("pods").map(({ spec }) => spec.nodeName)))
      if (name && !api.get("nodes", name)) nodes.addAt(name, clock.now() + quarantine);

    const ends = [
      api.watch<Node>("nodes", ({ type, object }) => {
        if (type === "DELETED") nodes.addAt(object.metadata.name, clock.now() + quarantine);
      }),
      api.watch<Pod>("pods", ({ object, old }) => {
        const { nodeName } = object.spec;
        if (nodeName && nodeName !== old?.spec.nodeName && !api.get("nodes", nodeName)) nodes.addAt(nodeName, clock.now() + quarantine);
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
});

async function removePodsOf(node: string, { api, clock }: ControllerContext): Promise<void> {
  if (api.get<Node>("nodes", node)) return;
  for (const pod of api.list<Pod>("pods", { fields: { "spec.nodeName": node } })) {
    const { name, namespace } = pod.metadata;
    const conditions = (pod.status.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
    conditions.push({
      type: "DisruptionTarget",
      status: "True",
      reason: "DeletionByPodGC",
      message: "PodGC: node no longer exists",
      lastTransitionTime: formatTime(clock.now()),
      ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    });
    try {
      if (!isTerminal(pod)) await api.updateStatus("pods", { ...pod, status: { ...pod.status, phase: "Failed", conditions } });
      await api.delete("pods", name, namespace, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!(error instanceof StatusError && error.code === 404)) throw error;
    }
  }
}
