import { rangeProblems } from "#machinery/names.ts";
import type { AppArmorProfile, Container, PodSpec, SeccompProfile, SecurityContext, Sysctl } from "#machinery/types.ts";
import { checkOptionalChoice } from "../checks.ts";
import type { Field } from "../field.ts";
import { goValue } from "../go-value.ts";
import { checkDescending } from "./paths.ts";
import { checkWindowsOptions } from "./windows-options.ts";

const largestId = 2 ** 31 - 1;

function checkId(field: Field, id: number | undefined): void {
  if (id !== undefined) field.problems(id, rangeProblems(id, 0, largestId));
}

/** The security context of the pod. `field` is the pod spec. */
export function checkPodSecurity(field: Field, spec: PodSpec): void {
  const context = spec.securityContext;
  const at = field.at("securityContext");
  checkId(at.at("fsGroup"), context?.fsGroup);
  checkId(at.at("runAsUser"), context?.runAsUser);
  checkId(at.at("runAsGroup"), context?.runAsGroup);
  for (const [i, id] of (context?.supplementalGroups ?? []).entries()) checkId(at.at("supplementalGroups", i), id);
  if (spec.shareProcessNamespace && spec.hostPID)
    at.at("shareProcessNamespace").invalid(true, "ShareProcessNamespace and HostPID cannot both be enabled");
  if (!context) return;

  checkSysctls(at.at("sysctls"), context.sysctls ?? [], spec);
  checkOptionalChoice(at.at("fsGroupChangePolicy"), context.fsGroupChangePolicy, ["Always", "OnRootMismatch"]);
  checkSeccomp(at.at("seccompProfile"), context.seccompProfile);
  checkWindowsOptions(at.at("windowsOptions"), context.windowsOptions);
  checkAppArmor(at.at("appArmorProfile"), context.appArmorProfile);
  checkOptionalChoice(at.at("supplementalGroupsPolicy"), context.supplementalGroupsPolicy, ["Merge", "Strict"]);
  checkOptionalChoice(at.at("seLinuxChangePolicy"), context.seLinuxChangePolicy, ["Recursive"]);
}

/** The security context of a container. */
export function checkContainerSecurity(field: Field, context: SecurityContext | undefined, hostUsers: boolean): void {
  if (!context) return;
  checkId(field.at("runAsUser"), context.runAsUser);
  checkId(field.at("runAsGroup"), context.runAsGroup);
  if (context.procMount !== undefined) {
    checkOptionalChoice(field.at("procMount"), context.procMount, ["Default", "Unmasked"]);
    if (hostUsers && context.procMount === "Unmasked")
      field.at("procMount").invalid(context.procMount, "`hostUsers` must be false to use `Unmasked`");
  }
  checkSeccomp(field.at("seccompProfile"), context.seccompProfile);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      field.invalid(goValue("*core.SecurityContext", context), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    for (const capability of context.capabilities?.add ?? [])
      if (capability === "CAP_SYS_ADMIN")
        field.invalid(
          goValue("*core.SecurityContext", context),
          "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
        );
  }
  checkWindowsOptions(field.at("windowsOptions"), context.windowsOptions);
  checkAppArmor(field.at("appArmorProfile"), context.appArmorProfile);
}

const profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

function checkSeccomp(field: Field, profile: SeccompProfile | undefined): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (!type) field.at("type").required("type is required when seccompProfile is set");
  else if (!profileTypes.includes(type)) field.at("type").notSupported(type, profileTypes);

  const at = field.at("localhostProfile");
  if (type !== "Localhost") {
    if (localhostProfile !== undefined) at.invalid(profile, "can only be set when seccomp type is Localhost");
  } else if (localhostProfile === undefined) at.required("must be set when seccomp type is Localhost");
  else checkDescending(at, localhostProfile);
}

const longestProfile = 4095;

function checkAppArmor(field: Field, profile: AppArmorProfile | undefined): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  const at = field.at("localhostProfile");
  if (!type) field.at("type").required("type is required when appArmorProfile is set");
  else if (!profileTypes.includes(type)) field.at("type").notSupported(type, profileTypes);
  else if (type !== "Localhost") {
    if (localhostProfile !== undefined) at.invalid(localhostProfile, "can only be set when AppArmor type is Localhost");
  } else if (localhostProfile === undefined) at.required("must be set when AppArmor type is Localhost");
  else {
    if (localhostProfile.trim() !== localhostProfile) at.invalid(localhostProfile, "must not be padded with whitespace");
    else if (localhostProfile === "") at.required("must be set when AppArmor type is Localhost");
    if (localhostProfile.length > longestProfile) at.tooLong(longestProfile);
  }
}

const sysctlForm = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
const isSysctl = new RegExp(sysctlForm);

function checkSysctls(field: Field, sysctls: readonly Sysctl[], spec: PodSpec): void {
  const seen = new Set<string>();
  for (const [i, { name }] of sysctls.entries()) {
    const at = field.at(i, "name");
    if (!name) at.required();
    else if (name.length > 253 || !isSysctl.test(name)) at.invalid(name, `must have at most 253 characters and match regex ${sysctlForm}`);
    else if (seen.has(name)) at.duplicate(name);
    seen.add(name);

    const namespace = namespaceOf(name ?? "");
    if (spec.hostNetwork && namespace === "net") at.invalid(name, "may not be specified when 'hostNetwork' is true");
    else if (spec.hostIPC && namespace === "ipc") at.invalid(name, "may not be specified when 'hostIPC' is true");
  }
}

/** Which of a container's namespaces a kernel parameter belongs to. Dots and slashes change places where the first is a slash. */
function namespaceOf(name: string): "net" | "ipc" | undefined {
  const swap = name.indexOf("/") >= 0 && (name.indexOf(".") < 0 || name.indexOf("/") < name.indexOf("."));
  const dotted = swap ? name.replace(/[./]/g, (char) => (char === "." ? "/" : ".")) : name;
  if (dotted.startsWith("net.")) return "net";
  return /^(kernel\.(sem|shm|msg)|fs\.mqueue\.)/.test(dotted) ? "ipc" : undefined;
}

/** Every container of a pod, with its place. */
export function* everyContainer(field: Field, spec: PodSpec): Iterable<readonly [Field, Container]> {
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const)
    for (const [i, container] of (spec[list] ?? []).entries()) yield [field.at(list, i), container];
}

/** Windows containers that run on the host itself: all of them or none. */
export function checkHostProcess(field: Field, spec: PodSpec): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let containers = 0;
  let onHost = 0;
  for (const [at, container] of everyContainer(field, spec)) {
    containers++;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (own !== undefined && ofPod !== undefined && own !== ofPod)
      at.at("securityContext", "windowsOptions", "hostProcess").invalid(
        own,
        `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
      );
    if (own ?? ofPod) onHost++;
  }
  if (onHost === 0) return;
  if (onHost !== containers) field.invalid("", "If pod contains any hostProcess containers then all containers must be HostProcess containers");
  if (!spec.hostNetwork) field.at("hostNetwork").invalid(false, "hostNetwork must be true if pod contains any hostProcess containers");
}

/** A pod with users of its own shares nothing else with the host. */
export function checkHostUsers(field: Field, spec: PodSpec): void {
  if (spec.hostUsers !== false) return;
  const why = "when `hostUsers` is false";
  if (spec.hostNetwork) field.at("hostNetwork").forbidden(why);
  if (spec.hostPID) field.at("HostPID").forbidden(why);
  if (spec.hostIPC) field.at("HostIPC").forbidden(why);
  for (const [at, container] of everyContainer(field, spec)) if (container.volumeDevices?.length) at.at("volumeDevices").forbidden(why);
}
