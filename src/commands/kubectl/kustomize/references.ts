import type { Thing } from "../api/server.ts";
import { changed, type Item, isAt, nameOf, type Place, updated } from "./resource.ts";
import { podSpecPaths } from "./transformers.ts";

const inPods = (paths: readonly string[]): Place[] =>
  podSpecPaths.flatMap(({ kind, path }) => paths.map((inner) => ({ ...(kind ? { kind } : {}), path: `${path}/${inner}` })));

const containers = ["containers", "initContainers"];

const scaled: Place[] = [{ kind: "HorizontalPodAutoscaler", path: "spec/scaleTargetRef/name" }];
const roleNames: Place[] = [
  { kind: "Role", path: "rules/resourceNames" },
  { kind: "ClusterRole", path: "rules/resourceNames" },
];

/** Where objects name others, by the kind of the one that is named. */
const places: Readonly<Record<string, readonly Place[]>> = {
  Deployment: scaled,
  ReplicaSet: scaled,
  ReplicationController: scaled,
  StatefulSet: scaled,
  ConfigMap: [
    ...inPods(["volumes/configMap/name", "volumes/projected/sources/configMap/name"]),
    ...inPods(containers.flatMap((list) => [`${list}/env/valueFrom/configMapKeyRef/name`, `${list}/envFrom/configMapRef/name`])),
    ...roleNames,
  ],
  Secret: [
    ...inPods(["volumes/secret/secretName", "volumes/projected/sources/secret/name", "imagePullSecrets/name"]),
    ...inPods(containers.flatMap((list) => [`${list}/env/valueFrom/secretKeyRef/name`, `${list}/envFrom/secretRef/name`])),
    { kind: "Ingress", path: "spec/tls/secretName" },
    { kind: "ServiceAccount", path: "imagePullSecrets/name" },
    ...roleNames,
  ],
  Service: [
    { kind: "StatefulSet", path: "spec/serviceName" },
    { kind: "Ingress", path: "spec/rules/http/paths/backend/service/name" },
    { kind: "Ingress", path: "spec/defaultBackend/service/name" },
    { kind: "APIService", path: "spec/service/name" },
    { kind: "ValidatingWebhookConfiguration", path: "webhooks/clientConfig/service/name" },
    { kind: "MutatingWebhookConfiguration", path: "webhooks/clientConfig/service/name" },
  ],
  ServiceAccount: [...inPods(["serviceAccountName"])],
  PersistentVolumeClaim: [...inPods(["volumes/persistentVolumeClaim/claimName"])],
  PersistentVolume: [{ kind: "PersistentVolumeClaim", path: "spec/volumeName" }],
  StorageClass: [
    { kind: "PersistentVolume", path: "spec/storageClassName" },
    { kind: "PersistentVolumeClaim", path: "spec/storageClassName" },
    { kind: "StatefulSet", path: "spec/volumeClaimTemplates/spec/storageClassName" },
  ],
  PriorityClass: inPods(["priorityClassName"]),
  IngressClass: [{ kind: "Ingress", path: "spec/ingressClassName" }],
};

/** The items with names of others as those are called now. */
export function withReferences(items: readonly Item[]): Item[] {
  return items
    .map((item) => {
      let object = item.object;
      for (const [kind, list] of Object.entries(places))
        for (const place of list) if (isAt(place, object)) object = updated(object, place.path, (value) => renamed(items, item, kind, value));
      return object === item.object ? item : changed(item, withSubjects(items, item, withRole(items, item, object)));
    })
    .map((item) => changed(item, withSubjects(items, item, withRole(items, item, item.object))));
}

/** What an object of a kind is called now that was called so once: one of the same namespace before others. */
function renamed(items: readonly Item[], from: Item, kind: string, name: unknown): unknown {
  if (typeof name !== "string") return name;
  const target = found(items, from, kind, name);
  return target ? nameOf(target) : name;
}

function found(items: readonly Item[], from: Item, kind: string, name: string): Item | undefined {
  const candidates = items.filter((item) => item.object.kind === kind && item.names.includes(name));
  const namespace = from.object.metadata.namespace ?? "";
  return candidates.find((item) => (item.object.metadata.namespace ?? "") === namespace) ?? candidates[0];
}

function withRole(items: readonly Item[], item: Item, object: Thing): Thing {
  if (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding") return object;
  return updated(object, "roleRef", (value) => {
    const role = value as { kind?: string; name?: string };
    return { ...role, name: renamed(items, item, role.kind ?? "", role.name) };
  });
}

function withSubjects(items: readonly Item[], item: Item, object: Thing): Thing {
  if (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding") return object;
  return updated(object, "subjects", (value) => {
    const subject = value as { kind?: string; name?: string; namespace?: string };
    if (subject.kind !== "ServiceAccount") return subject;
    const target = found(items, item, "ServiceAccount", subject.name ?? "");
    if (!target) return subject;
    const { namespace } = target.object.metadata;
    return { ...subject, name: nameOf(target), ...(namespace ? { namespace } : {}) };
  });
}
