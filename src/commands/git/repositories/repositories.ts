/** A commit of a repository that is kept here. */
export interface Revision {
  readonly author: string;
  readonly at: string;
  readonly message: string;
  /** What it adds or changes: text, or an address where it is found. */
  readonly files: Readonly<Record<string, string | { readonly from: string }>>;
  readonly tag?: string;
}

export interface Kept {
  readonly branch: string;
  readonly history: readonly Revision[];
}

const podyard = "Podyard <podyard@example.com>";
const documented = (path: string) => ({ from: `https://kubernetes.io/examples/${path}` });
const examples = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path.slice(path.lastIndexOf("/") + 1), documented(path)]));
const under = (directory: string, files: Revision["files"]) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content]));

const guestbook = examples(
  "application/guestbook/redis-leader-deployment.yaml",
  "application/guestbook/redis-leader-service.yaml",
  "application/guestbook/redis-follower-deployment.yaml",
  "application/guestbook/redis-follower-service.yaml",
  "application/guestbook/frontend-deployment.yaml",
  "application/guestbook/frontend-service.yaml",
);

const kubernetesExamples: Kept = {
  branch: "master",
  history: [
    {
      author: podyard,
      at: "2026-01-12T09:00:00Z",
      message: "Begin with the guestbook",
      files: {
        "README.md": "# Kubernetes examples\n\nThe guestbook stands in `web/guestbook`: `kubectl apply -f web/guestbook/`.\n",
        ...under("web/guestbook", guestbook),
      },
    },
    {
      author: podyard,
      at: "2026-02-03T10:30:00Z",
      message: "Add WordPress with MySQL",
      files: under(
        "databases/mysql-wordpress-pd",
        examples("application/wordpress/mysql-deployment.yaml", "application/wordpress/wordpress-deployment.yaml"),
      ),
    },
  ],
};

const podinfoImage = (tag: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: podinfo
spec:
  minReadySeconds: 3
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 60
  selector:
    matchLabels:
      app: podinfo
  template:
    metadata:
      labels:
        app: podinfo
    spec:
      containers:
        - name: podinfod
          image: ghcr.io/stefanprodan/podinfo:${tag}
          imagePullPolicy: IfNotPresent
          ports:
            - name: http
              containerPort: 9898
              protocol: TCP
          readinessProbe:
            httpGet:
              path: /readyz
              port: 9898
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
`;

const podinfo: Kept = {
  branch: "master",
  history: [
    {
      author: podyard,
      at: "2026-03-02T08:00:00Z",
      message: "Deploy podinfo with a kustomization",
      files: {
        "README.md": "# podinfo\n\nA small web application to try clusters with: `kubectl apply -k kustomize`.\n",
        "kustomize/deployment.yaml": podinfoImage("6.9.1"),
        "kustomize/service.yaml": `apiVersion: v1
kind: Service
metadata:
  name: podinfo
spec:
  type: ClusterIP
  selector:
    app: podinfo
  ports:
    - name: http
      port: 9898
      protocol: TCP
      targetPort: http
`,
        "kustomize/kustomization.yaml":
          "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - deployment.yaml\n  - service.yaml\n",
      },
      tag: "6.9.1",
    },
    {
      author: podyard,
      at: "2026-04-20T08:00:00Z",
      message: "Release 6.9.2",
      files: { "kustomize/deployment.yaml": podinfoImage("6.9.2") },
      tag: "6.9.2",
    },
  ],
};

const argoExamples: Kept = {
  branch: "master",
  history: [
    {
      author: podyard,
      at: "2026-01-20T08:00:00Z",
      message: "Begin with a guestbook",
      files: {
        "README.md": "# Example applications\n\n`guestbook` holds plain manifests, `kustomize-guestbook` a kustomization of them.\n",
        "guestbook/guestbook-ui-deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: guestbook-ui
spec:
  replicas: 1
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app: guestbook-ui
  template:
    metadata:
      labels:
        app: guestbook-ui
    spec:
      containers:
      - image: gcr.io/google-samples/gb-frontend:v5
        name: guestbook-ui
        ports:
        - containerPort: 80
`,
        "guestbook/guestbook-ui-svc.yaml": `apiVersion: v1
kind: Service
metadata:
  name: guestbook-ui
spec:
  ports:
  - port: 80
    targetPort: 80
  selector:
    app: guestbook-ui
`,
        "kustomize-guestbook/kustomization.yaml":
          "namePrefix: kustomize-\n\nresources:\n- ../guestbook/guestbook-ui-deployment.yaml\n- ../guestbook/guestbook-ui-svc.yaml\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
      },
    },
  ],
};

const helloWorld: Kept = {
  branch: "master",
  history: [{ author: podyard, at: "2026-01-01T00:00:00Z", message: "Say hello", files: { README: "Hello World!\n" } }],
};

/** What can be cloned without an internet, by host and path. The files are small ones of our own, in the places that learners know. */
export const repositories: Readonly<Record<string, Kept>> = {
  "github.com/kubernetes/examples": kubernetesExamples,
  "github.com/stefanprodan/podinfo": podinfo,
  "github.com/argoproj/argocd-example-apps": argoExamples,
  "github.com/octocat/hello-world": helloWorld,
};
