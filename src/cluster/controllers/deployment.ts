import type { WatchEvent } from "#machinery/client.ts";
import { type ControllerContext, defineController } from "#machinery/controller.ts";
import { controllerOf } from "#machinery/object.ts";
import type { Deployment, Pod, ReplicaSet } from "#machinery/types.ts";
import { notePause } from "./deployment/pause.ts";
import { recreate } from "./deployment/recreate.ts";
import { rollOut } from "./deployment/rolling.ts";
import { type Rollout, rolloutOf } from "./deployment/rollout.ts";
import { isScaling, scaleOnly } from "./deployment/scale.ts";
import { syncStatus } from "./deployment/status.ts";
import { adopters } from "./replicas.ts";

export const deploymentController = defineController<Deployment>({
  name: "deployment-controller",
  watches: "deployments.apps",
  owns: ["replicasets.apps"],
  concerns: {
    "replicasets.apps": adopters<Deployment>("deployments.apps", (deployment) => deployment.spec.selector),
    pods: recreatedBy,
  },

  async reconcile(deployment, context) {
    const { matchLabels, matchExpressions } = deployment.spec.selector;
    if (!Object.keys(matchLabels ?? {}).length && !matchExpressions?.length) return await refuseAllPods(deployment, context);

    const rollout = await rolloutOf(deployment, context);
    if (deployment.metadata.deletionTimestamp) return await syncStatus(rollout);
    await notePause(rollout);
    return await act(rollout);
  },
});

async function act(rollout: Rollout): Promise<number | undefined> {
  if (rollout.deployment.spec.paused || isScaling(rollout)) return await scaleOnly(rollout);
  return rollout.deployment.spec.strategy?.type === "Recreate" ? await recreate(rollout) : await rollOut(rollout);
}

async function refuseAllPods(deployment: Deployment, { api, event }: ControllerContext): Promise<undefined> {
  await event(deployment, "Warning", "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
  const observedGeneration = deployment.metadata.generation ?? 0;
  if ((deployment.status?.observedGeneration ?? 0) < observedGeneration)
    await api.updateStatus("deployments.apps", { ...deployment, status: { ...deployment.status, observedGeneration } });
}

/** A deployment that recreates waits for the last pod to go. */
function* recreatedBy({ type, object }: WatchEvent, { api }: ControllerContext): Iterable<string> {
  const pod = object as Pod;
  const setReference = type === "DELETED" ? controllerOf(pod) : undefined;
  if (setReference?.kind !== "ReplicaSet") return;
  const set = api.get<ReplicaSet>("replicasets.apps", setReference.name, pod.metadata.namespace);
  const owner = set && controllerOf(set);
  const deployment = owner && api.get<Deployment>("deployments.apps", owner.name, pod.metadata.namespace);
  if (deployment?.spec.strategy?.type === "Recreate") yield `${pod.metadata.namespace}/${deployment.metadata.name}`;
}
