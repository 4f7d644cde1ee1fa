import { equal } from "#base/equal.ts";
import { controllerOf, controllerReference, type Draft } from "#machinery/object.ts";
import { podTemplateHash } from "#machinery/pod-template-hash.ts";
import { StatusError } from "#machinery/status.ts";
import type { Deployment, ReplicaSet } from "#machinery/types.ts";
import { maxSurge } from "./bounds.ts";
import { conditionOf, newCondition, withCondition } from "./conditions.ts";
import { currentAnnotations, revisionKey, revisionOf } from "./revisions.ts";
import { hashLabel, type Rollout, replaced, replicasOf, sameTemplate, setsOf, totalOf } from "./rollout.ts";
import { hasDeadline } from "./status.ts";

/** Sees that the replica set of the deployment's template carries the next revision; makes it where there is none and `create` says so. */
export async function ensureCurrent(rollout: Rollout, { create }: { create: boolean }): Promise<void> {
  const revision = Math.max(0, ...rollout.old.map(revisionOf)) + 1;
  if (rollout.current) await adopt(rollout, rollout.current, revision);
  else if (create) await make(rollout, revision);
}

async function adopt(rollout: Rollout, set: ReplicaSet, revision: number): Promise<void> {
  const { deployment, context } = rollout;
  const annotations = currentAnnotations(deployment, set, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (!equal(annotations, set.metadata.annotations ?? {}) || (set.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const metadata = { ...set.metadata, annotations };
    replaced(rollout, await context.api.update("replicasets.apps", { ...set, metadata, spec: { ...set.spec, minReadySeconds } }));
    return;
  }

  const found = newCondition("Progressing", "True", "FoundNewReplicaSet", `Found new replica set "${set.metadata.name}"`, context.clock.now());
  const unknown = hasDeadline(deployment) && !conditionOf(deployment.status, "Progressing");
  await record(rollout, set, unknown ? found : undefined);
}

async function make(rollout: Rollout, revision: number): Promise<void> {
  const { deployment, context } = rollout;
  const draft = draftOf(rollout, revision);
  let set: ReplicaSet;
  try {
    set = await context.api.create<ReplicaSet>("replicasets.apps", draft);
  } catch (error) {
    if (error instanceof StatusError && error.reason === "AlreadyExists") await countCollision(rollout, draft.metadata.name ?? "");
    else await recordFailure(rollout, draft.metadata.name ?? "", error);
    throw error;
  }
  rollout.current = set;

  const replicas = replicasOf(set);
  if (replicas > 0)
    await context.event(deployment, "Normal", "ScalingReplicaSet", `Scaled up replica set ${set.metadata.name} from 0 to ${replicas}`);
  const created = newCondition("Progressing", "True", "NewReplicaSetCreated", `Created new replica set "${set.metadata.name}"`, context.clock.now());
  await record(rollout, set, hasDeadline(deployment) ? created : undefined);
}

function draftOf(rollout: Rollout, revision: number): Draft<ReplicaSet> & { metadata: { name: string } } {
  const { deployment } = rollout;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = podTemplateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      ...(deployment.metadata.namespace ? { namespace: deployment.metadata.namespace } : {}),
      labels,
      annotations: currentAnnotations(deployment, undefined, revision),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: firstSize(rollout),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } as ReplicaSet["metadata"] },
    },
  };
}

const firstSize = (rollout: Rollout) => sizeOfCurrent(rollout, 0);

/** How large the current set may be now, being `size` large. */
export function sizeOfCurrent(rollout: Rollout, size: number): number {
  const { deployment } = rollout;
  const replicas = deployment.spec.replicas ?? 1;
  if (deployment.spec.strategy?.type === "Recreate") return replicas;
  const room = replicas + maxSurge(deployment) - totalOf(setsOf(rollout), replicasOf);
  return room <= 0 ? size : size + Math.min(room, replicas - size);
}

/** Another template has the same hash: the next name is made with one more collision counted. */
async function countCollision(rollout: Rollout, name: string): Promise<void> {
  const { deployment, context } = rollout;
  const there = context.api.get<ReplicaSet>("replicasets.apps", name, deployment.metadata.namespace);
  const isOurs =
    there?.spec.template && controllerOf(there)?.uid === deployment.metadata.uid && sameTemplate(there.spec.template, deployment.spec.template);
  if (isOurs) return;
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  rollout.deployment = await context.api.updateStatus("deployments.apps", { ...deployment, status: { ...deployment.status, collisionCount } });
}

async function recordFailure(rollout: Rollout, name: string, error: unknown): Promise<void> {
  const { deployment, context } = rollout;
  const message = `Failed to create new replica set "${name}": ${error instanceof Error ? error.message : error}`;
  await context.event(deployment, "Warning", "ReplicaSetCreateError", message);
  if (!hasDeadline(deployment)) return;
  const condition = newCondition("Progressing", "False", "ReplicaSetCreateError", message, context.clock.now());
  await writeStatus(rollout, withCondition(deployment.status ?? {}, condition), deployment);
}

/** Writes the set's revision and the condition, if any, to the deployment. */
async function record(rollout: Rollout, set: ReplicaSet, condition: Parameters<typeof withCondition>[1] | undefined): Promise<void> {
  const { deployment } = rollout;
  const revision = set.metadata.annotations?.[revisionKey];
  const isNew = revision !== undefined && deployment.metadata.annotations?.[revisionKey] !== revision;
  if (!isNew && !condition) return;
  const annotated = isNew
    ? { ...deployment, metadata: { ...deployment.metadata, annotations: { ...deployment.metadata.annotations, [revisionKey]: revision } } }
    : deployment;
  await writeStatus(rollout, condition ? withCondition(deployment.status ?? {}, condition) : deployment.status, annotated);
}

async function writeStatus(rollout: Rollout, status: Deployment["status"], deployment: Deployment): Promise<void> {
  rollout.deployment = await rollout.context.api.updateStatus("deployments.apps", { ...deployment, status });
}
