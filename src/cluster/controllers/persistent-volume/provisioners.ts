import type { Api } from "#machinery/client.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";

export interface VolumeWanted {
  claim: PersistentVolumeClaim;
  storageClass: StorageClass;
  /** Of the volume. */
  name: string;
  /** The pod that the provisioner runs in. */
  pod: Pod;
}

/** A program that makes volumes for claims of its classes, while a pod of it runs. */
export interface Provisioner {
  /** As storage classes name it. */
  readonly name: string;
  /** Whether a pod is one of it. */
  runsIn(pod: Pod): boolean;
  /** Who it says that it is in events. */
  identity(pod: Pod): string;
  /** What a volume of it has beside what the claim and the class say; or why it cannot be made. */
  volume(wanted: VolumeWanted): { annotations?: Record<string, string>; spec: Partial<PersistentVolume["spec"]> } | { problem: string };
}

const minikube: Provisioner = {
  name: "k8s.io/minikube-hostpath",
  runsIn: ({ metadata }) => metadata.namespace === "kube-system" && metadata.name === "storage-provisioner",
  identity: (pod) => `k8s.io/minikube-hostpath_${pod.spec.nodeName}_${pod.metadata.uid}`,
  volume: ({ claim, pod }) => ({
    annotations: { hostPathProvisionerIdentity: pod.metadata.uid ?? "" },
    spec: { hostPath: { path: `/tmp/hostpath-provisioner/${claim.metadata.namespace}/${claim.metadata.name}`, type: "" } },
  }),
};

const localPath: Provisioner = {
  name: "rancher.io/local-path",
  runsIn: ({ metadata }) => metadata.labels?.["app"] === "local-path-provisioner",
  identity: (pod) => `rancher.io/local-path_${pod.metadata.name}_${pod.metadata.uid}`,
  volume: ({ claim, name }) => {
    const node = claim.metadata.annotations?.["volume.kubernetes.io/selected-node"];
    const modes = claim.spec.accessModes ?? [];
    if (modes.some((mode) => mode !== "ReadWriteOnce" && mode !== "ReadWriteOncePod"))
      return { problem: "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes" };
    if (claim.spec.selector) return { problem: "claim.Spec.Selector is not supported" };
    if (!node) return { problem: "configuration error, no node was specified" };
    const path = `/opt/local-path-provisioner/${name}_${claim.metadata.namespace}_${claim.metadata.name}`;
    return {
      annotations: { "local.path.provisioner/selected-node": node },
      spec: {
        hostPath: { path, type: "DirectoryOrCreate" },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }] },
        },
      },
    };
  },
};

const provisioners: readonly Provisioner[] = [minikube, localPath];

export const provisionerNamed = (name: string | undefined): Provisioner | undefined => provisioners.find((each) => each.name === name);

export const provisionerIn = (pod: Pod): Provisioner | undefined => provisioners.find((each) => each.runsIn(pod));

/** The pod in which a provisioner does its work now. */
export function podOf(provisioner: Provisioner, api: Api): Pod | undefined {
  return api.list<Pod>("pods").find((pod) => provisioner.runsIn(pod) && isReady(pod));
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && status.phase === "Running" && (status.containerStatuses?.every(({ ready }) => ready) ?? false);
