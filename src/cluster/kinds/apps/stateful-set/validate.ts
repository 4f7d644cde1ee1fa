import type { PodTemplateSpec, StatefulSetSpec, StatefulSetStatus, Volume } from "#machinery/types.ts";
import { checkAnnotations, checkLabel, checkLabels, checkNonNegative, same } from "../../shared/checks.ts";
import { checkClaimSpec } from "../../shared/claim.ts";
import type { Field } from "../../shared/field.ts";
import { goValue } from "../../shared/go-value.ts";
import { amountOf, checkAtMostAll, checkIntOrPercent } from "../../shared/int-or-percent.ts";
import { checkPodAnnotations } from "../../shared/pod-spec/annotations.ts";
import { checkPodTemplate, checkWorkload } from "../../shared/pod-template.ts";
import { checkCollisions, checkCounts, checkParts } from "../../shared/replica-counts.ts";

export function checkStatefulSet(field: Field, spec: StatefulSetSpec, old: StatefulSetSpec | undefined): void {
  checkPodManagement(field.at("podManagementPolicy"), spec.podManagementPolicy);
  checkUpdateStrategy(field.at("updateStrategy"), spec.updateStrategy);
  for (const part of ["whenDeleted", "whenScaled"] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[part] ?? "";
    if (policy !== "Retain" && policy !== "Delete") field.at("persistentVolumeClaimRetentionPolicy", part).notSupported(policy, ["Retain", "Delete"]);
  }
  // What cannot change any more is not looked at again.
  if (!old)
    for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries()) checkClaimSpec(field.at("volumeClaimTemplates", i, "spec"), claim.spec);
  checkNonNegative(field.at("replicas"), spec.replicas);
  checkNonNegative(field.at("minReadySeconds"), spec.minReadySeconds);
  checkNonNegative(field.at("ordinals.start"), spec.ordinals?.start);
  if (!old && spec.serviceName) checkLabel(field.at("serviceName"), spec.serviceName);
  checkWorkload(field, { ...spec, template: asPodsHaveIt(spec) }, { kind: "StatefulSet", inErrors: "statefulset", unreadable: "" }, checkTemplate);
  if (old) checkChanges(field, spec, old);
}

function checkPodManagement(field: Field, policy: string | undefined): void {
  if (!policy) field.required();
  else if (policy !== "OrderedReady" && policy !== "Parallel") field.invalid(policy, "must be 'OrderedReady' or 'Parallel'");
}

function checkUpdateStrategy(field: Field, strategy: StatefulSetSpec["updateStrategy"] = {}): void {
  const { type, rollingUpdate } = strategy;
  if (!type) field.required();
  else if (type === "OnDelete") {
    if (rollingUpdate)
      field
        .at("rollingUpdate")
        .invalid(goValue("*apps.RollingUpdateStatefulSetStrategy", rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'");
  } else if (type !== "RollingUpdate") field.invalid(goValue("apps.StatefulSetUpdateStrategy", strategy), "must be 'RollingUpdate' or 'OnDelete'");
  else if (rollingUpdate) {
    const at = field.at("rollingUpdate");
    checkNonNegative(at.at("partition"), rollingUpdate.partition);
    const { maxUnavailable } = rollingUpdate;
    if (maxUnavailable === undefined) return;
    checkIntOrPercent(at.at("maxUnavailable"), maxUnavailable);
    if (amountOf(maxUnavailable) === 0) at.at("maxUnavailable").invalid(maxUnavailable, "cannot be 0");
    checkAtMostAll(at.at("maxUnavailable"), maxUnavailable);
  }
}

/** The template as the pods get it: names of their own, and a volume for each of their claims. */
function asPodsHaveIt({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (!template.spec) return template;
  const { subdomain: _, hostname: __, ...spec } = template.spec;
  const claims = new Map(volumeClaimTemplates.map(({ metadata: { name = "" } }) => [name, claimVolume(name)]));
  const volumes = [...claims.values(), ...(spec.volumes ?? []).filter((volume) => !claims.has(volume.name))];
  return { ...template, spec: { ...spec, ...((spec.volumes || claims.size > 0) && { volumes }) } };
}

const claimVolume = (name: string): Volume => ({ name, persistentVolumeClaim: { claimName: name } });

/** The real server looks at the labels and annotations twice. */
function checkTemplate(field: Field, template: PodTemplateSpec): void {
  checkPodTemplate(field, template);
  checkLabels(field.at("labels"), template.metadata?.labels);
  checkAnnotations(field.at("annotations"), template.metadata?.annotations);
  checkPodAnnotations(field.at("annotations"), template);
}

const changeable = [
  "replicas",
  "template",
  "updateStrategy",
  "minReadySeconds",
  "ordinals",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
] as const;

function checkChanges(field: Field, spec: StatefulSetSpec, old: StatefulSetSpec): void {
  const fixed = (of: StatefulSetSpec) => Object.fromEntries(Object.entries(of).filter(([part]) => !changeable.some((name) => name === part)));
  if (!same(fixed(spec), fixed(old)))
    field.forbidden(
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
}

export function checkStatefulSetStatus(field: Field, status: StatefulSetStatus, old: StatefulSetStatus | undefined): void {
  checkCounts(
    field,
    status,
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
  );
  const parts = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"] as const;
  checkParts(field, status, "replicas", "cannot be greater than status.replicas", ...parts);
  checkParts(field, status, "readyReplicas", "cannot be greater than status.readyReplicas", "availableReplicas");
  checkCollisions(field.at("collisionCount"), status.collisionCount, old?.collisionCount);
}
