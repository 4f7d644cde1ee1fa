import type { ConfigMap, DaemonSet, Deployment, Service } from "#machinery/types.ts";
import type { Made } from "../profile.ts";

const namespace = "kube-system";
const tolerateMaster = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" } as const;
const rbac = "rbac.authorization.k8s.io/v1";
const read = ["list", "watch"];

/** The service that pods ask for names. */
export const kubeDns: Service = {
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

/** The cluster's DNS servers. */
export const coredns = (image: string, replicas: number): Deployment => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "coredns", namespace, labels: { "k8s-app": "kube-dns" } },
  spec: {
    replicas,
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
            image,
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
});

/** What leads the addresses of services to pods, on every node. */
export const kubeProxy = (image: string): DaemonSet => ({
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
            image,
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
});

/** What connects the pods of all nodes. */
export const kindnet = (image: string): DaemonSet => ({
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
            image,
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
});

/** A config map of kube-system. */
export const configMap = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data,
});

export const serviceAccount = (name: string, namespaceOf = namespace): Made => ({
  resource: "serviceaccounts",
  object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: namespaceOf } },
});

/** A cluster role for a service account of kube-system, with its binding. */
export const granted = (account: string, role: string, rules?: readonly object[], namespaceOf = namespace): Made[] => [
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
      subjects: [{ kind: "ServiceAccount", name: account, namespace: namespaceOf }],
    } as Made["object"],
  },
];

/** What CoreDNS, kube-proxy and kindnet may read. */
export const usualGrants: readonly Made[] = [
  serviceAccount("coredns"),
  serviceAccount("kube-proxy"),
  serviceAccount("kindnet"),
  ...granted("coredns", "system:coredns", [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: read },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  ]),
  ...granted("kindnet", "kindnet", [
    { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch", "patch"] },
    { apiGroups: ["", "networking.k8s.io"], resources: ["pods", "namespaces", "networkpolicies"], verbs: read },
  ]),
  ...granted("kube-proxy", "system:node-proxier"),
];

interface Settings {
  clusterName: string;
  /** `172.30.1.2:6443` */
  endpoint: string;
  certificates: string;
  etcdData: string;
  kubernetes: string;
  alternativeNames?: readonly string[];
}

/** What kubeadm remembers of how the cluster was set up. */
export const kubeadmConfig = ({ clusterName, endpoint, certificates, etcdData, kubernetes, alternativeNames = [] }: Settings): string =>
  `apiServer:${alternativeNames.length > 0 ? `\n  certSANs:\n${alternativeNames.map((name) => `  - ${name}\n`).join("")}` : " {}\n"}apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: ${certificates}
clusterName: ${clusterName}
controlPlaneEndpoint: ${endpoint}
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: ${etcdData}
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

export const kubeletConfig = (driver: string): string => `apiVersion: kubelet.config.k8s.io/v1beta1
cgroupDriver: ${driver}
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
failSwapOn: false
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
`;

export const proxyConfig = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: 10.244.0.0/16
kind: KubeProxyConfiguration
metricsBindAddress: 0.0.0.0:10249
mode: iptables
`;
