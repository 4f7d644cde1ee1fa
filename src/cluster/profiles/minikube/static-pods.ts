import type { Draft } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { directory, file, staticPod } from "../shared/static-pod.ts";
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
    paths: { "etcd-certs": directory(`${certificates}/etcd`), "etcd-data": directory("/var/lib/minikube/etcd") },
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
    paths: { "k8s-certs": directory(certificates), "ca-certs": directory("/etc/ssl/certs") },
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
    paths: { "k8s-certs": directory(certificates), kubeconfig: file("/etc/kubernetes/controller-manager.conf") },
  }),
  staticPod("kube-scheduler", {
    image: images.scheduler,
    command: ["kube-scheduler", "--bind-address=127.0.0.1", "--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=false"],
    requests: { cpu: "100m" },
    paths: { kubeconfig: file("/etc/kubernetes/scheduler.conf") },
  }),
];
