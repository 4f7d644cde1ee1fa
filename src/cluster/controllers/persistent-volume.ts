import { type ControllerContext, defineController } from "#machinery/controller.ts";
import type { Event, PersistentVolume, PersistentVolumeClaim } from "#machinery/types.ts";
import { provisionedBy } from "#machinery/volume-binding.ts";
import { free, setVolumePhase } from "./persistent-volume/bind.ts";
import { recycle, recycledBy } from "./persistent-volume/recycle.ts";

/**
 * Says how volumes stand, and does with those whose claim is gone what their policy wants.
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
 */
export const persistentVolumeController = defineController<PersistentVolume>({
  name: "persistentvolume-controller",
  watches: "persistentvolumes",
  workers: 1,
  concerns: {
    persistentvolumeclaims({ type, object, old }) {
      const { spec } = object as PersistentVolumeClaim;
      const before = (old as PersistentVolumeClaim | undefined)?.spec.volumeName;
      if (type !== "DELETED" && before === spec.volumeName) return [];
      return spec.volumeName ? [spec.volumeName] : [];
    },
    pods: ({ object: { metadata } }) => some(recycledBy(metadata.name, metadata.namespace)),
    events: ({ type, object }) => {
      const { name, namespace } = (object as Event).involvedObject;
      return type === "ADDED" ? some(recycledBy(name, namespace)) : [];
    },
  },

  async reconcile(volume, context) {
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) {
      await setVolumePhase(volume, "Available", context);
      return;
    }
    const found = context.api.get<PersistentVolumeClaim>("persistentvolumeclaims", claimRef.name ?? "", claimRef.namespace);
    const claim = found?.metadata.uid === claimRef.uid ? found : undefined;
    if (!claim) await release(volume, context);
    else if (!claim.spec.volumeName) await tellOfMode(volume, claim, context);
    else if (claim.spec.volumeName === volume.metadata.name) await setVolumePhase(volume, "Bound", context);
    else await letGo(volume, context);
  },
});

const some = (name: string | undefined): string[] => (name === undefined ? [] : [name]);

/** Nobody holds the volume any more. */
async function release(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const { phase } = volume.status;
  const released = phase === "Released" || phase === "Failed" ? volume : await setVolumePhase(volume, "Released", context);
  await reclaim(released, context);
}

/** The claim took another volume: this one is free, or to be deleted if it was made for the claim. */
async function letGo(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const { annotations = {} } = volume.metadata;
  if (annotations[provisionedBy] !== undefined && volume.spec.persistentVolumeReclaimPolicy === "Delete") return await release(volume, context);
  await free(volume, context);
}

async function tellOfMode(volume: PersistentVolume, claim: PersistentVolumeClaim, { event }: ControllerContext): Promise<void> {
  if ((volume.spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem")) return;
  const name = `${claim.metadata.namespace}/${claim.metadata.name}`;
  const on = `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${name}" due to incompatible volumeMode.`;
  await event(volume, "Warning", "VolumeMismatch", on);
  const of = `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim due to incompatible volumeMode.`;
  await event(claim, "Warning", "VolumeMismatch", of);
}

async function reclaim(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case "Delete":
      return await deleteVolume(volume, context);
    case "Recycle":
      return await recycle(volume, context);
  }
}

/** Volumes of provisioners are theirs to delete. Of all others this controller could only delete a directory below /tmp, on a node that it is not on. */
async function deleteVolume(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const { hostPath, csi } = volume.spec;
  const provisioner = volume.metadata.annotations?.[provisionedBy];
  if (provisioner !== undefined && !provisioner.startsWith("kubernetes.io/")) return;
  if (csi || volume.metadata.deletionTimestamp) return;
  if (hostPath && /^\/tmp\/.+/.test(hostPath.path)) return await context.api.delete("persistentvolumes", volume.metadata.name);
  const problem = hostPath
    ? `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
    : `error getting deleter volume plugin for volume "${volume.metadata.name}": no deletable volume plugin matched`;
  await fail(volume, "VolumeFailedDelete", problem, context);
}

/** What could not be done with a volume is told once. */
async function fail(volume: PersistentVolume, reason: string, message: string, context: ControllerContext): Promise<void> {
  if (volume.status.phase === "Failed") return;
  await context.event(await setVolumePhase(volume, "Failed", context, message), "Warning", reason, message);
}
