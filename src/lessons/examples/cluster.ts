import { container, service, together, workload } from "./write.ts";

const ranges = (namespaceName: string, spec: string) =>
  `apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: ${namespaceName}\nspec:\n  limits:\n${spec}`;
const policy = (name: string, spec: string) => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n${spec}`;
const priorityQuota = (level: string, cpu: string, memory: string) =>
  `apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: pods-${level}\nspec:\n  hard:\n    cpu: "${cpu}"\n    memory: "${memory}"\n    pods: "10"\n  scopeSelector:\n    matchExpressions:\n    - operator: In\n      scopeName: PriorityClass\n      values: ["${level}"]\n`;
const namespaceJson = (name: string) =>
  `{\n  "apiVersion": "v1",\n  "kind": "Namespace",\n  "metadata": {\n    "name": "${name}",\n    "labels": {\n      "name": "${name}"\n    }\n  }\n}\n`;

/** What is of no single workload: namespaces, quotas, ingresses, policies; by their path under `https://k8s.io/examples/`. */
export const clusterWide: Readonly<Record<string, string>> = {
  "admin/namespace-dev.json": namespaceJson("development"),
  "admin/namespace-prod.json": namespaceJson("production"),
  "admin/namespace-dev.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: development\n  labels:\n    name: development\n",
  "admin/namespace-prod.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: production\n  labels:\n    name: production\n",
  "admin/snowflake-deployment.yaml": workload("snowflake", container("snowflake", "registry.k8s.io/serve_hostname", "imagePullPolicy: Always"), {
    labels: "app: snowflake",
    app: "app: snowflake",
    replicas: 2,
  }),
  "admin/resource/memory-defaults.yaml": ranges(
    "mem-limit-range",
    "  - default:\n      memory: 512Mi\n    defaultRequest:\n      memory: 256Mi\n    type: Container\n",
  ),
  "admin/resource/cpu-defaults.yaml": ranges(
    "cpu-limit-range",
    "  - default:\n      cpu: 1\n    defaultRequest:\n      cpu: 0.5\n    type: Container\n",
  ),
  "admin/resource/memory-constraints.yaml": ranges(
    "mem-min-max-demo-lr",
    "  - max:\n      memory: 1Gi\n    min:\n      memory: 500Mi\n    type: Container\n",
  ),
  "admin/resource/cpu-constraints.yaml": ranges(
    "cpu-min-max-demo-lr",
    '  - max:\n      cpu: "800m"\n    min:\n      cpu: "200m"\n    type: Container\n',
  ),
  "admin/resource/quota-mem-cpu.yaml":
    'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: mem-cpu-demo\nspec:\n  hard:\n    requests.cpu: "1"\n    requests.memory: 1Gi\n    limits.cpu: "2"\n    limits.memory: 2Gi\n',
  "admin/resource/quota-pod.yaml": 'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: pod-demo\nspec:\n  hard:\n    pods: "2"\n',
  "admin/resource/quota-objects.yaml":
    'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: object-quota-demo\nspec:\n  hard:\n    persistentvolumeclaims: "1"\n    services.loadbalancers: "2"\n    services.nodeports: "0"\n',
  "policy/quota.yaml": together(priorityQuota("high", "1000", "200Gi"), priorityQuota("medium", "10", "20Gi"), priorityQuota("low", "5", "10Gi")),
  "policy/zookeeper-pod-disruption-budget-maxunavailable.yaml":
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: zk-pdb\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: zookeeper\n",
  "policy/zookeeper-pod-disruption-budget-minavailable.yaml":
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: zk-pdb\nspec:\n  minAvailable: 2\n  selector:\n    matchLabels:\n      app: zookeeper\n",
  "service/networking/minimal-ingress.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: minimal-ingress
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /
spec:
  ingressClassName: nginx-example
  rules:
  - http:
      paths:
      - path: /testpath
        pathType: Prefix
        backend:
          service:
            name: test
            port:
              number: 80
`,
  "service/networking/simple-fanout-example.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout-example
spec:
  rules:
  - host: foo.bar.com
    http:
      paths:
      - path: /foo
        pathType: Prefix
        backend:
          service:
            name: service1
            port:
              number: 4200
      - path: /bar
        pathType: Prefix
        backend:
          service:
            name: service2
            port:
              number: 8080
`,
  "service/networking/example-ingress.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: example-ingress
spec:
  ingressClassName: nginx
  rules:
    - host: hello-world.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 8080
`,
  "service/networking/network-policy-default-deny-ingress.yaml": policy("default-deny-ingress", "  podSelector: {}\n  policyTypes:\n  - Ingress\n"),
  "service/networking/network-policy-default-deny-egress.yaml": policy("default-deny-egress", "  podSelector: {}\n  policyTypes:\n  - Egress\n"),
  "service/networking/network-policy-default-deny-all.yaml": policy(
    "default-deny-all",
    "  podSelector: {}\n  policyTypes:\n  - Ingress\n  - Egress\n",
  ),
  "service/networking/network-policy-allow-all-ingress.yaml": policy(
    "allow-all-ingress",
    "  podSelector: {}\n  ingress:\n  - {}\n  policyTypes:\n  - Ingress\n",
  ),
  "service/networking/network-policy-allow-all-egress.yaml": policy(
    "allow-all-egress",
    "  podSelector: {}\n  egress:\n  - {}\n  policyTypes:\n  - Egress\n",
  ),
  "service/networking/nginx-policy.yaml": policy(
    "access-nginx",
    '  podSelector:\n    matchLabels:\n      app: nginx\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          access: "true"\n',
  ),
  "service/networking/networkpolicy.yaml": policy(
    "test-network-policy\n  namespace: default",
    `  podSelector:
    matchLabels:
      role: db
  policyTypes:
  - Ingress
  - Egress
  ingress:
  - from:
    - ipBlock:
        cidr: 172.17.0.0/16
        except:
        - 172.17.1.0/24
    - namespaceSelector:
        matchLabels:
          project: myproject
    - podSelector:
        matchLabels:
          role: frontend
    ports:
    - protocol: TCP
      port: 6379
  egress:
  - to:
    - ipBlock:
        cidr: 10.0.0.0/24
    ports:
    - protocol: TCP
      port: 5978
`,
  ),
  "configmap/configmap-multikeys.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: special-config\n  namespace: default\ndata:\n  SPECIAL_LEVEL: very\n  SPECIAL_TYPE: charm\n",
  "configmap/configmaps.yaml": together(
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: special-config\n  namespace: default\ndata:\n  special.how: very\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env-config\n  namespace: default\ndata:\n  log_level: INFO\n",
  ),
  "access/simple-role.yaml":
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  namespace: default\n  name: pod-reader\nrules:\n- apiGroups: [""] # "" indicates the core API group\n  resources: ["pods"]\n  verbs: ["get", "watch", "list"]\n',
  "access/simple-clusterrole.yaml":
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  # "namespace" omitted since ClusterRoles are not namespaced\n  name: secret-reader\nrules:\n- apiGroups: [""]\n  resources: ["secrets"]\n  verbs: ["get", "watch", "list"]\n',
  "storage/storageclass-low-latency.yaml":
    'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: low-latency\n  annotations:\n    storageclass.kubernetes.io/is-default-class: "false"\nprovisioner: csi-driver.example-vendor.example\nreclaimPolicy: Retain\nallowVolumeExpansion: true\nvolumeBindingMode: WaitForFirstConsumer\n',
};

const echo = (name: string, text: string) =>
  together(
    `kind: Pod\napiVersion: v1\nmetadata:\n  name: ${name}-app\n  labels:\n    app: ${name}\nspec:\n  containers:\n    - name: ${name}-app\n      image: '${text}'\n`,
    service(`${name}-service`, { selector: `app: ${name}`, ports: "- port: 8080" }),
  );

/** minikube's own example of an ingress. */
export const minikubeIngress = together(
  echo("foo", "kicbase/echo-server:1.0"),
  echo("bar", "kicbase/echo-server:1.0"),
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: example-ingress
spec:
  rules:
    - http:
        paths:
          - pathType: Prefix
            path: /foo
            backend:
              service:
                name: foo-service
                port:
                  number: 8080
          - pathType: Prefix
            path: /bar
            backend:
              service:
                name: bar-service
                port:
                  number: 8080
`,
);
