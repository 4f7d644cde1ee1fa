import type { Api } from "#machinery/client.ts";
import type { Selectable } from "#machinery/node-selector.ts";
import { compareQuantities, quantity } from "#machinery/quantity.ts";
import { matcher } from "#machinery/selector.ts";
import type { CSIDriver, CSIStorageCapacity, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";
import { bestVolume, claimNameOf, classNameOf, isBound, isDelayed, isReachable, noProvisioner, selectedNode } from "#machinery/volume-binding.ts";

/** A pod's claims, by how far they are. */
export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Those that wait for the pod to have a node. */
  readonly delayed: readonly { claim: PersistentVolumeClaim; storageClass: StorageClass }[];
  /** Those that do not, and have no volume. */
  readonly unbound: readonly PersistentVolumeClaim[];
}

/** What is to be done with the claims of a pod that goes to a node. */
export interface VolumePlan {
  readonly bind: readonly { claim: PersistentVolumeClaim; volume: PersistentVolume }[];
  readonly provision: readonly PersistentVolumeClaim[];
}

export const reasons = {
  elsewhere: "node(s) didn't match PersistentVolume's node affinity",
  gone: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
  nothing: "node(s) didn't find available persistent volumes to bind",
  full: "node(s) did not have enough free storage",
} as const;

/** The claims of a pod; or why it can go nowhere. */
export function claimsOf(pod: Pod, api: Api): PodClaims | { problem: string } {
  const [bound, delayed, unbound] = [[] as PersistentVolumeClaim[], [] as PodClaims["delayed"][number][], [] as PersistentVolumeClaim[]];
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(volume, pod);
    if (name === undefined) continue;
    const claim = api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, pod.metadata.namespace);
    if (!claim && volume.ephemeral) return { problem: `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"` };
    if (!claim) return { problem: `persistentvolumeclaim "${name}" not found` };
    if (claim.status.phase === "Lost")
      return { problem: `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ""}"` };
    if (claim.metadata.deletionTimestamp) return { problem: `persistentvolumeclaim "${name}" is being deleted` };
    if (volume.ephemeral && !claim.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid))
      return {
        problem: `PVC ${pod.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`,
      };
    const className = claim.spec.volumeName ? undefined : classNameOf(claim);
    const storageClass = className ? api.get<StorageClass>("storageclasses.storage.k8s.io", className) : undefined;
    if (isBound(claim)) bound.push(claim);
    else if (storageClass && isDelayed(storageClass)) delayed.push({ claim, storageClass });
    else unbound.push(claim);
  }
  return { bound, delayed, unbound };
}

/** What would have to be done for a pod to have its volumes on a node; or why it cannot have them there. */
export function planFor({ bound, delayed }: PodClaims, node: Selectable, api: Api): VolumePlan | { reasons: readonly string[] } {
  const problems: string[] = [];
  for (const { spec } of bound) {
    const volume = api.get<PersistentVolume>("persistentvolumes", spec.volumeName ?? "");
    if (!volume) return { reasons: [reasons.gone] };
    if (!isReachable(volume, node)) problems.push(reasons.elsewhere);
  }

  const [bind, provision] = [[] as VolumePlan["bind"][number][], [] as PersistentVolumeClaim[]];
  const volumes = delayed.length > 0 ? api.list<PersistentVolume>("persistentvolumes") : [];
  const taken = new Set<string>();
  // The smaller claims first, so that they do not take what the larger ones need.
  for (const { claim, storageClass } of delayed.toSorted((a, b) => compareQuantities(wantedBy(a.claim), wantedBy(b.claim)))) {
    const selected = claim.metadata.annotations?.[selectedNode];
    const volume = selected === undefined ? bestVolume(volumes, claim, { node, taken }) : undefined;
    if (volume) {
      taken.add(volume.metadata.name);
      bind.push({ claim, volume });
    } else if ((selected !== undefined && selected !== node.name) || !canProvision(storageClass, node)) problems.push(reasons.nothing);
    else if (!hasRoom(claim, storageClass, node, api)) problems.push(reasons.full);
    else provision.push(claim);
  }
  return problems.length > 0 ? { reasons: [...new Set(problems)] } : { bind, provision };
}

const wantedBy = (claim: PersistentVolumeClaim) => quantity(claim.spec.resources?.requests?.["storage"]);

function canProvision({ provisioner, allowedTopologies = [] }: StorageClass, { labels }: Selectable): boolean {
  if (!provisioner || provisioner === noProvisioner) return false;
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? "")),
  );
}

/** Whether the driver says that there is room, where it says such things at all. */
function hasRoom(claim: PersistentVolumeClaim, { provisioner, metadata }: StorageClass, { labels }: Selectable, api: Api): boolean {
  const driver = api.get<CSIDriver>("csidrivers.storage.k8s.io", provisioner);
  if (!driver?.spec.storageCapacity) return true;
  return api
    .list<CSIStorageCapacity>("csistoragecapacities.storage.k8s.io")
    .some(
      ({ storageClassName, nodeTopology, capacity, maximumVolumeSize }) =>
        storageClassName === metadata.name &&
        compareQuantities(quantity(maximumVolumeSize ?? capacity), wantedBy(claim)) >= 0 &&
        nodeTopology !== undefined &&
        matcher(nodeTopology)(labels),
    );
}
