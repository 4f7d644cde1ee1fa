import { matchesNodeTerm } from "#machinery/node-selector.ts";
import type { NodeSelector, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";
import { definePlugin, type Filter, type Snapshot, Unschedulable } from "../plugin.ts";

const name = "VolumeBinding";
const elsewhere = { reasons: ["node(s) didn't match PersistentVolume's node affinity"], final: true };

/** A pod goes where its volumes are; claims that are not bound yet keep it waiting, unless they wait for it. */
export const volumeBinding = definePlugin({
  name,
  hopes: ["volume"],

  filter({ pod }, snapshot) {
    const filters = claimsOf(pod).flatMap((claim) => volumeFilter(claim, pod, snapshot));
    return filters.length > 0 ? (node) => filters.map((filter) => filter(node)).find((refusal) => refusal !== undefined) : undefined;
  },
});

const claimsOf = ({ spec, metadata }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim, ephemeral, name: volume }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${metadata.name}-${volume}`] : [];
  });

function volumeFilter(claimName: string, { metadata }: Pod, { api }: Snapshot): Filter[] {
  const claim = api.get<PersistentVolumeClaim>("persistentvolumeclaims", claimName, metadata.namespace);
  if (!claim) throw new Unschedulable(name, `persistentvolumeclaim "${claimName}" not found. not found`);
  if (claim.status?.phase === "Lost")
    throw new Unschedulable(name, `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`);
  if (claim.metadata.deletionTimestamp) throw new Unschedulable(name, `persistentvolumeclaim "${claimName}" is being deleted`);

  const volume = claim.spec.volumeName ? api.get<PersistentVolume>("persistentvolumes", claim.spec.volumeName) : undefined;
  if (!claim.spec.volumeName) {
    const storageClass = claim.spec.storageClassName
      ? api.get<StorageClass>("storageclasses.storage.k8s.io", claim.spec.storageClassName)
      : undefined;
    if (storageClass?.volumeBindingMode === "WaitForFirstConsumer") return [];
    throw new Unschedulable(name, "pod has unbound immediate PersistentVolumeClaims");
  }
  const required: NodeSelector | undefined = volume?.spec.nodeAffinity?.required;
  return required ? [(node) => (required.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node)) ? undefined : elsewhere)] : [];
}
