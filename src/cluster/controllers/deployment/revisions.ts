import type { Deployment, ReplicaSet } from "#machinery/types.ts";
import { maxSurge } from "./bounds.ts";
import { type Rollout, replicasOf } from "./rollout.ts";

export const revisionKey = "deployment.kubernetes.io/revision";
const historyKey = "deployment.kubernetes.io/revision-history";
export const desiredKey = "deployment.kubernetes.io/desired-replicas";
const maxKey = "deployment.kubernetes.io/max-replicas";

/** Annotations of a deployment that are its own and not its replica sets'. */
const own = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionKey,
  historyKey,
  desiredKey,
  maxKey,
  "deprecated.deployment.rollback.to",
]);

/** Characters of the list of earlier revisions that a replica set had. */
const longestHistory = 2000;

export const revisionOf = ({ metadata }: ReplicaSet | Deployment): number => Number.parseInt(metadata.annotations?.[revisionKey] ?? "0", 10) || 0;

/** The annotations that the current replica set should have at `revision`, the next one after all older sets'. */
export function currentAnnotations(deployment: Deployment, set: ReplicaSet | undefined, revision: number): Record<string, string> {
  const annotations: Record<string, string> = { ...set?.metadata.annotations };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!own.has(key)) annotations[key] = value;

  // It keeps a greater one: sets that came after it may have been cleaned up.
  const before = annotations[revisionKey];
  if (Number.parseInt(before ?? "0", 10) < revision) {
    annotations[revisionKey] = String(revision);
    if (before !== undefined) annotations[historyKey] = longerHistory(annotations[historyKey], before);
  }
  return set ? annotations : { ...annotations, ...sizeAnnotations(deployment) };
}

function longerHistory(history: string | undefined, revision: string): string {
  if (!history) return revision;
  const entries = [...history.split(","), revision];
  while (entries.length > 1 && entries.join(",").length > longestHistory) entries.shift();
  return entries.join(",");
}

/** What a replica set remembers of the deployment's size, to tell scaling from rolling out. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec.replicas ?? 1;
  return { [desiredKey]: String(replicas), [maxKey]: String(replicas + maxSurge(deployment)) };
}

/** Makes the set `replicas` large, and says so in an event. */
export async function scaleSet(rollout: Rollout, set: ReplicaSet, replicas: number): Promise<ReplicaSet> {
  const { deployment, context } = rollout;
  const before = replicasOf(set);
  const sizes = sizeAnnotations(deployment);
  const annotated = Object.entries(sizes).every(([key, value]) => set.metadata.annotations?.[key] === value);
  if (before === replicas && annotated) return set;

  const scaled = await context.api.update<ReplicaSet>("replicasets.apps", {
    ...set,
    metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...sizes } },
    spec: { ...set.spec, replicas },
  });
  if (before !== replicas) {
    const direction = before < replicas ? "up" : "down";
    await context.event(
      deployment,
      "Normal",
      "ScalingReplicaSet",
      `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`,
    );
  }
  return scaled;
}
