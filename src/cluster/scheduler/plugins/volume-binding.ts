import { definePlugin, Unschedulable } from "../plugin.ts";
import { claimsOf, planFor } from "../volume-plan.ts";

const name = "VolumeBinding";

/** A pod goes where its volumes are or can be; claims that are not bound yet keep it waiting, unless they wait for it. */
export const volumeBinding = definePlugin({
  name,
  hopes: ["volume"],

  filter({ pod }, { api }) {
    if (!pod.spec.volumes) return undefined;
    const claims = claimsOf(pod, api);
    if ("problem" in claims) throw new Unschedulable(name, claims.problem);
    if (claims.unbound.length > 0) throw new Unschedulable(name, "pod has unbound immediate PersistentVolumeClaims");
    if (claims.bound.length + claims.delayed.length === 0) return undefined;
    return (node) => {
      const plan = planFor(claims, node, api);
      return "reasons" in plan ? { reasons: plan.reasons, final: true } : undefined;
    };
  },
});
