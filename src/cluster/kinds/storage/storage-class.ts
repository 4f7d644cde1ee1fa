import { defineKind } from "#cluster/apiserver/kind.ts";
import type { StorageClass } from "#machinery/types.ts";
import { columnsOf, nameColumn } from "../shared/columns.ts";

export const storageClass = defineKind<StorageClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  shortNames: ["sc"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/storage-classes/",

  columns: columnsOf<StorageClass>("StorageClass", [
    { ...nameColumn, cell: (storageClass) => (isDefault(storageClass) ? `${storageClass.metadata.name} (default)` : storageClass.metadata.name) },
    { name: "Provisioner", type: "string", cell: (storageClass) => storageClass.provisioner },
    { name: "ReclaimPolicy", type: "string", cell: (storageClass) => storageClass.reclaimPolicy ?? "Delete" },
    { name: "VolumeBindingMode", type: "string", cell: (storageClass) => storageClass.volumeBindingMode ?? "Immediate" },
    { name: "AllowVolumeExpansion", type: "string", cell: (storageClass) => storageClass.allowVolumeExpansion ?? false },
  ]),

  deleteAnswers: "object",
  default(storageClass) {
    storageClass.reclaimPolicy ??= "Delete";
    storageClass.volumeBindingMode ??= "Immediate";
  },
});

/** What claims that name no class get. */
const isDefault = ({ metadata: { annotations } }: StorageClass) =>
  annotations?.["storageclass.kubernetes.io/is-default-class"] === "true" ||
  annotations?.["storageclass.beta.kubernetes.io/is-default-class"] === "true";
