import { defineKind } from "#cluster/apiserver/kind.ts";
import { asGiven } from "#machinery/conform.ts";
import type { StorageClass } from "#machinery/types.ts";
import { checkImmutable, checkOptionalChoice } from "../shared/checks.ts";
import { columnsOf, nameColumn } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { oldNodeLabels } from "../shared/pod-spec/warnings.ts";
import { checkParameters, checkProvisioner, checkTopologies } from "./validate.ts";

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

  revalidatesMetadata: true,
  validate: validation((field, storageClass, old) => {
    const { provisioner, parameters, reclaimPolicy, volumeBindingMode } = storageClass;
    checkProvisioner(field.at("provisioner"), provisioner);
    checkParameters(field.at("parameters"), parameters);
    if (reclaimPolicy) checkOptionalChoice(field.at("reclaimPolicy"), reclaimPolicy, ["Delete", "Retain"]);
    checkOptionalChoice(field.at("volumeBindingMode"), volumeBindingMode, ["Immediate", "WaitForFirstConsumer"]);
    checkTopologies(field.at("allowedTopologies"), storageClass.allowedTopologies);
    if (!old) return;
    for (const part of ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] as const)
      checkImmutable(field.at(part), asGiven(storageClass, part), old[part]);
  }),
  *warnings({ allowedTopologies = [] }) {
    for (const [i, { matchLabelExpressions = [] }] of allowedTopologies.entries())
      for (const [j, { key }] of matchLabelExpressions.entries())
        if (oldNodeLabels[key]) yield `allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${oldNodeLabels[key]}`;
  },
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
