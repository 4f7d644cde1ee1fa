import { type ControllerContext, defineFreeController } from "#machinery/controller.ts";
import { recorder } from "#machinery/event.ts";
import { StatusError } from "#machinery/status.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";
import { classNameOf, isDelayed, provisionedBy, selectedNode, storageProvisioner } from "#machinery/volume-binding.ts";
import { type Provisioner, podOf, provisionerIn, provisionerNamed, type VolumeWanted } from "./persistent-volume/provisioners.ts";
import { keyOf, namesOf } from "./run.ts";

const claims = "persistentvolumeclaims";
const volumes = "persistentvolumes";
/** A provisioner that failed tries again after fifteen seconds, then after twice as long, and so on. */
const firstRetry = 15_000;
const longestRetry = 1_000_000;

/**
 * Does the work of the provisioners that run in pods: makes volumes for the claims that are marked for them, and deletes those that were released.
 * https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/
 */
export const provisionerController = defineFreeController({
  name: "provisioner",

  start({ api }, queue) {
    const asked = queue((key, context) => provision(key, context));
    const released = queue((key, context) => remove(key, context));

    const seeClaim = (claim: PersistentVolumeClaim) => {
      if (!claim.spec.volumeName && claim.metadata.annotations?.[storageProvisioner]) asked.add(keyOf(claim));
    };
    const seeVolume = (volume: PersistentVolume) => {
      if (volume.status.phase === "Released" && volume.metadata.annotations?.[provisionedBy]) released.add(volume.metadata.name);
    };
    const seeAll = () => {
      for (const claim of api.list<PersistentVolumeClaim>(claims)) seeClaim(claim);
      for (const volume of api.list<PersistentVolume>(volumes)) seeVolume(volume);
    };
    seeAll();
    const ends = [
      api.watch<PersistentVolumeClaim>(claims, ({ type, object }) => {
        if (type !== "DELETED") seeClaim(object);
      }),
      api.watch<PersistentVolume>(volumes, ({ type, object }) => {
        if (type !== "DELETED") seeVolume(object);
      }),
      api.watch<Pod>("pods", ({ object, old }) => {
        if (object.status.phase === "Running" && old?.status.phase !== "Running" && provisionerIn(object)) seeAll();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
});

async function provision(key: string, context: ControllerContext): Promise<number | undefined> {
  const { api, clock } = context;
  const { name, namespace } = namesOf(key);
  const claim = api.get<PersistentVolumeClaim>(claims, name, namespace);
  if (!claim || claim.spec.volumeName || claim.metadata.deletionTimestamp) return undefined;
  const provisioner = provisionerNamed(claim.metadata.annotations?.[storageProvisioner]);
  const pod = provisioner && podOf(provisioner, api);
  const storageClass = api.get<StorageClass>("storageclasses.storage.k8s.io", classNameOf(claim) ?? "");
  if (!provisioner || !pod || storageClass?.provisioner !== provisioner.name) return undefined;
  if (isDelayed(storageClass) && claim.metadata.annotations?.[selectedNode] === undefined) return undefined;
  const volume = `pvc-${claim.metadata.uid}`;
  if (api.get<PersistentVolume>(volumes, volume)) return undefined;

  const { event } = recorder(api, clock, { component: provisioner.identity(pod) });
  await event(claim, "Normal", "Provisioning", `External provisioner is provisioning volume for claim "${key}"`);
  const made = provisioner.volume({ claim, storageClass, name: volume, pod });
  if ("problem" in made) {
    const text = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${made.problem}`;
    await event(claim, "Warning", "ProvisioningFailed", text);
    return clock.now() + retryAfter(claim, clock.now());
  }
  await create({ claim, storageClass, name: volume, pod }, made, provisioner, context);
  await event(claim, "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${volume}`);
  return undefined;
}

/** Doubles with the age of the claim, as waiting twice as long each time does. */
function retryAfter({ metadata }: PersistentVolumeClaim, now: number): number {
  const age = now - Date.parse(metadata.creationTimestamp ?? "");
  return Math.min(Math.max(firstRetry, age), longestRetry);
}

async function create(
  { claim, storageClass, name }: VolumeWanted,
  { annotations, spec }: { annotations?: Record<string, string>; spec: Partial<PersistentVolume["spec"]> },
  provisioner: Provisioner,
  { api }: ControllerContext,
): Promise<void> {
  const { namespace = "", uid = "", resourceVersion = "" } = claim.metadata;
  try {
    await api.create<PersistentVolume>(volumes, {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name, annotations: { ...annotations, [provisionedBy]: provisioner.name } },
      spec: {
        accessModes: [...(claim.spec.accessModes ?? [])],
        capacity: { storage: claim.spec.resources?.requests?.["storage"] ?? "0" },
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name: claim.metadata.name, namespace, resourceVersion, uid },
        persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
        storageClassName: storageClass.metadata.name,
        volumeMode: claim.spec.volumeMode ?? "Filesystem",
        ...(storageClass.mountOptions ? { mountOptions: [...storageClass.mountOptions] } : {}),
        ...spec,
      },
    });
  } catch (error) {
    // It was made before, by a look that was cut short.
    if (!(error instanceof StatusError && error.reason === "AlreadyExists")) throw error;
  }
}

async function remove(name: string, { api }: ControllerContext): Promise<void> {
  const volume = api.get<PersistentVolume>(volumes, name);
  if (volume?.status.phase !== "Released" || volume.spec.persistentVolumeReclaimPolicy !== "Delete" || volume.metadata.deletionTimestamp) return;
  const provisioner = provisionerNamed(volume.metadata.annotations?.[provisionedBy]);
  if (provisioner && podOf(provisioner, api)) await api.delete(volumes, name);
}
