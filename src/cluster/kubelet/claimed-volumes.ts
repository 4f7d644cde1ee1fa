import type { Api, WatchEvent } from "#machinery/client.ts";
import type { Selectable } from "#machinery/node-selector.ts";
import type { HostPathVolumeSource, NFSVolumeSource, Node, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from "#machinery/types.ts";
import { claimNameOf, isBound, isReachable, provisionedBy } from "#machinery/volume-binding.ts";
import type { FileSystem } from "#shell/file-system.ts";

/** Why a volume cannot be mounted, told as it stands. */
export class MountProblem extends Error {}

/** Why nobody knows what to mount: such problems of all of a pod's volumes are told in one. */
export class UnknownVolume extends Error {
  readonly volume: string;
  constructor(volume: string, problem: string) {
    super(problem);
    this.volume = volume;
  }
}

/** What is told of a pod some of whose volumes are not known. */
export function unknownText(problems: readonly UnknownVolume[]): string {
  const names = problems
    .map(({ volume }) => volume)
    .sort()
    .join(" ");
  const text = problems.map(({ message }) => message).join("; ");
  return `Unable to attach or mount volumes: unmounted volumes=[${names}], unattached volumes=[], failed to process volumes=[${names}]: ${text}`;
}

/** A directory of the node that a claim stands for, and what events call it. */
export interface ClaimedPath {
  readonly name: string;
  readonly source: HostPathVolumeSource;
  /** Of the directory, where it has to be made: provisioners let everybody write. */
  readonly mode?: number;
}

/** Where on the node the volume of a pod's claim lies. Throws a `MountProblem` where it lies nowhere, and an `UnknownVolume` where there is none. */
export function claimedPath(volume: Volume, pod: Pod, node: string, api: Api, disk: () => FileSystem): ClaimedPath {
  const { metadata, spec } = volumeOf(volume, pod, api);
  const { name } = metadata;
  if (!isReachable({ spec }, nodeOf(node, api)))
    throw new MountProblem(`MountVolume.NodeAffinity check failed for volume "${name}" : no matching NodeSelectorTerms`);
  if (spec.hostPath) return { name, source: spec.hostPath, ...(metadata.annotations?.[provisionedBy] === undefined ? {} : { mode: 0o777 }) };
  if (spec.local) {
    const { path } = spec.local;
    if (!disk().stat(path))
      throw new MountProblem(`MountVolume.NewMounter initialization failed for volume "${name}" : path "${path}" does not exist`);
    return { name, source: { path } };
  }
  if (spec.nfs) throw new MountProblem(`MountVolume.SetUp failed for volume "${name}" : ${nfsProblem(spec.nfs, pod, name)}`);
  const type = Object.keys(spec).find((key) => sourceTypes.has(key)) ?? "unknown";
  throw new MountProblem(`MountVolume.SetUp failed for volume "${name}" : Not simulated by Podyard: persistent volumes of type ${type}`);
}

/** What a node without an NFS client says: there is no such server to mount from either. */
export function nfsProblem({ server, path }: NFSVolumeSource, pod: Pod, name: string): string {
  const target = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~nfs/${name}`;
  return `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs ${server}:${path} ${target}\nOutput: mount: ${target}: unknown filesystem type 'nfs'.\n       dmesg(1) may have more information after failed mount system call.\n`;
}

/** The volume that a pod's claim is bound to. */
function volumeOf(volume: Volume, pod: Pod, api: Api): PersistentVolume {
  const { namespace } = pod.metadata;
  const name = claimNameOf(volume, pod) ?? "";
  const refuse = (problem: string): never => {
    throw new UnknownVolume(volume.name, problem);
  };
  const processing = (problem: string) => refuse(`error processing PVC ${namespace}/${name}: ${problem}`);

  const claim = api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, namespace);
  if (!claim) return processing(`failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  if (volume.ephemeral && !claim.metadata.ownerReferences?.some(({ uid }) => uid === pod.metadata.uid))
    return processing(`PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`);
  if (claim.metadata.deletionTimestamp && !pod.status?.startTime) return processing("PVC is being deleted");
  if (!isBound(claim) || claim.status.phase !== "Bound") return processing("PVC is not bound");
  const bound = api.get<PersistentVolume>("persistentvolumes", claim.spec.volumeName ?? "");
  if (!bound)
    return processing(
      `failed to get Spec ${claim.spec.volumeName} from the persistent volume: persistentvolumes "${claim.spec.volumeName}" not found`,
    );

  const isDevice = pod.spec.containers.some(({ volumeDevices }) => volumeDevices?.some((device) => device.name === volume.name));
  const mode = claim.spec.volumeMode ?? "Filesystem";
  if (mode === "Block" && !isDevice) return refuse(`volume ${volume.name} has volumeMode Block, but is specified in volumeMounts`);
  if (mode === "Filesystem" && isDevice) return refuse(`volume ${volume.name} has volumeMode Filesystem, but is specified in volumeDevices`);
  if (isDevice) throw new MountProblem("MapVolume.SetUpDevice failed: Not simulated by Podyard: volumes as block devices");
  return bound;
}

function nodeOf(name: string, api: Api): Selectable {
  return { name, labels: api.get<Node>("nodes", name)?.metadata.labels ?? {} };
}

const sourceTypes = new Set([
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "iscsi",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
]);

/**
 * The directory that a provisioner had made for a volume, once the volume is deleted: with it goes what was in it. Provisioners work where their pods
 * are, and these are on each node's disk.
 */
export function abandonedDirectory({ type, object: { metadata, spec } }: WatchEvent<PersistentVolume>): string | undefined {
  if (type !== "DELETED" || spec.persistentVolumeReclaimPolicy !== "Delete" || !spec.hostPath) return undefined;
  return metadata.annotations?.[provisionedBy] === undefined ? undefined : spec.hostPath.path;
}
