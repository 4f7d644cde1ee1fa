import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { VolumeAttachment } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const volumeAttachment = defineKind<VolumeAttachment>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  updateNeedsVersion: true,
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/storage/volumes/",

  columns: columnsOf<VolumeAttachment>("VolumeAttachment", [
    { name: "Attacher", type: "string", format: "name", cell: ({ spec }) => spec.attacher },
    { name: "PV", type: "string", cell: ({ spec }) => spec.source.persistentVolumeName ?? "" },
    { name: "Node", type: "string", cell: ({ spec }) => spec.nodeName },
    { name: "Attached", type: "boolean", cell: ({ status }) => status.attached ?? false },
  ]),

  generation: false,
  deleteAnswers: "object",
  subresources: [status],
});
