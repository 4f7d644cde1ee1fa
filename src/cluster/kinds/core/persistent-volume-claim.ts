import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { PersistentVolumeClaim } from "#machinery/types.ts";
import { accessModesText } from "../shared/access-modes.ts";
import { defaultClaim } from "../shared/claim-defaults.ts";
import { columnsOf } from "../shared/columns.ts";

export const persistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  shortNames: ["pvc"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims",

  columns: columnsOf<PersistentVolumeClaim>("PersistentVolumeClaim", [
    { name: "Status", type: "string", cell: ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status.phase ?? "")) },
    { name: "Volume", type: "string", cell: ({ spec }) => spec.volumeName ?? "" },
    { name: "Capacity", type: "string", cell: ({ spec, status }) => (spec.volumeName ? (status.capacity?.storage ?? "0") : "") },
    { name: "Access Modes", type: "string", cell: ({ spec, status }) => (spec.volumeName ? accessModesText(status.accessModes) : "") },
    { name: "StorageClass", type: "string", cell: className },
    { name: "VolumeAttributesClass", type: "string", cell: ({ spec }) => spec.volumeAttributesClassName ?? "<unset>" },
    { name: "VolumeMode", type: "string", priority: 1, cell: ({ spec }) => spec.volumeMode ?? "<unset>" },
  ]),

  default: defaultClaim,

  prepareCreate(claim) {
    claim.status = { phase: "Pending" };
    alignDataSources(claim);
  },
  prepareUpdate(claim, _old, { subresource }) {
    if (subresource === "") alignDataSources(claim);
  },

  generation: false,
  deleteAnswers: "object",
  subresources: [status],
});

/** The class, which claims of long ago named in an annotation. */
function className({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? "";
}

/** `dataSource` and `dataSourceRef` say the same where both can. Mutates. */
function alignDataSources(claim: PersistentVolumeClaim): void {
  const { dataSource, dataSourceRef } = claim.spec;
  if (dataSource && !dataSourceRef) claim.spec = { ...claim.spec, dataSourceRef: { ...dataSource } };
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...reference } = dataSourceRef;
    claim.spec = { ...claim.spec, dataSource: reference };
  }
}
