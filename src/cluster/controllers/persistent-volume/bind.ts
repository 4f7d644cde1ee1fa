import type { ControllerContext } from "#machinery/controller.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "#machinery/types.ts";
import { bindCompleted, boundByController, keptFor } from "#machinery/volume-binding.ts";

export type VolumePhase = NonNullable<PersistentVolume["status"]["phase"]>;
export type ClaimPhase = NonNullable<PersistentVolumeClaim["status"]["phase"]>;

/** Brings a volume and a claim together, in four writes: both sides and both statuses. Whatever was written before a crash is not written again. */
export async function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, context: ControllerContext): Promise<void> {
  const { api } = context;
  const kept = keptFor(volume, claim);
  const written = kept === volume ? volume : await api.update("persistentvolumes", kept);
  const bound = await setVolumePhase(written, "Bound", context);
  await setClaimPhase(await named(claim, bound, context), "Bound", context, bound);
}

/** The claim, naming its volume for good. */
async function named(claim: PersistentVolumeClaim, volume: PersistentVolume, { api }: ControllerContext): Promise<PersistentVolumeClaim> {
  const { name } = volume.metadata;
  const { annotations = {} } = claim.metadata;
  const isChosen = claim.spec.volumeName === name;
  if (isChosen && annotations[bindCompleted] !== undefined) return claim;
  const marks = { [bindCompleted]: "yes", ...(isChosen ? {} : { [boundByController]: "yes" }) };
  return await api.update("persistentvolumeclaims", {
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...annotations, ...marks } },
    spec: { ...claim.spec, volumeName: name },
  });
}

/** Writes a claim's phase and, once it is bound, what its volume has. */
export async function setClaimPhase(
  claim: PersistentVolumeClaim,
  phase: ClaimPhase,
  { api }: ControllerContext,
  volume?: PersistentVolume,
): Promise<PersistentVolumeClaim> {
  const { phase: before, accessModes: _, capacity, currentVolumeAttributesClassName: __, ...rest } = claim.status;
  const size = before === "Bound" && capacity?.["storage"] ? capacity : { ...capacity, storage: volume?.spec.capacity?.["storage"] ?? "0" };
  const current = volume?.spec.volumeAttributesClassName;
  const status = {
    ...rest,
    phase,
    ...(volume?.spec.accessModes ? { accessModes: [...volume.spec.accessModes] } : {}),
    ...(volume ? { capacity: size } : {}),
    ...(current ? { currentVolumeAttributesClassName: current } : {}),
  };
  return await api.updateStatus("persistentvolumeclaims", { ...claim, status });
}

/** Writes a volume's phase, where it is another now, and what there is to say. */
export async function setVolumePhase(
  volume: PersistentVolume,
  phase: VolumePhase,
  { api }: ControllerContext,
  message = "",
): Promise<PersistentVolume> {
  if (volume.status.phase === phase) return volume;
  const { message: _, ...rest } = volume.status;
  return await api.updateStatus("persistentvolumes", { ...volume, status: { ...rest, phase, ...(message ? { message } : {}) } });
}

/** The volume is free for any claim again, or for the one whose name somebody has put on it. */
export async function free(volume: PersistentVolume, context: ControllerContext): Promise<void> {
  const { [boundByController]: mark, ...annotations } = volume.metadata.annotations ?? {};
  const { claimRef, ...spec } = volume.spec;
  const { uid: _, ...wished } = claimRef ?? {};
  const freed = await context.api.update<PersistentVolume>("persistentvolumes", {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: mark === undefined ? { ...spec, claimRef: wished } : spec,
  });
  await setVolumePhase(freed, "Available", context);
}
