import type { Pod } from "#machinery/types.ts";
import type { Field } from "../../shared/field.ts";
import { validation } from "../../shared/field.ts";
import { checkAnnotationChanges, checkPodAnnotations, checkProfilesAgree } from "../../shared/pod-spec/annotations.ts";
import { checkImagePadding } from "../../shared/pod-spec/containers.ts";
import { checkPodSpec } from "../../shared/pod-spec/pod-spec.ts";
import { checkEphemeralChanges } from "./ephemeral-containers.ts";
import { checkResize } from "./resize.ts";
import { checkPodStatus } from "./status.ts";
import { checkPodChanges } from "./update.ts";

export const validatePod = validation<Pod>((field, pod, old, { subresource }) => {
  // A binding sets what nobody else may; it has been judged already.
  if (subresource === "binding") return;
  if (subresource === "status") {
    if (!old) return;
    if (pod.metadata.annotations !== old.metadata.annotations) checkAnnotationChanges(field, pod, old);
    checkPodStatus(field, pod, old);
    return;
  }

  // What was let in once is looked at again only where something changed.
  if (!old || pod.spec !== old.spec || pod.metadata.annotations !== old.metadata.annotations) checkPod(field, pod);
  if (!old) {
    checkCreate(field, pod);
    return;
  }
  if (pod.metadata.annotations !== old.metadata.annotations) checkAnnotationChanges(field, pod, old);
  if (subresource === "ephemeralcontainers") checkEphemeralChanges(field, pod, old);
  else if (subresource === "resize") checkResize(field, pod, old);
  else if (pod.spec !== old.spec) checkPodChanges(field.at("spec"), pod.spec, old.spec);
});

function checkPod(field: Field, pod: Pod): void {
  const spec = field.at("spec");
  checkPodAnnotations(field.at("metadata", "annotations"), pod);
  checkPodSpec(spec, pod.spec, pod.metadata);
  if (!pod.spec.serviceAccountName) checkNoTokens(spec.at("volumes"), pod);
  for (const list of ["containers", "initContainers"] as const)
    for (const [i, container] of (pod.spec[list] ?? []).entries()) checkImagePadding(spec.at(list, i), container);
}

/** There is nobody whose token it could be. */
function checkNoTokens(field: Field, pod: Pod): void {
  for (const [i, volume] of (pod.spec.volumes ?? []).entries())
    for (const [j, source] of (volume.projected?.sources ?? []).entries())
      if (source.serviceAccountToken)
        field.at(i, "projected", "sources", j, "serviceAccountToken").forbidden("must not be specified when serviceAccountName is not set");
}

function checkCreate(field: Field, pod: Pod): void {
  if (pod.spec.ephemeralContainers?.length) field.at("spec", "ephemeralContainers").forbidden("cannot be set on create");
  if (pod.spec.nodeName && pod.spec.schedulingGates?.length)
    field.at("spec", "nodeName").forbidden("cannot be set until all schedulingGates have been cleared");
  checkProfilesAgree(field.at("spec"), pod);
}
