import { asGiven } from "#machinery/conform.ts";
import { labelProblems, subdomainProblems } from "#machinery/names.ts";
import type { ObjectMeta, PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from "#machinery/types.ts";
import { checkAnnotations, checkLabels, checkSelector } from "./checks.ts";
import type { Field } from "./field.ts";
import { checkAmount, checkPositiveAmount } from "./quantities.ts";

export const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
export const volumeModes = ["Block", "Filesystem"];

/** The claim that a pod has made for it. */
export function checkClaimTemplate(field: Field, { metadata, spec }: PersistentVolumeClaimTemplate): void {
  checkTemplateMetadata(field.at("metadata"), metadata);
  checkClaimSpec(field.at("spec"), spec);
}

/** What a template says of whatever is made of it: labels and annotations, and nothing else. */
export function checkTemplateMetadata(field: Field, metadata: Partial<ObjectMeta> = {}): void {
  checkAnnotations(field.at("annotations"), metadata.annotations);
  checkLabels(field.at("labels"), metadata.labels);
  for (const part of metadataParts) if (asGiven(metadata, part)) field.at(metadataNames[part] ?? part).forbidden("cannot be set");
}

/** All other parts, in their order. */
const metadataParts = [
  "name",
  "generateName",
  "namespace",
  "selfLink",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "ownerReferences",
  "finalizers",
  "managedFields",
] as const;

/** As the real server spells them there. */
const metadataNames: Readonly<Record<string, string>> = { uid: "uID" };

export function checkClaimSpec(field: Field, spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  const modes: readonly string[] = spec.accessModes ?? [];
  if (modes.length === 0) field.at("accessModes").required("at least 1 access mode is required");
  checkSelector(field.at("selector"), spec.selector);
  checkAccessModes(field.at("accessModes"), modes);

  const storage = spec.resources?.requests?.storage;
  const at = field.at("resources").key("storage");
  if (storage === undefined) at.required();
  else if (checkPositiveAmount(at, storage)) checkAmount(at, "storage", storage);

  if (spec.storageClassName) field.at("storageClassName").problems(spec.storageClassName, subdomainProblems(spec.storageClassName));
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) field.at("volumeMode").notSupported(spec.volumeMode, volumeModes);
  const { dataSource, dataSourceRef } = spec;
  const letsBadGroup = [old?.dataSource, old?.dataSourceRef].some((source) => typeof source?.apiGroup === "string");
  if (dataSource) checkDataSource(field.at("dataSource"), dataSource, letsBadGroup);
  if (dataSourceRef) checkDataSource(field.at("dataSourceRef"), dataSourceRef, letsBadGroup);
  if (dataSource && dataSourceRef) {
    if (dataSourceRef.namespace) field.invalid({}, "may not be specified when dataSourceRef.namespace is specified");
    else if (dataSource.apiGroup !== dataSourceRef.apiGroup || dataSource.kind !== dataSourceRef.kind || dataSource.name !== dataSourceRef.name)
      field.invalid({}, "must match dataSourceRef");
  }
  const attributes = spec.volumeAttributesClassName;
  if (attributes) field.at("volumeAttributesClassName").problems(attributes, subdomainProblems(attributes));
}

/** Known modes; the one that allows a single pod goes with no other. */
export function checkAccessModes(field: Field, modes: readonly string[]): void {
  for (const mode of modes) if (!accessModes.includes(mode)) field.notSupported(mode, accessModes);
  const known = modes.filter((mode) => accessModes.includes(mode));
  if (known.includes("ReadWriteOncePod") && known.some((mode) => mode !== "ReadWriteOncePod"))
    field.forbidden("may not use ReadWriteOncePod with other access modes");
}

interface DataSource {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** What a new volume is filled from. */
function checkDataSource(field: Field, { apiGroup, kind, name, namespace }: DataSource, letsBadGroup: boolean): void {
  if (!name) field.at("name").required();
  if (!kind) field.at("kind").required();
  if (!apiGroup && kind !== "PersistentVolumeClaim") field.invalid(kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (apiGroup && !letsBadGroup) field.at("apiGroup").problems(apiGroup, subdomainProblems(apiGroup));
  if (namespace) field.at("namespace").problems(namespace, labelProblems(namespace));
}
