import type { Configuration, NameReference } from "./configuration.ts";
import type { FieldSpec } from "./field-specs.ts";

// Where kustomize looks if nothing else is said, as its documentation lists it: https://github.com/kubernetes-sigs/kustomize/tree/master/examples/transformerconfigs

const workloads = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "ReplicationController"] as const;

const groups: Readonly<Record<string, string>> = { StatefulSet: "apps", Job: "batch", CronJob: "batch" };

const specs = (kind: string | undefined, paths: readonly string[], more: Omit<FieldSpec, "path" | "kind"> = {}): FieldSpec[] =>
  paths.map((path) => ({ ...(kind ? { kind } : {}), ...more, path }));

/** Where the kinds that have pods describe them. */
const podSpecs: readonly (readonly [kind: string, path: string])[] = [
  ["Pod", "spec"],
  ["PodTemplate", "template/spec"],
  ...workloads.map((kind) => [kind, "spec/template/spec"] as const),
  ["CronJob", "spec/jobTemplate/spec/template/spec"],
];

const inPods = (paths: readonly string[], but: readonly string[] = []): FieldSpec[] =>
  podSpecs
    .filter(([kind]) => !but.includes(kind))
    .flatMap(([kind, path]) =>
      specs(
        kind,
        paths.map((inner) => `${path}/${inner}`),
      ),
    );

/** Kinds that are passed over where accounts, claims and priorities are looked for, and where config maps and secrets are. */
const besides = ["PodTemplate", "ReplicaSet"];
const controllers = ["ReplicationController"];

const templates = (field: "labels" | "annotations"): FieldSpec[] => [
  { path: `metadata/${field}`, create: true },
  ...workloads.map((kind) => {
    const of = kind === "ReplicationController" ? { version: "v1" } : field === "labels" || kind === "Job" ? groupOf(kind) : {};
    return { kind, ...of, path: `spec/template/metadata/${field}`, create: true };
  }),
  ...specs("CronJob", [`spec/jobTemplate/metadata/${field}`, `spec/jobTemplate/spec/template/metadata/${field}`], { group: "batch", create: true }),
];

const groupOf = (kind: string) => (groups[kind] ? { group: groups[kind] } : {});

const templateLabels: readonly FieldSpec[] = [
  ...templates("labels"),
  { kind: "StatefulSet", group: "apps", path: "spec/volumeClaimTemplates[]/metadata/labels", create: true },
];

const affinities = ["podAffinity", "podAntiAffinity"].flatMap((kind) => [
  `affinity/${kind}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `affinity/${kind}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);

const selectors: readonly FieldSpec[] = [
  ...["Service", "ReplicationController"].map((kind) => ({ kind, version: "v1", path: "spec/selector", create: true })),
  ...["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].map((kind) => ({
    kind,
    ...groupOf(kind),
    path: "spec/selector/matchLabels",
    create: true,
  })),
  ...["Deployment", "StatefulSet"].flatMap((kind) =>
    specs(
      kind,
      [...affinities, "topologySpreadConstraints/labelSelector/matchLabels"].map((path) => `spec/template/spec/${path}`),
      { group: "apps" },
    ),
  ),
  { kind: "Job", group: "batch", path: "spec/selector/matchLabels" },
  { kind: "CronJob", group: "batch", path: "spec/jobTemplate/spec/selector/matchLabels" },
  { kind: "PodDisruptionBudget", group: "policy", path: "spec/selector/matchLabels" },
  ...specs("NetworkPolicy", ["spec/podSelector/matchLabels", "spec/ingress/from/podSelector/matchLabels", "spec/egress/to/podSelector/matchLabels"], {
    group: "networking.k8s.io",
  }),
];

const containers = ["containers", "initContainers"];
const rbac = "rbac.authorization.k8s.io";
const admission = "admissionregistration.k8s.io";

const scaled = (kind: string): NameReference => ({ kind, fieldSpecs: specs("HorizontalPodAutoscaler", ["spec/scaleTargetRef/name"]) });

const names = (kind: string, group: string, fieldSpecs: FieldSpec[], version = "v1"): NameReference => ({
  kind,
  ...(group ? { group } : {}),
  ...(version ? { version } : {}),
  fieldSpecs,
});

const resourceNames = specs("Role", ["rules/resourceNames"]).concat(specs("ClusterRole", ["rules/resourceNames"]));

const nameReference = (): NameReference[] => [
  ...["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map(scaled),
  names("ConfigMap", "", [
    ...inPods(["volumes/configMap/name", "volumes/projected/sources/configMap/name"], controllers),
    ...inPods(
      containers.flatMap((list) => [`${list}/env/valueFrom/configMapKeyRef/name`, `${list}/envFrom/configMapRef/name`]),
      controllers,
    ),
    ...specs("Node", ["spec/configSource/configMap"]),
    ...specs("Ingress", ["metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"]),
    ...resourceNames,
  ]),
  names("Secret", "", [
    ...inPods(["volumes/secret/secretName", "volumes/projected/sources/secret/name", "imagePullSecrets/name"], controllers),
    ...inPods(
      containers.flatMap((list) => [`${list}/env/valueFrom/secretKeyRef/name`, `${list}/envFrom/secretRef/name`]),
      controllers,
    ),
    ...specs("Ingress", [
      "spec/tls/secretName",
      ...["ingress.kubernetes.io\\/auth-secret", "nginx.ingress.kubernetes.io\\/auth-secret", "nginx.ingress.kubernetes.io\\/auth-tls-secret"].map(
        (name) => `metadata/annotations/${name}`,
      ),
    ]),
    ...specs("ServiceAccount", ["imagePullSecrets/name"]),
    ...specs("StorageClass", ["parameters/secretName", "parameters/adminSecretName", "parameters/userSecretName", "parameters/secretRef"]),
    ...specs("PersistentVolume", ["spec/azureFile/secretName"]),
    ...resourceNames,
  ]),
  names("Service", "", [
    { kind: "StatefulSet", group: "apps", path: "spec/serviceName" },
    ...specs("Ingress", [
      ...["spec/rules/http/paths/backend/serviceName", "spec/backend/serviceName"],
      ...["spec/rules/http/paths/backend/service/name", "spec/defaultBackend/service/name"],
    ]),
    { kind: "APIService", group: "apiregistration.k8s.io", path: "spec/service/name" },
    ...["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].map((kind) => ({
      kind,
      group: admission,
      path: "webhooks/clientConfig/service",
    })),
  ]),
  names("Role", rbac, [{ kind: "RoleBinding", group: rbac, path: "roleRef/name" }], ""),
  names(
    "ClusterRole",
    rbac,
    ["RoleBinding", "ClusterRoleBinding"].map((kind) => ({ kind, group: rbac, path: "roleRef/name" })),
    "",
  ),
  names("ServiceAccount", "", [
    ...["RoleBinding", "ClusterRoleBinding"].map((kind) => ({ kind, group: rbac, path: "subjects" })),
    ...inPods(["serviceAccountName"], besides),
  ]),
  names("PersistentVolumeClaim", "", inPods(["volumes/persistentVolumeClaim/claimName"], besides)),
  names("PersistentVolume", "", [...specs("PersistentVolumeClaim", ["spec/volumeName"]), ...specs("ClusterRole", ["rules/resourceNames"])]),
  names("StorageClass", "storage.k8s.io", [
    ...specs("PersistentVolume", ["spec/storageClassName"]),
    ...specs("PersistentVolumeClaim", ["spec/storageClassName"]),
    ...specs("StatefulSet", ["spec/volumeClaimTemplates/spec/storageClassName"]),
  ]),
  names("PriorityClass", "scheduling.k8s.io", inPods(["priorityClassName"], besides)),
  // Kustomize spells this group so, and therefore never finds one.
  names("IngressClass", "networking.k8s.io/v1", specs("Ingress", ["spec/ingressClassName"])),
  names("ValidatingAdmissionPolicy", admission, [{ kind: "ValidatingAdmissionPolicyBinding", group: admission, path: "spec/policyName" }], ""),
];

const inContainers = ["args", "command", "env/value", "volumeMounts/mountPath"];

const varReference = (): FieldSpec[] => [
  ...inPods(containers.flatMap((list) => inContainers.map((path) => `${list}/${path}`)).concat("volumes/nfs/server"), [
    "PodTemplate",
    "ReplicationController",
  ]),
  ...specs("Deployment", ["spec/template/metadata/annotations"]),
  ...specs("Ingress", ["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"]),
  ...specs("Service", ["spec/ports/port", "spec/ports/targetPort"]),
  ...specs("StatefulSet", ["spec/volumeClaimTemplates/spec/nfs/server"]),
  ...specs("PersistentVolume", ["spec/nfs/server"]),
  ...specs(undefined, ["metadata/labels", "metadata/annotations"]),
];

const images = ["spec", "spec/template/spec"].flatMap((path) =>
  ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map((inner) => ({ path: `${path}/${inner}`, create: true })),
);

let known: Configuration | undefined;

/** The places that kustomize knows by itself. */
export function defaultConfiguration(): Configuration {
  known ??= {
    namePrefix: specs(undefined, ["metadata/name"]),
    nameSuffix: specs(undefined, ["metadata/name"]),
    namespace: [
      { kind: "Namespace", path: "metadata/name", create: true },
      { kind: "APIService", group: "apiregistration.k8s.io", path: "spec/service/namespace", create: true },
      { kind: "CustomResourceDefinition", group: "apiextensions.k8s.io", path: "spec/conversion/webhook/clientConfig/service/namespace" },
    ],
    commonLabels: [...selectors, ...templateLabels],
    labels: [],
    templateLabels: [...templateLabels],
    commonAnnotations: templates("annotations"),
    nameReference: nameReference(),
    varReference: varReference(),
    images,
    replicas: ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"].map((kind) => ({ kind, path: "spec/replicas", create: true })),
  };
  return known;
}
