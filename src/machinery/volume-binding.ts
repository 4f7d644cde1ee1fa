import { matchesNodeTerm, type Selectable } from "./node-selector.ts";
import { compareQuantities, quantity } from "./quantity.ts";
import { matcher } from "./selector.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, Volume } from "./types.ts";

export const bindCompleted = "pv.kubernetes.io/bind-completed";
export const boundByController = "pv.kubernetes.io/bound-by-controller";
export const provisionedBy = "pv.kubernetes.io/provisioned-by";
/** On a claim: the node to which the scheduler wants to bring the first pod that uses it. */
export const selectedNode = "volume.kubernetes.io/selected-node";
export const storageProvisioner = "volume.kubernetes.io/storage-provisioner";
export const betaStorageProvisioner = "volume.beta.kubernetes.io/storage-provisioner";
/** The provisioner of classes whose volumes people make. */
export const noProvisioner = "kubernetes.io/no-provisioner";

const betaClass = "volume.beta.kubernetes.io/storage-class";

/** The storage class that a claim or a volume names: empty is none, undefined is whichever is the default. */
export const classNameOf = ({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string | undefined =>
  metadata.annotations?.[betaClass] ?? spec.storageClassName;

export const isDelayed = (storageClass: StorageClass | undefined): boolean => storageClass?.volumeBindingMode === "WaitForFirstConsumer";

/** Whether a claim was bound to the volume that it names: from then on it is the volume's. */
export const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec.volumeName) && metadata.annotations?.[bindCompleted] !== undefined;

/** Whether a volume is kept for the claim: by its uid, or by its name where nobody has been bound yet. */
export function isKeptFor({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef?.name !== metadata.name || claimRef?.namespace !== metadata.namespace) return false;
  return !claimRef?.uid || claimRef.uid === metadata.uid;
}

/** Whether a node can reach a volume. */
export function isReachable({ spec }: Pick<PersistentVolume, "spec">, node: Selectable): boolean {
  const required = spec.nodeAffinity?.required;
  return !required || required.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node));
}

const modeOf = (spec: { volumeMode?: string }) => spec.volumeMode ?? "Filesystem";

const offers = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

const sizeOf = (volume: PersistentVolume) => quantity(volume.spec.capacity?.["storage"]);
const wantedBy = (claim: PersistentVolumeClaim) => quantity(claim.spec.resources?.requests?.["storage"]);

/** Why a volume that somebody chose for a claim will not do, as the claim's event says. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compareQuantities(sizeOf(volume), wantedBy(claim)) < 0) return "requested PV is too small";
  if ((classNameOf(volume) ?? "") !== (classNameOf(claim) ?? "")) return "storageClassName does not match";
  if ((volume.spec.volumeAttributesClassName ?? "") !== (claim.spec.volumeAttributesClassName ?? ""))
    return "volumeAttributesClassName does not match";
  if (modeOf(volume.spec) !== modeOf(claim.spec)) return "incompatible volumeMode";
  return offers(volume, claim) ? undefined : "incompatible accessMode";
}

export interface Search {
  /** The node of the pod that is to use the claim; without one, whoever asks is the controller. */
  node?: Selectable;
  /** The claim waits for its first pod: only a volume that is kept for it will do. */
  delayed?: boolean;
  /** Volumes that others are about to take. */
  taken?: ReadonlySet<string>;
}

/**
 * The volume that suits a claim best: one that is kept for it, or the smallest that is large enough, of those with the fewest other access modes.
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
 */
export function bestVolume(
  volumes: readonly PersistentVolume[],
  claim: PersistentVolumeClaim,
  { node, delayed, taken }: Search = {},
): PersistentVolume | undefined {
  const wanted = wantedBy(claim);
  const possible = volumes.filter(
    (volume) =>
      offers(volume, claim) &&
      modeOf(volume.spec) === modeOf(claim.spec) &&
      !volume.metadata.deletionTimestamp &&
      compareQuantities(sizeOf(volume), wanted) >= 0,
  );
  const kept = possible.find((volume) => isKeptFor(volume, claim));
  if (kept) return node && !isReachable(kept, node) ? undefined : kept;
  if (delayed && !node) return undefined;

  const selects = claim.spec.selector ? matcher(claim.spec.selector) : () => true;
  const free = possible.filter(
    (volume) =>
      !volume.spec.claimRef &&
      volume.status.phase === "Available" &&
      !taken?.has(volume.metadata.name) &&
      (classNameOf(volume) ?? "") === (classNameOf(claim) ?? "") &&
      (volume.spec.volumeAttributesClassName ?? "") === (claim.spec.volumeAttributesClassName ?? "") &&
      selects(volume.metadata.labels) &&
      (!node || isReachable(volume, node)),
  );
  const modes = (volume: PersistentVolume) => volume.spec.accessModes?.length ?? 0;
  return free.toSorted((a, b) => (node ? 0 : modes(a) - modes(b)) || compareQuantities(sizeOf(a), sizeOf(b)))[0];
}

/** The claim that a pod's volume is: one that it names, or its own that lives as long as the pod. */
export function claimNameOf(volume: Volume, pod: { metadata: { name: string } }): string | undefined {
  if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName;
  return volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined;
}

/** The claims of all of a pod's volumes. */
export function claimNamesOf(pod: Pod): string[] {
  const names: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(volume, pod);
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** The volume as kept for the claim, where it is not yet. */
export function keptFor(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  const { name, namespace = "", uid = "", resourceVersion = "" } = claim.metadata;
  if (claimRef && claimRef.uid === uid && isKeptFor(volume, claim)) return volume;
  // What somebody kept for the claim beforehand stays theirs when the claim goes.
  const annotations = claimRef ? volume.metadata.annotations : { ...volume.metadata.annotations, [boundByController]: "yes" };
  return {
    ...volume,
    metadata: { ...volume.metadata, ...(annotations ? { annotations } : {}) },
    spec: { ...volume.spec, claimRef: { kind: "PersistentVolumeClaim", namespace, name, uid, apiVersion: "v1", resourceVersion } },
  };
}
