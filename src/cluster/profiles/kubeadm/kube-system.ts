import type { Made } from "../profile.ts";
import { configMap, coredns, kindnet, kubeadmConfig, kubeDns, kubeletConfig, kubeProxy, proxyConfig, usualGrants } from "../shared/kube-system.ts";
import { address, images, kubernetes, port } from "./facts.ts";

const corefile = `.:53 {
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

const clusterConfig = kubeadmConfig({
  clusterName: "kubernetes",
  endpoint: `${address}:${port}`,
  certificates: "/etc/kubernetes/pki",
  etcdData: "/var/lib/etcd",
  kubernetes,
});

/** What `kubeadm init` puts into a cluster, and kindnet for the network of its pods. */
export const kubeSystem: readonly Made[] = [
  { resource: "configmaps", object: configMap("kubeadm-config", { ClusterConfiguration: clusterConfig }) },
  { resource: "configmaps", object: configMap("kubelet-config", { kubelet: kubeletConfig("systemd") }) },
  { resource: "configmaps", object: configMap("coredns", { Corefile: corefile }) },
  { resource: "configmaps", object: configMap("kube-proxy", { "config.conf": proxyConfig }) },
  ...usualGrants,
  { resource: "services", object: kubeDns },
  { resource: "deployments.apps", object: coredns(images.coredns, 2) },
  { resource: "daemonsets.apps", object: kubeProxy(images.proxy) },
  { resource: "daemonsets.apps", object: kindnet(images.kindnet) },
];
