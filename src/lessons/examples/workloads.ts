import { claim, container, indented, metadata, service, together, workload } from "./write.ts";

const nginx = (version: string) => container("nginx", `nginx:${version}`, "ports:\n- containerPort: 80");
const app = "app: nginx";
const replicaSet = `apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: frontend
  labels:
    app: guestbook
    tier: frontend
spec:
  # modify replicas according to your case
  replicas: 3
  selector:
    matchLabels:
      tier: frontend
  template:
    metadata:
      labels:
        tier: frontend
    spec:
      containers:
      - name: php-redis
        image: us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5
`;

const statefulWeb = (policy: string) =>
  together(
    service("nginx", { labels: app, selector: app, ports: "- port: 80\n  name: web", headless: true }),
    workload(
      "web",
      container(
        "nginx",
        "registry.k8s.io/nginx-slim:0.24",
        "ports:\n- containerPort: 80\n  name: web\nvolumeMounts:\n- name: www\n  mountPath: /usr/share/nginx/html",
      ),
      {
        kind: "StatefulSet",
        app,
        replicas: 2,
        own: `serviceName: "nginx"${policy}`,
      },
    ).replace(
      /\n$/,
      `
  volumeClaimTemplates:
  - metadata:
      name: www
    spec:
      accessModes: [ "ReadWriteOnce" ]
      resources:
        requests:
          storage: 1Gi
`,
    ),
  );

const redis = (name: string, role: string, image: string, replicas: number) =>
  workload(name, container(role, image, "resources:\n  requests:\n    cpu: 100m\n    memory: 100Mi\nports:\n- containerPort: 6379"), {
    labels: `app: redis\nrole: ${role}\ntier: backend`,
    app: `app: redis\nrole: ${role}\ntier: backend`,
    replicas,
  });
const redisService = (name: string, role: string) =>
  service(name, {
    labels: `app: redis\nrole: ${role}\ntier: backend`,
    selector: `app: redis\nrole: ${role}\ntier: backend`,
    ports: "- port: 6379\n  targetPort: 6379",
  });

const phpApache = together(
  workload(
    "php-apache",
    container(
      "php-apache",
      "registry.k8s.io/hpa-example",
      "ports:\n- containerPort: 80\nresources:\n  limits:\n    cpu: 500m\n  requests:\n    cpu: 200m",
    ),
    { app: "run: php-apache" },
  ),
  service("php-apache", { labels: "run: php-apache", selector: "run: php-apache", ports: "- port: 80" }),
);

const mysqlPassword = "env:\n- name: MYSQL_ROOT_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: mysql-pass\n      key: password";

/** Workloads and what belongs to them, by their path under `https://k8s.io/examples/`. */
export const workloads: Readonly<Record<string, string>> = {
  "application/deployment.yaml": workload("nginx-deployment", nginx("1.14.2"), { app, replicas: 2 }),
  "application/deployment-update.yaml": workload("nginx-deployment", nginx("1.16.1"), { app, replicas: 2 }),
  "application/deployment-scale.yaml": workload("nginx-deployment", nginx("1.16.1"), { app, replicas: 4 }),
  "application/deployment-patch.yaml": workload("patch-demo", container("patch-demo-ctr", "nginx"), {
    app,
    replicas: 2,
    spec: "tolerations:\n- effect: NoSchedule\n  key: dedicated\n  value: test-team",
  }),
  "application/deployment-retainkeys.yaml": workload("retainkeys-demo", container("retainkeys-demo-ctr", "nginx"), {
    app,
    own: "strategy:\n  rollingUpdate:\n    maxSurge: 30%",
  }),
  "application/simple_deployment.yaml": workload("nginx-deployment", nginx("1.14.2"), { app, own: "minReadySeconds: 5" }),
  "application/update_deployment.yaml": workload("nginx-deployment", nginx("1.16.1"), { app }),
  "application/nginx-app.yaml": together(
    service("my-nginx-svc", { labels: app, selector: app, ports: "- port: 80", type: "LoadBalancer" }),
    workload("my-nginx", nginx("1.14.2"), { labels: app, app, replicas: 3 }),
  ),
  "application/nginx-with-request.yaml": workload(
    "nginx-deployment",
    container("nginx", "nginx", 'resources:\n  limits:\n    memory: "128Mi"\n    cpu: "500m"\nports:\n- containerPort: 80'),
    { app, replicas: 2 },
  ),
  "application/php-apache.yaml": phpApache,
  "application/hpa/php-apache.yaml": `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata:
  name: php-apache
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: php-apache
  minReplicas: 1
  maxReplicas: 10
  targetCPUUtilizationPercentage: 50
`,
  "application/web/web.yaml": statefulWeb(""),
  "application/web/web-parallel.yaml": statefulWeb('\npodManagementPolicy: "Parallel"'),
  "application/mysql/mysql-pv.yaml": together(
    'apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: mysql-pv-volume\n  labels:\n    type: local\nspec:\n  storageClassName: manual\n  capacity:\n    storage: 20Gi\n  accessModes:\n    - ReadWriteOnce\n  hostPath:\n    path: "/mnt/data"\n',
    claim("mysql-pv-claim", "20Gi").replace("spec:\n", "spec:\n  storageClassName: manual\n"),
  ),
  "application/mysql/mysql-deployment.yaml": together(
    service("mysql", { selector: "app: mysql", ports: "- port: 3306", headless: true }),
    workload(
      "mysql",
      container(
        "mysql",
        "mysql:9",
        "env:\n# A real one keeps it in a secret\n- name: MYSQL_ROOT_PASSWORD\n  value: password\nports:\n- containerPort: 3306\n  name: mysql\nvolumeMounts:\n- name: mysql-persistent-storage\n  mountPath: /var/lib/mysql",
      ),
      {
        app: "app: mysql",
        own: "strategy:\n  type: Recreate",
        spec: "volumes:\n- name: mysql-persistent-storage\n  persistentVolumeClaim:\n    claimName: mysql-pv-claim",
      },
    ),
  ),
  "application/wordpress/mysql-deployment.yaml": together(
    service("wordpress-mysql", { labels: "app: wordpress", selector: "app: wordpress\ntier: mysql", ports: "- port: 3306", headless: true }),
    claim("mysql-pv-claim", "20Gi", "app: wordpress"),
    workload(
      "wordpress-mysql",
      container(
        "mysql",
        "mysql:8.0",
        `${mysqlPassword}\n- name: MYSQL_DATABASE\n  value: wordpress\n- name: MYSQL_USER\n  value: wordpress\n- name: MYSQL_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: mysql-pass\n      key: password\nports:\n- containerPort: 3306\n  name: mysql\nvolumeMounts:\n- name: mysql-persistent-storage\n  mountPath: /var/lib/mysql`,
      ),
      {
        labels: "app: wordpress",
        app: "app: wordpress\ntier: mysql",
        own: "strategy:\n  type: Recreate",
        spec: "volumes:\n- name: mysql-persistent-storage\n  persistentVolumeClaim:\n    claimName: mysql-pv-claim",
      },
    ),
  ),
  "application/wordpress/wordpress-deployment.yaml": together(
    service("wordpress", { labels: "app: wordpress", selector: "app: wordpress\ntier: frontend", ports: "- port: 80", type: "LoadBalancer" }),
    claim("wp-pv-claim", "20Gi", "app: wordpress"),
    workload(
      "wordpress",
      container(
        "wordpress",
        "wordpress:6.2.1-apache",
        "env:\n- name: WORDPRESS_DB_HOST\n  value: wordpress-mysql\n- name: WORDPRESS_DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: mysql-pass\n      key: password\n- name: WORDPRESS_DB_USER\n  value: wordpress\nports:\n- containerPort: 80\n  name: wordpress\nvolumeMounts:\n- name: wordpress-persistent-storage\n  mountPath: /var/www/html",
      ),
      {
        labels: "app: wordpress",
        app: "app: wordpress\ntier: frontend",
        own: "strategy:\n  type: Recreate",
        spec: "volumes:\n- name: wordpress-persistent-storage\n  persistentVolumeClaim:\n    claimName: wp-pv-claim",
      },
    ),
  ),
  "application/guestbook/redis-leader-deployment.yaml": redis("redis-leader", "leader", "docker.io/redis:6.0.5", 1),
  "application/guestbook/redis-leader-service.yaml": redisService("redis-leader", "leader"),
  "application/guestbook/redis-follower-deployment.yaml": redis(
    "redis-follower",
    "follower",
    "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2",
    2,
  ),
  "application/guestbook/redis-follower-service.yaml": redisService("redis-follower", "follower"),
  "application/guestbook/frontend-deployment.yaml": workload(
    "frontend",
    container(
      "php-redis",
      "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5",
      'env:\n- name: GET_HOSTS_FROM\n  value: "dns"\nresources:\n  requests:\n    cpu: 100m\n    memory: 100Mi\nports:\n- containerPort: 80',
    ),
    { app: "app: guestbook\ntier: frontend", replicas: 3 },
  ),
  "application/guestbook/frontend-service.yaml": service("frontend", {
    labels: "app: guestbook\ntier: frontend",
    selector: "app: guestbook\ntier: frontend",
    ports: "- port: 80",
  }),
  "controllers/nginx-deployment.yaml": workload("nginx-deployment", nginx("1.14.2"), { labels: app, app, replicas: 3 }),
  "controllers/frontend.yaml": replicaSet,
  "controllers/replicaset.yaml": replicaSet,
  "controllers/hpa-rs.yaml": `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata:
  name: frontend-scaler
spec:
  scaleTargetRef:
    kind: ReplicaSet
    name: frontend
  minReplicas: 3
  maxReplicas: 10
  targetCPUUtilizationPercentage: 50
`,
  "controllers/replication.yaml": `apiVersion: v1
kind: ReplicationController
metadata:
  name: nginx
spec:
  replicas: 3
  selector:
    app: nginx
  template:
    metadata:
      name: nginx
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx
        ports:
        - containerPort: 80
`,
  "controllers/job.yaml": job(
    "pi",
    container("pi", "perl:5.34.0", 'command: ["perl",  "-Mbignum=bpi", "-wle", "print bpi(2000)"]'),
    "Never",
    "",
    "\n  backoffLimit: 4",
  ),
  "controllers/daemonset.yaml": workload(
    "fluentd-elasticsearch",
    container(
      "fluentd-elasticsearch",
      "quay.io/fluentd_elasticsearch/fluentd:v5.0.1",
      "resources:\n  limits:\n    memory: 200Mi\n  requests:\n    cpu: 100m\n    memory: 200Mi\nvolumeMounts:\n- name: varlog\n  mountPath: /var/log",
    ),
    {
      kind: "DaemonSet",
      namespace: "kube-system",
      labels: "k8s-app: fluentd-logging",
      app: "name: fluentd-elasticsearch",
      before:
        "tolerations:\n# so that it runs on control plane nodes too\n- key: node-role.kubernetes.io/control-plane\n  operator: Exists\n  effect: NoSchedule\n- key: node-role.kubernetes.io/master\n  operator: Exists\n  effect: NoSchedule",
      spec: "terminationGracePeriodSeconds: 30\nvolumes:\n- name: varlog\n  hostPath:\n    path: /var/log",
    },
  ),
  "application/job/cronjob.yaml": `apiVersion: batch/v1
kind: CronJob
metadata:
  name: hello
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: hello
            image: busybox:1.28
            imagePullPolicy: IfNotPresent
            command:
            - /bin/sh
            - -c
            - date; echo Hello from the Kubernetes cluster
          restartPolicy: OnFailure
`,
  "application/job/indexed-job.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: 'indexed-job'
spec:
  completions: 5
  parallelism: 3
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - name: 'input'
        image: 'docker.io/library/bash'
        command:
        - "bash"
        - "-c"
        - |
          items=(foo bar baz qux xyz)
          echo \${items[$JOB_COMPLETION_INDEX]} > /input/data.txt
        volumeMounts:
        - mountPath: /input
          name: input
      containers:
      - name: 'worker'
        image: 'docker.io/library/busybox'
        command:
        - "rev"
        - "/input/data.txt"
        volumeMounts:
        - mountPath: /input
          name: input
      volumes:
      - name: input
        emptyDir: {}
`,
  "service/load-balancer-example.yaml": workload(
    "hello-world",
    container("hello-world", "gcr.io/google-samples/hello-app:2.0", "ports:\n- containerPort: 8080"),
    {
      labels: "app.kubernetes.io/name: load-balancer-example",
      app: "app.kubernetes.io/name: load-balancer-example",
      replicas: 5,
    },
  ),
  "service/access/hello-application.yaml": workload(
    "hello-world",
    container("hello-world", "gcr.io/google-samples/hello-app:2.0", "ports:\n- containerPort: 8080\n  protocol: TCP"),
    { app: "run: load-balancer-example", replicas: 2 },
  ),
  "service/access/backend-deployment.yaml": workload(
    "backend",
    container("hello", '"gcr.io/google-samples/hello-go-gke:1.0"', "ports:\n- name: http\n  containerPort: 80"),
    { app: "app: hello\ntier: backend\ntrack: stable", replicas: 3 },
  ),
  "service/access/backend-service.yaml": service("hello", {
    selector: "app: hello\ntier: backend",
    ports: "- protocol: TCP\n  port: 80\n  targetPort: http",
  }),
  "service/networking/run-my-nginx.yaml": workload("my-nginx", container("my-nginx", "nginx", "ports:\n- containerPort: 80"), {
    app: "run: my-nginx",
    replicas: 2,
  }),
  "service/networking/nginx-svc.yaml": service("my-nginx", {
    labels: "run: my-nginx",
    selector: "run: my-nginx",
    ports: "- port: 80\n  protocol: TCP",
  }),
  "service/networking/curlpod.yaml": workload(
    "curl-deployment",
    container("curlpod", "radial/busyboxplus:curl", "command:\n- sh\n- -c\n- while true; do sleep 1; done"),
    { app: "app: curlpod", replicas: 1 },
  ),
  "service/explore-graceful-termination-nginx.yaml": workload(
    "nginx-deployment",
    container(
      "nginx",
      "nginx:latest",
      'ports:\n- containerPort: 80\nlifecycle:\n  preStop:\n    exec:\n      # Real life termination may take any time up to terminationGracePeriodSeconds.\n      command: ["/bin/sh", "-c", "sleep 180"]',
    ),
    { labels: app, app, replicas: 1, before: "terminationGracePeriodSeconds: 120 # extra long grace period" },
  ),
  "deployments/deployment-with-configmap-as-volume.yaml": configWorkload(
    "configmap-volume",
    "volumeMounts:\n- name: config-volume\n  mountPath: /etc/config",
    'echo "$(date) My preferred sport is $(cat /etc/config/sport)"',
    "volumes:\n- name: config-volume\n  configMap:\n    name: sport",
  ),
  "deployments/deployment-with-configmap-as-envvar.yaml": configWorkload(
    "configmap-env-var",
    "env:\n- name: FRUITS\n  valueFrom:\n    configMapKeyRef:\n      key: fruits\n      name: fruits",
    'echo "$(date) The basket is full of $FRUITS"',
    "",
  ),
};

function configWorkload(name: string, more: string, command: string, spec: string): string {
  const line = `command:\n- /bin/sh\n- -c\n- while true; do ${command};\n    sleep 10; done;\nports:\n- containerPort: 80\n${more}`;
  const labels = `app.kubernetes.io/name: ${name}`;
  return workload(name, container("alpine", "alpine:3", line), { labels, app: labels, replicas: 3, ...(spec && { spec }) });
}

function job(name: string, containers: string, restartPolicy: string, own: string, after: string): string {
  return `apiVersion: batch/v1\nkind: Job\n${metadata(name)}\nspec:\n${own}  template:\n    spec:\n      containers:\n${indented(containers, 6)}\n      restartPolicy: ${restartPolicy}${after}\n`;
}
