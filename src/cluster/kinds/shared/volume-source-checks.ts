import { rangeProblems } from "#machinery/names.ts";
import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  CephFSVolumeSource,
  CinderPersistentVolumeSource,
  CinderVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  HostPathVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSPersistentVolumeSource,
  StorageOSVolumeSource,
} from "#machinery/types.ts";
import { checkLabel, sortedKeys } from "./checks.ts";
import type { Field } from "./field.ts";
import { checkNoBacksteps } from "./pod-spec/paths.ts";

// Sources of volumes that a pod names itself and that a PersistentVolume stands for alike.

const hostPathTypes = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

export function checkHostPath(field: Field, { path, type }: HostPathVolumeSource): void {
  if (!path) {
    field.at("path").required();
    return;
  }
  checkNoBacksteps(field.at("path"), path);
  if (type !== undefined && !hostPathTypes.includes(type)) field.at("type").notSupported(type, hostPathTypes);
}

export function checkGceDisk(field: Field, { pdName, partition = 0 }: GCEPersistentDiskVolumeSource): void {
  if (!pdName) field.at("pdName").required();
  checkPartition(field.at("partition"), partition);
}

export function checkAwsDisk(field: Field, { volumeID, partition = 0 }: AWSElasticBlockStoreVolumeSource): void {
  if (!volumeID) field.at("volumeID").required();
  checkPartition(field.at("partition"), partition);
}

/** No partition, written as zero, is one that need not be said to be allowed. */
function checkPartition(field: Field, partition: number): void {
  if (partition < 0 || partition > 255) field.problems(partition, rangeProblems(partition, 1, 255));
}

export function checkNfs(field: Field, { server, path }: NFSVolumeSource): void {
  if (!server) field.at("server").required();
  if (!path) field.at("path").required();
  if (!path?.startsWith("/")) field.at("path").invalid(path ?? "", "must be an absolute path");
}

const initiators: readonly (readonly [prefix: string, form: RegExp])[] = [
  ["iqn", /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)$/],
  ["eui", /^eui.[a-zA-Z0-9]{16}$/],
  ["naa", /^naa.[a-zA-Z0-9]{32}$/],
];

type Iscsi = Pick<ISCSIVolumeSource, "targetPortal" | "iqn" | "lun" | "chapAuthDiscovery" | "chapAuthSession" | "initiatorName"> & {
  secretRef?: { name?: string };
};

/** `prefixes` is what is told of a name that starts with none of the three prefixes. */
export function checkIscsi(field: Field, iscsi: Iscsi, prefixes: string): void {
  if (!iscsi.targetPortal) field.at("targetPortal").required();
  if (!iscsi.iqn) field.at("iqn").required();
  else checkInitiator(field.at("iqn"), iscsi.iqn, prefixes);
  field.at("lun").problems(iscsi.lun, rangeProblems(iscsi.lun, 0, 255));
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef) field.at("secretRef").required();
  if (iscsi.initiatorName !== undefined) checkInitiator(field.at("initiatorname"), iscsi.initiatorName, prefixes);
}

function checkInitiator(field: Field, name: string, prefixes: string): void {
  const known = initiators.find(([prefix]) => name.startsWith(prefix));
  if (!known) field.invalid(name, `must be valid format${prefixes}`);
  else if (!known[1].test(name)) field.invalid(name, "must be valid format");
}

export function checkFlocker(field: Field, { datasetName = "", datasetUUID = "" }: FlockerVolumeSource): void {
  if (!datasetName && !datasetUUID) field.required("one of datasetName and datasetUUID is required");
  if (datasetName && datasetUUID) field.invalid("resource", "datasetName and datasetUUID can not be specified simultaneously");
  if (datasetName.includes("/")) field.at("datasetName").invalid(datasetName, "must not contain '/'");
}

export function checkRbd(field: Field, { monitors, image }: Pick<RBDVolumeSource, "monitors" | "image">): void {
  if (!monitors?.length) field.at("monitors").required();
  if (!image) field.at("image").required();
}

/** In a PersistentVolume a secret must be found without a pod: its namespace is needed too. */
export function checkCinder(field: Field, { volumeID, secretRef }: CinderVolumeSource | CinderPersistentVolumeSource, persistent: boolean): void {
  if (!volumeID) field.at("volumeID").required();
  checkSecretRef(field.at("secretRef"), secretRef, persistent);
}

function checkSecretRef(field: Field, secret: { name?: string; namespace?: string } | undefined, persistent: boolean): void {
  if (!secret) return;
  if (!secret.name) field.at("name").required();
  if (persistent && !secret.namespace) field.at("namespace").required();
}

export function checkCephFs(field: Field, { monitors }: Pick<CephFSVolumeSource, "monitors">): void {
  if (!monitors?.length) field.at("monitors").required();
}

export function checkQuobyte(field: Field, { registry, tenant = "", volume }: QuobyteVolumeSource): void {
  const pairs = "must be a host:port pair or multiple pairs separated by commas";
  if (!registry) field.at("registry").required(pairs);
  else if (tenant.length >= 65) field.at("tenant").required("must be a UUID and may not exceed a length of 64 characters");
  else for (const pair of registry.split(",")) if (!isHostPort(pair)) field.at("registry").invalid(registry, pairs);
  if (!volume) field.at("volume").required();
}

const isHostPort = (pair: string) => /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair);

export function checkFibreChannel(field: Field, { targetWWNs = [], wwids = [], lun }: FCVolumeSource): void {
  if (targetWWNs.length === 0 && wwids.length === 0) field.at("targetWWNs").required("must specify either targetWWNs or wwids, but not both");
  if (targetWWNs.length > 0 && wwids.length > 0)
    field.at("targetWWNs").invalid(targetWWNs, "targetWWNs and wwids can not be specified simultaneously");
  if (targetWWNs.length === 0) return;
  if (lun === undefined) field.at("lun").required("lun is required if targetWWNs is specified");
  else field.at("lun").problems(lun, rangeProblems(lun, 0, 255));
}

export function checkFlexVolume(field: Field, { driver, options }: Pick<FlexVolumeSource, "driver" | "options">): void {
  if (!driver) field.at("driver").required();
  for (const key of sortedKeys(options)) {
    const domain = `.${(key.split("/", 2).length === 2 ? (key.split("/")[0] ?? "") : key).toLowerCase()}`;
    if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io"))
      field.at("options").key(key).invalid(key, "kubernetes.io and k8s.io namespaces are reserved");
  }
}

export function checkAzureDisk(field: Field, { diskName, diskURI, cachingMode, kind }: AzureDiskVolumeSource): void {
  const modes = ["None", "ReadOnly", "ReadWrite"];
  const kinds = ["Dedicated", "Managed", "Shared"];
  if (!diskName) field.at("diskName").required();
  if (!diskURI) field.at("diskURI").required();
  if (cachingMode !== undefined && !modes.includes(cachingMode)) field.at("cachingMode").notSupported(cachingMode, modes);
  if (kind === undefined) return;
  if (!kinds.includes(kind)) field.at("kind").notSupported(kind, kinds);
  const managed = kind === "Managed";
  if (!diskURI?.startsWith(managed ? "/subscriptions/" : "https://"))
    field.at("diskURI").notSupported(diskURI ?? "", [managed ? managedUri : blobUri]);
}

const managedUri = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const blobUri = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

export function checkStorageOs(field: Field, source: StorageOSVolumeSource | StorageOSPersistentVolumeSource, persistent: boolean): void {
  if (!source.volumeName) field.at("volumeName").required();
  else checkLabel(field.at("volumeName"), source.volumeName);
  if (source.volumeNamespace) checkLabel(field.at("volumeNamespace"), source.volumeNamespace);
  checkSecretRef(field.at("secretRef"), source.secretRef, persistent);
}

export function checkScaleIo(field: Field, { gateway, system, volumeName }: Pick<ScaleIOVolumeSource, "gateway" | "system" | "volumeName">): void {
  if (!gateway) field.at("gateway").required();
  if (!system) field.at("system").required();
  if (!volumeName) field.at("volumeName").required();
}
