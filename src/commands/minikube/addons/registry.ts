import type { Addon } from "./addon.ts";

const image = "docker.io/registry:3.0.0";

/** A registry inside of the cluster. */
export const registryAddon: Addon = {
  name: "registry",
  images: [image],
  ready: { namespace: "kube-system", labels: "actual-registry=true" },
  manifest: `apiVersion: v1
kind: ReplicationController
metadata:
  name: registry
  namespace: kube-system
  labels:
    kubernetes.io/minikube-addons: registry
    addonmanager.kubernetes.io/mode: Reconcile
spec:
  replicas: 1
  selector:
    kubernetes.io/minikube-addons: registry
  template:
    metadata:
      labels:
        actual-registry: "true"
        addonmanager.kubernetes.io/mode: Reconcile
        kubernetes.io/minikube-addons: registry
    spec:
      containers:
      - name: registry
        image: ${image}
        imagePullPolicy: IfNotPresent
        ports:
        - containerPort: 5000
          protocol: TCP
        env:
        - name: REGISTRY_STORAGE_DELETE_ENABLED
          value: "true"
---
apiVersion: v1
kind: Service
metadata:
  name: registry
  namespace: kube-system
  labels:
    kubernetes.io/minikube-addons: registry
    addonmanager.kubernetes.io/mode: Reconcile
spec:
  type: ClusterIP
  ports:
  - port: 80
    targetPort: 5000
    name: http
  - port: 443
    targetPort: 443
    name: https
  selector:
    actual-registry: "true"
    kubernetes.io/minikube-addons: registry
`,
};
