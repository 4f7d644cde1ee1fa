import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { subdomainProblems } from "#machinery/names.ts";
import type { VolumeAttachment } from "#machinery/types.ts";
import { checkVolumeSpec } from "../core/persistent-volume/spec.ts";
import { columnsOf } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { checkDriverName } from "../shared/storage.ts";

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

  statusAlone: true,
  revalidatesMetadata: true,
  validate: validation((field, { spec, status }, old) => {
    checkAttachment(field.at("spec"), spec);
    checkAttachmentStatus(field.at("status"), status ?? {});
    const name = spec.source?.persistentVolumeName;
    if (name !== undefined) field.at("spec.source.persistentVolumeName").problems(name, subdomainProblems(name));
    if (old) checkSame(field.at("spec"), "storage.VolumeAttachmentSpec", spec, old.spec);
  }),

  generation: false,
  deleteAnswers: "object",
  subresources: [status],
});

const mostMetadataBytes = 256 * 1024;
const longestMessage = 1024;

function checkAttachment(field: Field, { attacher, source, nodeName = "" }: VolumeAttachment["spec"]): void {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source ?? {};
  const one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  checkDriverName(field.at("attacher"), attacher);
  const at = field.at("source");
  if (!inline && name === undefined) at.required(one);
  else if (inline && name !== undefined) at.forbidden(one);
  else if (inline) checkVolumeSpec(at.at("inlineVolumeSpec"), inline, { inline: true });
  else if (!name) at.at("persistentVolumeName").required("must specify non empty persistentVolumeName");
  field.at("nodeName").problems(nodeName, subdomainProblems(nodeName));
}

function checkAttachmentStatus(field: Field, status: Partial<NonNullable<VolumeAttachment["status"]>>): void {
  const size = Object.entries(status.attachmentMetadata ?? {}).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > mostMetadataBytes) field.at("attachmentMetadata").tooLong(mostMetadataBytes);
  for (const part of ["attachError", "detachError"] as const) {
    const { message = "", errorCode = 0 } = status[part] ?? {};
    // The real server tells the limit of the metadata here too.
    if (message.length > longestMessage) field.at(part, "message").tooLong(mostMetadataBytes);
    if (errorCode < 0) field.at(part, "errorCode").invalid(errorCode, "must be between 0 and 2147483647, inclusive");
  }
}
