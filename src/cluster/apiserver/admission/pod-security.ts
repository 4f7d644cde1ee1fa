import { invalidValue } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import { type FieldError, forbidden, invalid } from "#machinery/status.ts";
import type { Namespace, Pod, PodTemplateSpec } from "#machinery/types.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";
import { baseline, type Check, type Finding, type Metadata, restricted } from "./pod-security/checks.ts";

const prefix = "pod-security.kubernetes.io/";
const levels: Readonly<Record<string, readonly Check[]>> = { privileged: [], baseline, restricted };

interface Policy {
  level: string;
  version: string;
}

/** Kinds that make pods of a template: what is wrong with it is told at once. */
const workloads = [
  "replicationcontrollers",
  "podtemplates",
  "replicasets.apps",
  "deployments.apps",
  "daemonsets.apps",
  "statefulsets.apps",
  "jobs.batch",
  "cronjobs.batch",
];

/** Holds pods to the standard that their namespace's labels ask for. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export const podSecurity = definePlugin({
  name: "PodSecurity",
  operations: ["CREATE", "UPDATE"],
  resources: ["pods", "pods/ephemeralcontainers", "namespaces", ...workloads],

  validate(request) {
    const { resource, namespace, api, object, old } = request;
    if (resource.name === "namespaces") return judgeNamespace(request as AdmissionRequest<Namespace>);
    const labels = api.get<Namespace>("namespaces", namespace)?.metadata.labels;
    if (!labels || !Object.keys(labels).some((key) => key.startsWith(prefix))) return;
    if (resource.name === "pods") return judgePod(request as AdmissionRequest<Pod>, labels);

    const template = templateOf(object);
    if (template?.spec && template !== (old && templateOf(old))) warn(request, labels, template.spec, template.metadata ?? {});
  },
});

function templateOf(object: KubeObject): PodTemplateSpec | undefined {
  const { spec, template } = object as KubeObject & {
    spec?: { template?: PodTemplateSpec; jobTemplate?: { spec?: { template?: PodTemplateSpec } } };
    template?: PodTemplateSpec;
  };
  return template ?? spec?.template ?? spec?.jobTemplate?.spec?.template;
}

type Labels = Readonly<Record<string, string>>;

/** What the labels ask for in a mode; what nobody can read is taken for the strictest. */
function policyOf(labels: Labels, mode: "enforce" | "warn"): Policy {
  const level = labels[prefix + mode] ?? "privileged";
  return { level: level in levels ? level : "restricted", version: labels[`${prefix}${mode}-version`] ?? "latest" };
}

function findingsOf({ level }: Policy, spec: Pod["spec"], metadata: Metadata): readonly Finding[] {
  return (levels[level] ?? []).flatMap((check) => check(spec, metadata) ?? []);
}

const told = ({ level, version }: Policy, findings: readonly Finding[]) =>
  `PodSecurity "${level}:${version}": ${findings.map(({ reason, detail }) => `${reason} (${detail})`).join(", ")}`;

function judgePod(request: AdmissionRequest<Pod>, labels: Labels): void {
  const { object, old, resource, name } = request;
  if (old && old.spec === object.spec) return;
  const policy = policyOf(labels, "enforce");
  const findings = findingsOf(policy, object.spec, object.metadata);
  if (findings.length > 0) throw forbidden(resource.on, name || object.metadata.generateName || "", `violates ${told(policy, findings)}`);
  warn(request, labels, object.spec, object.metadata);
}

function warn(request: AdmissionRequest, labels: Labels, spec: Pod["spec"], metadata: Metadata): void {
  const policy = policyOf(labels, "warn");
  const findings = findingsOf(policy, spec, metadata);
  if (findings.length > 0) request.warn(`would violate ${told(policy, findings)}`);
}

const modes = ["enforce", "audit", "warn"] as const;

/** Labels must be readable; a stricter standard tells which pods there are that do not keep to it. */
function judgeNamespace(request: AdmissionRequest<Namespace>): void {
  const { object, old, resource, name, api } = request;
  const { labels } = object.metadata;
  if (labels === old?.metadata.labels) return;
  const problems = labelProblems(labels ?? {});
  const before = new Set(labelProblems(old?.metadata.labels ?? {}).map(({ text }) => text));
  if (problems.length > 0 && !problems.every(({ text }) => before.has(text))) throw invalid(resource.gvk, name, problems);
  if (!old) return;

  const [policy, was] = [policyOf(labels ?? {}, "enforce"), policyOf(old.metadata.labels ?? {}, "enforce")];
  if (policy.level === "privileged" || (policy.level === was.level && policy.version === was.version)) return;
  const pods = new Map<string, string[]>();
  for (const pod of api.list<Pod>("pods", { namespace: name })) {
    const reasons = findingsOf(policy, pod.spec, pod.metadata).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const text = reasons.join(", ");
    pods.set(text, [...(pods.get(text) ?? []), pod.metadata.name ?? ""]);
  }
  if (pods.size === 0) return;
  request.warn(`existing pods in namespace "${name}" violate the new PodSecurity enforce level "${policy.level}:${policy.version}"`);
  const lines = [...pods].map(([reasons, names]) => {
    const [first, ...others] = names.sort();
    const more = others.length === 0 ? "" : others.length === 1 ? " (and 1 other pod)" : ` (and ${others.length} other pods)`;
    return `${first}${more}: ${reasons}`;
  });
  for (const line of lines.sort()) request.warn(line);
}

function labelProblems(labels: Labels): FieldError[] {
  return modes.flatMap((mode) => {
    const problems: FieldError[] = [];
    const [level, version] = [labels[prefix + mode], labels[`${prefix}${mode}-version`]];
    if (level !== undefined && !(level in levels))
      problems.push(invalidValue(["metadata", "labels", { key: prefix + mode }], level, "must be one of privileged, baseline, restricted"));
    if (version !== undefined && version !== "latest" && !/^v1\.(?:0|[1-9]\d*)$/.test(version))
      problems.push(invalidValue(["metadata", "labels", { key: `${prefix}${mode}-version` }], version, 'must be "latest" or "v1.x"'));
    return problems;
  });
}
