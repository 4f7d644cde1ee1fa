import { defineController } from "#machinery/controller.ts";
import { compareQuantities, quantity } from "#machinery/quantity.ts";
import type { PersistentVolumeClaim } from "#machinery/types.ts";

/** A claim that wants to be larger waits for whoever made its volume: nothing that is part of Kubernetes can enlarge one. */
export const volumeExpansionController = defineController<PersistentVolumeClaim>({
  name: "volume_expand",
  watches: "persistentvolumeclaims",

  async reconcile({ ...claim }, { event }) {
    if (claim.status.phase !== "Bound") return;
    const [wanted, has] = [quantity(claim.spec.resources?.requests?.["storage"]), quantity(claim.status.capacity?.["storage"])];
    if (compareQuantities(wanted, has) > 0)
      await event(claim, "Normal", "ExternalExpanding", "waiting for an external controller to expand this PVC");
  },
});
