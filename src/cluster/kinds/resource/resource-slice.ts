import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ResourceSlice } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { withTaintTimes } from "./defaults.ts";
import { checkSlice, withoutUnknown } from "./slice-rules.ts";

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
  prepareCreate: (slice, { now }) => adjust(slice, now),
  prepareUpdate: (slice, _, { now }) => adjust(slice, now),
  validate: validation((field, { spec }, old) => checkSlice(field.at("spec"), spec, old?.spec)),
  *warnings({ spec: { driver } }) {
    if (driver !== driver.toLowerCase())
      yield `spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`;
  },
  deleteAnswers: "object",
  notSelectable: (path) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${path}`,
  selectable: {
    "spec.nodeName": { value: ({ spec }) => spec.nodeName ?? "" },
    "spec.driver": { value: ({ spec }) => spec.driver },
  },
});

function adjust(slice: ResourceSlice, now: number): void {
  const devices = withTaintTimes(withoutUnknown(slice.spec.devices), now);
  if (devices) slice.spec = { ...slice.spec, devices };
}
