import type { AppArmorProfile, Pod, PodTemplateSpec, SeccompProfile } from "#machinery/types.ts";
import { same, sortedKeys } from "../checks.ts";
import type { Field } from "../field.ts";
import { checkDescending } from "./paths.ts";
import { everyContainer } from "./security.ts";
import { checkTolerations } from "./tolerations.ts";

const mirror = "kubernetes.io/config.mirror";
const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
const tolerations = "scheduler.alpha.kubernetes.io/tolerations";
const podSeccomp = "seccomp.security.alpha.kubernetes.io/pod";
const containerSeccomp = "container.seccomp.security.alpha.kubernetes.io/";
const appArmor = "container.apparmor.security.beta.kubernetes.io/";

/** A pod, or the template of one. */
type WithSpec = Pick<Pod | PodTemplateSpec, "metadata" | "spec">;

/** Annotations that mean something to the server. */
export function checkPodAnnotations(field: Field, pod: WithSpec): void {
  const annotations = pod.metadata?.annotations;
  if (!annotations) return;
  const mirrored = annotations[mirror];
  if (mirrored !== undefined && !pod.spec?.nodeName) field.key(mirror).invalid(mirrored, "must set spec.nodeName if mirror pod annotation is set");
  if (annotations[tolerations]) checkOldTolerations(field, annotations[tolerations]);

  const cost = annotations[deletionCost];
  if (cost !== undefined && !isInt32(cost)) field.key(deletionCost).invalid(cost, "must be a 32bit integer");

  for (const key of sortedKeys(annotations))
    if (key === podSeccomp || key.startsWith(containerSeccomp)) checkSeccompName(field.at(key), annotations[key] ?? "");
  for (const key of sortedKeys(annotations))
    if (key.startsWith(appArmor)) checkAppArmorName(field.key(key), key.slice(appArmor.length), annotations[key] ?? "", pod);
}

/** Neither a plus sign nor zeros in front: a number as everybody writes it. */
const isInt32 = (text: string) => /^(0|-?[1-9]\d*)$/.test(text) && Math.abs(Number(text) + 0.5) < 2 ** 31;

function checkOldTolerations(field: Field, text: string): void {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) checkTolerations(field.at(tolerations), list);
  } catch (error) {
    field.invalid(tolerations, error instanceof Error ? error.message : String(error));
  }
}

function checkSeccompName(field: Field, profile: string): void {
  if (profile === "runtime/default" || profile === "docker/default" || profile === "unconfined") return;
  if (profile.startsWith("localhost/")) checkDescending(field, profile.slice("localhost/".length));
  else field.invalid(profile, "must be a valid seccomp profile");
}

function checkAppArmorName(field: Field, container: string, profile: string, pod: WithSpec): void {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  if (![...initContainers, ...containers, ...ephemeralContainers].some(({ name }) => name === container))
    field.invalid(container, "container not found");
  if (profile !== "" && profile !== "runtime/default" && profile !== "unconfined" && !profile.startsWith("localhost/"))
    field.invalid(profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
}

/** Annotations that only whoever made the pod could set. */
export function checkAnnotationChanges(field: Field, pod: Pod, old: Pod): void {
  const at = field.at("metadata", "annotations");
  const [now = {}, before = {}] = [pod.metadata.annotations, old.metadata.annotations];
  for (const key of sortedKeys(before)) {
    if (now[key] === before[key]) continue;
    if (key.startsWith(appArmor)) at.key(key).forbidden("may not remove or update AppArmor annotations");
    if (key === mirror) at.key(key).forbidden("may not remove or update mirror pod annotation");
  }
  for (const key of sortedKeys(now)) {
    if (key in before) continue;
    if (key.startsWith(appArmor)) at.key(key).forbidden("may not add AppArmor annotations");
    if (key === mirror) at.key(key).forbidden("may not add mirror pod annotation");
  }
  checkPodAnnotations(at, pod);
}

interface Names {
  what: string;
  runtimeDefault: readonly string[];
  unconfined: string;
}

const seccompNames: Names = { what: "seccomp", runtimeDefault: ["runtime/default", "docker/default"], unconfined: "unconfined" };
const appArmorNames: Names = { what: "apparmor", runtimeDefault: ["runtime/default"], unconfined: "unconfined" };

/** A profile that is told twice, in a field and as in olden times in an annotation, is the same. */
export function checkProfilesAgree(field: Field, pod: WithSpec): void {
  const annotations = pod.metadata?.annotations;
  if (!annotations || !pod.spec) return;
  const { securityContext, os } = pod.spec;
  checkAgree(field.at("securityContext", "seccompProfile"), annotations[podSeccomp], securityContext?.seccompProfile, seccompNames);
  for (const [at, container] of everyContainer(field, pod.spec))
    checkAgree(
      at.at("securityContext", "seccompProfile"),
      annotations[containerSeccomp + container.name],
      container.securityContext?.seccompProfile,
      seccompNames,
    );
  if (os?.name === "windows") return;
  for (const [at, container] of everyContainer(field, pod.spec)) {
    const profile = container.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile;
    checkAgree(at.at("securityContext", "appArmorProfile"), annotations[appArmor + container.name], profile, appArmorNames);
  }
}

function checkAgree(field: Field, annotation: string | undefined, profile: SeccompProfile | AppArmorProfile | undefined, names: Names): void {
  if (annotation === undefined || !profile) return;
  const wrongType = () => field.at("type").forbidden(`${names.what} type in annotation and field must match`);
  if (profile.type === "Unconfined" && annotation !== names.unconfined) wrongType();
  if (profile.type === "RuntimeDefault" && !names.runtimeDefault.includes(annotation)) wrongType();
  if (profile.type !== "Localhost") return;
  if (!annotation.startsWith("localhost/")) wrongType();
  else if (!same(annotation.slice("localhost/".length), profile.localhostProfile))
    field.at("localhostProfile").forbidden(`${names.what} profile in annotation and field must match`);
}
