import { parseAddress } from "#machinery/ip.ts";
import { rangeProblems, subdomainProblems } from "#machinery/names.ts";
import type { Container, ContainerStatus, Pod, PodSpec } from "#machinery/types.ts";
import { checkImmutable, checkQualifiedName } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { checkAddress } from "../../shared/ip.ts";

const notNegative = "must be a non-negative integer";
const known = new Set(["PodScheduled", "Ready", "Initialized"]);

/** What a kubelet reports. Only what changed is looked at: a kubelet reports often. */
export function checkPodStatus(field: Field, pod: Pod, old: Pod): void {
  const at = field.at("status");
  const [now, before] = [pod.status, old.status];
  if (now.conditions !== before.conditions)
    for (const [i, { type, observedGeneration = 0 }] of (now.conditions ?? []).entries()) {
      if (observedGeneration < 0) at.at("conditions", i, "observedGeneration").invalid(observedGeneration, notNegative);
      if (!known.has(type)) checkQualifiedName(at.at("conditions", i, "Type"), type);
    }

  const nominated = now.nominatedNodeName;
  if (nominated && nominated !== before.nominatedNodeName) {
    at.at("nominatedNodeName").problems(nominated, subdomainProblems(nominated));
    if (old.spec.nodeName) at.at("nominatedNodeName").forbidden("may not be set on pods that are already bound to a node");
  }
  if ((now.observedGeneration ?? 0) < 0) at.at("observedGeneration").invalid(now.observedGeneration, notNegative);
  checkImmutable(at.at("qosClass"), now.qosClass ?? "", before.qosClass ?? "");

  for (const part of ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] as const)
    if (now[part] !== before[part]) checkTransitions(at.at(part), now[part] ?? [], before[part] ?? [], old.spec, part);
  checkClaimStatuses(at.at("resourceClaimStatuses"), pod);
  checkAddresses(at.at("podIPs"), now.podIPs, before.podIPs);
  if (now.hostIPs?.length && now.hostIP !== now.hostIPs[0]?.ip) at.at("hostIPs", 0, "ip").invalid(now.hostIPs[0]?.ip, "must be equal to `hostIP`");
  checkAddresses(at.at("hostIPs"), now.hostIPs, before.hostIPs);
  for (const part of ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] as const)
    if (now[part] !== before[part]) checkUsers(at.at(part), now[part] ?? []);
  checkAllocated(at.at("containerStatuses"), now.containerStatuses ?? [], pod.spec.containers ?? []);
  checkAllocated(at.at("initContainerStatuses"), now.initContainerStatuses ?? [], pod.spec.initContainers ?? []);
}

/** A container that is over comes back only if something restarts it. */
function checkTransitions(field: Field, now: readonly ContainerStatus[], before: readonly ContainerStatus[], spec: PodSpec, part: string): void {
  const ephemeral = part === "ephemeralContainerStatuses";
  if (!ephemeral && everythingMayRestart(spec)) return;
  const containers = part === "containerStatuses" ? spec.containers : spec.initContainers;
  for (const [i, old] of before.entries()) {
    if (!old.state?.terminated) continue;
    const status = now.find((status) => status.name === old.name);
    if (!status || status.state?.terminated) continue;
    const container = containers?.find(({ name }) => name === old.name);
    const allowed = !ephemeral && container && mayRestart(container, spec, old.state.terminated.exitCode);
    if (!allowed) field.at(i, "state").forbidden("may not be transitioned to non-terminated state");
  }
}

/** A rule may make the whole pod start again. */
const everythingMayRestart = ({ containers = [], initContainers = [] }: PodSpec) =>
  [...containers, ...initContainers].some((container) => container.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers"));

function mayRestart({ restartPolicy, restartPolicyRules = [] }: Container, spec: PodSpec, exitCode: number): boolean {
  const rule = restartPolicyRules.find(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes?.operator === "NotIn" ? !listed : listed;
  });
  if (rule) return true;
  const policy = restartPolicy ?? spec.restartPolicy;
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

function checkClaimStatuses(field: Field, { spec, status }: Pod): void {
  const seen = new Set<string>();
  for (const [i, { name, resourceClaimName }] of (status.resourceClaimStatuses ?? []).entries()) {
    const at = field.at(i);
    if (!spec.resourceClaims?.some((claim) => claim.name === name))
      at.at("name").invalid(name, "must match the name of an entry in `spec.resourceClaims`");
    if (seen.has(name)) at.at("name").duplicate(name);
    seen.add(name);
    if (resourceClaimName !== undefined) at.at("resourceClaimName").problems(resourceClaimName, subdomainProblems(resourceClaimName));
  }
}

type Addresses = readonly { ip?: string }[] | undefined;

/** At most one address of each family. */
function checkAddresses(field: Field, now: Addresses = [], before: Addresses = []): void {
  if (now === before) return;
  const old = before.map(({ ip = "" }) => ip);
  for (const [i, { ip = "" }] of now.entries()) checkAddress(field.at(i), ip, old);
  if (now.length < 2) return;
  const families = now.map(({ ip = "" }) => parseAddress(ip)?.family);
  if (families.includes(undefined)) {
    const broken = now.find(({ ip = "" }) => !parseAddress(ip))?.ip ?? "";
    field.internal(`failed to check for dual stack with error:invalid IP[${now.findIndex(({ ip }) => ip === broken)}]: ${broken}`);
  }
  if (now.length > 2 || new Set(families).size !== 2) field.invalid(now, "may specify no more than one IP for each IP family");
}

function checkUsers(field: Field, statuses: readonly ContainerStatus[]): void {
  for (const [i, { user }] of statuses.entries()) {
    if (!user?.linux) continue;
    const at = field.at(i, "user", "linux");
    for (const part of ["uid", "gid"] as const) at.at(part).problems(user.linux[part], rangeProblems(user.linux[part], 0, 2 ** 31 - 1));
    for (const [j, group] of (user.linux.supplementalGroups ?? []).entries())
      at.at("supplementalGroups", j).problems(group, rangeProblems(group, 0, 2 ** 31 - 1));
  }
}

const healths = ["Healthy", "Unhealthy", "Unknown"];

/** How the devices are that a container was given. */
function checkAllocated(field: Field, statuses: readonly ContainerStatus[], containers: readonly Container[]): void {
  for (const [i, { name, allocatedResourcesStatus = [] }] of statuses.entries()) {
    const container = containers.find((each) => each.name === name);
    for (const [j, allocated] of allocatedResourcesStatus.entries()) {
      const at = field.at(i, "allocatedResourcesStatus", j);
      if (container) checkAllocatedName(at.at("name"), allocated.name, container);
      const seen = new Set<string>();
      for (const [k, { resourceID, health = "" }] of (allocated.resources ?? []).entries()) {
        if (!healths.includes(health)) at.at("resources", k, "health").notSupported(health, healths);
        if (seen.has(resourceID)) at.at("resources", k, "resourceID").duplicate(resourceID);
        seen.add(resourceID);
      }
    }
  }
}

function checkAllocatedName(field: Field, name: string, { resources }: Container): void {
  if (!name.startsWith("claim:")) {
    if (resources?.requests?.[name] === undefined) field.invalid(name, "must match one of the container's resource requests");
    return;
  }
  const claims = (resources?.claims ?? []).map((claim) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ""}`);
  if (!claims.includes(name))
    field.invalid(
      name,
      "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
    );
}
