import type { ControllerContext } from "#machinery/controller.ts";
import type { Draft } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { DaemonSet, Node, NodeSelector, Pod } from "#machinery/types.ts";
import { revisionHashLabel } from "../controller-revisions.ts";
import { isActive, podFromTemplate } from "../pods.ts";
import { byNode, type Place, tolerationsOf } from "./place.ts";

/** Pods made or deleted in one look, at most. */
const burst = 250;
const generationAnnotation = "deprecated.daemonset.template.generation";

export interface Changes {
  /** Nodes that need a pod. */
  missing: string[];
  surplus: Pod[];
}

/** What is missing, and what is too much: pods where none belongs, second ones, and those that have ended. */
export async function changesOnNodes(
  set: DaemonSet,
  nodes: readonly Node[],
  places: ReadonlyMap<string, Place>,
  pods: readonly Pod[],
  { event }: ControllerContext,
): Promise<Changes> {
  const on = byNode(pods);
  const changes: Changes = { missing: [], surplus: [] };
  const mostOnNode = isSurging(set) ? 2 : 1;
  for (const { metadata } of nodes) {
    const { name } = metadata;
    const { runs, stays } = places.get(name) ?? { runs: false, stays: false };
    const there = on.get(name) ?? [];
    if (runs && there.length === 0) changes.missing.push(name);
    else if (!stays) changes.surplus.push(...there.filter(isActive));
    else {
      for (const ended of there.filter((pod) => !pod.metadata.deletionTimestamp && !isActive(pod))) {
        const failed = ended.status.phase === "Failed";
        const what = `${failed ? "failed" : "succeeded"} daemon pod ${ended.metadata.namespace}/${ended.metadata.name} on node ${name}, will try to ${failed ? "kill" : "delete"} it`;
        await event(set, failed ? "Warning" : "Normal", failed ? "FailedDaemonPod" : "SucceededDaemonPod", `Found ${what}`);
        changes.surplus.push(ended);
      }
      changes.surplus.push(...there.filter(isActive).slice(mostOnNode));
    }
  }
  return changes;
}

/** Whether new pods come before the old ones go. */
export const isSurging = ({ spec }: DaemonSet): boolean => {
  const surge = spec.updateStrategy?.rollingUpdate?.maxSurge;
  return surge !== undefined && surge !== 0 && surge !== "0%";
};

export async function makePods(set: DaemonSet, nodes: readonly string[], hash: string, { api, event }: ControllerContext): Promise<void> {
  for (const node of nodes.slice(0, burst)) {
    try {
      const { metadata } = await api.create<Pod>("pods", podFor(set, node, hash));
      await event(set, "Normal", "SuccessfulCreate", `Created pod: ${metadata.name}`);
    } catch (error) {
      if (error instanceof StatusError) await event(set, "Warning", "FailedCreate", `Error creating: ${error.message}`);
      throw error;
    }
  }
}

function podFor(set: DaemonSet, node: string, hash: string): Draft<Pod> {
  const pod = podFromTemplate(set.spec.template, set);
  const generation = set.metadata.annotations?.[generationAnnotation];
  const only: NodeSelector = { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }] };
  const { affinity, ...spec } = pod.spec ?? { containers: [] };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...pod.metadata.labels, [revisionHashLabel]: hash, ...(generation ? { "pod-template-generation": generation } : {}) },
    },
    spec: {
      ...spec,
      affinity: { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: only } },
      tolerations: tolerationsOf(set),
    },
  };
}

export async function removePods(set: DaemonSet, pods: readonly Pod[], { api, event }: ControllerContext): Promise<void> {
  for (const { metadata } of pods.slice(0, burst)) {
    try {
      await api.delete("pods", metadata.name, metadata.namespace, { preconditions: metadata.uid ? { uid: metadata.uid } : {} });
      await event(set, "Normal", "SuccessfulDelete", `Deleted pod: ${metadata.name}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code === 404) continue;
      await event(set, "Warning", "FailedDelete", `Error deleting: ${error.message}`);
      throw error;
    }
  }
}
