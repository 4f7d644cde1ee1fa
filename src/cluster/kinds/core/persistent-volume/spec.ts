import { asGiven } from "#machinery/conform.ts";
import { labelProblems, subdomainProblems } from "#machinery/names.ts";
import { wholeUnits } from "#machinery/quantity.ts";
import type { ISCSIPersistentVolumeSource, PersistentVolumeSpec } from "#machinery/types.ts";
import { checkAccessModes, volumeModes } from "../../shared/claim.ts";
import type { Field } from "../../shared/field.ts";
import { checkNodeSelector } from "../../shared/pod-spec/affinity.ts";
import { checkNoBacksteps } from "../../shared/pod-spec/paths.ts";
import { checkPositiveAmount, compare } from "../../shared/quantities.ts";
import { checkDriverName, checkSecretReference } from "../../shared/storage.ts";
import * as shared from "../../shared/volume-source-checks.ts";

type Spec = PersistentVolumeSpec;

const inlineOnly = "may not be specified in the context of inline volumes";

/** A volume, by `name`, or one that is attached without being an object of its own: inline. */
export function checkVolumeSpec(field: Field, spec: Spec, { name = "", inline = false }: { name?: string; inline?: boolean }): void {
  if (inline) {
    if (spec.claimRef) field.at("claimRef").forbidden(inlineOnly);
    if (Object.keys(spec.capacity ?? {}).length > 0) field.at("capacity").forbidden(inlineOnly);
    if (!spec.csi) field.at("csi").required("has to be specified in the context of inline volumes");
  }
  if (!spec.accessModes?.length) field.at("accessModes").required();
  checkAccessModes(field.at("accessModes"), spec.accessModes ?? []);
  if (!inline) checkCapacity(field.at("capacity"), asGiven(spec, "capacity"));
  checkReclaimPolicy(field.at("persistentVolumeReclaimPolicy"), spec, inline);
  checkPlace(field.at("nodeAffinity"), spec, inline);
  checkSources(field, spec, name);
  if (/^\/+(\.\/*)*$/.test(spec.hostPath?.path ?? "") && spec.persistentVolumeReclaimPolicy === "Recycle")
    field.at("persistentVolumeReclaimPolicy").forbidden("may not be 'recycle' for a hostPath mount of '/'");
  checkClasses(field, spec, inline);
}

function checkCapacity(field: Field, capacity: Spec["capacity"]): void {
  const amounts = Object.entries(capacity ?? {});
  if (amounts.length === 0) field.required();
  if (capacity?.storage === undefined || amounts.length > 1) field.notSupported(capacity ?? null, ["storage"]);
  for (const [resource, amount] of amounts) {
    if (compare(amount, "0") < 0) field.key(resource).invalid(wholeUnits(amount), "must be a valid resource quantity");
    checkPositiveAmount(field.key(resource), amount);
  }
}

function checkReclaimPolicy(field: Field, { persistentVolumeReclaimPolicy: policy }: Spec, inline: boolean): void {
  const known = ["Delete", "Recycle", "Retain"];
  if (!policy) return;
  if (inline) {
    if (policy !== "Retain") field.forbidden("may only be Retain in the context of inline volumes");
  } else if (!known.includes(policy)) field.notSupported(policy, known);
}

function checkPlace(field: Field, { nodeAffinity }: Spec, inline: boolean): void {
  if (!nodeAffinity) return;
  if (inline) field.forbidden(inlineOnly);
  else if (nodeAffinity.required) checkNodeSelector(field.at("required"), nodeAffinity.required);
  else field.at("required").required("must specify required node constraints");
}

function checkClasses(field: Field, spec: Spec, inline: boolean): void {
  const { storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec;
  if (storageClassName) {
    if (inline) field.at("storageClassName").forbidden(inlineOnly);
    else field.at("storageClassName").problems(storageClassName, subdomainProblems(storageClassName));
  }
  if (volumeMode !== undefined) {
    const at = field.at("volumeMode");
    if (!inline && !volumeModes.includes(volumeMode)) at.notSupported(volumeMode, volumeModes);
    if (inline && volumeMode !== "Filesystem") at.forbidden("may not specify volumeMode other than Filesystem in the context of inline volumes");
  }
  if (attributes === undefined) return;
  const at = field.at("volumeAttributesClassName");
  if (!attributes) at.required("an empty string is disallowed");
  else at.problems(attributes, subdomainProblems(attributes));
  if (!spec.csi) field.at("csi").required("has to be specified when using volumeAttributesClassName");
}

/** Where the bytes are. */
const sourceNames = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
] as const;

type Sources = Required<Pick<Spec, (typeof sourceNames)[number]>>;
type Checks = { readonly [N in keyof Sources]: (field: Field, source: Sources[N]) => void };

/** Those of the spec that say where the volume is. */
export const sourcesOf = (spec: Spec): Partial<Sources> =>
  Object.fromEntries(sourceNames.filter((name) => spec[name]).map((name) => [name, spec[name]])) as Partial<Sources>;

function checkSources(field: Field, spec: Spec, name: string): void {
  let count = 0;
  for (const source of sourceNames) {
    if (!spec[source]) continue;
    // The real server counts this one without refusing it.
    if (count > 0 && source !== "flexVolume") field.at(source === "cephfs" ? "cephFS" : source).forbidden("may not specify more than 1 volume type");
    else {
      checkSource(field.at(source === "gcePersistentDisk" ? "persistentDisk" : source), spec, source);
      if (source === "iscsi") checkPortal(field.at("iscsi", "targetportal"), name, spec.iscsi);
      if (source === "local" && !spec.nodeAffinity) field.at("nodeAffinity").required("Local volume requires node affinity");
    }
    count++;
  }
  if (count === 0) field.required("must specify a volume type");
}

function checkSource<N extends keyof Sources>(field: Field, spec: Spec, name: N): void {
  const source = spec[name] as Sources[N] | undefined;
  if (source) (sourceChecks as Checks)[name](field, source);
}

function checkPortal(field: Field, name: string, iscsi: ISCSIPersistentVolumeSource | undefined): void {
  if (iscsi?.initiatorName !== undefined && `${name}:${iscsi.targetPortal ?? ""}`.length > 64)
    field.invalid(
      iscsi.targetPortal,
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.",
    );
}

const needs =
  <T extends object>(...parts: (keyof T & string)[]) =>
  (field: Field, source: T): void => {
    for (const part of parts) if (!source[part]) field.at(part).required();
  };

const sourceChecks: Checks = {
  hostPath: shared.checkHostPath,
  gcePersistentDisk: shared.checkGceDisk,
  awsElasticBlockStore: shared.checkAwsDisk,
  glusterfs(field, source) {
    needs<Sources["glusterfs"]>("endpoints", "path")(field, source);
    const { endpointsNamespace: namespace } = source;
    const at = field.at("endpointsNamespace");
    if (namespace === "") at.invalid(namespace, "if the endpointnamespace is set, it must be a valid namespace name");
    else if (namespace !== undefined) at.problems(namespace, labelProblems(namespace));
  },
  flocker: shared.checkFlocker,
  nfs: shared.checkNfs,
  rbd: shared.checkRbd,
  quobyte: shared.checkQuobyte,
  cephfs: shared.checkCephFs,
  iscsi: (field, iscsi) => shared.checkIscsi(field, iscsi, ""),
  cinder: (field, cinder) => shared.checkCinder(field, cinder, true),
  fc: shared.checkFibreChannel,
  flexVolume: shared.checkFlexVolume,
  azureFile(field, source) {
    needs<Sources["azureFile"]>("secretName", "shareName")(field, source);
    if (source.secretNamespace === "") field.at("secretNamespace").required();
  },
  vsphereVolume: needs("volumePath"),
  photonPersistentDisk: needs("pdID"),
  portworxVolume: needs("volumeID"),
  azureDisk: shared.checkAzureDisk,
  scaleIO: shared.checkScaleIo,
  local(field, { path }) {
    if (!path) field.at("path").required();
    else checkNoBacksteps(field.at("path"), path);
  },
  storageos: (field, storageos) => shared.checkStorageOs(field, storageos, true),
  csi(field, csi) {
    checkDriverName(field.at("driver"), csi.driver);
    if (!csi.volumeHandle) field.at("volumeHandle").required();
    for (const part of ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"] as const) {
      const secret = csi[part];
      if (secret) checkSecretReference(field.at(part), secret);
    }
  },
};
