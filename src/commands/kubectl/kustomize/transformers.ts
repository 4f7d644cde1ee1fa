import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import type { ImageChange, Kustomization, LabelChange } from "./kustomization.ts";
import { type Replacement, replaced } from "./replacements.ts";
import { changed, clusterKinds, type Item, isAt, type Place, updated } from "./resource.ts";

const workloads = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "ReplicationController"];

/** Where pods of each kind are described. */
export const podSpecPaths: readonly Place[] = [
  { kind: "Pod", path: "spec" },
  { kind: "PodTemplate", path: "template/spec" },
  ...workloads.map((kind) => ({ kind, path: "spec/template/spec" })),
  { kind: "CronJob", path: "spec/jobTemplate/spec/template/spec" },
];

const templates: readonly string[] = ["spec/template/metadata"];

const templatePlaces = (field: "labels" | "annotations"): Place[] => [
  ...workloads.flatMap((kind) => templates.map((path) => ({ kind, path: `${path}/${field}`, create: true }))),
  ...["spec/jobTemplate/metadata", "spec/jobTemplate/spec/template/metadata"].map((path) => ({
    kind: "CronJob",
    path: `${path}/${field}`,
    create: true,
  })),
  ...(field === "labels" ? [{ kind: "StatefulSet", path: "spec/volumeClaimTemplates[]/metadata/labels", create: true }] : []),
];

const affinities = ["podAffinity", "podAntiAffinity"].flatMap((kind) => [
  `affinity/${kind}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `affinity/${kind}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);

const selectorPlaces: readonly Place[] = [
  { kind: "Service", path: "spec/selector", create: true },
  { kind: "ReplicationController", path: "spec/selector", create: true },
  ...["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].map((kind) => ({ kind, path: "spec/selector/matchLabels", create: true })),
  ...["Deployment", "StatefulSet"].flatMap((kind) =>
    [...affinities, "topologySpreadConstraints/labelSelector/matchLabels"].map((path) => ({ kind, path: `spec/template/spec/${path}` })),
  ),
  { kind: "Job", path: "spec/selector/matchLabels" },
  { kind: "CronJob", path: "spec/jobTemplate/spec/selector/matchLabels" },
  { kind: "PodDisruptionBudget", path: "spec/selector/matchLabels" },
  { kind: "NetworkPolicy", path: "spec/podSelector/matchLabels" },
  { kind: "NetworkPolicy", path: "spec/ingress/from/podSelector/matchLabels" },
  { kind: "NetworkPolicy", path: "spec/egress/to/podSelector/matchLabels" },
];

type Change = (object: Thing) => Thing;

const atPlaces =
  (places: readonly Place[], change: (value: unknown) => unknown): Change =>
  (object) =>
    places.filter((place) => isAt(place, object)).reduce((result, { path, create }) => updated(result, path, change, create), object);

const each = (items: readonly Item[], change: Change): Item[] => items.map((item) => changed(item, change(item.object)));

const merging = (pairs: Readonly<Record<string, string>>) => (value: unknown) => ({ ...(value as object | undefined), ...pairs });

/** The items with what a kustomization changes in all of them, but for its patches. */
export function transformed(
  items: readonly Item[],
  kustomization: Kustomization,
  before: (items: readonly Item[]) => Item[],
  replacements: readonly Replacement[],
): Item[] {
  const { namespace, namePrefix, nameSuffix, labels, commonAnnotations } = kustomization;
  let result = [...items];
  if (namespace) result = each(result, inNamespace(namespace));
  if (namePrefix || nameSuffix)
    result = each(result, (object) =>
      ["Namespace", "CustomResourceDefinition", "APIService"].includes(object.kind)
        ? object
        : { ...object, metadata: { ...object.metadata, name: `${namePrefix}${object.metadata.name}${nameSuffix}` } },
    );
  for (const change of labels) result = each(result, labelled(change));
  if (Object.keys(commonAnnotations).length > 0)
    result = each(result, atPlaces([{ path: "metadata/annotations", create: true }, ...templatePlaces("annotations")], merging(commonAnnotations)));
  result = before(result);
  for (const { name, count } of kustomization.replicas) result = replicated(result, name, count);
  for (const change of kustomization.images) result = each(result, withImage(change));
  return replaced(result, replacements);
}

function inNamespace(namespace: string): Change {
  return (object) => {
    if (object.kind === "Namespace") return { ...object, metadata: { ...object.metadata, name: namespace } };
    if (object.kind === "APIService") return updated(object, "spec/service/namespace", () => namespace, true);
    const placed = clusterKinds.has(object.kind) ? object : { ...object, metadata: { ...object.metadata, namespace } };
    if (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding") return placed;
    // Subjects follow their accounts later; the default account is in no file.
    return updated(placed, "subjects", (subject) => {
      const { kind, name } = subject as { kind?: string; name?: string };
      return kind === "ServiceAccount" && name === "default" ? { ...(subject as object), namespace } : subject;
    });
  };
}

function labelled({ pairs = {}, includeSelectors, includeTemplates, fields = [] }: LabelChange): Change {
  const places = [
    ...(includeSelectors ? selectorPlaces : []),
    { path: "metadata/labels", create: true },
    ...(includeSelectors || includeTemplates ? templatePlaces("labels") : []),
    ...fields,
  ];
  return atPlaces(places, merging(pairs));
}

function replicated(items: readonly Item[], name: string, count: number): Item[] {
  const kinds = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];
  if (!items.some((item) => kinds.includes(item.object.kind) && item.names.includes(name)))
    throw new CommandError(
      `resource with name ${name} does not match a config with the following GVK [${kinds.map((kind) => `${kind}.[noVer].[noGrp]`).join(" ")}]`,
    );
  return items.map((item) =>
    kinds.includes(item.object.kind) && item.names.includes(name)
      ? changed(
          item,
          updated(item.object, "spec/replicas", () => count, true),
        )
      : item,
  );
}

function withImage({ name, newName, newTag, digest, tagSuffix }: ImageChange): Change {
  const change = (value: unknown): unknown => {
    const [, image = "", tag = "", oldDigest = ""] = /^(.*?)(?::([^:/@]+))?(?:@(.+))?$/.exec(String(value)) ?? [];
    if (image !== name) return value;
    let [t, d] = [tag, oldDigest];
    if (newTag !== undefined || digest !== undefined) [t, d] = [newTag === undefined ? "" : String(newTag), digest ?? ""];
    else if (tagSuffix) [t, d] = [tag + tagSuffix, ""];
    return `${newName ?? image}${t ? `:${t}` : ""}${d ? `@${d}` : ""}`;
  };
  const places = podSpecPaths.flatMap(({ kind, path }) =>
    ["containers", "initContainers", "ephemeralContainers"].map((list) => ({ ...(kind ? { kind } : {}), path: `${path}/${list}/image` })),
  );
  return atPlaces(places, change);
}
