import type { Draft } from "#machinery/object.ts";
import type { Container, Pod } from "#machinery/types.ts";
import { address, images, port } from "./facts.ts";

const certificates = "/var/lib/minikube/certs";

/** The control plane: pods that the node's kubelet runs out of /etc/kubernetes/manifests. */
export const staticPods: readonly Draft<Pod>[] = [
  staticPod("etcd", {
    image: images.etcd,
    annotations: { "kubeadm.kubernetes.io/etcd.advertise-client-urls": `https://${address}:2379` },
    command: [
      "etcd",
      `--advertise-client-urls=https://${address}:2379`,
      `--cert-file=${certificates}/etcd/server.crt`,
      "--client-cert-auth=true",
      "--data-dir=/var/lib/minikube/etcd",
      `--initial-advertise-peer-urls=https://${address}:2380`,
      `--initial-cluster=minikube=https://${address}:2380`,
      `--key-file=${certificates}/etcd/server.key`,
      `--listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
      "--listen-metrics-urls=http://127.0.0.1:2381",
      `--listen-peer-urls=https://${address}:2380`,
      "--name=minikube",
      "--snapshot-count=10000",
      `--trusted-ca-file=${certificates}/etcd/ca.crt`,
    ],
    requests: { cpu: "100m", memory: "100Mi" },
    paths: { "etcd-certs": [`${certificates}/etcd`, "DirectoryOrCreate"], "etcd-data": ["/var/lib/minikube/etcd", "DirectoryOrCreate"] },
  }),
  staticPod("kube-apiserver", {
    image: images.apiserver,
    annotations: { "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": `${address}:${port}` },
    command: [
      "kube-apiserver",
      `--advertise-address=${address}`,
      "--allow-privileged=true",
      "--authorization-mode=Node,RBAC",
      `--client-ca-file=${certificates}/ca.crt`,
      "--enable-admission-plugins=NamespaceLifecycle,LimitRanger,ServiceAccount,DefaultStorageClass,DefaultTolerationSeconds,NodeRestriction,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,ResourceQuota",
      "--enable-bootstrap-token-auth=true",
      "--etcd-servers=https://127.0.0.1:2379",
      `--secure-port=${port}`,
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${certificates}/sa.pub`,
      "--service-cluster-ip-range=10.96.0.0/12",
      `--tls-cert-file=${certificates}/apiserver.crt`,
      `--tls-private-key-file=${certificates}/apiserver.key`,
    ],
    requests: { cpu: "250m" },
    paths: { "k8s-certs": [certificates, "DirectoryOrCreate"], "ca-certs": ["/etc/ssl/certs", "DirectoryOrCreate"] },
  }),
  staticPod("kube-controller-manager", {
    image: images.controllerManager,
    command: [
      "kube-controller-manager",
      "--allocate-node-cidrs=true",
      "--bind-address=127.0.0.1",
      "--cluster-cidr=10.244.0.0/16",
      "--cluster-name=mk",
      "--controllers=*,bootstrapsigner,tokencleaner",
      "--kubeconfig=/etc/kubernetes/controller-manager.conf",
      "--leader-elect=false",
      `--root-ca-file=${certificates}/ca.crt`,
      `--service-account-private-key-file=${certificates}/sa.key`,
      "--service-cluster-ip-range=10.96.0.0/12",
      "--use-service-account-credentials=true",
    ],
    requests: { cpu: "200m" },
    paths: { "k8s-certs": [certificates, "DirectoryOrCreate"], kubeconfig: ["/etc/kubernetes/controller-manager.conf", "FileOrCreate"] },
  }),
  staticPod("kube-scheduler", {
    image: images.scheduler,
    command: ["kube-scheduler", "--bind-address=127.0.0.1", "--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=false"],
    requests: { cpu: "100m" },
    paths: { kubeconfig: ["/etc/kubernetes/scheduler.conf", "FileOrCreate"] },
  }),
];

interface Part {
  image: string;
  annotations?: Record<string, string>;
  command: string[];
  requests: Record<string, string>;
  /** Paths of the node by the name of their volume. */
  paths: Record<string, [path: string, type: "DirectoryOrCreate" | "FileOrCreate"]>;
}

function staticPod(name: string, { image, annotations = {}, command, requests, paths }: Part): Draft<Pod> {
  const container: Container = {
    name,
    image,
    command,
    imagePullPolicy: "IfNotPresent",
    resources: { requests },
    volumeMounts: Object.entries(paths).map(([volume, [path]]) => ({ name: volume, mountPath: path })),
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "kube-system",
      labels: { component: name, tier: "control-plane" },
      annotations: { ...annotations, "kubernetes.io/config.source": "file" },
    },
    spec: {
      containers: [container],
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      priority: 2_000_001_000,
      restartPolicy: "Always",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      tolerations: [{ operator: "Exists", effect: "NoExecute" }],
      volumes: Object.entries(paths).map(([volume, [path, type]]) => ({ name: volume, hostPath: { path, type } })),
    },
  };
}
