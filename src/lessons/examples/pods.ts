import { container, pod } from "./write.ts";

/** Manifests of single pods, by their path under `https://k8s.io/examples/`. */
export const pods: Readonly<Record<string, string>> = {
  "pods/simple-pod.yaml": pod("nginx", container("nginx", "nginx:1.14.2", "ports:\n- containerPort: 80")),
  "pods/pod-nginx.yaml": pod("nginx", container("nginx", "nginx", "imagePullPolicy: IfNotPresent"), {
    labels: "env: test",
    spec: "nodeSelector:\n  disktype: ssd",
  }),
  "pods/pod-nginx-specific-node.yaml": pod("nginx", container("nginx", "nginx", "imagePullPolicy: IfNotPresent"), {
    before: "nodeName: foo-node # schedule pod to specific node",
  }),
  "pods/pod-nginx-required-affinity.yaml": pod("nginx", container("nginx", "nginx", "imagePullPolicy: IfNotPresent"), {
    before: `affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions:
        - key: disktype
          operator: In
          values:
          - ssd`,
  }),
  "pods/pod-nginx-preferred-affinity.yaml": pod("nginx", container("nginx", "nginx", "imagePullPolicy: IfNotPresent"), {
    before: `affinity:
  nodeAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      preference:
        matchExpressions:
        - key: disktype
          operator: In
          values:
          - ssd`,
  }),
  "pods/pod-with-node-affinity.yaml": pod("with-node-affinity", container("with-node-affinity", "registry.k8s.io/pause:3.8"), {
    before: `affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions:
        - key: topology.kubernetes.io/zone
          operator: In
          values:
          - antarctica-east1
          - antarctica-west1
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      preference:
        matchExpressions:
        - key: another-node-label-key
          operator: In
          values:
          - another-node-label-value`,
  }),
  "pods/pod-with-toleration.yaml": pod("nginx", container("nginx", "nginx", "imagePullPolicy: IfNotPresent"), {
    labels: "env: test",
    spec: 'tolerations:\n- key: "example-key"\n  operator: "Exists"\n  effect: "NoSchedule"',
  }),
  "pods/commands.yaml": pod(
    "command-demo",
    container("command-demo-container", "debian", 'command: ["printenv"]\nargs: ["HOSTNAME", "KUBERNETES_PORT"]'),
    { labels: "purpose: demonstrate-command", spec: "restartPolicy: OnFailure" },
  ),
  "pods/two-container-pod.yaml": pod(
    "two-containers",
    `${container("nginx-container", "nginx", "volumeMounts:\n- name: shared-data\n  mountPath: /usr/share/nginx/html")}
${container("debian-container", "debian", 'volumeMounts:\n- name: shared-data\n  mountPath: /pod-data\ncommand: ["/bin/sh"]\nargs: ["-c", "echo Hello from the debian container > /pod-data/index.html"]')}`,
    { before: "restartPolicy: Never\n\nvolumes:\n- name: shared-data\n  emptyDir: {}" },
  ),
  "pods/init-containers.yaml": pod(
    "init-demo",
    container("nginx", "nginx", "ports:\n- containerPort: 80\nvolumeMounts:\n- name: workdir\n  mountPath: /usr/share/nginx/html"),
    {
      spec: `# These containers run before the others, one after the other
initContainers:
- name: install
  image: busybox:1.28
  command:
  - wget
  - "-O"
  - "/work-dir/index.html"
  - http://info.cern.ch
  volumeMounts:
  - name: workdir
    mountPath: "/work-dir"
dnsPolicy: Default
volumes:
- name: workdir
  emptyDir: {}`,
    },
  ),
  "pods/lifecycle-events.yaml": pod(
    "lifecycle-demo",
    container(
      "lifecycle-demo-container",
      "nginx",
      `lifecycle:
  postStart:
    exec:
      command: ["/bin/sh", "-c", "echo Hello from the postStart handler > /usr/share/message"]
  preStop:
    exec:
      command: ["/bin/sh","-c","nginx -s quit; while killall -0 nginx; do sleep 1; done"]`,
    ),
  ),
  "pods/share-process-namespace.yaml": pod(
    "nginx",
    `${container("nginx", "nginx")}
${container("shell", "busybox:1.28", 'command: ["sleep", "3600"]\nsecurityContext:\n  capabilities:\n    add:\n    - SYS_PTRACE\nstdin: true\ntty: true')}`,
    { before: "shareProcessNamespace: true" },
  ),
  "pods/probe/exec-liveness.yaml": pod(
    "liveness-exec",
    container(
      "liveness",
      "registry.k8s.io/busybox:1.27.2",
      `args:
- /bin/sh
- -c
- touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600
livenessProbe:
  exec:
    command:
    - cat
    - /tmp/healthy
  initialDelaySeconds: 5
  periodSeconds: 5`,
    ),
    { labels: "test: liveness" },
  ),
  "pods/probe/http-liveness.yaml": pod(
    "liveness-http",
    container(
      "liveness",
      "registry.k8s.io/e2e-test-images/agnhost:2.40",
      `args:
- liveness
livenessProbe:
  httpGet:
    path: /healthz
    port: 8080
    httpHeaders:
    - name: Custom-Header
      value: Awesome
  initialDelaySeconds: 3
  periodSeconds: 3`,
    ),
    { labels: "test: liveness" },
  ),
  "pods/probe/tcp-liveness-readiness.yaml": pod(
    "goproxy",
    container(
      "goproxy",
      "registry.k8s.io/goproxy:0.1",
      `ports:
- containerPort: 8080
readinessProbe:
  tcpSocket:
    port: 8080
  initialDelaySeconds: 15
  periodSeconds: 10
livenessProbe:
  tcpSocket:
    port: 8080
  initialDelaySeconds: 15
  periodSeconds: 10`,
    ),
    { labels: "app: goproxy" },
  ),
  "pods/qos/qos-pod.yaml": pod(
    "qos-demo",
    container(
      "qos-demo-ctr",
      "nginx",
      'resources:\n  limits:\n    memory: "200Mi"\n    cpu: "700m"\n  requests:\n    memory: "200Mi"\n    cpu: "700m"',
    ),
    { namespace: "qos-example" },
  ),
  "pods/qos/qos-pod-2.yaml": pod(
    "qos-demo-2",
    container("qos-demo-2-ctr", "nginx", 'resources:\n  limits:\n    memory: "200Mi"\n  requests:\n    memory: "100Mi"'),
    { namespace: "qos-example" },
  ),
  "pods/qos/qos-pod-3.yaml": pod("qos-demo-3", container("qos-demo-3-ctr", "nginx"), { namespace: "qos-example" }),
  "pods/resource/memory-request-limit.yaml": stress("memory-demo", "mem-example", 'requests:\n  memory: "100Mi"\nlimits:\n  memory: "200Mi"', "150M"),
  "pods/resource/memory-request-limit-2.yaml": stress(
    "memory-demo-2",
    "mem-example",
    'requests:\n  memory: "50Mi"\nlimits:\n  memory: "100Mi"',
    "250M",
  ),
  "pods/resource/memory-request-limit-3.yaml": stress(
    "memory-demo-3",
    "mem-example",
    'requests:\n  memory: "1000Gi"\nlimits:\n  memory: "1000Gi"',
    "150M",
  ),
  "pods/resource/cpu-request-limit.yaml": pod(
    "cpu-demo",
    container("cpu-demo-ctr", "vish/stress", 'resources:\n  limits:\n    cpu: "1"\n  requests:\n    cpu: "0.5"\nargs:\n- -cpus\n- "2"'),
    { namespace: "cpu-example" },
  ),
  "pods/resource/cpu-request-limit-2.yaml": pod(
    "cpu-demo-2",
    container("cpu-demo-ctr-2", "vish/stress", 'resources:\n  limits:\n    cpu: "100"\n  requests:\n    cpu: "100"\nargs:\n- -cpus\n- "2"'),
    { namespace: "cpu-example" },
  ),
  "pods/security/security-context.yaml": pod(
    "security-context-demo",
    container(
      "sec-ctx-demo",
      "busybox:1.28",
      'command: [ "sh", "-c", "sleep 1h" ]\nvolumeMounts:\n- name: sec-ctx-vol\n  mountPath: /data/demo\nsecurityContext:\n  allowPrivilegeEscalation: false',
    ),
    {
      before:
        "securityContext:\n  runAsUser: 1000\n  runAsGroup: 3000\n  fsGroup: 2000\n  supplementalGroups: [4000]\nvolumes:\n- name: sec-ctx-vol\n  emptyDir: {}",
    },
  ),
  "pods/security/security-context-2.yaml": pod(
    "security-context-demo-2",
    container("sec-ctx-demo-2", "gcr.io/google-samples/hello-app:2.0", "securityContext:\n  runAsUser: 2000\n  allowPrivilegeEscalation: false"),
    { before: "securityContext:\n  runAsUser: 1000" },
  ),
  "pods/security/security-context-3.yaml": pod("security-context-demo-3", container("sec-ctx-3", "gcr.io/google-samples/hello-app:2.0")),
  "pods/security/security-context-4.yaml": pod(
    "security-context-demo-4",
    container("sec-ctx-4", "gcr.io/google-samples/hello-app:2.0", 'securityContext:\n  capabilities:\n    add: ["NET_ADMIN", "SYS_TIME"]'),
  ),
  "pods/storage/redis.yaml": pod("redis", container("redis", "redis", "volumeMounts:\n- name: redis-storage\n  mountPath: /data/redis"), {
    spec: "volumes:\n- name: redis-storage\n  emptyDir: {}",
  }),
  "pods/storage/pv-volume.yaml": `apiVersion: v1
kind: PersistentVolume
metadata:
  name: task-pv-volume
  labels:
    type: local
spec:
  storageClassName: manual
  capacity:
    storage: 10Gi
  accessModes:
    - ReadWriteOnce
  hostPath:
    path: "/mnt/data"
`,
  "pods/storage/pv-claim.yaml": `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: task-pv-claim
spec:
  storageClassName: manual
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 3Gi
`,
  "pods/storage/pv-pod.yaml": pod(
    "task-pv-pod",
    container(
      "task-pv-container",
      "nginx",
      'ports:\n- containerPort: 80\n  name: "http-server"\nvolumeMounts:\n- mountPath: "/usr/share/nginx/html"\n  name: task-pv-storage',
    ),
    { before: "volumes:\n- name: task-pv-storage\n  persistentVolumeClaim:\n    claimName: task-pv-claim" },
  ),
  "pods/storage/projected.yaml": pod(
    "test-projected-volume",
    container(
      "test-projected-volume",
      "busybox:1.28",
      'args:\n- sleep\n- "86400"\nvolumeMounts:\n- name: all-in-one\n  mountPath: "/projected-volume"\n  readOnly: true',
    ),
    { spec: "volumes:\n- name: all-in-one\n  projected:\n    sources:\n    - secret:\n        name: user\n    - secret:\n        name: pass" },
  ),
  "application/shell-demo.yaml": pod(
    "shell-demo",
    container("nginx", "nginx", "volumeMounts:\n- name: shared-data\n  mountPath: /usr/share/nginx/html"),
    { before: "volumes:\n- name: shared-data\n  emptyDir: {}", spec: "hostNetwork: true\ndnsPolicy: Default" },
  ),
  "admin/dns/dnsutils.yaml": pod("dnsutils", container("dnsutils", "registry.k8s.io/e2e-test-images/agnhost:2.39", "imagePullPolicy: IfNotPresent"), {
    namespace: "default",
    spec: "restartPolicy: Always",
  }),
  "admin/dns/busybox.yaml": pod("busybox", container("busybox", "busybox:1.28", 'command:\n- sleep\n- "3600"\nimagePullPolicy: IfNotPresent'), {
    namespace: "default",
    spec: "restartPolicy: Always",
  }),
  "debug/counter-pod.yaml": pod(
    "counter",
    container("count", "busybox:1.28", `args: [/bin/sh, -c,\n        'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done']`),
  ),
  "debug/termination.yaml": pod(
    "termination-demo",
    container("termination-demo-container", "debian", 'command: ["/bin/sh"]\nargs: ["-c", "sleep 10 && echo Sleep expired > /dev/termination-log"]'),
  ),
  "admin/logging/two-files-counter-pod.yaml": pod(
    "counter",
    container(
      "count",
      "busybox:1.28",
      `args:
- /bin/sh
- -c
- >
  i=0;
  while true;
  do
    echo "$i: $(date)" >> /var/log/1.log;
    echo "$(date) INFO $i" >> /var/log/2.log;
    i=$((i+1));
    sleep 1;
  done
volumeMounts:
- name: varlog
  mountPath: /var/log`,
    ),
    { spec: "volumes:\n- name: varlog\n  emptyDir: {}" },
  ),
};

function stress(name: string, namespace: string, resources: string, bytes: string): string {
  const asked = resources.replace(/^/gm, "  ");
  return pod(
    name,
    container(
      `${name}-ctr`,
      "polinux/stress",
      `resources:\n${asked}\ncommand: ["stress"]\nargs: ["--vm", "1", "--vm-bytes", "${bytes}", "--vm-hang", "1"]`,
    ),
    { namespace },
  );
}
