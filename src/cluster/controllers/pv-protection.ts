import { defineController } from "#machinery/controller.ts";
import type { PersistentVolume } from "#machinery/types.ts";
import { withFinalizer, withoutFinalizer } from "./finalizers.ts";

const finalizer = "kubernetes.io/pv-protection";

/** A volume that is deleted goes when no claim is bound to it any more. */
export const pvProtectionController = defineController<PersistentVolume>({
  name: "pv-protection-controller",
  watches: "persistentvolumes",

  async reconcile(volume, { api }) {
    if (volume.metadata.deletionTimestamp === undefined) return await withFinalizer("persistentvolumes", volume, finalizer, api);
    if (volume.status.phase !== "Bound") await withoutFinalizer("persistentvolumes", volume, finalizer, api);
  },
});
