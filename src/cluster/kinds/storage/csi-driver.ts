import { defineKind } from "#cluster/apiserver/kind.ts";
import type { CSIDriver } from "#machinery/types.ts";
import { columnsOf, orNone } from "../shared/columns.ts";

export const csiDriver = defineKind<CSIDriver>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volumes/#csi",

  columns: columnsOf<CSIDriver>("CSIDriver", [
    { name: "AttachRequired", type: "boolean", cell: ({ spec }) => spec.attachRequired ?? true },
    { name: "PodInfoOnMount", type: "boolean", cell: ({ spec }) => spec.podInfoOnMount ?? false },
    { name: "StorageCapacity", type: "boolean", cell: ({ spec }) => spec.storageCapacity ?? false },
    { name: "TokenRequests", type: "string", cell: ({ spec }) => spec.tokenRequests?.map((request) => request.audience).join(",") ?? "<unset>" },
    { name: "RequiresRepublish", type: "boolean", cell: ({ spec }) => spec.requiresRepublish ?? false },
    { name: "Modes", type: "string", cell: ({ spec }) => orNone((spec.volumeLifecycleModes ?? []).join(",")) },
  ]),

  default({ spec }) {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ["Persistent"];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  deleteAnswers: "object",
});
