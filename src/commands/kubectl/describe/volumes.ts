import { goText } from "#machinery/json-path/evaluate.ts";
import type { PersistentVolumeSpec, Volume } from "#machinery/types.ts";
import { claimFields } from "./claim.ts";
import type { Report } from "./report.ts";

/** How a source of a volume is told: what it is, and its fields by name. `<label> <field> [default]`. */
interface SourceForm {
  type: string;
  fields: readonly (readonly [label: string, field: string, otherwise?: string])[];
}

const readOnly = ["ReadOnly", "readOnly", "false"] as const;
const fsType = ["FSType", "fsType"] as const;

/** All sources, by their field in a volume. */
const forms: Readonly<Record<string, SourceForm>> = {
  hostPath: {
    type: "HostPath (bare host directory volume)",
    fields: [
      ["Path", "path"],
      ["HostPathType", "type", "<none>"],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ["Medium", "medium"],
      ["SizeLimit", "sizeLimit", "<unset>"],
    ],
  },
  gcePersistentDisk: {
    type: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    fields: [["PDName", "pdName"], fsType, ["Partition", "partition", "0"], readOnly],
  },
  awsElasticBlockStore: {
    type: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    fields: [["VolumeID", "volumeID"], fsType, ["Partition", "partition", "0"], readOnly],
  },
  gitRepo: {
    type: "GitRepo (a volume that is pulled from git when the pod is created)",
    fields: [
      ["Repository", "repository"],
      ["Revision", "revision"],
    ],
  },
  secret: {
    type: "Secret (a volume populated by a Secret)",
    fields: [
      ["SecretName", "secretName"],
      ["Optional", "optional", "false"],
    ],
  },
  configMap: {
    type: "ConfigMap (a volume populated by a ConfigMap)",
    fields: [
      ["Name", "name"],
      ["Optional", "optional", "false"],
    ],
  },
  nfs: { type: "NFS (an NFS mount that lasts the lifetime of a pod)", fields: [["Server", "server"], ["Path", "path"], readOnly] },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ["TargetPortal", "targetPortal"],
      ["IQN", "iqn"],
      ["Lun", "lun", "0"],
      ["ISCSIInterface", "iscsiInterface"],
      fsType,
      readOnly,
      ["Portals", "portals", "[]"],
      ["DiscoveryCHAPAuth", "chapAuthDiscovery", "false"],
      ["SessionCHAPAuth", "chapAuthSession", "false"],
      ["SecretRef", "secretRef", "nil"],
      ["InitiatorName", "initiatorName", "<none>"],
    ],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [["EndpointsName", "endpoints"], ["Path", "path"], readOnly],
  },
  persistentVolumeClaim: {
    type: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    fields: [["ClaimName", "claimName"], readOnly],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ["CephMonitors", "monitors", "[]"],
      ["RBDImage", "image"],
      fsType,
      ["RBDPool", "pool"],
      ["RadosUser", "user"],
      ["Keyring", "keyring"],
      ["SecretRef", "secretRef", "nil"],
      readOnly,
    ],
  },
  quobyte: {
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: [["Registry", "registry"], ["Volume", "volume"], readOnly],
  },
  azureDisk: {
    type: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    fields: [["DiskName", "diskName"], ["DiskURI", "diskURI"], ["Kind", "kind"], fsType, ["CachingMode", "cachingMode"], readOnly],
  },
  vsphereVolume: {
    type: "vSphereVolume (a Persistent Disk resource in vSphere)",
    fields: [["VolumePath", "volumePath"], fsType, ["StoragePolicyName", "storagePolicyName"]],
  },
  cinder: {
    type: "Cinder (a Persistent Disk resource in OpenStack)",
    fields: [["VolumeID", "volumeID"], fsType, readOnly, ["SecretRef", "secretRef", "nil"]],
  },
  photonPersistentDisk: { type: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)", fields: [["PdID", "pdID"], fsType] },
  portworxVolume: { type: "PortworxVolume (a Portworx Volume resource)", fields: [["VolumeID", "volumeID"]] },
  scaleIO: {
    type: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
    fields: [
      ["Gateway", "gateway"],
      ["System", "system"],
      ["Protection Domain", "protectionDomain"],
      ["Storage Pool", "storagePool"],
      ["Storage Mode", "storageMode"],
      ["VolumeName", "volumeName"],
      fsType,
      readOnly,
    ],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [
      ["Monitors", "monitors", "[]"],
      ["Path", "path"],
      ["User", "user"],
      ["SecretFile", "secretFile"],
      ["SecretRef", "secretRef", "nil"],
      readOnly,
    ],
  },
  storageos: {
    type: "StorageOS (a StorageOS Persistent Disk resource)",
    fields: [["VolumeName", "volumeName"], ["VolumeNamespace", "volumeNamespace"], fsType, readOnly],
  },
  fc: { type: "FC (a Fibre Channel disk)", fields: [["TargetWWNs", "targetWWNs"], ["LUN", "lun", "<none>"], fsType, readOnly] },
  azureFile: {
    type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    fields: [["SecretName", "secretName"], ["ShareName", "shareName"], readOnly],
  },
  flexVolume: {
    type: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
    fields: [["Driver", "driver"], fsType, ["SecretRef", "secretRef", "nil"], readOnly, ["Options", "options", "map[]"]],
  },
  flocker: {
    type: "Flocker (a Flocker volume mounted by the Flocker agent)",
    fields: [
      ["DatasetName", "datasetName"],
      ["DatasetUUID", "datasetUUID"],
    ],
  },
  local: { type: "LocalVolume (a persistent volume backed by local storage on a node)", fields: [["Path", "path"]] },
  image: {
    type: "Image (a container image or OCI artifact)",
    fields: [
      ["Reference", "reference"],
      ["PullPolicy", "pullPolicy"],
    ],
  },
};

/** The volumes of a pod or of a template, which stands `space` in. */
export function describeVolumes(report: Report, volumes: readonly Volume[] | undefined, space: string): void {
  if (!volumes?.length) {
    report.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  report.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    report.line(1, `${space ? " " : ""}${volume.name}:`);
    describeSource(report, volume);
  }
}

/** What a volume is made of. */
export function describeSource(report: Report, volume: Volume | PersistentVolumeSpec): void {
  const { projected, downwardAPI, ephemeral } = volume as Volume;
  const csi = volume.csi as
    | { driver: string; fsType?: string; volumeHandle?: string; readOnly?: boolean; volumeAttributes?: Record<string, string> }
    | undefined;
  if (projected) {
    report.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)");
    for (const { secret, downwardAPI: downward, configMap, serviceAccountToken } of projected.sources ?? []) {
      if (secret) report.field(2, "SecretName", secret.name ?? "").field(2, "Optional", secret.optional ?? false);
      else if (downward) report.field(2, "DownwardAPI", true);
      else if (configMap) report.field(2, "ConfigMapName", configMap.name ?? "").field(2, "Optional", configMap.optional ?? false);
      else if (serviceAccountToken) report.field(2, "TokenExpirationSeconds", serviceAccountToken.expirationSeconds ?? 0);
    }
  } else if (downwardAPI) {
    report.field(2, "Type", "DownwardAPI (a volume populated by information about the pod)").line(2, "Items:");
    for (const { fieldRef, resourceFieldRef, path } of downwardAPI.items ?? []) {
      if (fieldRef) report.line(3, `${fieldRef.fieldPath} -> ${path}`);
      if (resourceFieldRef) report.line(3, `${resourceFieldRef.resource} -> ${path}`);
    }
  } else if (ephemeral) {
    report.field(2, "Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)");
    if (ephemeral.volumeClaimTemplate)
      claimFields(report, { metadata: ephemeral.volumeClaimTemplate.metadata ?? {}, spec: ephemeral.volumeClaimTemplate.spec }, 2);
  } else if (csi) {
    report
      .field(2, "Type", "CSI (a Container Storage Interface (CSI) volume source)")
      .field(2, "Driver", csi.driver)
      .field(2, "FSType", csi.fsType ?? "");
    if (csi.volumeHandle !== undefined) report.field(2, "VolumeHandle", csi.volumeHandle);
    report.field(2, "ReadOnly", csi.readOnly ?? false).labels("VolumeAttributes", csi.volumeAttributes, "    ", "\t");
  } else {
    const name = Object.keys(forms).find((key) => key in volume && (volume as unknown as Record<string, unknown>)[key]);
    const form = name === undefined ? undefined : forms[name];
    if (name === undefined || !form) {
      report.line(1, "<unknown>");
      return;
    }
    const source = (volume as unknown as Record<string, Record<string, unknown>>)[name] ?? {};
    report.field(2, "Type", form.type);
    for (const [label, field, otherwise = ""] of form.fields) report.field(2, label, shown(source[field], otherwise));
  }
}

function shown(value: unknown, otherwise: string): string {
  if (value === undefined || value === null) return otherwise;
  return typeof value === "object" ? goText(value) : String(value);
}
