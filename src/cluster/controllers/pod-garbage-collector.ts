import { type ControllerContext, defineFreeController } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Node, Pod } from "#machinery/types.ts";
import { isTerminal } from "./pods.ts";

/** A node that is gone may come back under its name: its pods wait this long. */
const quarantine = 40_000;

/** How often is looked for pods that no kubelet will finish. */
const period = 20_000;

/** Removes the pods of nodes that are gone, and those that were to go before they came to a node: no kubelet will finish them. */
export const podGarbageCollector = defineFreeController({
  name: "pod-garbage-collector",

  start({ api, clock }, queue) {
    const nodes = queue(removePodsOf);
    const homeless = queue(removeHomeless);
    const look = ({ metadata, spec }: Pod) => {
      if (metadata.deletionTimestamp && !spec.nodeName)
        homeless.addAt(`${metadata.namespace}/${metadata.name}`, (Math.floor(clock.now() / period) + 1) * period);
    };
    for (const pod of api.list<Pod>("pods")) look(pod);
    for (const name of new Set(api.list<Pod>("pods").map(({ spec }) => spec.nodeName)))
      if (name && !api.get("nodes", name)) nodes.addAt(name, clock.now() + quarantine);

    const ends = [
      api.watch<Node>("nodes", ({ type, object }) => {
        if (type === "DELETED") nodes.addAt(object.metadata.name, clock.now() + quarantine);
      }),
      api.watch<Pod>("pods", ({ type, object, old }) => {
        if (type !== "DELETED" && !old?.metadata.deletionTimestamp) look(object);
        const { nodeName } = object.spec;
        if (nodeName && nodeName !== old?.spec.nodeName && !api.get("nodes", nodeName)) nodes.addAt(nodeName, clock.now() + quarantine);
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
});

async function removeHomeless(key: string, { api }: ControllerContext): Promise<void> {
  const [namespace = "", name = ""] = key.split("/");
  const pod = api.get<Pod>("pods", name, namespace);
  if (!pod?.metadata.deletionTimestamp || pod.spec.nodeName) return;
  try {
    if (!isTerminal(pod)) await api.updateStatus("pods", { ...pod, status: { ...pod.status, phase: "Failed" } });
    await api.delete("pods", name, namespace, { gracePeriodSeconds: 0 });
  } catch (error) {
    if (!(error instanceof StatusError && error.code === 404)) throw error;
  }
}

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
