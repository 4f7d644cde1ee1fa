import type { ConfigMap, DaemonSet, Deployment, Pod, Service, StorageClass } from "#machinery/types.ts";
import type { Made } from "../profile.ts";
import { address, images, kubernetes, port } from "./facts.ts";

const namespace = "kube-system";
const addon = { "addonmanager.kubernetes.io/mode": "EnsureExists" };
const tolerateMaster = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" } as const;

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

const kubeDns: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    name: "kube-dns",
    namespace,
    labels: { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
    annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
  },
  spec: {
    clusterIP: "10.96.0.10",
    selector: { "k8s-app": "kube-dns" },
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
    ],
  },
  status: {},
};

const coredns: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "coredns", namespace, labels: { "k8s-app": "kube-dns" } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { "k8s-app": "kube-dns" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: "25%" } },
    template: {
      metadata: { name: "", labels: { "k8s-app": "kube-dns" } },
      spec: {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 100,
                podAffinityTerm: {
                  labelSelector: { matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }] },
                  topologyKey: "kubernetes.io/hostname",
                },
              },
            ],
          },
        },
        containers: [
          {
            name: "coredns",
            image: images.coredns,
            imagePullPolicy: "IfNotPresent",
            args: ["-conf", "/etc/coredns/Corefile"],
            ports: [
              { name: "dns", containerPort: 53, protocol: "UDP" },
              { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
              { name: "metrics", containerPort: 9153, protocol: "TCP" },
              { name: "liveness-probe", containerPort: 8080, protocol: "TCP" },
              { name: "readiness-probe", containerPort: 8181, protocol: "TCP" },
            ],
            resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
            livenessProbe: {
              httpGet: { path: "/health", port: "liveness-probe", scheme: "HTTP" },
              initialDelaySeconds: 60,
              timeoutSeconds: 5,
              successThreshold: 1,
              failureThreshold: 5,
            },
            readinessProbe: { httpGet: { path: "/ready", port: "readiness-probe", scheme: "HTTP" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
              readOnlyRootFilesystem: true,
            },
            volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
          },
        ],
        dnsPolicy: "Default",
        nodeSelector: { "kubernetes.io/os": "linux" },
        priorityClassName: "system-cluster-critical",
        serviceAccountName: "coredns",
        tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }, tolerateMaster],
        volumes: [{ name: "config-volume", configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] } }],
      },
    },
  },
  status: {},
};

const kubeProxy: DaemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "kube-proxy", namespace, labels: { "k8s-app": "kube-proxy" } },
  spec: {
    selector: { matchLabels: { "k8s-app": "kube-proxy" } },
    template: {
      metadata: { name: "", labels: { "k8s-app": "kube-proxy" } },
      spec: {
        containers: [
          {
            name: "kube-proxy",
            image: images.proxy,
            imagePullPolicy: "IfNotPresent",
            command: ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf", "--hostname-override=$(NODE_NAME)"],
            env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } }],
            securityContext: { privileged: true },
            volumeMounts: [{ name: "kube-proxy", mountPath: "/var/lib/kube-proxy" }],
          },
        ],
        hostNetwork: true,
        nodeSelector: { "kubernetes.io/os": "linux" },
        priorityClassName: "system-node-critical",
        serviceAccountName: "kube-proxy",
        tolerations: [{ operator: "Exists" }],
        volumes: [{ name: "kube-proxy", configMap: { name: "kube-proxy" } }],
      },
    },
  },
  status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
};

const kindnet: DaemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "kindnet", namespace, labels: { app: "kindnet", "k8s-app": "kindnet", tier: "node" } },
  spec: {
    selector: { matchLabels: { app: "kindnet" } },
    template: {
      metadata: { name: "", labels: { app: "kindnet", "k8s-app": "kindnet", tier: "node" } },
      spec: {
        containers: [
          {
            name: "kindnet-cni",
            image: images.kindnet,
            env: [
              { name: "HOST_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.hostIP" } } },
              { name: "POD_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } },
              { name: "POD_SUBNET", value: "10.244.0.0/16" },
            ],
            resources: { limits: { cpu: "100m", memory: "50Mi" }, requests: { cpu: "100m", memory: "50Mi" } },
            securityContext: { privileged: false, capabilities: { add: ["NET_RAW", "NET_ADMIN"] } },
            volumeMounts: [{ name: "cni-cfg", mountPath: "/etc/cni/net.d" }],
          },
        ],
        hostNetwork: true,
        serviceAccountName: "kindnet",
        tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
        volumes: [{ name: "cni-cfg", hostPath: { path: "/etc/cni/net.d", type: "DirectoryOrCreate" } }],
      },
    },
  },
  status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
};

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

const kubeadmConfig = `apiServer:
  certSANs:
  - 127.0.0.1
  - localhost
  - ${address}
apiVersion: kubeadm.k8s.io/v1beta4
certificatesDir: /var/lib/minikube/certs
clusterName: mk
controlPlaneEndpoint: control-plane.minikube.internal:${port}
dns: {}
etcd:
  local:
    dataDir: /var/lib/minikube/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${kubernetes}
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`;

const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
cgroupDriver: cgroupfs
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
failSwapOn: false
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
`;

const proxyConfig = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: 10.244.0.0/16
kind: KubeProxyConfiguration
metricsBindAddress: 0.0.0.0:10249
mode: iptables
`;

const configMap = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data,
});

const serviceAccount = (name: string): Made => ({
  resource: "serviceaccounts",
  object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
});

/** A cluster role for a service account of kube-system, with its binding. */
const granted = (account: string, role: string, rules?: readonly object[]): Made[] => [
  ...(rules
    ? [
        {
          resource: "clusterroles.rbac.authorization.k8s.io",
          object: { apiVersion: rbac, kind: "ClusterRole", metadata: { name: role }, rules } as Made["object"],
        },
      ]
    : []),
  {
    resource: "clusterrolebindings.rbac.authorization.k8s.io",
    object: {
      apiVersion: rbac,
      kind: "ClusterRoleBinding",
      metadata: { name: rules ? role : account },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    } as Made["object"],
  },
];

const rbac = "rbac.authorization.k8s.io/v1";
const read = ["list", "watch"];

/** What kubeadm and minikube's add-ons put into a new cluster. */
export const kubeSystem: readonly Made[] = [
  { resource: "configmaps", object: configMap("kubeadm-config", { ClusterConfiguration: kubeadmConfig }) },
  { resource: "configmaps", object: configMap("kubelet-config", { kubelet: kubeletConfig }) },
  { resource: "configmaps", object: configMap("coredns", { Corefile: corefile }) },
  { resource: "configmaps", object: configMap("kube-proxy", { "config.conf": proxyConfig }) },
  serviceAccount("coredns"),
  serviceAccount("kube-proxy"),
  serviceAccount("kindnet"),
  serviceAccount("storage-provisioner"),
  ...granted("coredns", "system:coredns", [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: read },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  ]),
  ...granted("kindnet", "kindnet", [
    { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch", "patch"] },
    { apiGroups: ["", "networking.k8s.io"], resources: ["pods", "namespaces", "networkpolicies"], verbs: read },
  ]),
  ...granted("kube-proxy", "system:node-proxier"),
  ...granted("storage-provisioner", "system:persistent-volume-provisioner"),
  { resource: "services", object: kubeDns },
  { resource: "deployments.apps", object: coredns },
  { resource: "daemonsets.apps", object: kubeProxy },
  { resource: "daemonsets.apps", object: kindnet },
  { resource: "storageclasses.storage.k8s.io", object: standard },
  { resource: "pods", object: storageProvisioner },
];
