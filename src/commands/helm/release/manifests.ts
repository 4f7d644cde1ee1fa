import { numberText } from "#machinery/go-yaml.ts";
import { parseYaml, YamlError } from "#machinery/yaml.ts";
import { type Dict, isDict, yamlProblem } from "../chart/chart.ts";
import { HelmError } from "../errors.ts";
import { baseName } from "../functions/paths.ts";

/** One document that templates made. */
export interface Manifest {
  /** The template that it came from. */
  name: string;
  content: string;
  kind: string;
  apiVersion: string;
}

/** When a hook runs. */
export const hookEvents = [
  "pre-install",
  "post-install",
  "pre-delete",
  "post-delete",
  "pre-upgrade",
  "post-upgrade",
  "pre-rollback",
  "post-rollback",
  "test",
] as const;
export type HookEvent = (typeof hookEvents)[number];

/** A manifest that is applied at a certain moment, and is no part of the release. */
export interface Hook {
  name: string;
  kind: string;
  path: string;
  manifest: string;
  events: HookEvent[];
  lastRun: { startedAt?: string; completedAt?: string; phase: "" | "Unknown" | "Running" | "Succeeded" | "Failed" };
  weight: number;
  deletePolicies: string[];
  outputLogPolicies: string[];
}

/** In which order kinds are made. */
const installOrder = (
  "PriorityClass Namespace NetworkPolicy ResourceQuota LimitRange PodSecurityPolicy PodDisruptionBudget ServiceAccount Secret SecretList ConfigMap StorageClass PersistentVolume " +
  "PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleList ClusterRoleBinding ClusterRoleBindingList Role RoleList RoleBinding RoleBindingList Service DaemonSet Pod " +
  "ReplicationController ReplicaSet Deployment HorizontalPodAutoscaler StatefulSet Job CronJob IngressClass Ingress APIService MutatingWebhookConfiguration ValidatingWebhookConfiguration"
).split(" ");

/** In which order kinds are taken away. */
const uninstallOrder = (
  "ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService Ingress IngressClass Service CronJob Job StatefulSet HorizontalPodAutoscaler Deployment ReplicaSet " +
  "ReplicationController Pod DaemonSet RoleBindingList RoleBinding RoleList Role ClusterRoleBindingList ClusterRoleBinding ClusterRoleList ClusterRole CustomResourceDefinition " +
  "PersistentVolumeClaim PersistentVolume StorageClass ConfigMap SecretList Secret ServiceAccount PodDisruptionBudget PodSecurityPolicy LimitRange ResourceQuota NetworkPolicy Namespace PriorityClass"
).split(" ");

function byKind(order: readonly string[]): (a: { kind: string }, b: { kind: string }) => number {
  const places = new Map(order.map((kind, i) => [kind, i]));
  return (a, b) => {
    const [x, y] = [places.get(a.kind), places.get(b.kind)];
    if (x === undefined && y === undefined) return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
    // What is not known comes last.
    if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
    return x - y;
  };
}

/** The documents of a text, without those that are empty. */
export const splitManifests = (text: string): string[] =>
  text
    .trimStart()
    .split(/(?:^|\s*\n)---[^\S]*/)
    .filter((part) => part.trim() !== "")
    .map((part) => part.trimStart());

export interface Sorted {
  hooks: Hook[];
  manifests: Manifest[];
  /** The events of hooks that nobody knows. */
  unknown: string[];
}

/** Hooks and manifests out of what templates made, each in the order of kinds. Throws a `HelmError`. */
export function sortManifests(texts: ReadonlyMap<string, string>, order: "install" | "uninstall" = "install"): Sorted {
  const [hooks, manifests, unknown]: [Hook[], Manifest[], string[]] = [[], [], []];
  for (const name of [...texts.keys()].sort()) {
    const text = texts.get(name) ?? "";
    if (baseName(name).startsWith("_") || text.trim() === "") continue;
    for (const content of splitManifests(text)) {
      const head = headOf(name, content);
      const hook = hookOf(name, content, head);
      if (hook === "none") manifests.push({ name, content, kind: head.kind, apiVersion: head.apiVersion });
      else if (hook === "unknown") unknown.push(head.annotations["helm.sh/hook"] ?? "");
      else hooks.push(hook);
    }
  }
  const compare = byKind(order === "install" ? installOrder : uninstallOrder);
  return { hooks: hooks.sort(compare), manifests: manifests.sort(compare), unknown };
}

interface Head {
  apiVersion: string;
  kind: string;
  name: string;
  annotations: Readonly<Record<string, string>>;
}

function headOf(path: string, content: string): Head {
  let value: unknown;
  try {
    ({ value } = parseYaml(content));
  } catch (problem) {
    if (problem instanceof YamlError) throw new HelmError(`YAML parse error on ${path}: ${yamlProblem(problem)}`);
    throw problem;
  }
  const wrong = (found: unknown, field: string, type: string) =>
    new HelmError(
      `YAML parse error on ${path}: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonKind(found)} into Go ${field ? `struct field ${field} of type` : "value of type"} ${type}`,
    );
  if (value !== null && !isDict(value)) throw wrong(value, "", "util.SimpleHead");
  const head = (value ?? {}) as Dict;
  const text = (from: Dict, key: string, field: string): string => {
    const found = textual(from[key] ?? "");
    if (typeof found !== "string") throw wrong(found, field, "string");
    return found;
  };
  const metadata = head["metadata"] ?? {};
  if (!isDict(metadata))
    throw wrong(metadata, "SimpleHead.metadata", 'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }');
  const annotations = metadata["annotations"] ?? {};
  if (!isDict(annotations)) throw wrong(annotations, "SimpleHead.metadata.annotations", "map[string]string");
  for (const found of Object.values(annotations).map(textual))
    if (found !== null && typeof found !== "string") throw wrong(found, "SimpleHead.metadata.annotations", "string");
  return {
    apiVersion: text(head, "apiVersion", "SimpleHead.apiVersion"),
    kind: text(head, "kind", "SimpleHead.kind"),
    name: text(metadata, "name", "SimpleHead.metadata.name"),
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, found]) => [key, String(textual(found ?? ""))])),
  };
}

/** Where text is asked for, numbers and truths are taken for what they look like. */
const textual = (value: unknown): unknown => (typeof value === "number" ? numberText(value) : typeof value === "boolean" ? String(value) : value);

const jsonKind = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value === "boolean" ? "bool" : typeof value;

function hookOf(path: string, manifest: string, { kind, name, annotations }: Head): Hook | "none" | "unknown" {
  const types = annotations["helm.sh/hook"];
  if (types === undefined) return "none";
  const events = types
    .split(",")
    .map((type) => type.trim().toLowerCase())
    .map((type) => (type === "test-success" ? "test" : type));
  if (!events.every((event): event is HookEvent => (hookEvents as readonly string[]).includes(event))) return "unknown";
  const words = (annotation: string) => annotations[annotation]?.split(",").map((word) => word.trim().toLowerCase()) ?? [];
  const weight = annotations["helm.sh/hook-weight"] ?? "";
  return {
    name,
    kind,
    path,
    manifest,
    events,
    lastRun: { phase: "" },
    weight: /^[+-]?\d+$/.test(weight) ? Number(weight) : 0,
    deletePolicies: words("helm.sh/hook-delete-policy"),
    outputLogPolicies: words("helm.sh/hook-output-log-policy"),
  };
}
