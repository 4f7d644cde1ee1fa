import type { AppArmorProfile, Container, Pod } from "#machinery/types.ts";
import { same } from "../../shared/checks.ts";

const prefix = "container.apparmor.security.beta.kubernetes.io/";

/** Profiles were once named in annotations: those that still are become fields. Mutates. */
export function takeAppArmorAnnotations(pod: Pod, warn: (text: string) => void): void {
  const annotations = pod.metadata.annotations ?? {};
  if (pod.spec.os?.name === "windows" || !Object.keys(annotations).some((key) => key.startsWith(prefix))) return;
  const ofPod = pod.spec.securityContext?.appArmorProfile;

  const taken = (container: Container): Container => {
    const annotation = annotations[prefix + container.name];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return container;
    const profile = profileOf(annotation);
    const differs = profile !== undefined && !same(profile, ofPod);
    if (!profile || differs)
      warn(`metadata.annotations[${prefix}${container.name}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
    return differs ? { ...container, securityContext: { ...container.securityContext, appArmorProfile: profile } } : container;
  };
  const { initContainers, containers = [] } = pod.spec;
  pod.spec = { ...pod.spec, ...(initContainers && { initContainers: initContainers.map(taken) }), containers: containers.map(taken) };
}

function profileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === "unconfined") return { type: "Unconfined" };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  const name = annotation.startsWith("localhost/") ? annotation.slice("localhost/".length) : "";
  return name.trim() !== "" && name.trim() === name ? { type: "Localhost", localhostProfile: name } : undefined;
}
