import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { PersistentVolume } from "#machinery/types.ts";
import { accessModesText } from "../shared/access-modes.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkVolume, checkVolumeChanges } from "./persistent-volume/validate.ts";
import { volumeWarnings } from "./persistent-volume/warnings.ts";

export const persistentVolume = defineKind<PersistentVolume>({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  shortNames: ["pv"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",

  columns: columnsOf<PersistentVolume>("PersistentVolume", [
    { name: "Capacity", type: "string", cell: ({ spec }) => spec.capacity?.storage ?? "0" },
    { name: "Access Modes", type: "string", cell: ({ spec }) => accessModesText(spec.accessModes) },
    { name: "Reclaim Policy", type: "string", cell: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? "" },
    { name: "Status", type: "string", cell: ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status.phase ?? "")) },
    { name: "Claim", type: "string", cell: ({ spec }) => (spec.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "") },
    { name: "StorageClass", type: "string", cell: className },
    { name: "VolumeAttributesClass", type: "string", cell: ({ spec }) => spec.volumeAttributesClassName ?? "<unset>" },
    { name: "Reason", type: "string", cell: ({ status }) => status.reason ?? "" },
    { name: "VolumeMode", type: "string", priority: 1, cell: ({ spec }) => spec.volumeMode ?? "<unset>" },
  ]),

  default({ spec, status }) {
    status.phase ||= "Pending";
    spec.persistentVolumeReclaimPolicy ||= "Retain";
    spec.volumeMode ??= "Filesystem";
    if (spec.hostPath) spec.hostPath.type ??= "";
  },

  prepareCreate(volume, { now }) {
    volume.status = { phase: "Pending", lastPhaseTransitionTime: formatTime(now) };
  },

  // When the phase changes, the time of it follows unless the client says one.
  prepareUpdate(volume, old, { subresource, now }) {
    if (subresource !== "status") return;
    const [time, before] = [volume.status.lastPhaseTransitionTime, old.status.lastPhaseTransitionTime];
    const changed = volume.status.phase !== old.status.phase;
    if (!changed && !time && before) volume.status = { ...volume.status, lastPhaseTransitionTime: before };
    if (changed && (!time || time === before)) volume.status = { ...volume.status, lastPhaseTransitionTime: formatTime(now) };
  },

  revalidatesMetadata: true,
  validate: validation((field, volume, old, { subresource }) => {
    if (subresource === "status") return;
    checkVolume(field, volume);
    if (old) checkVolumeChanges(field, volume, old);
  }),
  warnings: (volume, _, subresource) => (subresource === "status" ? [] : volumeWarnings(volume)),

  generation: false,
  deleteAnswers: "object",
  subresources: [status],
});

function className({ metadata, spec }: PersistentVolume): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? "";
}
