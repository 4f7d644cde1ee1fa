import { compareQuantities, quantity } from "#machinery/quantity.ts";
import { forbidden } from "#machinery/status.ts";
import type { PersistentVolumeClaim, StorageClass } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

/** A claim that is bound grows where its storage class lets it. */
export const persistentVolumeClaimResize = definePlugin<PersistentVolumeClaim>({
  name: "PersistentVolumeClaimResize",
  operations: ["UPDATE"],
  resources: ["persistentvolumeclaims"],

  validate({ object: claim, old, name, resource, api }) {
    const sizeOf = (of: PersistentVolumeClaim | undefined) => quantity(of?.spec.resources?.requests?.["storage"]);
    if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return;
    if (old?.status?.phase !== "Bound") throw forbidden(resource.on, name, "Only bound persistent volume claims can be expanded");
    const className = claim.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? claim.spec.storageClassName;
    const found = className ? api.get<StorageClass>("storageclasses.storage.k8s.io", className) : undefined;
    if (!found?.allowVolumeExpansion)
      throw forbidden(
        resource.on,
        name,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
      );
  },
});
