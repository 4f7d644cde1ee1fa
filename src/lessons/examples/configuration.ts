import { container, pod } from "./write.ts";

/** How pods get their configuration, by path under `https://k8s.io/examples/`. */
export const configuration: Readonly<Record<string, string>> = {
  "pods/pod-multiple-configmap-env-variable.yaml": pod(
    "dapi-test-pod",
    container(
      "test-container",
      "registry.k8s.io/busybox:1.27.2",
      `command: [ "/bin/sh", "-c", "env" ]
env:
- name: SPECIAL_LEVEL_KEY
  valueFrom:
    configMapKeyRef:
      name: special-config
      key: special.how
- name: LOG_LEVEL
  valueFrom:
    configMapKeyRef:
      name: env-config
      key: log_level`,
    ),
    { spec: "restartPolicy: Never" },
  ),
  "pods/pod-single-configmap-env-variable.yaml": pod(
    "dapi-test-pod",
    container(
      "test-container",
      "registry.k8s.io/busybox:1.27.2",
      `command: [ "/bin/sh", "-c", "env" ]
env:
# The variable's name
- name: SPECIAL_LEVEL_KEY
  valueFrom:
    configMapKeyRef:
      name: special-config
      key: special.how`,
    ),
    { spec: "restartPolicy: Never" },
  ),
  "pods/pod-configmap-envFrom.yaml": pod(
    "dapi-test-pod",
    container(
      "test-container",
      "registry.k8s.io/busybox:1.27.2",
      'command: [ "/bin/sh", "-c", "env" ]\nenvFrom:\n- configMapRef:\n    name: special-config',
    ),
    { spec: "restartPolicy: Never" },
  ),
  "pods/pod-configmap-volume.yaml": pod(
    "dapi-test-pod",
    container(
      "test-container",
      "registry.k8s.io/busybox:1.27.2",
      'command: [ "/bin/sh", "-c", "ls /etc/config/" ]\nvolumeMounts:\n- name: config-volume\n  mountPath: /etc/config',
    ),
    { spec: "volumes:\n- name: config-volume\n  configMap:\n    name: special-config\nrestartPolicy: Never" },
  ),
  "pods/config/redis-pod.yaml": pod(
    "redis",
    container(
      "redis",
      "redis:5.0.4",
      `command:
- redis-server
- "/redis-master/redis.conf"
env:
- name: MASTER
  value: "true"
ports:
- containerPort: 6379
resources:
  limits:
    cpu: "0.1"
volumeMounts:
- mountPath: /redis-master-data
  name: data
- mountPath: /redis-master
  name: config`,
    ),
    {
      spec: "volumes:\n- name: data\n  emptyDir: {}\n- name: config\n  configMap:\n    name: example-redis-config\n    items:\n    - key: redis-config\n      path: redis.conf",
    },
  ),
  "pods/config/example-redis-config.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: example-redis-config\ndata:\n  redis-config: ""\n',
  "pods/inject/envars.yaml": pod(
    "envar-demo",
    container(
      "envar-demo-container",
      "gcr.io/google-samples/hello-app:2.0",
      'env:\n- name: DEMO_GREETING\n  value: "Hello from the environment"\n- name: DEMO_FAREWELL\n  value: "Such a sweet sorrow"',
    ),
    { labels: "purpose: demonstrate-envars" },
  ),
  "pods/inject/dependent-envars.yaml": pod(
    "dependent-envars-demo",
    container(
      "dependent-envars-demo",
      "busybox:1.28",
      `args:
- while true; do echo -en '\\n'; printf UNCHANGED_REFERENCE=$UNCHANGED_REFERENCE'\\n'; printf SERVICE_ADDRESS=$SERVICE_ADDRESS'\\n';printf ESCAPED_REFERENCE=$ESCAPED_REFERENCE'\\n'; sleep 30; done;
command:
- sh
- -c
env:
- name: SERVICE_PORT
  value: "80"
- name: SERVICE_IP
  value: "172.17.0.1"
- name: UNCHANGED_REFERENCE
  value: "$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)"
- name: PROTOCOL
  value: "https"
- name: SERVICE_ADDRESS
  value: "$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)"
- name: ESCAPED_REFERENCE
  value: "$$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)"`,
    ),
  ),
  "pods/inject/dapi-envars-pod.yaml": pod(
    "dapi-envars-fieldref",
    container(
      "test-container",
      "registry.k8s.io/busybox:1.27.2",
      `command: [ "sh", "-c"]
args:
- while true; do
    echo -en '\\n';
    printenv MY_NODE_NAME MY_POD_NAME MY_POD_NAMESPACE;
    printenv MY_POD_IP MY_POD_SERVICE_ACCOUNT;
    sleep 10;
  done;
env:
- name: MY_NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
- name: MY_POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: MY_POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: MY_POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: MY_POD_SERVICE_ACCOUNT
  valueFrom:
    fieldRef:
      fieldPath: spec.serviceAccountName`,
    ),
    { spec: "restartPolicy: Never" },
  ),
  "pods/inject/dapi-volume.yaml": pod(
    "kubernetes-downwardapi-volume-example",
    container(
      "client-container",
      "registry.k8s.io/busybox:1.27.2",
      `command: ["sh", "-c"]
args:
- while true; do
    if [[ -e /etc/podinfo/labels ]]; then
      echo -en '\\n\\n'; cat /etc/podinfo/labels; fi;
    if [[ -e /etc/podinfo/annotations ]]; then
      echo -en '\\n\\n'; cat /etc/podinfo/annotations; fi;
    sleep 5;
  done;
volumeMounts:
- name: podinfo
  mountPath: /etc/podinfo`,
    ),
    {
      labels: "zone: us-est-coast\ncluster: test-cluster1\nrack: rack-22",
      annotations: "build: two\nbuilder: john-doe",
      spec: `volumes:
- name: podinfo
  downwardAPI:
    items:
    - path: "labels"
      fieldRef:
        fieldPath: metadata.labels
    - path: "annotations"
      fieldRef:
        fieldPath: metadata.annotations`,
    },
  ),
  "pods/inject/secret.yaml":
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: test-secret\ndata:\n  username: bXktYXBw\n  password: Mzk1MjgkdmRnN0pi\n",
  "pods/inject/secret-pod.yaml": pod(
    "secret-test-pod",
    container(
      "test-container",
      "nginx",
      "volumeMounts:\n# The name is that of the volume below\n- name: secret-volume\n  mountPath: /etc/secret-volume\n  readOnly: true",
    ),
    { spec: "volumes:\n- name: secret-volume\n  secret:\n    secretName: test-secret" },
  ),
};
