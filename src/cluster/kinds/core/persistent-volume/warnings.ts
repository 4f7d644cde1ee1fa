import type { PersistentVolume, PersistentVolumeSpec } from "#machinery/types.ts";
import { termWarnings } from "../../shared/pod-spec/warnings.ts";

const annotations: Readonly<Record<string, string>> = {
  "volume.beta.kubernetes.io/storage-class": 'deprecated since v1.8; use "storageClassName" attribute instead',
  "volume.beta.kubernetes.io/mount-options": 'deprecated since v1.31; use "mountOptions" attribute instead',
};

/** Volumes that no longer work, and how they are called where that is told. */
const gone: readonly (readonly [part: keyof PersistentVolumeSpec, name: string, since: string])[] = [
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

export function* volumeWarnings({ metadata, spec }: PersistentVolume): Iterable<string> {
  for (const [key, why] of Object.entries(annotations)) if (metadata.annotations?.[key] !== undefined) yield `metadata.annotations[${key}]: ${why}`;
  if (spec.persistentVolumeReclaimPolicy === "Recycle")
    yield "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries())
    yield* termWarnings(term, false, ["spec", "nodeAffinity", "required", "nodeSelectorTerms", i]);
  for (const [part, name, since] of gone) if (spec[part]) yield `spec.${name}: ${since}`;
}
