import { defineKind } from "#cluster/apiserver/kind.ts";
import type { VolumeAttributesClass } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const volumeAttributesClass = defineKind<VolumeAttributesClass>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  shortNames: ["vac"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/",

  columns: columnsOf<VolumeAttributesClass>("VolumeAttributesClass", [{ name: "DriverName", type: "string", cell: (volumes) => volumes.driverName }]),
  deleteAnswers: "object",
});
