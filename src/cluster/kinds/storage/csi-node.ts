import { defineKind } from "#cluster/apiserver/kind.ts";
import type { CSINode } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const csiNode = defineKind<CSINode>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  updateNeedsVersion: true,
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volumes/#csi",

  columns: columnsOf<CSINode>("CSINode", [{ name: "Drivers", type: "integer", cell: ({ spec }) => spec.drivers?.length ?? 0 }]),
  deleteAnswers: "object",
});
