// Kubernetes Basics as learners type it: kubernetes.io's six modules, in the old interactive variant and in the current one. The same steps are typed
// in a browser, sent through the HTTP API and, where they are kubectl's, played by the real kubectl.

export interface Step {
  command: string;
  /** What its output must hold; all of them. */
  expect?: readonly RegExp[];
  /** What it must not hold. */
  refuse?: readonly RegExp[];
  /** 0 unless said. */
  exitCode?: number;
  /** Which terminal it is typed into: the first unless said. One that does not end by itself keeps its terminal busy. */
  terminal?: "second";
  /** Ends the second terminal's running command by Ctrl-C first. */
  interrupt?: true;
  /** A learner would repeat it until it shows what is expected: the cluster needs a moment. */
  eventually?: true;
  /** Lines typed into the shell that the command opens, the last of which leaves it, each with what it must show. */
  inside?: readonly { line: string; expect?: readonly RegExp[] }[];
}

export interface Module {
  number: 1 | 2 | 3 | 4 | 5 | 6;
  title: string;
  /** What the tutorial has set up before the learner begins, given that the modules before were played. */
  before: readonly string[];
  steps: readonly Step[];
}

export interface Variant {
  name: "old" | "current";
  /** The profile that it begins with. */
  profile: "empty" | "minikube";
  modules: readonly Module[];
}

const pod = /kubernetes-bootcamp-[0-9a-z]{6,10}-[0-9a-z]{5}/;
const hello = /Hello Kubernetes bootcamp! \| Running on: kubernetes-bootcamp-[0-9a-z]+-[0-9a-z]{5} \| v=1/;
const helloV2 = /Hello Kubernetes bootcamp! \| Running on: kubernetes-bootcamp-[0-9a-z]+-[0-9a-z]{5} \| v=2/;
const refused = /curl: \(7\) Failed to connect to 192\.168\.49\.2 port \d+ after \d+ ms: .*(refused|Couldn't connect)/;

const version: Step = {
  command: "kubectl version",
  expect: [/^Client Version: v1\.36\.3$/m, /^Kustomize Version: v\d/m, /^Server Version: v1\.36\.3$/m],
};
const nodes: Step = {
  command: "kubectl get nodes",
  expect: [/^NAME +STATUS +ROLES +AGE +VERSION/m, /^minikube +Ready +control-plane +\S+ +v1\.36\.3/m],
  eventually: true,
};
const podName: Step[] = [
  { command: `export POD_NAME=$(kubectl get pods -o go-template --template '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}')` },
  { command: "echo Name of the Pod: $POD_NAME", expect: [new RegExp(`^Name of the Pod: ${pod.source}$`, "m")] },
];
const nodePort: Step[] = [
  { command: "export NODE_PORT=$(kubectl get services/kubernetes-bootcamp -o go-template='{{(index .spec.ports 0).nodePort}}')" },
  { command: "echo NODE_PORT=$NODE_PORT", expect: [/^NODE_PORT=3\d{4}$/m] },
];
const proxy: Step = {
  command: String.raw`echo -e "\n\n\n\e[92mStarting Proxy. After starting it will not output a response. Please click the first Terminal Tab\n"; kubectl proxy`,
  terminal: "second",
  expect: [/Starting Proxy/, /Starting to serve on 127\.0\.0\.1:8001/],
};
const stopProxy: Step = { command: "echo stopped", terminal: "second", interrupt: true, expect: [/^stopped$/m] };
const runningPod = (count: number): RegExp[] => [
  /^NAME +READY +STATUS +RESTARTS +AGE/m,
  ...Array.from({ length: count }, () => new RegExp(`^${pod.source} +1/1 +Running +0 +\\S+`, "m")),
];
const describedPod = [
  /^Name: +kubernetes-bootcamp-/m,
  /^Namespace: +default$/m,
  /^Node: +minikube\/192\.168\.49\.2$/m,
  /^Labels: +app=kubernetes-bootcamp$/m,
  /^Status: +Running$/m,
  /^IP: +10\.244\.0\.\d+$/m,
  /^Controlled By: +ReplicaSet\/kubernetes-bootcamp-/m,
  /^ {4}Image: +\S*kubernetes-bootcamp:v1$/m,
  /^QoS Class: +BestEffort$/m,
  /Normal +Scheduled +\S+ +default-scheduler +Successfully assigned default\/kubernetes-bootcamp-\S+ to minikube/,
  /Normal +Started +\S+ +(\(x\d+ over \S+\) +)?kubelet +(spec\.containers\{kubernetes-bootcamp\}: )?Container started/,
];
const describedService = [
  /^Name: +kubernetes-bootcamp$/m,
  /^Labels: +app=kubernetes-bootcamp$/m,
  /^Selector: +app=kubernetes-bootcamp$/m,
  /^NodePort: +<unset> +3\d{4}\/TCP$/m,
  /^Endpoints: +10\.244\.0\.\d+:8080/m,
];
const deployments = (ready: string) => [/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE/m, new RegExp(`^kubernetes-bootcamp +${ready} `, "m")];
const shellInside = (port: string): Step => ({
  command: "kubectl exec -ti $POD_NAME -- bash",
  inside: [{ line: "cat server.js", expect: [/http/, /createServer|listen/, /8080/] }, { line: `curl ${port}`, expect: [hello] }, { line: "exit" }],
});

const deploy: Step[] = [
  {
    command: "kubectl create deployment kubernetes-bootcamp --image=gcr.io/google-samples/kubernetes-bootcamp:v1",
    expect: [/^deployment\.apps\/kubernetes-bootcamp created$/m],
  },
  { command: "kubectl get deployments", expect: deployments("1/1 +1 +1"), eventually: true },
];

const explore: Step[] = [
  { command: "kubectl get pods", expect: runningPod(1), eventually: true },
  { command: "kubectl describe pods", expect: describedPod },
];

const environment: RegExp[] = [
  /^PATH=/m,
  /^HOSTNAME=kubernetes-bootcamp-/m,
  /^KUBERNETES_SERVICE_HOST=10\.96\.0\.1$/m,
  /^KUBERNETES_PORT_443_TCP=tcp:\/\/10\.96\.0\.1:443$/m,
  /^NPM_CONFIG_LOGLEVEL=info$/m,
  /^NODE_VERSION=6\.3\.1$/m,
  /^HOME=\/root$/m,
];

/** Module 4, which differs by how the node is addressed. */
const expose = (curl: string, inPod: string): Step[] => [
  { command: "kubectl get pods", expect: runningPod(1) },
  {
    command: "kubectl get services",
    expect: [/^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE/m, /^kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP +\S+/m],
  },
  { command: 'kubectl expose deployment/kubernetes-bootcamp --type="NodePort" --port 8080', expect: [/^service\/kubernetes-bootcamp exposed$/m] },
  { command: "kubectl get services", expect: [/^kubernetes-bootcamp +NodePort +10\.\d+\.\d+\.\d+ +<none> +8080:3\d{4}\/TCP +\S+/m] },
  { command: "kubectl describe services/kubernetes-bootcamp", expect: [...describedService, /^Type: +NodePort$/m] },
  ...nodePort,
  { command: curl, expect: [hello], eventually: true },
  {
    command: "kubectl describe deployment",
    expect: [
      /^Name: +kubernetes-bootcamp$/m,
      /^Replicas: +1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable$/m,
      /^StrategyType: +RollingUpdate$/m,
      /Scaled up replica set kubernetes-bootcamp-\S+ from 0 to 1/,
    ],
  },
  { command: "kubectl get pods -l app=kubernetes-bootcamp", expect: runningPod(1) },
  { command: "kubectl get services -l app=kubernetes-bootcamp", expect: [/^kubernetes-bootcamp +NodePort/m], refuse: [/^kubernetes +ClusterIP/m] },
  ...podName,
  { command: "kubectl label pods $POD_NAME version=v1", expect: [new RegExp(`^pod/${pod.source} labeled$`, "m")] },
  { command: "kubectl describe pods $POD_NAME", expect: [/^Labels: +app=kubernetes-bootcamp$/m, /^ +version=v1$/m] },
  { command: "kubectl get pods -l version=v1", expect: runningPod(1) },
  { command: "kubectl delete service -l app=kubernetes-bootcamp", expect: [/^service "kubernetes-bootcamp" deleted from default namespace$/m] },
  { command: "kubectl get services", expect: [/^kubernetes +ClusterIP/m], refuse: [/kubernetes-bootcamp/] },
  { command: curl, expect: [refused], exitCode: 7 },
  { command: `kubectl exec -ti $POD_NAME -- curl ${inPod}`, expect: [hello] },
];

const scaleUp = (curl: string): Step[] => [
  { command: "kubectl get deployments", expect: deployments("1/1 +1 +1") },
  { command: "kubectl get rs", expect: [/^NAME +DESIRED +CURRENT +READY +AGE/m, /^kubernetes-bootcamp-\S+ +1 +1 +1 +\S+/m] },
  { command: "kubectl scale deployments/kubernetes-bootcamp --replicas=4", expect: [/^deployment\.apps\/kubernetes-bootcamp scaled$/m] },
  { command: "kubectl get deployments", expect: deployments("4/4 +4 +4"), eventually: true },
  {
    command: "kubectl get pods -o wide",
    expect: [
      /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES/m,
      /(^kubernetes-bootcamp-\S+ +1\/1 +Running +0 +\S+ +10\.244\.0\.\d+ +minikube +<none> +<none>\s*$[\s\S]*?){4}/m,
    ],
  },
  {
    command: "kubectl describe deployments/kubernetes-bootcamp",
    expect: [
      /^Replicas: +4 desired \| 4 updated \| 4 total \| 4 available \| 0 unavailable$/m,
      /Scaled up replica set kubernetes-bootcamp-\S+ from 1 to 4/,
    ],
  },
  {
    command: "kubectl describe services/kubernetes-bootcamp",
    expect: [/^Endpoints: +(10\.244\.0\.\d+:8080,){2}10\.244\.0\.\d+:8080( \+ 1 more\.\.\.)?$/m],
  },
  ...nodePort,
  { command: curl, expect: [hello] },
  { command: `for i in 1 2 3 4 5 6 7 8; do ${curl}; done`, expect: [new RegExp(`(${hello.source}[\\s\\S]*){8}`)] },
  { command: "kubectl scale deployments/kubernetes-bootcamp --replicas=2", expect: [/^deployment\.apps\/kubernetes-bootcamp scaled$/m] },
  { command: "kubectl get deployments", expect: deployments("2/2 +2 +2"), eventually: true },
  {
    command: "kubectl get pods -o wide",
    expect: [/(^kubernetes-bootcamp-\S+ +1\/1 +Running[^\n]+\n?){2}/m],
    refuse: [/Terminating/],
    eventually: true,
  },
];

const update = (curl: string, image: string): Step[] => [
  { command: "kubectl get deployments", expect: deployments("4/4 +4 +4"), eventually: true },
  { command: "kubectl get pods", expect: runningPod(4), eventually: true },
  { command: "kubectl describe pods", expect: [/^ {4}Image: +\S*kubernetes-bootcamp:v1$/m] },
  {
    command: `kubectl set image deployments/kubernetes-bootcamp kubernetes-bootcamp=${image}`,
    expect: [/^deployment\.apps\/kubernetes-bootcamp image updated$/m],
  },
  { command: "kubectl get pods", expect: [/^NAME +READY/m] },
  { command: "kubectl rollout status deployments/kubernetes-bootcamp", expect: [/deployment "kubernetes-bootcamp" successfully rolled out/] },
  { command: "kubectl describe services/kubernetes-bootcamp", expect: describedService },
  ...nodePort,
  { command: curl, expect: [helloV2], eventually: true },
  { command: "kubectl rollout status deployments/kubernetes-bootcamp", expect: [/^deployment "kubernetes-bootcamp" successfully rolled out$/m] },
  {
    command: "kubectl describe pods",
    expect: [/^ {4}Image: +\S*jocatalin\/kubernetes-bootcamp:v2$/m],
    refuse: [/^ {4}Image: +\S*kubernetes-bootcamp:v1$/m],
    eventually: true,
  },
  {
    command: "kubectl set image deployments/kubernetes-bootcamp kubernetes-bootcamp=gcr.io/google-samples/kubernetes-bootcamp:v10",
    expect: [/^deployment\.apps\/kubernetes-bootcamp image updated$/m],
  },
  { command: "kubectl get deployments", expect: deployments("3/4 +2 +3"), eventually: true },
  { command: "kubectl get pods", expect: [/^kubernetes-bootcamp-\S+ +0\/1 +ErrImagePull +0 +\S+/m], eventually: true },
  { command: "kubectl get pods", expect: [/^kubernetes-bootcamp-\S+ +0\/1 +ImagePullBackOff +0 +\S+/m], eventually: true },
];

const failedPull = [/Failed to pull image "gcr\.io\/google-samples\/kubernetes-bootcamp:v10": .*not found/, /Error: ErrImagePull/];

const old: Variant = {
  name: "old",
  profile: "empty",
  modules: [
    {
      number: 1,
      title: "Create a cluster",
      before: [],
      steps: [
        { command: "minikube version", expect: [/^minikube version: v1\.39\.0$/m, /^commit: [0-9a-f]{40}$/m] },
        {
          command: "minikube start",
          expect: [
            /minikube v1\.39\.0 on/,
            /Preparing Kubernetes v1\.36\.3 on containerd 2\.2\.9/,
            /Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default/,
          ],
        },
        version,
        {
          command: "kubectl cluster-info",
          expect: [
            /Kubernetes control plane.* is running at .*https:\/\/192\.168\.49\.2:8443/,
            /CoreDNS.* is running at .*\/api\/v1\/namespaces\/kube-system\/services\/kube-dns:dns\/proxy/,
            /'kubectl cluster-info dump'/,
          ],
        },
        nodes,
        { command: "kubectl cluster-info dump | head -5", expect: [/"kind": "NodeList"/] },
      ],
    },
    {
      number: 2,
      title: "Deploy an app",
      before: [],
      steps: [
        version,
        nodes,
        { command: "kubectl get nodes --help", expect: [/^Usage:/m, /kubectl get /, /--selector/] },
        { command: "kubectl", expect: [/kubectl controls the Kubernetes cluster manager/, /^ {2}create /m] },
        ...deploy,
        proxy,
        { command: "curl http://localhost:8001/version", expect: [/"gitVersion": "v1\.36\.3"/, /"major": "1"/] },
        ...podName,
        { command: "curl http://localhost:8001/api/v1/namespaces/default/pods/$POD_NAME/", expect: [/"kind": "Pod"/, /"phase": "Running"/] },
        stopProxy,
      ],
    },
    {
      number: 3,
      title: "Explore the app",
      // The tutorial's own start, whose pod says which port it has: the API server's proxy to a pod looks for it there.
      before: [
        "kubectl delete deployment kubernetes-bootcamp",
        "kubectl wait --for=delete pod --selector=app=kubernetes-bootcamp --timeout=60s",
        "kubectl create deployment kubernetes-bootcamp --image=gcr.io/google-samples/kubernetes-bootcamp:v1 --port=8080",
        "kubectl rollout status deployment kubernetes-bootcamp",
      ],
      steps: [
        ...explore,
        proxy,
        ...podName,
        { command: "curl http://localhost:8001/api/v1/namespaces/default/pods/$POD_NAME/proxy/", expect: [hello] },
        {
          command: "kubectl logs $POD_NAME",
          expect: [
            /^Kubernetes Bootcamp App Started At: \S+Z \| Running On: {2}kubernetes-bootcamp-\S+ $/m,
            /Running On: \S+ \| Total Requests: 1 \| App Uptime: [\d.]+ seconds \| Log Time: \S+Z/,
          ],
        },
        { command: "kubectl exec $POD_NAME -- env", expect: environment },
        shellInside("localhost:8080"),
        stopProxy,
      ],
    },
    { number: 4, title: "Expose the app", before: [], steps: expose("curl $(minikube ip):$NODE_PORT", "localhost:8080") },
    {
      number: 5,
      title: "Scale the app",
      before: ['kubectl expose deployments/kubernetes-bootcamp --type="NodePort" --port 8080'],
      steps: scaleUp("curl $(minikube ip):$NODE_PORT"),
    },
    {
      number: 6,
      title: "Update the app",
      before: ["kubectl scale deployments/kubernetes-bootcamp --replicas=4"],
      steps: [
        ...update("curl $(minikube ip):$NODE_PORT", "jocatalin/kubernetes-bootcamp:v2"),
        // Of several objects today's kubectl shows no events.
        { command: "kubectl describe pods", expect: [/^ {4}Image: +\S*kubernetes-bootcamp:v10$/m, /^ +Reason: +(ErrImagePull|ImagePullBackOff)$/m] },
        { command: "kubectl rollout undo deployments/kubernetes-bootcamp", expect: [/^deployment\.apps\/kubernetes-bootcamp rolled back$/m] },
        { command: "kubectl get pods", expect: runningPod(4), refuse: [/ImagePull/, /Terminating/], eventually: true },
        { command: "kubectl describe pods", expect: [/^ {4}Image: +\S*jocatalin\/kubernetes-bootcamp:v2$/m], refuse: [/:v10$/m] },
        {
          command: "kubectl rollout history deployments/kubernetes-bootcamp",
          expect: [/^REVISION +CHANGE-CAUSE\s*$/m, /^1 +<none>$[\s\S]*^3 +<none>$[\s\S]*^4 +<none>$/m],
        },
      ],
    },
  ],
};

const curlNode = 'curl http://"$(minikube ip):$NODE_PORT"';

const current: Variant = {
  name: "current",
  profile: "minikube",
  modules: [
    {
      number: 2,
      title: "Deploy an app",
      before: [],
      steps: [
        version,
        nodes,
        ...deploy,
        { ...proxy, command: "kubectl proxy", expect: [/Starting to serve on 127\.0\.0\.1:8001/] },
        { command: "curl http://localhost:8001/version", expect: [/"gitVersion": "v1\.36\.3"/] },
        ...podName,
        { command: "curl http://localhost:8001/api/v1/namespaces/default/pods/$POD_NAME:8080/proxy/", expect: [hello] },
      ],
    },
    {
      number: 3,
      title: "Explore the app",
      before: [],
      steps: [
        ...explore,
        ...podName,
        { command: "curl http://localhost:8001/api/v1/namespaces/default/pods/$POD_NAME:8080/proxy/", expect: [hello] },
        { command: 'kubectl logs "$POD_NAME"', expect: [/Kubernetes Bootcamp App Started At/] },
        { command: 'kubectl exec "$POD_NAME" -- env', expect: environment },
        shellInside("http://localhost:8080"),
        stopProxy,
      ],
    },
    { number: 4, title: "Expose the app", before: [], steps: expose(curlNode, "http://localhost:8080") },
    {
      number: 5,
      title: "Scale the app",
      before: [],
      steps: [
        {
          command: 'kubectl expose deployment/kubernetes-bootcamp --type="LoadBalancer" --port 8080',
          expect: [/^service\/kubernetes-bootcamp exposed$/m],
        },
        ...scaleUp(curlNode),
      ],
    },
    {
      number: 6,
      title: "Update the app",
      before: ["kubectl scale deployments/kubernetes-bootcamp --replicas=4"],
      steps: [
        ...update(curlNode, "docker.io/jocatalin/kubernetes-bootcamp:v2"),
        {
          command: `export AFFECTED_POD=$(kubectl get pods --field-selector status.phase=Pending -o go-template --template '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}' | head -1)`,
        },
        { command: "kubectl describe pod $AFFECTED_POD", expect: failedPull },
        { command: "kubectl rollout undo deployments/kubernetes-bootcamp", expect: [/^deployment\.apps\/kubernetes-bootcamp rolled back$/m] },
        { command: "kubectl get pods", expect: runningPod(4), refuse: [/ImagePull/, /Terminating/], eventually: true },
        { command: "kubectl describe pods", expect: [/^ {4}Image: +\S*jocatalin\/kubernetes-bootcamp:v2$/m], refuse: [/:v10$/m] },
        {
          command: "kubectl delete deployments/kubernetes-bootcamp services/kubernetes-bootcamp",
          expect: [
            /^deployment\.apps "kubernetes-bootcamp" deleted from default namespace$/m,
            /^service "kubernetes-bootcamp" deleted from default namespace$/m,
          ],
        },
      ],
    },
  ],
};

export const variants: readonly Variant[] = [old, current];

/** What of a step's output is not as it should be; empty when all is well. */
export function complaints(step: Pick<Step, "expect" | "refuse">, output: string): string[] {
  const text = output.replaceAll("\r\n", "\n");
  return [
    ...(step.expect ?? []).filter((wanted) => !wanted.test(text)).map((wanted) => `lacks ${wanted}`),
    ...(step.refuse ?? []).filter((unwanted) => unwanted.test(text)).map((unwanted) => `holds ${unwanted}`),
  ];
}
