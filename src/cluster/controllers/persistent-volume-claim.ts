import type { Api } from "#machinery/client.ts";
import { type ControllerContext, defineController } from "#machinery/controller.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";
import {
  bestVolume,
  betaStorageProvisioner,
  bindCompleted,
  boundByController,
  claimNamesOf,
  classNameOf,
  isDelayed,
  isKeptFor,
  mismatch,
  selectedNode,
  storageProvisioner,
} from "#machinery/volume-binding.ts";
import { bind, setClaimPhase } from "./persistent-volume/bind.ts";

const classes = "storageclasses.storage.k8s.io";
/** A claim that waits is looked at so often: a volume that somebody makes does not say whose it is. */
const resync = 15_000;
/** The recorder tells so many events of a claim one by one, and then one in five minutes: nobody would see more looks. */
const toldLooks = 25;
const laterResync = 300_000;
const longTime = 24 * 3_600_000;

/**
 * Gives claims their volumes: those that are there, or those that a provisioner is asked to make.
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/
 */
export const persistentVolumeClaimController = defineController<PersistentVolumeClaim>({
  name: "persistentvolume-controller",
  watches: "persistentvolumeclaims",
  // Two claims must not be given one volume.
  workers: 1,
  concerns: {
    persistentvolumes({ type, object, old }) {
      const { spec } = object as PersistentVolume;
      const before = (old as PersistentVolume | undefined)?.spec.claimRef;
      const isNews = type !== "MODIFIED" || (spec.claimRef && before?.uid !== spec.claimRef.uid);
      return isNews && spec.claimRef?.name ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : [];
    },
  },

  async reconcile(claim, context) {
    if (claim.metadata.annotations?.[bindCompleted] !== undefined) return await keep(claim, context);
    if (await isGivenVolume(claim, context)) return undefined;
    const { clock } = context;
    const next = nextLook(claim, clock.now());
    // Of a long time that passes at once only the end is told: nobody counts how often a claim was found waiting.
    return clock.until !== undefined && clock.until - next > longTime ? nextLook(claim, clock.until - laterResync) : next;
  },
});

/** When a claim that waits is looked at again. */
function nextLook({ metadata }: PersistentVolumeClaim, now: number): number {
  const since = Date.parse(metadata.creationTimestamp ?? "");
  const looks = Math.floor((now - since) / resync) + 1;
  if (looks < toldLooks) return since + looks * resync;
  const start = since + toldLooks * resync;
  return start + (Math.floor((now - start) / laterResync) + 1) * laterResync;
}

// --- a claim that has a volume

async function keep(claim: PersistentVolumeClaim, context: ControllerContext): Promise<undefined> {
  const name = claim.spec.volumeName;
  if (!name) return await lose(claim, context, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
  const volume = context.api.get<PersistentVolume>("persistentvolumes", name);
  if (!volume) return await lose(claim, context, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  const { claimRef } = volume.spec;
  if (claimRef && claimRef.uid !== claim.metadata.uid && !(isKeptFor(volume, claim) && !claimRef.uid))
    return await lose(claim, context, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
  await bind(volume, claim, context);
}

async function lose(claim: PersistentVolumeClaim, context: ControllerContext, reason: string, message: string): Promise<undefined> {
  if (claim.status.phase === "Lost") return;
  const { capacity: _, ...status } = claim.status;
  await context.event(await setClaimPhase({ ...claim, status }, "Lost", context), "Warning", reason, message);
}

// --- a claim that has none

/** Whether the claim is bound now. */
async function isGivenVolume(claim: PersistentVolumeClaim, context: ControllerContext): Promise<boolean> {
  const chosen = claim.spec.volumeName;
  const isBound = chosen ? await isBoundTo(chosen, claim, context) : await isBoundToAny(claim, context);
  if (!isBound && claim.status.phase !== "Pending") await setClaimPhase(claim, "Pending", context);
  return isBound;
}

/** The claim names a volume itself. */
async function isBoundTo(name: string, claim: PersistentVolumeClaim, context: ControllerContext): Promise<boolean> {
  const volume = context.api.get<PersistentVolume>("persistentvolumes", name);
  if (!volume) return false;
  if (volume.spec.claimRef && !isKeptFor(volume, claim)) {
    if (claim.metadata.annotations?.[boundByController] === undefined)
      await context.event(claim, "Warning", "FailedBinding", `volume "${name}" already bound to a different claim.`);
    return false;
  }
  const problem = mismatch(volume, claim);
  if (problem !== undefined) {
    await context.event(claim, "Warning", "VolumeMismatch", `Cannot bind to requested volume "${name}": ${problem}`);
    return false;
  }
  await bind(volume, claim, context);
  return true;
}

async function isBoundToAny(claim: PersistentVolumeClaim, context: ControllerContext): Promise<boolean> {
  const { api } = context;
  const className = classNameOf(claim);
  const storageClass = className ? api.get<StorageClass>(classes, className) : undefined;
  const delayed = isDelayed(storageClass) && claim.metadata.annotations?.[selectedNode] === undefined;
  const volume = bestVolume(api.list<PersistentVolume>("persistentvolumes"), claim, { delayed });
  if (volume) {
    await bind(volume, claim, context);
    return true;
  }
  if (className === undefined && (await tookDefaultClass(claim, api))) return false;
  if (delayed) await tellWhatForItWaits(claim, context);
  else if (className) await askProvisioner(claim, className, storageClass, context);
  else await context.event(claim, "Normal", "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
  return false;
}

/** A class that became the default later is the claim's too. */
async function tookDefaultClass(claim: PersistentVolumeClaim, api: Api): Promise<boolean> {
  const marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
  const marked = api.list<StorageClass>(classes).filter(({ metadata }) => marks.some((mark) => metadata.annotations?.[mark] === "true"));
  const age = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? "";
  const [newest] = marked.toSorted((a, b) => age(b).localeCompare(age(a)) || a.metadata.name.localeCompare(b.metadata.name));
  if (!newest) return false;
  await api.update<PersistentVolumeClaim>("persistentvolumeclaims", { ...claim, spec: { ...claim.spec, storageClassName: newest.metadata.name } });
  return true;
}

async function tellWhatForItWaits(claim: PersistentVolumeClaim, { api, event }: ControllerContext): Promise<void> {
  const { name, namespace } = claim.metadata;
  const pods = api
    .list<Pod>("pods", { namespace })
    .filter((pod) => !pod.spec.nodeName && claimNamesOf(pod).includes(name))
    .map(({ metadata }) => metadata.name);
  if (pods.length === 0) await event(claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
  else await event(claim, "Normal", "WaitForPodScheduled", `waiting for pod${pods.length > 1 ? "s" : ""} ${pods.join(",")} to be scheduled`);
}

/** Marks a claim for the provisioner of its class, which watches for such claims. */
async function askProvisioner(
  claim: PersistentVolumeClaim,
  className: string,
  storageClass: StorageClass | undefined,
  { api, event }: ControllerContext,
): Promise<void> {
  if (!storageClass) return await event(claim, "Warning", "ProvisioningFailed", `storageclass.storage.k8s.io "${className}" not found`);
  const { provisioner } = storageClass;
  if (provisioner.startsWith("kubernetes.io/") && !migrated.has(provisioner))
    return await event(claim, "Warning", "ProvisioningFailed", `no volume plugin matched name: ${provisioner}`);

  const driver = migrated.get(provisioner) ?? provisioner;
  const { annotations = {} } = claim.metadata;
  const marked =
    annotations[storageProvisioner] === driver
      ? claim
      : await api.update<PersistentVolumeClaim>("persistentvolumeclaims", {
          ...claim,
          metadata: { ...claim.metadata, annotations: { ...annotations, [betaStorageProvisioner]: driver, [storageProvisioner]: driver } },
        });
  const message = `Waiting for a volume to be created either by the external provisioner '${driver}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  await event(marked, "Normal", "ExternalProvisioning", message);
}

/** Provisioners that were part of Kubernetes, and the drivers that took their place. */
const migrated: ReadonlyMap<string, string> = new Map([
  ["kubernetes.io/aws-ebs", "ebs.csi.aws.com"],
  ["kubernetes.io/gce-pd", "pd.csi.storage.gke.io"],
  ["kubernetes.io/azure-disk", "disk.csi.azure.com"],
  ["kubernetes.io/azure-file", "file.csi.azure.com"],
  ["kubernetes.io/cinder", "cinder.csi.openstack.org"],
  ["kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com"],
  ["kubernetes.io/portworx-volume", "pxd.portworx.com"],
]);
