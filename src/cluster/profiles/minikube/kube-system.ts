import type { Pod, StorageClass } from "#machinery/types.ts";
import type { Made } from "../profile.ts";
import {
  configMap,
  coredns,
  granted,
  kindnet,
  kubeadmConfig,
  kubeDns,
  kubeletConfig,
  kubeProxy,
  proxyConfig,
  serviceAccount,
  usualGrants,
} from "../shared/kube-system.ts";
import { address, images, kubernetes, port } from "./facts.ts";

const namespace = "kube-system";
const addon = { "addonmanager.kubernetes.io/mode": "EnsureExists" };

const corefile = `.:53 {
    log
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    hosts {
       192.168.49.1 host.minikube.internal
       fallthrough
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

const storageProvisioner: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "storage-provisioner",
    namespace,
    labels: { "addonmanager.kubernetes.io/mode": "Reconcile", "integration-test": "storage-provisioner" },
  },
  spec: {
    containers: [
      {
        name: "storage-provisioner",
        image: images.storageProvisioner,
        imagePullPolicy: "IfNotPresent",
        command: ["/storage-provisioner"],
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    hostNetwork: true,
    serviceAccountName: "storage-provisioner",
    volumes: [{ name: "tmp", hostPath: { path: "/tmp", type: "Directory" } }],
  },
  status: {},
};

const standard: StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", labels: addon, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "k8s.io/minikube-hostpath",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};

const clusterConfig = kubeadmConfig({
  clusterName: "mk",
  endpoint: `control-plane.minikube.internal:${port}`,
  certificates: "/var/lib/minikube/certs",
  etcdData: "/var/lib/minikube/etcd",
  kubernetes,
  alternativeNames: ["127.0.0.1", "localhost", address],
});

/** What kubeadm and minikube's add-ons put into a new cluster. */
export const kubeSystem: readonly Made[] = [
  { resource: "configmaps", object: configMap("kubeadm-config", { ClusterConfiguration: clusterConfig }) },
  { resource: "configmaps", object: configMap("kubelet-config", { kubelet: kubeletConfig("cgroupfs") }) },
  { resource: "configmaps", object: configMap("coredns", { Corefile: corefile }) },
  { resource: "configmaps", object: configMap("kube-proxy", { "config.conf": proxyConfig }) },
  ...usualGrants,
  serviceAccount("storage-provisioner"),
  ...granted("storage-provisioner", "system:persistent-volume-provisioner"),
  { resource: "services", object: kubeDns },
  { resource: "deployments.apps", object: coredns(images.coredns, 1) },
  { resource: "daemonsets.apps", object: kubeProxy(images.proxy) },
  { resource: "daemonsets.apps", object: kindnet(images.kindnet) },
  { resource: "storageclasses.storage.k8s.io", object: standard },
  { resource: "pods", object: storageProvisioner },
];
