import { labelValueProblems } from "#machinery/names.ts";
import { milliUnits } from "#machinery/quantity.ts";
import { type FieldPath, pathText } from "#machinery/status.ts";
import type { Container, NodeSelectorTerm, ObjectMeta, PodSpec } from "#machinery/types.ts";
import { sortedKeys } from "../checks.ts";
import { claimSpecWarnings } from "../claim-warnings.ts";
import { addressWarnings } from "../ip.ts";
import { pathWarnings } from "./path-warnings.ts";
import { portWarnings } from "./port-warnings.ts";

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";

/** What a pod, or a pod template at `prefix`, had better not say: allowed, but not what its author thinks. */
export function* podWarnings(spec: PodSpec, meta: Partial<ObjectMeta> | undefined, prefix: FieldPath = []): Iterable<string> {
  const at = (...path: FieldPath) => pathText([...prefix, ...path]);
  const annotations = meta?.annotations ?? {};

  for (const key of sortedKeys(spec.nodeSelector)) if (oldNodeLabels[key]) yield `${at("spec", "nodeSelector", { key })}: ${oldNodeLabels[key]}`;
  const node = spec.affinity?.nodeAffinity;
  for (const [i, term] of (node?.[required]?.nodeSelectorTerms ?? []).entries())
    yield* termWarnings(term, false, [...prefix, "spec", "affinity", "nodeAffinity", required, "nodeSelectorTerms", i]);
  for (const [i, { preference }] of (node?.[preferred] ?? []).entries())
    yield* termWarnings(preference, true, [...prefix, "spec", "affinity", "nodeAffinity", preferred, i, "preference"]);
  for (const [i, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const path = ["spec", "topologySpreadConstraints", i];
    if (oldNodeLabels[topologyKey]) yield `${at(...path, "topologyKey")}: ${topologyKey} is ${oldNodeLabels[topologyKey]}`;
    if (!labelSelector) yield `${at(...path, "labelSelector")}: ${matchesNothing}`;
  }

  for (const [key, why] of Object.entries(oldAnnotations))
    if (annotations[key] !== undefined) yield `${at("metadata", "annotations", { key })}: ${why}`;
  yield* volumeWarnings(spec, prefix);
  yield* pathWarnings(spec.volumes ?? []);
  yield* twice(
    spec.hostAliases,
    "ip",
    (alias) => alias.ip,
    (i) => at("spec", "hostAliases", i, "ip"),
  );
  yield* twice(
    spec.imagePullSecrets,
    "name",
    (secret) => secret.name,
    (i) => at("spec", "imagePullSecrets", i, "name"),
  );
  for (const [i, { name }] of (spec.imagePullSecrets ?? []).entries())
    if (!name) yield `${at("spec", "imagePullSecrets", i, "name")}: invalid empty name ""`;

  yield* fractionWarnings(spec.overhead, [...prefix, "spec", "overhead"]);
  const podSeccomp = "seccomp.security.alpha.kubernetes.io/pod";
  if (!spec.securityContext?.seccompProfile && annotations[podSeccomp] !== undefined)
    yield `${at("metadata", "annotations", { key: podSeccomp })}: ${useSeccompField}`;
  for (const [path, container] of everyContainer(spec, [...prefix, "spec"])) yield* containerWarnings(container, path, annotations, prefix);
  yield* portWarnings([...everyContainer(spec, [...prefix, "spec"])]);

  if ((spec.terminationGracePeriodSeconds ?? 0) < 0)
    yield `${at("spec", "terminationGracePeriodSeconds")}: must be >= 0; negative values are invalid and will be treated as 1`;
  for (const side of ["podAffinity", "podAntiAffinity"] as const) {
    const affinity = spec.affinity?.[side];
    for (const [i, term] of (affinity?.[required] ?? []).entries())
      if (!term.labelSelector) yield `${at("spec", "affinity", side, required, i, "labelSelector")}: ${matchesNothing}`;
    for (const [i, { podAffinityTerm }] of (affinity?.[preferred] ?? []).entries())
      if (!podAffinityTerm.labelSelector)
        yield `${at("spec", "affinity", side, preferred, i, "podAffinityTerm", "labelSelector")}: ${matchesNothing}`;
  }
  for (const [i, server] of (spec.dnsConfig?.nameservers ?? []).entries()) yield* addressWarnings(at("spec", "dnsConfig", "nameservers", i), server);
  for (const [i, { ip }] of (spec.hostAliases ?? []).entries()) yield* addressWarnings(at("spec", "hostAliases", i, "ip"), ip ?? "");
}

const matchesNothing = "a null labelSelector results in matching no pod";
const useSeccompField = 'non-functional in v1.27+; use the "seccompProfile" field instead';

/** Labels of nodes that have a newer name. */
export const oldNodeLabels: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

const oldAnnotations: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

/** `values` where a wrong one is let in, since it is only preferred. */
export function* termWarnings({ matchExpressions = [] }: NodeSelectorTerm, values: boolean, path: FieldPath): Iterable<string> {
  for (const [i, expression] of matchExpressions.entries()) {
    const old = oldNodeLabels[expression.key];
    if (old) yield `${pathText([...path, "matchExpressions", i, "key"])}: ${expression.key} is ${old}`;
    if (!values) continue;
    for (const [j, value] of (expression.values ?? []).entries())
      for (const why of labelValueProblems(value)) yield `${pathText([...path, "matchExpressions", i, "values", j])}: ${value} is invalid, ${why}`;
  }
}

/** Volumes whose drivers are gone. */
const oldVolumes: readonly (readonly [source: keyof NonNullable<PodSpec["volumes"]>[number], shown: string, why: string])[] = [
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["ephemeral", "ephemeral", ""],
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

function* volumeWarnings(spec: PodSpec, prefix: FieldPath): Iterable<string> {
  for (const [i, volume] of (spec.volumes ?? []).entries())
    for (const [source, shown, why] of oldVolumes) {
      const path = [...prefix, "spec", "volumes", i, shown];
      if (source === "ephemeral") {
        const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
        if (claim) yield* claimSpecWarnings(claim, [...path, "volumeClaimTemplate", "spec"]);
      } else if (volume[source]) yield `${pathText(path)}: ${why}`;
    }
}

function* twice<T>(list: readonly T[] | undefined, what: string, of: (item: T) => string | undefined, at: (i: number) => string): Iterable<string> {
  const seen = new Set<string>();
  for (const [i, item] of (list ?? []).entries()) {
    const value = of(item) ?? "";
    if (seen.has(value)) yield `${at(i)}: duplicate ${what} ${JSON.stringify(value)}`;
    seen.add(value);
  }
}

/** Every container, with its path. */
function* everyContainer(spec: PodSpec, prefix: FieldPath): Iterable<readonly [FieldPath, Container]> {
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const)
    for (const [i, container] of (spec[list] ?? []).entries()) yield [[...prefix, list, i], container];
}

/** Parts of bytes. */
function* fractionWarnings(
  amounts: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
  resources = ["memory", "ephemeral-storage"],
): Iterable<string> {
  for (const key of resources) {
    const amount = amounts?.[key];
    if (amount !== undefined && milliUnits(amount) % 1000 !== 0)
      yield `${pathText([...path, { key }])}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`;
  }
}

type Annotations = Readonly<Record<string, string>>;

function* containerWarnings(container: Container, path: FieldPath, annotations: Annotations, prefix: FieldPath): Iterable<string> {
  const annotation = (key: string) => pathText([...prefix, "metadata", "annotations", { key }]);
  const seccomp = `container.seccomp.security.alpha.kubernetes.io/${container.name}`;
  if (!container.securityContext?.seccompProfile && annotations[seccomp] !== undefined) yield `${annotation(seccomp)}: ${useSeccompField}`;
  const appArmor = `container.apparmor.security.beta.kubernetes.io/${container.name}`;
  if (!container.securityContext?.appArmorProfile && annotations[appArmor] !== undefined)
    yield `${annotation(appArmor)}: deprecated since v1.30; use the "appArmorProfile" field instead`;

  for (const resource of ["memory", "ephemeral-storage"])
    for (const side of ["limits", "requests"] as const)
      yield* fractionWarnings(container.resources?.[side], [...path, "resources", side], [resource]);

  const seen = new Set<string>();
  for (const [i, { name, value = "", valueFrom }] of (container.env ?? []).entries()) {
    const reference = `$(${name})`;
    // A value that is made of the one before it hides nothing.
    const hides = valueFrom !== undefined || value === reference || !value.includes(reference);
    if (seen.has(name) && hides)
      yield `${pathText([...path, "env", i])}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    seen.add(name);
  }
}
