import type { Subresource } from "../kind.ts";

/** The size of a workload, as `autoscaling/v1` Scale: what the kind's `scale` shows and sets. */
export const scale: Subresource = {
  name: "scale",
  verbs: ["get", "patch", "update"],
  sends: { group: "autoscaling", version: "v1", kind: "Scale" },
  owns: ["spec.replicas"],
};
