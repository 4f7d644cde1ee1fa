import { defineKind } from "#cluster/apiserver/kind.ts";
import type { CSIStorageCapacity } from "#machinery/types.ts";

export const csiStorageCapacity = defineKind<CSIStorageCapacity>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  updateNeedsVersion: true,
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/storage/storage-capacity/",
});
