import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { PersistentVolumeClaim } from "#machinery/types.ts";
import { accessModesText } from "../shared/access-modes.ts";
import { checkClaimSpec } from "../shared/claim.ts";
import { defaultClaim } from "../shared/claim-defaults.ts";
import { claimSpecWarnings } from "../shared/claim-warnings.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkClaimStatus } from "./persistent-volume-claim/status.ts";
import { checkClaimChanges, classAnnotation } from "./persistent-volume-claim/update.ts";

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
    dropUnusableSources(claim, undefined);
    alignDataSources(claim);
  },
  prepareUpdate(claim, old, { subresource }) {
    if (subresource !== "") return;
    dropUnusableSources(claim, old);
    alignDataSources(claim);
  },

  revalidatesMetadata: true,
  validate: validation((field, claim, old, { subresource }) => {
    if (subresource === "status") {
      checkClaimStatus(field, claim);
      return;
    }
    checkClaimSpec(field.at("spec"), claim.spec, old?.spec);
    if (old) checkClaimChanges(field, claim, old);
  }),
  *warnings({ metadata, spec }, _, subresource) {
    if (subresource === "status") return;
    if (metadata.annotations?.[classAnnotation] !== undefined)
      yield `metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`;
    yield* claimSpecWarnings(spec, ["spec"]);
  },

  generation: false,
  deleteAnswers: "object",
  subresources: [status],
});

/** The class, which claims of long ago named in an annotation. */
function className({ metadata, spec }: PersistentVolumeClaim): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? "";
}

/** Sources in other namespaces are not enabled; nor are others than claims and snapshots where nobody asked for the newer field. Mutates. */
function dropUnusableSources(claim: PersistentVolumeClaim, old: PersistentVolumeClaim | undefined): void {
  if (claim.spec.dataSourceRef?.namespace && !old?.spec.dataSourceRef) {
    const { dataSourceRef: _, ...spec } = claim.spec;
    claim.spec = spec;
  }
  const { dataSource, dataSourceRef, ...rest } = claim.spec;
  if (!dataSource || dataSourceRef || old?.spec.dataSource || old?.spec.dataSourceRef) return;
  const isUsable =
    (dataSource.kind === "PersistentVolumeClaim" && !dataSource.apiGroup) ||
    (dataSource.kind === "VolumeSnapshot" && dataSource.apiGroup === "snapshot.storage.k8s.io");
  if (!isUsable) claim.spec = rest;
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
