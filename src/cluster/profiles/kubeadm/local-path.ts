import type { ConfigMap, Deployment, Namespace, StorageClass } from "#machinery/types.ts";
import type { Made } from "../profile.ts";
import { granted, serviceAccount } from "../shared/kube-system.ts";
import { images } from "./facts.ts";

const namespace = "local-path-storage";
const account = "local-path-provisioner-service-account";

const config = {
  nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: ["/opt/local-path-provisioner"] }],
};

const provisioner: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "local-path-provisioner", namespace },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "local-path-provisioner" } },
    template: {
      metadata: { name: "", labels: { app: "local-path-provisioner" } },
      spec: {
        serviceAccountName: account,
        containers: [
          {
            name: "local-path-provisioner",
            image: images.localPathProvisioner,
            imagePullPolicy: "IfNotPresent",
            command: ["local-path-provisioner", "--debug", "start", "--config", "/etc/config/config.json"],
            volumeMounts: [{ name: "config-volume", mountPath: "/etc/config/" }],
            env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
          },
        ],
        volumes: [{ name: "config-volume", configMap: { name: "local-path-config" } }],
      },
    },
  },
  status: {},
};

const localPath: StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local-path", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "rancher.io/local-path",
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

/** Volumes out of directories on the nodes, for claims that say nothing else. */
export const localPathStorage: readonly Made[] = [
  { resource: "namespaces", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace }, spec: {}, status: {} } as Namespace },
  serviceAccount(account, namespace),
  ...granted(
    account,
    "local-path-provisioner-role",
    [
      { apiGroups: [""], resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "list", "watch", "create", "patch", "update", "delete"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
    ],
    namespace,
  ),
  {
    resource: "configmaps",
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "local-path-config", namespace },
      data: { "config.json": `${JSON.stringify(config, null, 2)}\n` },
    } as ConfigMap,
  },
  { resource: "deployments.apps", object: provisioner },
  { resource: "storageclasses.storage.k8s.io", object: localPath },
];
