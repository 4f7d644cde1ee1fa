/** What several of the profile's objects name. */
export const address = "192.168.49.2";
export const port = 8443;
export const kubernetes = "v1.36.3";
export const minikube = "v1.39.0";
export const commit = "7a9f6a841470a207de8cf4bafcccee0969d8ba10";

export const images = {
  apiserver: `registry.k8s.io/kube-apiserver:${kubernetes}`,
  controllerManager: `registry.k8s.io/kube-controller-manager:${kubernetes}`,
  scheduler: `registry.k8s.io/kube-scheduler:${kubernetes}`,
  proxy: `registry.k8s.io/kube-proxy:${kubernetes}`,
  etcd: "registry.k8s.io/etcd:3.6.8-0",
  coredns: "registry.k8s.io/coredns/coredns:v1.14.2",
  kindnet: "docker.io/kindest/kindnetd:v20251212-v0.29.0-alpha-105-g20ccfc88",
  storageProvisioner: "gcr.io/k8s-minikube/storage-provisioner:v5",
  pause: "registry.k8s.io/pause:3.10.1",
};
