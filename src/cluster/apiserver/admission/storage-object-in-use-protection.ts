import type { KubeObject } from "#machinery/object.ts";
import { definePlugin } from "./plugin.ts";

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
  persistentvolumes: "kubernetes.io/pv-protection",
  "volumeattributesclasses.storage.k8s.io": "kubernetes.io/vac-protection",
};

/** A volume or claim that is in use goes only when nobody uses it any more. */
export const storageObjectInUseProtection = definePlugin<KubeObject>({
  name: "StorageObjectInUseProtection",
  operations: ["CREATE"],
  resources: Object.keys(finalizers),

  mutate(request) {
    const { object, resource } = request;
    const finalizer = finalizers[resource.name] ?? "";
    const present = object.metadata.finalizers ?? [];
    if (present.includes(finalizer)) return;
    request.object = { ...object, metadata: { ...object.metadata, finalizers: [...present, finalizer] } };
  },
});
