import { type ControllerContext, TryAgain } from "#machinery/controller.ts";
import { controllerReference, type KubeObject } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from "#machinery/types.ts";
import { claimFor, claimName, isWanted, podName } from "./identity.ts";

const resource = "persistentvolumeclaims";

const claimsOf = (set: StatefulSet, ordinal: number, { api }: ControllerContext): readonly (PersistentVolumeClaim | undefined)[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) =>
    api.get<PersistentVolumeClaim>(resource, claimName(set, template, ordinal), set.metadata.namespace),
  );

/** Makes the claims of an ordinal that are not there. All are tried before the first failure is thrown. */
export async function makeClaims(set: StatefulSet, ordinal: number, { api, event }: ControllerContext): Promise<void> {
  const problems: string[] = [];
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimName(set, template, ordinal);
    const there = api.get<PersistentVolumeClaim>(resource, name, set.metadata.namespace);
    if (there?.metadata.deletionTimestamp) problems.push(`pvc ${name} is being deleted`);
    if (there) continue;
    try {
      await api.create<PersistentVolumeClaim>(resource, claimFor(set, template, ordinal));
      const what = `Create Claim ${name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name} success`;
      await event(set, "Normal", "SuccessfulCreate", what);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      problems.push(`failed to create PVC ${name}: ${error.message}`);
      const what = `Create Claim ${name} for Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
      await event(set, "Warning", "FailedCreate", what);
    }
  }
  if (problems.length > 0) throw new TryAgain(problems.length === 1 ? problems.join("") : `[${problems.join(", ")}]`);
}

/** Whether a claim still waits to be deleted with a pod of the same name that is no more: a new pod must not take it over. */
export function isStale(set: StatefulSet, ordinal: number, context: ControllerContext): boolean {
  if ((set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? "Retain") === "Retain") return false;
  const name = podName(set, ordinal);
  // The pod is yet to be made: whatever pod is named as owner is an earlier one.
  return claimsOf(set, ordinal, context).some((claim) => claim?.metadata.ownerReferences?.some((owner) => isPod(owner, name)));
}

const isPod = ({ apiVersion, kind, name }: OwnerReference, of: string) => apiVersion === "v1" && kind === "Pod" && name === of;
const isSet = ({ apiVersion, kind, name }: OwnerReference, { metadata }: StatefulSet) =>
  apiVersion === "apps/v1" && kind === "StatefulSet" && name === metadata.name;

/** Whether the claims of a pod name those owners with which they are to be deleted, or name them so that they are better left alone. */
export const followPolicy = (set: StatefulSet, pod: Pod, ordinal: number, context: ControllerContext): boolean =>
  claimsOf(set, ordinal, context).every((claim) => !claim || ownersOf(claim, set, pod, ordinal) === undefined);

/**
 * Makes the claims of a pod go with the set or with the pod, as the set says.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
export async function applyPolicy(set: StatefulSet, pod: Pod, ordinal: number, context: ControllerContext): Promise<void> {
  for (const claim of claimsOf(set, ordinal, context)) {
    if (!claim) continue;
    if (hasOtherController(claim, set, pod)) {
      const what = `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
      await context.event(set, "Warning", "ConflictingController", what);
    }
    const owners = ownersOf(claim, set, pod, ordinal);
    if (!owners) continue;
    const { ownerReferences: _, ...metadata } = claim.metadata;
    await context.api.update<PersistentVolumeClaim>(resource, {
      ...claim,
      metadata: owners.length > 0 ? { ...metadata, ownerReferences: owners } : metadata,
    });
  }
}

function policyOf({ spec }: StatefulSet): { withSet: boolean; withPod: boolean } {
  const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { withSet: whenDeleted === "Delete", withPod: whenScaled === "Delete" };
}

/** The owners that a claim should have; undefined where they need no change. */
function ownersOf(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod, ordinal: number): OwnerReference[] | undefined {
  const owners = claim.metadata.ownerReferences ?? [];
  const owns = ({ metadata }: KubeObject) => owners.some(({ uid }) => uid === metadata.uid);
  const isEarlier = (owner: OwnerReference) =>
    (isSet(owner, set) && owner.uid !== set.metadata.uid) || (isPod(owner, pod.metadata.name) && owner.uid !== pod.metadata.uid);
  // The claim belonged to a set or a pod before this one: whoever deletes that will see to it.
  if (owners.some(isEarlier)) return undefined;

  const others = owners.filter((owner) => !isSet(owner, set) && !isPod(owner, pod.metadata.name));
  if (hasOtherController(claim, set, pod)) return owns(set) || owns(pod) ? others : undefined;

  const { withSet, withPod } = policyOf(set);
  const isLeaving = withPod && !isWanted(set, ordinal);
  const wanted = [...(isLeaving ? [pod] : []), ...(withSet && !isLeaving ? [set] : [])];
  const isRight = [set, pod].every((owner) => owns(owner) === wanted.includes(owner));
  const controls = owners.every(({ uid, controller }) => controller || (uid !== set.metadata.uid && uid !== pod.metadata.uid));
  return isRight && controls ? undefined : [...others, ...wanted.map(controllerReference)];
}

function hasOtherController({ metadata }: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { withSet, withPod } = policyOf(set);
  if (!withSet && !withPod) return false;
  return (metadata.ownerReferences ?? []).some((owner) => {
    if (isSet(owner, set)) return owner.uid !== set.metadata.uid;
    if (isPod(owner, pod.metadata.name)) return owner.uid !== pod.metadata.uid;
    return owner.controller === true;
  });
}
