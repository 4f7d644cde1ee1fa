import type { Api } from "#machinery/client.ts";
import type { CSINode, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";
import { claimNamesOf, classNameOf } from "#machinery/volume-binding.ts";
import { definePlugin } from "../plugin.ts";

/** A node can hold as many volumes of a driver as the driver says. */
export const nodeVolumeLimits = definePlugin({
  name: "NodeVolumeLimits",
  hopes: ["pod-gone", "volume"],

  filter({ pod }, { api }) {
    const wanted = volumesOf(pod, api);
    if (wanted.size === 0) return undefined;
    return (node) => {
      const drivers = api.get<CSINode>("csinodes.storage.k8s.io", node.name)?.spec.drivers ?? [];
      const limits = drivers.filter(({ name, allocatable }) => allocatable?.count !== undefined && [...wanted.values()].includes(name));
      if (limits.length === 0) return undefined;
      const all = new Map(wanted);
      for (const other of node.pods.values()) for (const [volume, driver] of volumesOf(other.pod, api)) all.set(volume, driver);
      const count = (driver: string) => [...all.values()].filter((each) => each === driver).length;
      const isFull = limits.some(({ name, allocatable }) => count(name) > (allocatable?.count ?? 0));
      return isFull ? { reasons: ["node(s) exceed max volume count"], final: false } : undefined;
    };
  },
});

/** The volumes of drivers that a pod uses or will be given: each with its driver. */
function volumesOf(pod: Pod, api: Api): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const name of claimNamesOf(pod)) {
    const claim = api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, pod.metadata.namespace);
    if (!claim) continue;
    const volume = claim.spec.volumeName ? api.get<PersistentVolume>("persistentvolumes", claim.spec.volumeName) : undefined;
    const driver = volume ? volume.spec.csi?.driver : api.get<StorageClass>("storageclasses.storage.k8s.io", classNameOf(claim) ?? "")?.provisioner;
    if (driver) volumes.set(volume?.spec.csi?.volumeHandle ?? `${claim.metadata.namespace}/${name}`, driver);
  }
  return volumes;
}
