import { rangeProblems, subdomainProblems } from "#machinery/names.ts";
import type { ObjectMeta, PodSpec } from "#machinery/types.ts";
import { checkChoice, checkLabel, checkLabels, checkQualifiedName, checkSubdomain } from "../checks.ts";
import type { Field } from "../field.ts";
import { checkAddress } from "../ip.ts";
import { checkAffinity } from "./affinity.ts";
import { checkContainers, checkEphemeralContainers, checkInitContainers, type PodContext } from "./containers.ts";
import { checkDnsConfig } from "./dns.ts";
import { checkOperatingSystem } from "./operating-system.ts";
import { checkClaims, checkOverhead, checkPodResources } from "./resource-requirements.ts";
import { checkHostProcess, checkHostUsers, checkPodSecurity } from "./security.ts";
import { checkTolerations } from "./tolerations.ts";
import { checkTopologySpread } from "./topology-spread.ts";
import { checkVolumes } from "./volumes.ts";

/** The largest 32-bit number. */
const largest = 2 ** 31 - 1;

/** A pod spec, of a pod or of a template (then there is no metadata). */
export function checkPodSpec(field: Field, spec: PodSpec, meta?: ObjectMeta): void {
  const { terminationGracePeriodSeconds } = spec;
  if (terminationGracePeriodSeconds === undefined) field.at("terminationGracePeriodSeconds").required();

  const context: PodContext = {
    spec,
    isPod: meta !== undefined,
    volumes: checkVolumes(field.at("volumes"), spec.volumes ?? [], meta),
    claims: new Set((spec.resourceClaims ?? []).flatMap((claim) => (claim.name ? [claim.name] : []))),
    hostUsers: spec.hostUsers ?? true,
  };
  checkClaims(field.at("resourceClaims"), spec.resourceClaims ?? [], meta);
  checkContainers(field.at("containers"), context);
  checkInitContainers(field.at("initContainers"), context);
  checkEphemeralContainers(field.at("ephemeralContainers"), context);
  checkPodResources(field.at("resources"), context);
  checkHostNetworkPorts(field.at("containers"), context);

  checkChoice(field.at("restartPolicy"), spec.restartPolicy, ["Always", "OnFailure", "Never"]);
  checkChoice(field.at("dnsPolicy"), spec.dnsPolicy, ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
  checkLabels(field.at("nodeSelector"), spec.nodeSelector);
  checkPodSecurity(field, spec);
  checkAffinity(field.at("affinity"), spec.affinity);
  checkDnsConfig(field.at("dnsConfig"), spec.dnsConfig, spec.dnsPolicy);
  for (const [i, gate] of (spec.readinessGates ?? []).entries())
    checkQualifiedName(field.at("readinessGates", i, "conditionType"), gate.conditionType ?? "");
  checkSchedulingGates(field.at("schedulingGates"), spec);
  checkTopologySpread(field.at("topologySpreadConstraints"), spec.topologySpreadConstraints ?? []);
  checkHostProcess(field, spec);
  checkHostUsers(field, spec);
  checkNames(field, spec);

  if (spec.activeDeadlineSeconds !== undefined)
    field.at("activeDeadlineSeconds").problems(spec.activeDeadlineSeconds, rangeProblems(spec.activeDeadlineSeconds, 1, largest));
  if (spec.hostname) checkLabel(field.at("hostname"), spec.hostname);
  if (spec.subdomain) checkLabel(field.at("subdomain"), spec.subdomain);
  checkTolerations(field.at("tolerations"), spec.tolerations ?? []);
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    const at = field.at("hostAliases", i);
    checkAddress(at.at("ip"), alias.ip ?? "");
    for (const [j, name] of (alias.hostnames ?? []).entries()) checkSubdomain(at.at("hostnames", j), name);
  }
  if (spec.priorityClassName) field.at("priorityClassName").problems(spec.priorityClassName, subdomainProblems(spec.priorityClassName));
  if (spec.runtimeClassName !== undefined) field.at("runtimeClassName").problems(spec.runtimeClassName, subdomainProblems(spec.runtimeClassName));
  if (spec.preemptionPolicy !== undefined) checkChoice(field.at("preemptionPolicy"), spec.preemptionPolicy, ["PreemptLowerPriority", "Never"]);
  if (spec.overhead) checkOverhead(field.at("overhead"), spec.overhead);
  checkOperatingSystem(field, spec);
  checkFileKeyVolumes(field, spec);
}

/** On the host's network a port of the container is the same port of the host. In a template it may be left to be filled in. */
function checkHostNetworkPorts(field: Field, { spec, isPod }: PodContext): void {
  if (!spec.hostNetwork) return;
  for (const [i, container] of (spec.containers ?? []).entries())
    for (const [j, { hostPort = 0, containerPort }] of (container.ports ?? []).entries())
      if ((isPod || hostPort !== 0) && hostPort !== containerPort)
        field.at(i, "ports", j, "hostPort").invalid(hostPort, "must match `containerPort` when `hostNetwork` is true");
}

function checkSchedulingGates(field: Field, { schedulingGates = [] }: PodSpec): void {
  const seen = new Set<string>();
  for (const [i, { name = "" }] of schedulingGates.entries()) {
    checkQualifiedName(field.at(i), name);
    if (seen.has(name)) field.at(i).duplicate(name);
    seen.add(name);
  }
}

function checkNames(field: Field, spec: PodSpec): void {
  const { hostnameOverride } = spec;
  if (hostnameOverride !== undefined) {
    const at = field.at("hostnameOverride");
    if (spec.setHostnameAsFQDN) at.forbidden("may not be specified when setHostnameAsFQDN is true");
    if (spec.hostNetwork) at.forbidden("may not be specified when hostNetwork is true");
    if (hostnameOverride.length > 64) at.tooLong(64);
    checkSubdomain(at, hostnameOverride);
  }
  if (spec.serviceAccountName) checkSubdomain(field.at("serviceAccountName"), spec.serviceAccountName);
  if (spec.nodeName) checkSubdomain(field.at("nodeName"), spec.nodeName);
}

/** What an environment variable reads from a file lies in an empty directory, where an init container put it. */
function checkFileKeyVolumes(field: Field, spec: PodSpec): void {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const)
    for (const [i, container] of (spec[list] ?? []).entries())
      for (const [j, variable] of (container.env ?? []).entries()) {
        const reference = variable.valueFrom?.fileKeyRef;
        if (!reference) continue;
        const at = field.at(list, i, "env", j, "valueFrom", "fileKeyRef", "volumeName");
        const volume = volumes.get(reference.volumeName);
        if (!volume) at.notFound(reference.volumeName);
        else if (!volume.emptyDir) at.invalid(reference.volumeName, "referenced volume must be of type emptyDir");
      }
}
