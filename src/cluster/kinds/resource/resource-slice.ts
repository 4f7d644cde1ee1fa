import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ResourceSlice } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const resourceSlice = defineKind<ResourceSlice>({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",

  columns: columnsOf<ResourceSlice>("ResourceSlice", [
    { name: "Node", type: "string", cell: ({ spec }) => spec.nodeName ?? "" },
    { name: "Driver", type: "string", cell: ({ spec }) => spec.driver },
    { name: "Pool", type: "string", cell: ({ spec }) => spec.pool.name },
  ]),

  generation: true,
  deleteAnswers: "object",
  notSelectable: (path) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${path}`,
  selectable: {
    "spec.nodeName": { value: ({ spec }) => spec.nodeName ?? "" },
    "spec.driver": { value: ({ spec }) => spec.driver },
  },
});
