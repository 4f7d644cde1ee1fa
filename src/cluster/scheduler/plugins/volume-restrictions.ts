import type { PersistentVolumeClaim, Pod } from "#machinery/types.ts";
import { claimNamesOf } from "#machinery/volume-binding.ts";
import { definePlugin } from "../plugin.ts";

/** A claim for one pod alone is not given to a second one. */
export const volumeRestrictions = definePlugin({
  name: "VolumeRestrictions",
  hopes: ["pod-gone", "volume"],

  filter({ pod }, { api, nodes }) {
    const { namespace } = pod.metadata;
    const alone = claimNamesOf(pod).filter((name) =>
      api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, namespace)?.spec.accessModes?.includes("ReadWriteOncePod"),
    );
    if (alone.length === 0) return undefined;
    const uses = (other: Pod) => other.metadata.namespace === namespace && claimNamesOf(other).some((name) => alone.includes(name));
    return () => {
      for (const { pods } of nodes.values())
        for (const { pod: other } of pods.values())
          if (uses(other))
            return { reasons: ["node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"], final: false };
      return undefined;
    };
  },
});
