import type { PodSpec } from "#machinery/types.ts";
import type { Field } from "../field.ts";
import { everyContainer } from "./security.ts";

/** A pod that says its operating system asks for nothing that only the other one has. */
export function checkOperatingSystem(field: Field, spec: PodSpec): void {
  if (!spec.os) return;
  const { name } = spec.os;
  if (!name) field.at("os", "name").required();
  else if (name === "linux") checkLinux(field, spec);
  else if (name === "windows") checkWindows(field, spec);
  else field.at("os").notSupported(name, ["linux", "windows"]);
}

function checkLinux(field: Field, spec: PodSpec): void {
  const why = "windows options cannot be set for a linux pod";
  if (spec.securityContext?.windowsOptions) field.at("securityContext", "windowsOptions").forbidden(why);
  for (const [at, container] of everyContainer(field, spec))
    if (container.securityContext?.windowsOptions) at.at("securityContext", "windowsOptions").forbidden(why);
}

/** What a Windows pod may not say, in the order in which it is told; those of the pod itself stand among those of its security context. */
const ofPod: readonly (readonly [string, (spec: PodSpec) => unknown])[] = [
  ["securityContext.appArmorProfile", (spec) => spec.securityContext?.appArmorProfile],
  ["securityContext.seLinuxOptions", (spec) => spec.securityContext?.seLinuxOptions],
  ["hostUsers", (spec) => spec.hostUsers],
  ["hostPID", (spec) => spec.hostPID || undefined],
  ["hostIPC", (spec) => spec.hostIPC || undefined],
  ["securityContext.seccompProfile", (spec) => spec.securityContext?.seccompProfile],
  ["securityContext.fsGroup", (spec) => spec.securityContext?.fsGroup],
  ["securityContext.fsGroupChangePolicy", (spec) => spec.securityContext?.fsGroupChangePolicy],
  ["securityContext.sysctls", (spec) => spec.securityContext?.sysctls],
  ["shareProcessNamespace", (spec) => spec.shareProcessNamespace],
  ["securityContext.runAsUser", (spec) => spec.securityContext?.runAsUser],
  ["securityContext.runAsGroup", (spec) => spec.securityContext?.runAsGroup],
  ["securityContext.supplementalGroups", (spec) => spec.securityContext?.supplementalGroups],
  ["securityContext.supplementalGroupsPolicy", (spec) => spec.securityContext?.supplementalGroupsPolicy],
  ["securityContext.seLinuxChangePolicy", (spec) => spec.securityContext?.seLinuxChangePolicy],
];

const ofContainers = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
] as const;

function checkWindows(field: Field, spec: PodSpec): void {
  const why = "cannot be set for a windows pod";
  for (const [path, value] of ofPod) if (value(spec) !== undefined) field.at(...path.split(".")).forbidden(why);
  for (const [at, { securityContext }] of everyContainer(field, spec))
    for (const part of ofContainers) if (securityContext?.[part] !== undefined) at.at("securityContext", part).forbidden(why);
}
