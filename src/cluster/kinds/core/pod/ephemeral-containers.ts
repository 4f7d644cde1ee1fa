import { defineSubresource } from "#cluster/apiserver/kind.ts";
import type { Pod } from "#machinery/types.ts";
import { same } from "../../shared/checks.ts";
import { differenceText } from "../../shared/difference.ts";
import type { Field } from "../../shared/field.ts";

/** Adds containers to a pod that runs, for debugging. */
export const ephemeralContainers = defineSubresource<Pod>({
  name: "ephemeralcontainers",
  verbs: ["get", "patch", "update"],
  tracksWhole: true,
  owns: ["spec.ephemeralContainers"],
  part: (pod, old) => ({ ...old, metadata: pod.metadata, spec: { ...old.spec, ephemeralContainers: pod.spec.ephemeralContainers ?? [] } }),
});

/** Those that are there stay as they are. */
export function checkEphemeralChanges(field: Field, pod: Pod, old: Pod): void {
  const at = field.at("spec", "ephemeralContainers");
  const now = new Map((pod.spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const before of old.spec.ephemeralContainers ?? []) {
    const container = now.get(before.name);
    if (!container) at.forbidden(`existing ephemeral containers "${before.name}" may not be removed\n`);
    else if (!same(container, before))
      at.forbidden(
        `existing ephemeral containers "${before.name}" may not be changed\n${differenceText("core.EphemeralContainer", container, before)}`,
      );
  }
}
