import { defineController } from "#machinery/controller.ts";
import type { PersistentVolumeClaim, Pod } from "#machinery/types.ts";
import { claimNamesOf } from "#machinery/volume-binding.ts";
import { withFinalizer, withoutFinalizer } from "./finalizers.ts";

const finalizer = "kubernetes.io/pvc-protection";

/**
 * A claim that is deleted goes when no pod uses it any more.
 * https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
 */
export const pvcProtectionController = defineController<PersistentVolumeClaim>({
  name: "pvc-protection-controller",
  watches: "persistentvolumeclaims",
  concerns: {
    pods: ({ type, object }) => (type === "DELETED" ? claimNamesOf(object as Pod).map((name) => `${object.metadata.namespace}/${name}`) : []),
  },

  async reconcile(claim, { api }) {
    const { name, namespace, deletionTimestamp } = claim.metadata;
    if (deletionTimestamp === undefined) return await withFinalizer("persistentvolumeclaims", claim, finalizer, api);
    // No kubelet starts a pod with a claim that is being deleted, so that pods without a node do not count.
    const isUsed = api.list<Pod>("pods", { namespace }).some((pod) => pod.spec.nodeName && claimNamesOf(pod).includes(name));
    if (!isUsed) await withoutFinalizer("persistentvolumeclaims", claim, finalizer, api);
  },
});
