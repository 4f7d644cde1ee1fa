import { defineKind } from "#cluster/apiserver/kind.ts";
import type { CSIStorageCapacity } from "#machinery/types.ts";
import { checkImmutable, checkSelector, checkSubdomain, sortedKeys } from "../shared/checks.ts";
import { validation } from "../shared/field.ts";
import { oldNodeLabels } from "../shared/pod-spec/warnings.ts";
import { checkNonNegativeAmount } from "../shared/quantities.ts";

export const csiStorageCapacity = defineKind<CSIStorageCapacity>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  updateNeedsVersion: true,
  revalidatesMetadata: true,
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/storage/storage-capacity/",

  validate: validation((field, { nodeTopology, storageClassName, capacity }, old) => {
    checkSelector(field.at("nodeTopology"), nodeTopology);
    checkSubdomain(field.at("storageClassName"), storageClassName ?? "");
    if (capacity !== undefined) checkNonNegativeAmount(field.at("capacity"), capacity);
    if (!old) return;
    checkImmutable(field.at("nodeTopology"), nodeTopology, old.nodeTopology);
    checkImmutable(field.at("storageClassName"), storageClassName ?? "", old.storageClassName ?? "");
  }),
  *warnings({ nodeTopology }) {
    for (const [i, { key }] of (nodeTopology?.matchExpressions ?? []).entries())
      if (oldNodeLabels[key]) yield `nodeTopology.matchExpressions[${i}].key: ${key} is ${oldNodeLabels[key]}`;
    for (const label of sortedKeys(nodeTopology?.matchLabels))
      if (oldNodeLabels[label]) yield `nodeTopology.matchLabels.${label}: ${oldNodeLabels[label]}`;
  },
});
