import type { PersistentVolume, PersistentVolumeClaim } from "#machinery/types.ts";
import { claimNamesOf } from "#machinery/volume-binding.ts";
import type { NodeInfo } from "../node-info.ts";
import { definePlugin } from "../plugin.ts";

/** Labels that say where a volume is, of now and of before. */
const topologies = [
  ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"],
  ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"],
] as const;

/** A pod goes to the zone in which its volumes are. */
export const volumeZone = definePlugin({
  name: "VolumeZone",
  hopes: ["volume"],

  filter({ pod }, { api }) {
    const places: [labels: readonly string[], values: ReadonlySet<string>][] = [];
    for (const claimName of claimNamesOf(pod)) {
      const claim = api.get<PersistentVolumeClaim>("persistentvolumeclaims", claimName, pod.metadata.namespace);
      const volume = claim?.spec.volumeName ? api.get<PersistentVolume>("persistentvolumes", claim.spec.volumeName) : undefined;
      for (const labels of topologies)
        for (const label of labels) {
          const value = volume?.metadata.labels?.[label];
          if (value !== undefined) places.push([labels, new Set(value.split("__"))]);
        }
    }
    if (places.length === 0) return undefined;
    return (node) =>
      isSomewhere(node) && !places.every(([labels, values]) => labels.some((label) => values.has(node.labels[label] ?? "")))
        ? { reasons: ["node(s) had no available volume zone"], final: true }
        : undefined;
  },
});

/** Whether a node says at all where it is. */
const isSomewhere = ({ labels }: NodeInfo): boolean => topologies.some((names) => names.some((name) => labels[name] !== undefined));
