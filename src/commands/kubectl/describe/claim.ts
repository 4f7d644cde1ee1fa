import type { ObjectMeta, PersistentVolumeClaim } from "#machinery/types.ts";
import { ageOf } from "../age.ts";
import type { Report } from "./report.ts";

/** A claim's access modes in short: `RWO,ROX`. */
export function accessModes(modes: readonly string[] | undefined): string {
  const short: Readonly<Record<string, string>> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };
  const order = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
  return order
    .filter((mode) => modes?.includes(mode))
    .map((mode) => short[mode] ?? mode)
    .join(",");
}

type Claim = { metadata: Partial<ObjectMeta>; spec?: PersistentVolumeClaim["spec"]; status?: PersistentVolumeClaim["status"] };

/** The annotation that named a storage class before there was a field for it. */
export const oldClass = "volume.beta.kubernetes.io/storage-class";

export const storageClassOf = ({ metadata, spec }: Claim): string => metadata.annotations?.[oldClass] ?? spec?.storageClassName ?? "";

/** The fields that a claim has: a whole object as it is `now`, or one inside a pod. */
export function claimFields(report: Report, claim: Claim, level: number, now?: number): void {
  const { metadata, spec = {}, status } = claim;
  const isWhole = now !== undefined;
  const pad = "  ".repeat(level);
  if (isWhole) report.field(level, "Name", metadata.name ?? "").field(level, "Namespace", metadata.namespace ?? "");
  report.field(level, "StorageClass", storageClassOf(claim));
  if (isWhole) {
    const phase = status?.phase ?? "";
    report.field(level, "Status", metadata.deletionTimestamp ? `Terminating (lasts ${ageOf(metadata.deletionTimestamp, now)})` : phase);
  }
  report.field(level, "Volume", spec.volumeName ?? "");
  // What stands within a volume is indented twice, once as a line and once as a value.
  report.labels("Labels", metadata.labels, pad, `\t${pad}`).annotations("Annotations", metadata.annotations, pad);
  if (isWhole) report.field(level, "Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
  const bound = spec.volumeName ? status : undefined;
  report.field(level, "Capacity", spec.volumeName ? (bound?.capacity?.["storage"] ?? "0") : "");
  report.field(level, "Access Modes", bound ? accessModes(bound.accessModes) : "");
  if (spec.volumeMode) report.field(level, "VolumeMode", spec.volumeMode);
  const source = spec.dataSource;
  if (source) {
    report.line(level, "DataSource:");
    if (source.apiGroup) report.field(level + 1, "APIGroup", source.apiGroup);
    report.field(level + 1, "Kind", source.kind).field(level + 1, "Name", source.name);
  }
}
